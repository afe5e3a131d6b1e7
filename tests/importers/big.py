"""A large center for the bench and the slow test: about 61,000 rows and 700,000 cells on six sheets."""

import datetime
from typing import Any

import numpy as np

from tests.importers import books

ANALYTES = {
    "alb": (40, 3),
    "tbil": (14, 3),
    "alt": (40, 9),
    "ast": (42, 9),
    "pt": (12, 0.6),
    "inr": (1.1, 0.05),
    "neut": (4, 0.6),
}
ANALYTES |= {
    "lym": (1.6, 0.2),
    "plt": (150, 30),
    "hb": (130, 9),
    "crp": (20, 4),
    "crea": (75, 9),
    "na": (140, 1.5),
    "afp": (500, 90),
}


def big_center(patients: int = 4_700, *, seed: int = 7) -> bytes:
    random = np.random.default_rng(seed)
    start = datetime.date(2012, 1, 1)
    sheets: dict[str, list[dict[str, Any]]] = {name: [] for name in (books.PATIENT, books.ASSESSMENT, books.LABORATORY)}
    sheets |= {books.TRANSARTERIAL: [], books.FOLLOW_UP: []}
    for number in range(patients):
        name, first = f"{number:05d}", start + datetime.timedelta(days=int(random.integers(0, 2500)))
        sheets[books.PATIENT].append(
            books.patient(
                name,
                diagnosis_date=first,
                sex="男" if number % 4 else "F",
                birth_date=datetime.date(1955, 1, 1 + number % 28),
            )
        )
        for visit in range(4):
            day = first + datetime.timedelta(days=5 + 45 * visit)
            at = {"assessment_date": day, "assessment_type": "BASE" if visit == 0 else "FU"}
            sheets[books.ASSESSMENT].append(
                books.assessment(name, **at, max_diameter_cm=round(float(random.uniform(1, 12)), 1))
            )
            values = {code: round(float(random.normal(mean, spread)), 1) for code, (mean, spread) in ANALYTES.items()}
            sheets[books.LABORATORY].append({"local_id": name, **at, **values})
            sheets[books.TRANSARTERIAL].append(books.session(name, start_date=day + datetime.timedelta(days=2)))
        sheets[books.FOLLOW_UP].append(
            books.follow_up(
                name,
                follow_up_date=first + datetime.timedelta(days=400),
                last_known_alive_date=first + datetime.timedelta(days=400),
            )
        )
    return books.workbook(sheets)
