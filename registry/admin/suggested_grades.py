"""Which CTCAE grade the laboratory suggests for each adverse event of a patient, from the values measured while it lasted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from registry.clinical.adverse_events.laboratory_grading import Circumstances, Suggestion, analytes_of, suggestions
from registry.queries.records import PatientRows, Row

# Without a resolution an event is taken to last a cycle of treatment: what is measured later belongs to another one.
OPEN_DAYS = 28


def suggested_grades(rows: PatientRows, *, sex: str | None) -> dict[int, Suggestion]:
    """By the identifier of the event; the highest of the values measured from its onset to its resolution."""
    panels = _panels(rows)
    found: dict[int, Suggestion] = {}
    for event in rows.rows.get("adverseevent", ()):
        grades = list(_grades(event, panels=panels, sex=sex))
        if grades:
            found[event["id"]] = max(grades, key=lambda suggestion: suggestion.grade)
    return found


def _panels(rows: PatientRows) -> dict[date, dict[str, float]]:
    days = {row["id"]: row.get("assessment_date") for row in rows.rows.get("assessment", ())}
    panels: dict[date, dict[str, float]] = defaultdict(dict)
    for result in rows.rows.get("labresult", ()):
        day = days.get(result.get("assessment_id"))
        if day and "value" in result:
            panels[day][result["analyte_code"]] = result["value"]
    return panels


def _grades(event: Row, *, panels: Mapping[date, Mapping[str, float]], sex: str | None) -> Iterator[Suggestion]:
    term, onset, version = event.get("ae_term"), event.get("ae_onset_date"), event.get("ctcae_version")
    if not (term and onset and version) or not analytes_of(term, version=version):
        return
    end = event.get("ae_resolution_date") or onset + timedelta(days=OPEN_DAYS)
    before = [panels[day] for day in sorted(panels) if day < onset]
    baselines: dict[str, Any] = dict(before[-1]) if before else {}
    for day, values in panels.items():
        if onset <= day <= end:
            graded = suggestions(values, baselines=baselines, version=version, circumstances=Circumstances(sex=sex))
            if term in graded:
                yield graded[term]
