"""Invented patients in the shape of a published data set of TACE: a row per patient, weeks and days between events instead of dates."""

import random
from collections.abc import Iterator
from typing import Any

from demo.foreign.sheet import ForeignSheet

DRUGS = ("Cisplatin, doxorubicin, Mitomycin-C", "doxorubicin LC beads", "NA", "Cisplatin, Mitomycin-C", "Cisplastin")
READERS = (1, 2, 3)
HEADERS = (
    "TCIA_ID",
    "Interval_BL",
    "Interval_FU",
    "TTP",
    "Death_1_StillAliveorLostToFU_0",
    "Censored_0_progressed_1",
    "OS",
    "hepatitis",
    "age",
    "agegp",
    "Sex",
    "Smoking",
    "Alcohol",
    "Personal history of cancer",
    "Evidence_of_cirh",
    "Pathology",
    "PS_bclc_0_0_1-2_1_3-4_3",
    "CPS",
    "Tr_Size",
    "tumor_nodul",
    "Vascular invasion",
    "Metastasis",
    "AFP",
    "BCLC",
    "chemotherapy",
    *(f"{n}_{kind}" for n in READERS for kind in ("RECIST_BL", "RECIST_FU", "RECIST")),
    *(f"{n}_{kind}" for n in READERS for kind in ("mRECIST_BL", "mRECIST_FU", "mRECIST")),
)
GRADES = ("Well differentiated", "Moderately differentiated", "Poorly differentiated", "NOT STATED", "No biopsy")


def tace_clinical_data(*, patients: int = 105, seed: int = 3) -> ForeignSheet:
    draw = random.Random(seed)  # noqa: S311 - invented patients, no secret
    rows = [[row[header] for header in HEADERS] for row in _rows(draw, patients=patients)]
    return ForeignSheet(
        filename="tace.xlsx", sheet="data table", mapping="hcc-tace-seg", head=[], headers=HEADERS, rows=rows
    )


def _rows(draw: random.Random, *, patients: int) -> Iterator[dict[str, Any]]:
    for number in range(1, patients + 1):
        survival = round(draw.uniform(12, 300), 9)
        has_progressed = draw.random() < 0.4
        is_multinodular = draw.random() < 0.5
        followed = draw.random() < 0.93
        yield {
            "TCIA_ID": f"HCC_{number:03}",
            "Interval_BL": draw.randrange(0, 60),
            "Interval_FU": _weeks(draw, number=number) if followed else None,
            "TTP": round(survival * draw.uniform(0.2, 0.9), 9),
            "Death_1_StillAliveorLostToFU_0": int(draw.random() < 0.85),
            "Censored_0_progressed_1": int(has_progressed),
            "OS": survival,
            "hepatitis": draw.choice(("No virus", "HCV only", "HBV only", "HCV and HBV")),
            "age": draw.randrange(38, 82),
            "agegp": "41-50",
            "Sex": draw.choice((1, 1, 2)),
            "Smoking": draw.randrange(2),
            "Alcohol": draw.randrange(2),
            "Personal history of cancer": 0,
            "Evidence_of_cirh": draw.choice((0, 1, 1)),
            "Pathology": draw.choice(GRADES),
            "PS_bclc_0_0_1-2_1_3-4_3": draw.choice((0, 0, 1)),
            "CPS": draw.choice("AAAB"),
            "Tr_Size": None if is_multinodular else round(draw.uniform(1, 9), 1),
            "tumor_nodul": "multinodular" if is_multinodular else "uninodular",
            "Vascular invasion": draw.choice((0, 0, 0, 1)),
            "Metastasis": 0,
            "AFP": round(draw.lognormvariate(3, 2), 1) + 0.07,
            "BCLC": draw.choice(("Stage-B", "Stage-C")),
            "chemotherapy": draw.choice(DRUGS[:3]),
            **_readings(draw, is_read=followed, first=2 if number % 7 == 3 else 1),
        }


def _weeks(draw: random.Random, *, number: int) -> float | None:
    """Of a few patients the time of the scan was lost, and the reading was not."""
    weeks = round(draw.uniform(5, 10), 2)
    return None if number % 8 == 5 else weeks


def _readings(draw: random.Random, *, is_read: bool, first: int) -> dict[str, Any]:
    """`first` is the first reader who called it."""
    found: dict[str, Any] = {}
    for n in READERS:
        for criteria in ("RECIST", "mRECIST"):
            before = round(draw.uniform(25, 120), 1)
            call = draw.choice((2, 3)) if criteria == "RECIST" else draw.choice((1, 2, 3))
            after = 0.0 if call == 1 else round(before * (0.5 if call == 2 else 0.95), 1)
            found |= {
                f"{n}_{criteria}_BL": before if is_read and n >= first else None,
                f"{n}_{criteria}_FU": after if is_read and n >= first else None,
                f"{n}_{criteria}": call if is_read and n >= first else None,
            }
    return found
