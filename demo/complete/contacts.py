"""Contacts: how the patient was reached, what was known of the disease, what was done since; and what a progression means."""

from collections.abc import Iterator

from demo.cohort.timetable import Row
from demo.complete.course import Case
from demo.complete.draw import joined
from demo.sheet_names import FOLLOW_UP

CAUSES_ICD10 = {"HCC": "C22.0", "LF": "K72.9", "GIB": "K92.2", "INF": "A41.9"}
UNTREATABLE = {"VASC_NEW": "VASC", "EXTRA_NEW": "EHM", "INTRA_NEW": "GROWTH", "INTRA_TARGET": "GROWTH"}
BY_TELEPHONE = {"OPD": 70, "INPT": 15, "PHONE": 15}


def completed_contacts(case: Case) -> Iterator[Row]:
    told, is_therapy_told = case.progression, False
    for row in case.of(FOLLOW_UP):
        values = _contact(case, row=row)
        if row.get("progression_date"):
            values |= _progression(case, row=row)
        is_after = told is not None and row["follow_up_date"] > told["progression_date"]
        therapy = told["post_progression_therapy"] if told and is_after and not is_therapy_told else ["NONE"]
        is_therapy_told = is_therapy_told or is_after
        yield joined(row, {**values, "subsequent_therapy": therapy})


def _contact(case: Case, *, row: Row) -> Row:
    draw, status = case.draw, _disease(case, row=row)
    mode = "PHONE" if row["vital_status"] == "LTFU" else draw.by_weight(BY_TELEPHONE)
    if row["vital_status"] == "DEAD":
        mode = draw.by_weight({"REGISTRY": 40, "PHONE": 35, "INPT": 25})
    return {
        **draw.with_gaps({"contact_mode": mode, "disease_status": status}, share=0.03),
        "recurrence_site": _recurrence_site(row) if status == "REC" else None,
        "death_cause_icd10": CAUSES_ICD10.get(row.get("death_cause", "")),
    }


def _disease(case: Case, *, row: Row) -> str:
    day, told = row["follow_up_date"], case.progression
    is_cured = case.cured_on is not None and case.cured_on <= day
    if row["vital_status"] == "LTFU":
        return "UNK"
    if told is None or day < told["progression_date"]:
        return "NED" if is_cured else "STABLE"
    return "REC" if day == told["progression_date"] and is_cured else "PROG"


def _recurrence_site(row: Row) -> list[str]:
    sites = row["progression_site"]
    return ["INTRA"] if sites == ["LIVER"] else ["EXTRA", *sites]


def _progression(case: Case, *, row: Row) -> Row:
    draw, day, kind = case.draw, row["progression_date"], row["progression_type"][0]
    had_tace = any(given <= day for given in case.tace_dates)
    is_untreatable = had_tace and "TACE" not in row["post_progression_therapy"] and draw.chance(0.5)
    return {
        "untaceable": ("1" if is_untreatable else "0") if had_tace else None,
        "untaceable_reason": UNTREATABLE[kind] if is_untreatable else None,
        "progression_confirmed": "1" if case.had("ici", by=day) else None,
    }
