"""Workbooks for the tests: plausible rows that a test changes where it wants to."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

Row = Mapping[str, Any]

PATIENT = "01_患者_patient"
ASSESSMENT = "02_评估_assessment"
LABORATORY = "03b_检验_lab_wide"
TRANSARTERIAL = "04_介入_transarterial"
RESECTION = "06_手术_resection"
IMAGING = "09_影像_imaging"
FOLLOW_UP = "10_随访_followup"


def patient(local_id: str = "0001", **variables: Any) -> dict[str, Any]:
    plausible = {"sex": "M", "birth_date": "1960-05-17", "consent_status": "WAIV", "diagnosis_date": "2015-03-02"}
    plausible |= {"diagnosis_basis": "IMG", "tumor_type": "HCC", "hbv_status": "POS", "prior_hcc_treatment": "NONE"}
    return {"local_id": local_id, **plausible, **variables}


def assessment(local_id: str = "0001", **variables: Any) -> dict[str, Any]:
    plausible = {"assessment_date": "2015-03-10", "assessment_type": "BASE", "height_cm": 170, "weight_kg": 65}
    plausible |= {"ecog_ps": "0", "ascites_grade": "0", "diameter_basis": "WHOLE", "tumor_number": 2}
    return {"local_id": local_id, **plausible, "max_diameter_cm": 6.5, **variables}


def laboratory(local_id: str = "0001", **variables: Any) -> dict[str, Any]:
    plausible = {"assessment_date": "2015-03-10", "assessment_type": "BASE", "alb": "4.1 g/dL", "tbil": 12.5}
    return {"local_id": local_id, **plausible, "afp": "＞121,000", "alt": 41, **variables}


def session(local_id: str = "0001", **variables: Any) -> dict[str, Any]:
    plausible = {"start_date": "2015-03-20", "modality": "CTACE", "lipiodol_ml": 8, "embolic_agent": "GELFOAM"}
    return {"local_id": local_id, **plausible, **variables}


def follow_up(local_id: str = "0001", **variables: Any) -> dict[str, Any]:
    plausible = {"follow_up_date": "2016-01-10", "vital_status": "ALIVE", "last_known_alive_date": "2016-01-10"}
    return {"local_id": local_id, **plausible, **variables}


def whole_center(patients: int = 3, *, prefix: str = "") -> dict[str, list[dict[str, Any]]]:
    """Every patient with an assessment, a laboratory panel, a session and a follow-up."""
    names = [f"{prefix}{number:04d}" for number in range(1, patients + 1)]
    makers = {PATIENT: patient, ASSESSMENT: assessment, LABORATORY: laboratory, TRANSARTERIAL: session}
    return {sheet: [make(name) for name in names] for sheet, make in {**makers, FOLLOW_UP: follow_up}.items()}


def workbook(sheets: Mapping[str, Sequence[Row]], **options: Any) -> bytes:
    """One plain header row, then the rows; a value is written as the type it has."""
    return grid(
        {
            sheet: [list(columns := _columns(rows)), *[[row.get(name) for name in columns] for row in rows]]
            for sheet, rows in sheets.items()
        },
        **options,
    )


def grid(
    sheets: Mapping[str, Sequence[Sequence[Any]]], *, first_row: int = 0, first_column: int = 0, **options: Any
) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, **options})
    date_format = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                is_date = hasattr(value, "isoformat")
                sheet.write(first_row + number, first_column + place, value, date_format if is_date else None)
    book.close()
    return target.getvalue()


def _columns(rows: Sequence[Row]) -> dict[str, None]:
    return {name: None for row in rows for name in row}
