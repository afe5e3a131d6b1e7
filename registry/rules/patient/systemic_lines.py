"""Checks of the lines of systemic therapy against each other."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from registry.clinical.timeline import Event, Kind, Timeline
from registry.rules.check import Row, Severity
from registry.rules.patient_check import Hit, PatientCheck

ENTITY = "systemicagent"
DAY = date(2021, 6, 1)


def _first_agents(timeline: Timeline) -> list[Event]:
    """The first agent of each line, in the order of the lines."""
    first: dict[int, Event] = {}
    for event in timeline.of(Kind.SYSTEMIC_START):
        if event.record.get("line_no") is not None:
            first.setdefault(event.record["line_no"], event)
    return [first[number] for number in sorted(first)]


def _out_of_order(timeline: Timeline) -> Iterator[Hit]:
    for before, after in pairwise(_first_agents(timeline)):
        if after.day < before.day:
            values = {
                "line": after.record["line_no"],
                "start": after.day,
                "former": before.record["line_no"],
                "start_of_former": before.day,
            }
            yield Hit(records=(after.record, before.record), values=values)


def _lines(*days: int) -> dict[str, list[Row]]:
    agents = ("LENVATINIB", "REGORAFENIB")
    return {
        ENTITY: [
            {"line_no": number, "agent_code": agent, "agent_start_date": DAY + timedelta(days=day)}
            for number, (agent, day) in enumerate(zip(agents, days, strict=True), start=1)
        ]
    }


PATIENT_CHECKS = (
    PatientCheck(
        code="V-L01",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("line_no", "agent_start_date"),
        message=_(
            "Line {line} of systemic therapy starts on {start}, before line {former} on {start_of_former}. Check the "
            "line numbers and dates."
        ),
        hits=_out_of_order,
        passing=_lines(0, 0),
        failing=_lines(1, 0),
        source="5.7",
    ),
)
