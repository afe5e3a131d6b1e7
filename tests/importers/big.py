"""A large center for the bench and the slow test: 14 rows a patient on six sheets, 11.5 cells a row."""

import datetime
from typing import Any

import numpy as np

from tests.importers import books

PATIENTS = 4_371  # 61,194 rows
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
VISITS, SESSIONS, BETWEEN_DAYS = 4, 3, 45
EXTENT = {"encephalopathy_grade": "0", "macrovascular_invasion": "0", "extrahepatic_metastasis": "0"}
GIVEN = {"access_route": "FEM", "agent_1_code": "EPIRUBICIN", "agent_1_dose_mg": 40}
SCAN = {
    "imaging_modality": "MRI",
    "imaging_role": "RESP",
    "criteria": "MRECIST",
    "response_mrecist": "SD",
    "new_lesion": "NO",
}


def big_center(patients: int = PATIENTS, *, seed: int = 7) -> bytes:
    random = np.random.default_rng(seed)
    start = datetime.date(2012, 1, 1)
    names = (books.PATIENT, books.ASSESSMENT, books.LABORATORY, books.TRANSARTERIAL, books.IMAGING, books.FOLLOW_UP)
    sheets: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number in range(patients):
        first = start + datetime.timedelta(days=int(random.integers(0, 2500)))
        for name, rows in _patient(number, first=first, random=random).items():
            sheets[name] += rows
    return books.workbook(sheets)


def _patient(number: int, *, first: datetime.date, random: np.random.Generator) -> dict[str, list[dict[str, Any]]]:
    name, last = f"{number:05d}", first + datetime.timedelta(days=400)
    about = {"sex": "男" if number % 4 else "F", "birth_date": datetime.date(1955, 1, 1 + number % 28)}
    days = [first + datetime.timedelta(days=5 + BETWEEN_DAYS * visit) for visit in range(VISITS)]
    visits = [{"assessment_date": day, "assessment_type": "BASE" if day == days[0] else "FU"} for day in days]
    treated = [day + datetime.timedelta(days=2) for day in days[:SESSIONS]]
    return {
        books.PATIENT: [books.patient(name, diagnosis_date=first, **about)],
        books.ASSESSMENT: [books.assessment(name, **at, **_tumors(random)) for at in visits],
        books.LABORATORY: [{"local_id": name, **at, **_panel(random)} for at in visits],
        books.TRANSARTERIAL: [books.session(name, start_date=day, **GIVEN) for day in treated],
        books.IMAGING: [{"local_id": name, "imaging_date": days[-1], **SCAN, **_viable(random)}],
        books.FOLLOW_UP: [books.follow_up(name, follow_up_date=last, last_known_alive_date=last)],
    }


def _tumors(random: np.random.Generator) -> dict[str, Any]:
    return {"max_diameter_cm": round(float(random.uniform(1, 12)), 1), **EXTENT}


def _panel(random: np.random.Generator) -> dict[str, Any]:
    return {code: round(float(random.normal(mean, spread)), 1) for code, (mean, spread) in ANALYTES.items()}


def _viable(random: np.random.Generator) -> dict[str, Any]:
    return {"sum_viable_mm": round(float(random.uniform(10, 90)), 1)}
