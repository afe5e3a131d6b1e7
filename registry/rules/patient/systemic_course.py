"""Checks of systemic agents against each other, against HAIC and against the risk of bleeding."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import combinations

from django.utils.translation import gettext_lazy as _

from registry.clinical.dosing.agents import is_anti_angiogenic, is_pd1_or_pdl1, lookup
from registry.clinical.sequence import HaicRelation, haic_courses, haic_sequence
from registry.clinical.timeline import Event, Kind, Timeline, first_agent_start, haic_dates
from registry.rules.check import Row, Severity
from registry.rules.patient_check import Hit, PatientCheck

ENTITY = "systemicagent"
DAY = date(2021, 6, 1)
TKI_OVERLAP_DAYS = 14  # shorter is a change from one to the other
BLEEDING_BEFORE_DAYS = 183
BLEEDING_WORDS = ("hemorrhage", "epistaxis")


def _is_tki(agent_code: str | None) -> bool:
    agent = lookup(agent_code)
    return agent is not None and agent.agent_class == "TKI"


def _overlap_days(one: Event, *, other: Event, until: date) -> int:
    ends = [event.record.get("agent_stop_date") or until for event in (one, other)]
    return (min(ends) - max(one.day, other.day)).days


def _overlapping(
    code_is_meant: Callable[[str | None], bool | None], *, longer_than_days: int
) -> Callable[[Timeline], Iterator[Hit]]:
    def hits(timeline: Timeline) -> Iterator[Hit]:
        taken = [e for e in timeline.of(Kind.SYSTEMIC_START) if code_is_meant(e.record.get("agent_code"))]
        until = timeline.events[-1].day if timeline.events else date.max
        for one, other in combinations(taken, 2):
            days = _overlap_days(one, other=other, until=until)
            if one.record["agent_code"] != other.record["agent_code"] and days > longer_than_days:
                yield Hit(records=(other.record, one.record), values={"other": one.record["agent_code"], "days": days})

    return hits


def _overlap(
    code_is_meant: Callable[[str | None], bool | None], *, longer_than_days: int, agents: tuple[str, str]
) -> PatientCheck:
    def periods(days: int) -> list[Row]:
        stop = DAY + timedelta(days=days)
        first = {"agent_code": agents[0], "agent_start_date": DAY - timedelta(days=60), "agent_stop_date": stop}
        return [first, {"agent_code": agents[1], "agent_start_date": DAY, "agent_stop_date": stop}]

    return PatientCheck(
        code="V-T23",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("agent_start_date",),
        message=_(
            "This agent overlaps with {other}, a drug of the same class, for {days} days. "
            "Check the start and stop dates."
        ),
        hits=_overlapping(code_is_meant, longer_than_days=longer_than_days),
        passing={ENTITY: periods(longer_than_days)},
        failing={ENTITY: periods(longer_than_days + 1)},
    )


def _bled(timeline: Timeline, *, before: date) -> list[Row]:
    return [
        event.record
        for event in timeline.of(Kind.ADVERSE_EVENT)
        if 0 <= (before - event.day).days <= BLEEDING_BEFORE_DAYS
        and any(word in (event.record.get("ae_term") or "").casefold() for word in BLEEDING_WORDS)
    ]


def _bevacizumab_at_risk(timeline: Timeline) -> Iterator[Hit]:
    severe = [row for row in timeline.rows("patient") if row.get("varices") == "SEV"]
    for event in timeline.of(Kind.SYSTEMIC_START):
        risks = [*severe, *_bled(timeline, before=event.day)]
        if event.record.get("agent_code") == "BEVACIZUMAB" and risks:
            yield Hit(records=(event.record, *risks))


def _indeterminate(timeline: Timeline) -> Iterator[Hit]:
    """Rule S1 is about the first course of HAIC and the first start of each class."""
    courses = haic_courses(haic_dates(timeline))
    relation = haic_sequence(
        courses[0] if courses else None,
        anti_angiogenic_start=first_agent_start(timeline, counts=is_anti_angiogenic),
        pd1_or_pdl1_start=first_agent_start(timeline, counts=is_pd1_or_pdl1),
    ).relation
    first = timeline.first(Kind.SYSTEMIC_START)
    if relation is HaicRelation.INDETERMINATE and first is not None:
        values = {"first": courses[0].first, "last": courses[0].last}
        yield Hit(records=(first.record,), values=values)


def _relation(days: int) -> dict[str, list[Row]]:
    def after(number: int) -> date:
        return DAY + timedelta(days=number)

    return {
        "transarterialsession": [{"start_date": after(number), "modality": "HAIC"} for number in (0, 21, 42)],
        ENTITY: [
            {"agent_code": "LENVATINIB", "agent_start_date": after(9), "agent_stop_date": None},
            {"agent_code": "CAMRELIZUMAB", "agent_start_date": after(days), "agent_stop_date": None},
        ],
    }


BEVACIZUMAB = {"agent_code": "BEVACIZUMAB", "agent_start_date": DAY, "agent_stop_date": None}

PATIENT_CHECKS = (
    _overlap(_is_tki, longer_than_days=TKI_OVERLAP_DAYS, agents=("LENVATINIB", "SORAFENIB")),
    _overlap(is_pd1_or_pdl1, longer_than_days=0, agents=("CAMRELIZUMAB", "SINTILIMAB")),
    PatientCheck(
        code="V-T25",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("agent_code",),
        message=_(
            "Bevacizumab was given despite severe varices or a hemorrhage in the preceding 6 months. Check both."
        ),
        hits=_bevacizumab_at_risk,
        passing={ENTITY: [BEVACIZUMAB], "patient": [{"diagnosis_date": DAY, "varices": "MILD"}]},
        failing={ENTITY: [BEVACIZUMAB], "patient": [{"diagnosis_date": DAY, "varices": "SEV"}]},
    ),
    PatientCheck(
        code="V-T28",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("agent_start_date",),
        message=_(
            "The start is neither simultaneous with nor sequential to the HAIC course from "
            "{first} to {last}, so the sequence is indeterminate."
        ),
        hits=_indeterminate,
        passing=_relation(20),
        failing=_relation(45),
    ),
)
