"""A research table as archives keep it: a question mark for what is missing, codes of ones and zeros, laboratory units mixed without a word.

The second of two headers says what the group above it holds, as in tables that were made to be printed.
"""

import random
from collections.abc import Iterator
from typing import Any

from demo.foreign.sheet import ForeignSheet, Planted

PATIENTS = 165
UPPER = ("Case", "Person", "", "Disease", "", "", "Laboratory", "", "", "", "Nodules", "Outcome")
HEADERS = ("No", "Gender", "Age", "HBsAg", "HCVAb", "Cirrhosis", "AFP", "Platelets", "Albumin", "Hb", "Size", "Class")
PLACE = {header: place for place, header in enumerate(HEADERS)}


def survey_table(*, patients: int = PATIENTS, seed: int = 11) -> ForeignSheet:
    draw = random.Random(seed)  # noqa: S311 - invented patients, no secret
    rows = list(_rows(draw, patients=patients))
    planted = list(_spoiled(rows))
    return ForeignSheet(
        filename="hcc-survey.xlsx",
        sheet="hcc-data",
        mapping="survey",
        head=[["Hepatocellular carcinoma, one hospital"], UPPER],
        headers=HEADERS,
        rows=rows,
        planted=planted,
    )


def _rows(draw: random.Random, *, patients: int) -> Iterator[list[Any]]:
    for number in range(1, patients + 1):
        platelets = draw.randrange(110, 280)
        row = [
            f"S{number:03}",
            draw.choice((1, 1, 1, 0)),
            draw.randrange(38, 74),
            draw.choice((0, 1)),
            0,
            1,
            round(draw.lognormvariate(3, 1.5), 1) + 0.03,
            platelets * 1000 if draw.random() < 0.6 else platelets,
            round(draw.uniform(3.4, 4.8), 1),
            round(draw.uniform(11, 15.5), 1),
            f"{round(draw.uniform(3, 6), 1)}*{round(draw.uniform(1.5, 2.9), 1)}",
            draw.choice((0, 1)),
        ]
        for header in ("HBsAg", "AFP", "Albumin", "Hb"):
            if draw.random() < 0.08:
                row[PLACE[header]] = "?"
        yield row


def _spoiled(rows: list[list[Any]]) -> Iterator[Planted]:
    for place, header, value, code in (
        (2, "Gender", 3, "M-VALUE"),
        (4, "Platelets", 2000, "V-U02"),
        (6, "Size", "large*small", "V-U13"),
        (8, "Hb", 151, "V-U01"),
    ):
        rows[place][PLACE[header]] = value
        yield Planted(row=place + 4, header=header, code=code)
