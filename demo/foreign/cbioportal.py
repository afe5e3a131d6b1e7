"""A clinical file as cBioPortal hands it out: four rows of comments, words for missing in brackets, units that differ from row to row.

Of the two laboratories of the invented patients one counts platelets per microliter and gives albumin and bilirubin per deciliter; each
row has the limits of its laboratory. Some prothrombin times were entered as INR.
"""

import random
from collections.abc import Iterator
from typing import Any

from demo.foreign.sheet import ForeignSheet, Planted

PATIENTS = 377
HEADERS = (
    "PATIENT_ID",
    "SEX",
    "AGE",
    "HISTOLOGIC_GRADE",
    "VIRAL_STATUS",
    "CHILD_PUGH_CLASS",
    "AFP_RESULT",
    "PLATELETS",
    "PLATELETS_UPPER_LIMIT",
    "ALBUMIN",
    "ALBUMIN_UPPER_LIMIT",
    "BILIRUBIN",
    "BILIRUBIN_UPPER_LIMIT",
    "INR",
    "TUMOR_SIZE",
    "OS_MONTHS",
    "OS_STATUS",
)
PLACE = {header: place for place, header in enumerate(HEADERS)}
NOT_AVAILABLE, NOT_APPLICABLE, UNKNOWN = "[Not Available]", "[Not Applicable]", "[Unknown]"
GRADES = ("G1", "G2", "G2", "G3", "G4", NOT_AVAILABLE)
VIRUSES = ("Hepatitis B", "Hepatitis C", "None", UNKNOWN)
COMMENTS = ("#Identifier of the patient", "#As the hospital recorded it", "#STRING", "#1")
SECONDS = 12


def cbioportal_clinical(*, patients: int = PATIENTS, seed: int = 5) -> ForeignSheet:
    draw = random.Random(seed)  # noqa: S311 - invented patients, no secret
    rows = list(_rows(draw, patients=patients))
    head = [[line, *["#" for _ in HEADERS[1:]]] for line in COMMENTS]
    planted = list(_spoiled(rows, first=len(head) + 2))
    return ForeignSheet(
        filename="data_clinical_patient.xlsx",
        sheet="clinical",
        mapping="cbioportal",
        head=head,
        headers=HEADERS,
        rows=rows,
        planted=planted,
    )


def _rows(draw: random.Random, *, patients: int) -> Iterator[list[Any]]:
    for number in range(1, patients + 1):
        is_us = draw.random() < 0.5
        platelets, albumin, bilirubin = draw.randrange(105, 300), draw.uniform(36, 48), draw.uniform(6, 22)
        yield [
            f"XX-{number:04}",
            draw.choice(("Male", "Male", "Female")),
            draw.randrange(38, 74),
            draw.choice(GRADES),
            draw.choice(VIRUSES),
            draw.choice(("A", NOT_APPLICABLE)),
            round(draw.lognormvariate(3, 1.5), 1) + 0.03 if draw.random() < 0.8 else NOT_AVAILABLE,
            platelets * 1000 if is_us else platelets,
            400_000 if is_us else 400,
            round(albumin / 10, 2) if is_us else round(albumin, 1),
            5.0 if is_us else 50,
            round(bilirubin / 17.104, 2) if is_us else round(bilirubin, 1),
            1.2 if is_us else 21,
            round(draw.uniform(0.92, 1.25), 2),
            round(draw.uniform(1.5, 9), 1),
            round(draw.uniform(4, 90), 1),
            draw.choice(("0:LIVING", "1:DECEASED")),
        ]


def _spoiled(rows: list[list[Any]], *, first: int) -> Iterator[Planted]:
    """Seconds instead of an INR, which the mapping reads as such; a grade that nobody explained; a limit that is of neither unit."""
    for place in range(3, len(rows), SECONDS):
        rows[place][PLACE["INR"]] = 11.5 + place % 3
    for place, header, value, code in (
        (1, "HISTOLOGIC_GRADE", "GX", "M-VALUE"),
        (5, "PLATELETS_UPPER_LIMIT", NOT_AVAILABLE, "M-UNIT"),
        (7, "OS_MONTHS", "long", "M-TIME"),
    ):
        rows[place][PLACE[header]] = value
        yield Planted(row=first + place, header="PLATELETS" if code == "M-UNIT" else header, code=code)
