"""What is computed of a patient's treatments: order, courses, lines, doses relative to the body, verdicts on the specimen."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from registry.clinical.adverse_events.complications import Event as Complaint
from registry.clinical.adverse_events.complications import post_embolization_syndrome
from registry.clinical.codes import flag
from registry.clinical.dosing.agents import is_anti_angiogenic, is_pd1_or_pdl1, regimen_class
from registry.clinical.dosing.doses import dose_per_m2
from registry.clinical.response.pathology import (
    conversion_surgery,
    major_pathological_response,
    pathological_complete_response,
)
from registry.clinical.sequence import (
    HAIC_MODALITIES,
    TACE_MODALITIES,
    Course,
    Exposure,
    HaicRelation,
    course_sequences,
    haic_courses,
    tace_combination,
)
from registry.clinical.timeline import Event, Kind, Record, Timeline, first_agent_start, haic_dates, tace_dates
from registry.derived.record import ENTITY_OF_KIND, INDEX_ENTITIES, TREATMENT_TYPE, YES, DerivedRecord, coded_flag
from registry.derived.transplant import criteria_met
from registry.rules.facts import body_on

WITH_SYNDROME = TACE_MODALITIES | {"TAE", "TARE"}
ENDS_A_LINE = frozenset({"PD", "TOX"})  # reasons for stopping after which another treatment is another line
COMPLICATION_DAYS = timedelta(days=90)
CLAVIEN_DINDO = ("0", "I", "II", "IIIa", "IIIb", "IVa", "IVb", "V")


def derived_treatments(timeline: Timeline) -> Iterator[DerivedRecord]:
    """One for each treatment and each drug given into an artery, in the order of the timeline."""
    treatments = timeline.of(*INDEX_ENTITIES)
    lines = treatment_lines(timeline)
    own = {
        Kind.TRANSARTERIAL: _sessions(timeline),
        Kind.ABLATION: partial(_ablation, lesions=timeline.rows("ablationlesion")),
        Kind.RESECTION: partial(_resection, timeline=timeline),
        Kind.TRANSPLANT: partial(criteria_met, timeline=timeline),
        Kind.SYSTEMIC_START: _systemic(timeline),
    }
    for place, event in enumerate(treatments):
        values: dict[str, Any] = {"treatment_type": TREATMENT_TYPE[event.kind], "is_index": coded_flag(place == 0)}
        if event.kind is not Kind.SYSTEMIC_START:  # whose line_no counts systemic lines alone
            values["line_no"] = lines[place]
        if event.kind in own:
            values |= own[event.kind](event)
        yield DerivedRecord(entity=ENTITY_OF_KIND[event.kind], record=event.record, values=values)
    yield from _drugs(timeline)


def treatment_lines(timeline: Timeline) -> tuple[int, ...]:
    """The line of each treatment in order: one more where another treatment follows progression or intolerance.

    A session of the kind given before goes on with its line, whatever was seen between.
    """
    ends = _ends_of_lines(timeline)
    lines: list[int] = []
    known: set[str] = set()
    since: date | None = None
    for event in timeline.of(*INDEX_ENTITIES):
        strategy = str(event.record.get("agent_code") or TREATMENT_TYPE[event.kind])
        has_failed = since is not None and any(since < day <= event.day for day in ends)
        is_next = has_failed and strategy not in known
        if is_next or since is None:
            since, known = event.day, set()
        known.add(strategy)
        lines.append((lines[-1] if lines else 1) + is_next)
    return tuple(lines)


def _ends_of_lines(timeline: Timeline) -> frozenset[date]:
    seen = {event.day for event in timeline.of(Kind.PROGRESSION)}
    for event in timeline.of(*INDEX_ENTITIES):
        if event.record.get("stop_reason") in ENDS_A_LINE:
            seen.add(event.record.get("end_date") or event.record.get("agent_stop_date") or event.day)
    return frozenset(seen)


def _sessions(timeline: Timeline) -> Any:
    days = [event.day for event in timeline.of(Kind.TRANSARTERIAL)]
    numbers = {id(event.record): number for number, event in enumerate(timeline.of(Kind.TRANSARTERIAL), start=1)}
    courses = haic_courses(haic_dates(timeline))
    complaints = [_complaint(event) for event in timeline.of(Kind.ADVERSE_EVENT) if event.record.get("ae_term")]
    return partial(_session, days=days, numbers=numbers, courses=courses, complaints=complaints)


def _complaint(event: Event) -> Complaint:
    return Complaint(term=event.record["ae_term"], onset=event.day, resolution=event.record.get("ae_resolution_date"))


def _session(
    event: Event,
    *,
    days: Sequence[date],
    numbers: Mapping[int, int],
    courses: Sequence[Course],
    complaints: Sequence[Complaint],
) -> dict[str, Any]:
    earlier = [day for day in days if day < event.day]
    modality = event.record.get("modality")
    course = next((c for c in courses if event.day in c.dates), None) if modality in HAIC_MODALITIES else None
    syndrome = None
    if modality in WITH_SYNDROME and complaints:  # without any event recorded nobody may have looked
        syndrome = post_embolization_syndrome(complaints, session_date=event.day)
    return {
        "session_no": numbers[id(event.record)],
        "days_since_previous": (event.day - earlier[-1]).days if earlier else None,
        "course_id": f"HAIC-{course.number}" if course else None,
        "cycle_no": course.cycle_no(event.day) if course else None,
        "post_embolization_syndrome": coded_flag(syndrome),
    }


def _ablation(event: Event, *, lesions: Sequence[Record]) -> dict[str, Any]:
    mine = ("start_date", "ablation_modality")
    treated = [row for row in lesions if all(row.get(name) == event.record.get(name) for name in mine)]
    verdicts = [flag(row.get("lesion_complete")) for row in treated]
    if False in verdicts:
        return {"complete_ablation_1m": "0"}
    whole = event.record.get("lesions_ablated") in {None, len(treated)}
    return {"complete_ablation_1m": YES if verdicts and None not in verdicts and whole else None}


def _resection(event: Event, *, timeline: Timeline) -> dict[str, Any]:
    viable = event.record.get("viable_tumor_pct")
    earlier = [TREATMENT_TYPE[other.kind] for other in timeline.of(*INDEX_ENTITIES) if other.day < event.day]
    patient = next(iter(timeline.rows("patient")), {})
    conversion = conversion_surgery(patient.get("resectability_index"), earlier_types=earlier)
    return {
        "pcr": coded_flag(pathological_complete_response((viable,))),
        "mpr": coded_flag(major_pathological_response(viable)),
        "conversion_surgery": coded_flag(conversion),
        "clavien_dindo_max": _worst_complication(event, timeline=timeline),
    }


def _worst_complication(event: Event, *, timeline: Timeline) -> str | None:
    """The highest grade of an event within 90 days; None without any, for that nothing happened is for the center to say."""
    after = timeline.between(event.day, end=event.day + COMPLICATION_DAYS).of(Kind.ADVERSE_EVENT)
    grades = [other.record.get("clavien_dindo") for other in after]
    known = [grade for grade in grades if grade in CLAVIEN_DINDO]
    return max(known, key=CLAVIEN_DINDO.index, default=None)


def _systemic(timeline: Timeline) -> Any:
    codes: dict[Any, set[str]] = {}
    for event in timeline.of(Kind.SYSTEMIC_START):
        codes.setdefault(event.record.get("line_no"), set()).add(event.record.get("agent_code") or "")
    last = max((event.day for event in timeline.events), default=None)
    relation = _haic_relation(timeline)
    return partial(_agent, lines=codes, haic_relation=relation, tace=tace_dates(timeline), known_until=last)


def _haic_relation(timeline: Timeline) -> str | None:
    """Rule S1, of the first course; the end of its first cycle where it is recorded."""
    sessions = [e for e in timeline.of(Kind.TRANSARTERIAL) if e.record.get("modality") in HAIC_MODALITIES]
    courses = course_sequences(
        {event.day: event.record.get("end_date") for event in reversed(sessions)},
        anti_angiogenic_start=first_agent_start(timeline, counts=is_anti_angiogenic),
        pd1_or_pdl1_start=first_agent_start(timeline, counts=is_pd1_or_pdl1),
    )
    return str(courses[0][1].relation if courses else HaicRelation.NOT_APPLICABLE)


def _agent(
    event: Event,
    *,
    lines: Mapping[Any, set[str]],
    haic_relation: str | None,
    tace: Sequence[date],
    known_until: date | None,
) -> dict[str, Any]:
    stop = event.record.get("agent_stop_date")
    exposure = Exposure(start=event.day, stop=stop, known_until=known_until)
    relation = tace_combination(tace, exposure=exposure).relation
    return {
        "regimen_class": regimen_class(sorted(lines[event.record.get("line_no")])),
        "haic_relation": haic_relation,
        "combo_relation_tat": None if relation is None else str(relation),
    }


def _drugs(timeline: Timeline) -> Iterator[DerivedRecord]:
    for row in timeline.rows("transarterialagent"):
        body = body_on(row.get("start_date"), assessments=timeline.rows("assessment"))
        per_m2 = dose_per_m2(row.get("dose_mg"), surface_m2=body.get("body_surface_m2"))
        yield DerivedRecord(entity="transarterialagent", record=row, values={"dose_per_m2": per_m2})
