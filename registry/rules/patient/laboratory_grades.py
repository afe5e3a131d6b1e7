"""Checks of adverse events against the grades that the patient's laboratory values give by CTCAE."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from registry.choices import AnalyteCode
from registry.clinical.adverse_events.laboratory_grading import Circumstances, analytes_of, suggestions
from registry.clinical.codes import grade
from registry.clinical.laboratory.reference_limits import Limits
from registry.clinical.timeline import Kind, Timeline
from registry.rules.check import Row, Severity
from registry.rules.facts import facts_of_patient
from registry.rules.patient.exposure import AFTER_TREATMENT, THERAPIES
from registry.rules.patient_check import Hit, PatientCheck

DAY = date(2021, 6, 1)
LATER = DAY + timedelta(days=14)
AROUND = timedelta(days=30)  # an event and a value this close are of one episode
SEVERE = 3

Panels = Mapping[date, Sequence[Row]]


def _panels(timeline: Timeline) -> Panels:
    panels: dict[date, list[Row]] = defaultdict(list)
    for row in timeline.rows("labresult"):
        if row.get("assessment_date") is not None and row.get("analyte_code") is not None:
            panels[row["assessment_date"]].append(row)
    return dict(sorted(panels.items()))


def _facts(timeline: Timeline) -> Row:
    return facts_of_patient(timeline.records)


def _values(panel: Sequence[Row]) -> dict[str, float]:
    return {row["analyte_code"]: row["value"] for row in panel if row.get("value") is not None}


def _grades(panels: Panels, *, day: date, facts: Row, version: str) -> dict[str, int]:
    """The grade of every term that the panel of this day suggests, by term in lower case; none that only lacks a baseline."""
    panel, index = panels[day], facts.get("index_date")
    before = [values for earlier, values in panels.items() if index is not None and earlier <= index]
    limited = [row for row in panel if not (row.get("lln") is None and row.get("uln") is None)]
    codes = {row["analyte_code"]: row["value_code"] for row in panel if row.get("value_code") is not None}
    found = suggestions(
        _values(panel),
        limits={row["analyte_code"]: Limits(lln=row.get("lln"), uln=row.get("uln")) for row in limited},
        baselines=_values(before[-1]) if before else {},
        codes=codes,
        version=version,
        circumstances=Circumstances(sex=facts.get("sex")),
    )
    certain = {term: suggestion for term, suggestion in found.items() if not suggestion.is_provisional}
    return {term.casefold(): suggestion.grade for term, suggestion in certain.items()}


def _graded_otherwise(timeline: Timeline) -> Iterator[Hit]:
    panels, facts = timeline.once(_panels), timeline.once(_facts)
    for event in timeline.of(Kind.ADVERSE_EVENT) if panels else ():
        term, version, entered = (event.record.get(name) for name in ("ae_term", "ctcae_version", "ae_grade"))
        if term is None or version is None or entered is None or not analytes_of(_as_printed(term), version=version):
            continue
        last = event.record.get("ae_resolution_date") or event.day + AROUND
        during = [day for day in panels if event.day <= day <= last]
        found = [_grades(panels, day=day, facts=facts, version=version).get(term.casefold()) for day in during]
        derived = max((each for each in found if each is not None), default=None)
        if derived is not None and derived != grade(entered):
            yield Hit(records=(event.record,), values={"term": term, "entered": entered, "derived": derived})


def _as_printed(term: str) -> str:
    plain = " ".join(term.split())
    return plain[:1].upper() + plain[1:]


def _unreported(timeline: Timeline) -> Iterator[Hit]:
    """During treatment and 90 days after, as events are collected; while an agent is open the treatment goes on.

    A grade no worse than at baseline is no event (CTCAE 5.0 grades change), and one no worse than before was asked about then.
    """
    therapies = timeline.of(*THERAPIES)
    if not therapies:
        return
    is_open = any(e.record.get("agent_stop_date") is None for e in timeline.of(Kind.SYSTEMIC_START))
    end = date.max if is_open else therapies[-1].day + AFTER_TREATMENT
    panels, told, facts = timeline.once(_panels), _told(timeline), timeline.once(_facts)
    graded = {day: _grades(panels, day=day, facts=facts, version="5.0") for day in panels}
    baseline = next((graded[day] for day in reversed(graded) if day <= therapies[0].day), {})
    for former, day in pairwise(graded):
        for term, found in graded[day].items() if therapies[0].day < day <= end else ():
            is_worse = found > max(baseline.get(term, 0), graded[former].get(term, 0))
            if found >= SEVERE and is_worse and not _is_told(told.get(term, ()), day=day):
                yield from _at_result(panels[day], term=term, found=found)


def _is_told(days: Iterable[date], *, day: date) -> bool:
    return any(abs(day - other) <= AROUND for other in days)


def _told(timeline: Timeline) -> dict[str, list[date]]:
    """Every 30 days of every event, so that one that lasts is near to whatever was measured during it."""
    told: dict[str, list[date]] = defaultdict(list)
    for event in timeline.of(Kind.ADVERSE_EVENT):
        last = event.record.get("ae_resolution_date") or event.day
        days = range(0, max((last - event.day).days, 0) + 1, AROUND.days)
        told[(event.record.get("ae_term") or "").casefold()] += [event.day + timedelta(days=each) for each in days]
    return told


def _at_result(panel: Sequence[Row], *, term: str, found: int) -> Iterator[Hit]:
    meant = analytes_of(_as_printed(term))
    for row in panel:
        if row["analyte_code"] in meant:
            values = {"label": AnalyteCode(row["analyte_code"]).label, "value": row.get("value"), "grade": found}
            yield Hit(records=(row,), values=values)
            return


def _result(day: date, *, alt: float) -> Row:
    return {"assessment_date": day, "assessment_type": "BASE", "analyte_code": "alt", "value": alt, "uln": 50.0}


def _event(ae_grade: str) -> Row:
    return {
        "ae_term": "Alanine aminotransferase increased",
        "ctcae_version": "5.0",
        "ae_grade": ae_grade,
        "ae_onset_date": LATER,
    }


COURSE: dict[str, list[Row]] = {
    "resection": [{"start_date": DAY}],
    "labresult": [_result(DAY, alt=40.0), _result(LATER, alt=300.0)],
}

PATIENT_CHECKS = (
    PatientCheck(
        code="V-E06",
        severity=Severity.QUERY,
        entity="adverseevent",
        fields=("ae_grade",),
        message=_("{term}: grade {entered} was entered, but the laboratory results give grade {derived}. Check both."),
        hits=_graded_otherwise,
        passing={**COURSE, "adverseevent": [_event("3")]},
        failing={**COURSE, "adverseevent": [_event("2")]},
    ),
    PatientCheck(
        code="V-E15",
        severity=Severity.QUERY,
        entity="labresult",
        fields=("value",),
        message=_(
            "{label} {value} is grade {grade}, but no corresponding adverse event is recorded. "
            "Record it or check the value."
        ),
        hits=_unreported,
        passing={**COURSE, "adverseevent": [_event("3")]},
        failing=COURSE,
    ),
)
