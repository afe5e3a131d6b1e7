"""What was observed of the patients of a study after time zero: times to events, responses, complications, adverse events."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.cohort.adverse_events import about_adverse_events, risk_of
from analytics.cohort.columns import ENTERED
from analytics.cohort.dates import date_of, dated_records, first_of, last_scan, of_unknown_baseline, progressions
from analytics.cohort.values import VALUES
from analytics.messages import Message, Notice
from analytics.protocol.conditions import variables_of
from analytics.protocol.endpoint_times import (
    DAYS_PER_MONTH,
    Dates,
    Outcome,
    censored_when_last_seen,
    counted_from,
    overall_survival,
    time_to,
    without_late_findings,
)
from analytics.protocol.endpoints.criteria import progression_code, response_variable
from analytics.protocol.endpoints.declaration import FIRST_EXTRAHEPATIC_PROGRESSION, FirstRecord
from analytics.protocol.endpoints.plans import StudyEndpoint, StudyResponse
from analytics.protocol.events import Noun
from analytics.protocol.plan import DEFINING, ENTRY, EXPOSURE
from analytics.protocol.population import Selection, StudyProtocol
from analytics.stats.event_times import Floats

LAST_CONTACT, NOTABLE_LOSS = "days_since_last_contact", 0.05
EARLIER = (
    "Progressions on or before the day from which {name} is counted, not taken for its event: {count}.",
    "{name} 起算当日或之前的进展 {count} 条，未计为事件。",
)
OTHER_CRITERIA = (
    "Progression records made by other criteria than {name} asks for, or by none, not counted: {count}.",
    "{count} 条进展记录的判定标准与 {name} 要求的不同或未填写，未计入。",
)
DERIVED_COUNT = (
    "{name}: responses as entered that differ from the derived ones, which counted: {count}.",
    "{name}：与推导结果不一致的录入疗效 {count} 条，以推导结果计。",
)
ENTERED_COUNT = (
    "{name}: responses as entered that differ from the derived ones and counted: {count}.",
    "{name}：与推导结果不一致的录入疗效 {count} 条，以录入结果计。",
)
UNKNOWN_BASELINE = (
    "Invasion or metastasis after the start of {name}, not taken for its event as the baseline is unknown, in patients: {count}.",
    "{name} 起点后有血管侵犯或转移、但基线未知的患者 {count} 例，未计为事件。",
)


def outcome_columns(selection: Selection, *, protocol: StudyProtocol) -> dict[str, object]:
    """The columns of the frame that follow time zero: each endpoint, the wait for the arm, the time at risk of harm."""
    columns: dict[str, object] = {}
    dates = _dates(selection.patients, since=protocol.time_zero)
    for name, plan in protocol.endpoints.items():
        if isinstance(plan, StudyResponse):
            columns[f"{name}_value"] = VALUES[plan.declared.value.name](
                selection, plan=plan, protocol=protocol
            ).to_list()
        else:
            outcome = outcome_of(plan, selection=selection, protocol=protocol)
            columns[f"{name}_time"], columns[f"{name}_event"] = outcome.months.to_numpy(), outcome.event.to_numpy()
            if protocol.entry is not None and (plan.since or plan.declared.start.fact):
                start = started(plan, selection=selection, protocol=protocol).time_zero
                columns[f"{name}_entry"] = months_between(start, until=selection.patients[f"{protocol.entry}.date"])
    for column, event in ((DEFINING, protocol.defining), (ENTRY, protocol.entry)):
        if event is not None:
            columns[column] = months_between(dates.time_zero, until=selection.patients[f"{event}.date"])
    if protocol.safety is not None:
        risk = risk_of(selection, plan=protocol.safety, protocol=protocol)
        at_risk = replace(dates, time_zero=risk.start, stop=risk.end)
        columns[EXPOSURE] = overall_survival(at_risk, cutoff=protocol.cutoff).months.to_numpy()
    return columns


def months_between(start: pd.Series, *, until: pd.Series) -> Floats:
    """Below zero where it came before, NaN where either is unknown."""
    return np.asarray((until - start).dt.days / DAYS_PER_MONTH, dtype=float)


def about_records(selection: Selection, *, protocol: StudyProtocol) -> tuple[Notice, ...]:
    """Records of the patients that an endpoint needed and could not use."""
    return (
        *about_adverse_events(selection, protocol=protocol),
        *_about_types(selection, protocol=protocol),
        *_about_endpoints(selection, protocol=protocol),
        *_about_tumors(selection),
        *_about_losses(selection, protocol=protocol),
    )


def started(plan: StudyEndpoint, *, selection: Selection, protocol: StudyProtocol) -> Dates:
    """The dates from which the endpoint is counted, and where its follow-up stops."""
    patients = selection.patients
    dates = _dates(patients, since=plan.since or protocol.time_zero)
    if plan.censor_at:
        stops = pd.concat([patients[f"{name}.date"] for name in plan.censor_at], axis=1).min(axis=1)
        dates = replace(dates, stop=stops.where(stops > dates.time_zero))
    fact = plan.declared.start.fact
    if fact is None:
        return dates
    return counted_from(dates, start=date_of(fact, selection=selection, after=dates.time_zero, plan=plan))


def _dates(patients: pd.DataFrame, *, since: str) -> Dates:
    return Dates(
        time_zero=patients[f"{since}.date"],
        death=patients["death_date"],
        died=patients["died"].astype(bool),
        last_contact=patients["last_contact_date"],
    )


def outcome_of(plan: StudyEndpoint, *, selection: Selection, protocol: StudyProtocol) -> Outcome:
    """The dates of the endpoint, follow-up cut as the protocol says, then its time."""
    cutoff, declared = protocol.cutoff, plan.declared
    dates = started(plan, selection=selection, protocol=protocol)
    if declared.is_survival:
        return overall_survival(dates, cutoff=cutoff)
    found = first_of(declared.event, selection=selection, after=dates.time_zero, plan=plan)
    dates, found = _assessed(plan, dates=dates, event_date=found, selection=selection, cutoff=cutoff)
    return time_to(dates, event_date=found, death=plan.death, cutoff=cutoff)


def _assessed(
    plan: StudyEndpoint, *, dates: Dates, event_date: pd.Series, selection: Selection, cutoff: pd.Timestamp
) -> tuple[Dates, pd.Series]:
    """Where imaging tells, follow-up ends at the last scan; an event after missed scans is censored at the scan before it."""
    limit = pd.Series(cutoff, index=event_date.index)
    if dates.stop is not None:
        limit = limit.where(dates.stop.isna() | (dates.stop > limit), dates.stop)
    if plan.missed_after_days is not None:
        first = event_date if plan.death != "event" else event_date.fillna(dates.death)
        first = first.where(~(dates.death < first) | (plan.death != "event"), dates.death)
        before = last_scan(selection, until=first - pd.Timedelta(days=1))
        _, is_late = without_late_findings(
            first, scan_before=before, time_zero=dates.time_zero, most_days=plan.missed_after_days
        )
        seen = before.where(before >= dates.time_zero, dates.time_zero)
        stop = seen.where(is_late, dates.stop if dates.stop is not None else pd.NaT)
        dates = replace(dates, stop=pd.to_datetime(stop))
    if plan.assessment == "imaging":
        dates = censored_when_last_seen(dates, scan=last_scan(selection, until=limit))
    return dates, event_date


def _about_tumors(selection: Selection) -> Iterator[Notice]:
    """Rule V-P10: the studies are of hepatocellular carcinoma, and a protocol may have forgotten to say so."""
    if "tumor_type" not in selection.patients:
        return
    others = int((selection.patients["tumor_type"] != "HCC").sum())
    if others:
        message = Message(
            en=f"Patients with a tumor other than hepatocellular carcinoma: {others}. Exclude them or justify including them.",
            zh=f"{others} 例患者的肿瘤类型不是肝细胞癌。请排除或说明理由。",
        )
        yield Notice(code="other_tumor_type", message=message, where="flow")


def _about_losses(selection: Selection, *, protocol: StudyProtocol) -> Iterator[Notice]:
    """Rule V-B12: who is lost is seldom lost by chance, so leaving them out may bend survival."""
    losses = {
        criterion.id for criterion in protocol.population.eligibility if LAST_CONTACT in variables_of(criterion.keep)
    }
    for step in selection.steps:
        share = step.removed / max(step.removed + step.remaining, 1)
        if step.id in losses and share > NOTABLE_LOSS:
            message = Message(
                en=f"{share:.1%} of the patients were excluded as lost to follow-up, which may bias survival.",
                zh=f"{share:.1%} 的患者因失访被排除，可能使生存结果产生偏倚。",
            )
            yield Notice(code="lost_to_follow_up", message=message, where=f"flow.{step.id}")


def _about_types(selection: Selection, *, protocol: StudyProtocol) -> Iterator[Notice]:
    times = [plan.declared for plan in protocol.endpoints.values() if isinstance(plan, StudyEndpoint)]
    if not any(FIRST_EXTRAHEPATIC_PROGRESSION in declared.event for declared in times):
        return
    progressions = selection.records[Noun.PROGRESSION]
    mine = progressions[progressions["patient"].isin(selection.patients.index)]
    untyped = int(mine["progression_type"].isna().sum())
    if untyped:
        message = Message(
            en=f"Progressions without a recorded type, counted as intrahepatic: {untyped}.",
            zh=f"{untyped} 条进展记录未填写类型，按肝内进展计。",
        )
        yield Notice(code="progression_untyped", message=message, where="endpoints")


def _about_endpoints(selection: Selection, *, protocol: StudyProtocol) -> Iterator[Notice]:
    """What an endpoint did not count, and a reader may ask about."""
    for name, plan in protocol.endpoints.items():
        start = selection.patients[f"{plan.since or protocol.time_zero}.date"]
        if isinstance(plan, StudyResponse):
            found = _uncounted_responses(plan, selection=selection, start=start)
        else:
            found = _uncounted(plan, selection=selection, start=start)
        for code, (count, en, zh) in found.items():
            if count:
                message = Message(en=en.format(name=name, count=count), zh=zh.format(name=name, count=count))
                yield Notice(code=code, message=message, where=f"endpoints.{name}")


def _uncounted(plan: StudyEndpoint, *, selection: Selection, start: pd.Series) -> dict[str, tuple[int, str, str]]:
    found: dict[str, tuple[int, str, str]] = {}
    if "events" in plan.declared.options and plan.events != "ever":
        found["earlier_events"] = (_earlier(plan, selection=selection, start=start), *EARLIER)
    if plan.criteria is not None and plan.progression != "scans":
        mine = selection.records[Noun.PROGRESSION]
        mine = mine[mine["patient"].isin(start.index)]
        others = int((mine["progression_criteria"] != progression_code(plan.criteria)).sum())
        found["progression_by_other_criteria"] = (others, *OTHER_CRITERIA)
    if "growth_pct" in plan.declared.options:
        found["baseline_unknown"] = (of_unknown_baseline(selection, after=start), *UNKNOWN_BASELINE)
    return found


def _uncounted_responses(
    plan: StudyResponse, *, selection: Selection, start: pd.Series
) -> dict[str, tuple[int, str, str]]:
    """Responses after the start that the center called otherwise than they are derived."""
    if not plan.reads_responses:
        return {}
    scans, variable = selection.records[Noun.IMAGING], response_variable(plan.criteria)
    late = scans[scans["date"] > scans["patient"].map(start)]
    entered = late[ENTERED + variable]
    differing = int((entered.notna() & (entered != late[variable])).sum())
    return {"responses_differ": (differing, *(DERIVED_COUNT if plan.response == "derived" else ENTERED_COUNT))}


def _earlier(plan: StudyEndpoint, *, selection: Selection, start: pd.Series) -> int:
    """Progressions on or before the start, of the kind that the endpoint takes."""
    records = [fact for fact in plan.declared.event if isinstance(fact, FirstRecord)]
    dated = (
        pd.concat([dated_records(fact, selection=selection, plan=plan) for fact in records])
        if records
        else progressions(selection, after=start - pd.Timedelta(days=36525), plan=plan)
    )
    return int((dated["date"] <= dated["patient"].map(start)).sum())
