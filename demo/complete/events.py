"""Adverse events in full: the reported words, what was done, and how each treatment given relates to them."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from demo.cohort.events import SERIOUS_GRADE, SIR_CLASSES
from demo.cohort.timetable import Row
from demo.complete.course import Case
from demo.complete.draw import joined
from demo.sheet_names import ADVERSE_EVENT
from registry.clinical.adverse_events.laboratory_grading import analytes_of

COMPLICATION_DAYS = {"tat": 30, "abl": 30, "sr": 90}
RELATED = ("tat", "abl", "sr", "rt", "tki", "vegf", "ici", "chemo")
AT_LEAST_POSSIBLE = {"3", "4", "5"}
DAY = timedelta(days=1)

REPORTED: Mapping[str, str] = MappingProxyType(
    {
        "Fever": "发热",
        "Abdominal pain": "腹痛",
        "Hepatic pain": "肝区疼痛",
        "Nausea": "恶心",
        "Vomiting": "呕吐",
        "Fatigue": "乏力",
        "Diarrhea": "腹泻",
        "Anorexia": "食欲减退",
        "Hypertension": "高血压",
        "Proteinuria": "蛋白尿",
        "Ascites": "腹水",
        "Pleural effusion": "胸腔积液",
        "Wound infection": "切口感染",
        "Hypothyroidism": "甲状腺功能减退",
        "Rash maculo-papular": "斑丘疹",
        "Pneumonitis": "免疫性肺炎",
        "Palmar-plantar erythrodysesthesia syndrome": "手足综合征",
        "Peripheral sensory neuropathy": "周围感觉神经病变",
        "Alanine aminotransferase increased": "ALT升高",
        "Aspartate aminotransferase increased": "AST升高",
        "Blood bilirubin increased": "胆红素升高",
        "Platelet count decreased": "血小板减少",
        "Neutrophil count decreased": "中性粒细胞减少",
        "Creatinine increased": "肌酐升高",
    }
)


def completed_events(case: Case) -> Iterator[Row]:
    for row in case.of(ADVERSE_EVENT):
        event = _over_before_visit(row, case=case)
        yield joined(event, {**_course(event, case=case), **_relations(event, case=case)})


def _over_before_visit(row: Row, *, case: Case) -> Row:
    """A visit that measures what an event is graded by finds it over, for its values are those of before."""
    onset, ends = row["ae_onset_date"], row.get("ae_resolution_date")
    visit = case.after["assessment_date"]
    is_told_by_value = case.outside_for == "unresolved severe event" and row["outcome"] == "NOT"
    if is_told_by_value or not analytes_of(row["ae_term"], version=row["ctcae_version"]):
        return row
    if visit < onset or (ends is not None and ends < visit):
        return row
    return {
        **row,
        "ae_onset_date": min(onset, visit - DAY),
        "ae_resolution_date": visit - DAY,
        "outcome": "REC",
    }


def _course(row: Row, *, case: Case) -> Row:
    draw, grade, onset = case.draw, int(row["ae_grade"]), row["ae_onset_date"]
    is_serious, is_open = row["serious"] == "1", row.get("ae_resolution_date") is None
    is_complication = any(case.had_within(t, days=days, before=onset) for t, days in COMPLICATION_DAYS.items())
    return {
        "ae_term_verbatim": REPORTED[row["ae_term"]],
        "ae_ongoing": "1" if is_open else "0",
        "serious_criteria": (["LIFE"] if grade > SERIOUS_GRADE else ["HOSP"]) if is_serious else None,
        "hospitalized_days": draw.whole(3, 14) if is_serious else None,
        "action_taken": [_action(row, grade=grade)],
        "sir_class": SIR_CLASSES[grade] if is_complication else None,
        "clavien_dindo": "0" if case.had("sr", "lt", by=onset) else None,
    }


def _action(row: Row, *, grade: int) -> str:
    if grade == 1:
        return "NONE"
    if row.get("related_ici") in AT_LEAST_POSSIBLE:
        return "STEROID" if grade >= SERIOUS_GRADE else "DELAY"
    return {2: "OTH", 3: "DELAY"}.get(grade, "STOP")


def _relations(row: Row, *, case: Case) -> Row:
    """To every treatment given before; what is not told of is unlikely."""
    onset: date = row["ae_onset_date"]
    values: Row = {f"related_{t}": "2" if case.draw.chance(0.4) else "1" for t in RELATED if case.had(t, by=onset)}
    if case.had("ici", by=onset):
        values |= {"immune_related": "1" if row.get("related_ici") in AT_LEAST_POSSIBLE else "0"}
    return values
