"""The adverse events of a study, and for how long each patient was at risk of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analytics.cohort.values import events_of
from analytics.frame import AdverseEvents, fingerprint
from analytics.messages import Message, Notice
from analytics.protocol.conditions import AllOf, AnyOf, Comparison, Condition, Operator, Truth, decide
from analytics.protocol.endpoint_times import DAYS_PER_MONTH
from analytics.protocol.population import Selection, StudyProtocol, StudySafety
from analytics.protocol.terms import folded
from registry.clinical.adverse_events import ctcae

RELATED = ("3", "4", "5")  # possible, probable, definite
YES = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """From which day to which each patient is at risk, both included; both missing for those who never are."""

    start: pd.Series
    end: pd.Series


def risk_of(selection: Selection, *, plan: StudySafety, protocol: StudyProtocol) -> Risk:
    """Death and last contact do not end it here: no event is recorded after them."""
    patients = selection.patients
    start = patients[f"{plan.since or protocol.time_zero}.date"]
    end = pd.Series(protocol.cutoff, index=patients.index)
    limits = [] if plan.until is None else [patients[f"{plan.until}.date"]]
    limits += [] if plan.within_days is None else [start + pd.Timedelta(days=plan.within_days)]
    for limit in limits:
        end = end.where(~(limit < end), limit)
    is_observed = start <= end
    return Risk(start=start.where(is_observed), end=end.where(is_observed))


def adverse_events(selection: Selection, *, protocol: StudyProtocol) -> AdverseEvents | None:
    """One row per adverse event of the patients at risk, graded by the version asked for; None where the study asks for none.

    Those before the time at risk are in it, with a negative start, to be counted by the engine."""
    plan = protocol.safety
    if plan is None:
        return None
    risk = risk_of(selection, plan=plan, protocol=protocol)
    events, is_asked, in_time = _asked(selection, plan=plan, risk=risk)
    of_version = _of_version(events, plan=plan)
    table = _table(events[is_asked.true & of_version & (in_time | _is_early(events, risk=risk))], risk=risk)
    at_risk = frozenset(map(str, risk.start.dropna().index))
    return AdverseEvents(
        table=table,
        source="registry",
        sha256=fingerprint(table),
        rows=len(table),
        versions=plan.ctcae or (),
        of_other_versions=tuple(events.loc[is_asked.true & in_time & ~of_version, "patient"]),
        at_risk=None if len(at_risk) == len(selection.patients) else at_risk,
    )


def about_adverse_events(selection: Selection, *, protocol: StudyProtocol) -> Iterator[Notice]:
    """What was left out: events of other versions, after the time at risk, or not decided; patients never at risk."""
    plan = protocol.safety
    if plan is None:
        return
    risk = risk_of(selection, plan=plan, protocol=protocol)
    events, is_asked, in_time = _asked(selection, plan=plan, risk=risk)
    of_version, asked = _of_version(events, plan=plan), ", ".join(plan.ctcae or ())
    late = events["date"] > events["patient"].map(risk.end)
    for code, count, en, zh in (
        ("other_ctcae_version", int((is_asked.true & in_time & ~of_version).sum()),
         f"Adverse events graded with a CTCAE version other than {asked} were excluded", f"条不良事件按 CTCAE {asked} 以外的版本分级，未计入"),
        ("adverse_event_undecided", int((is_asked.undecided & in_time & of_version).sum()),
         "Adverse events for which relatedness, seriousness or immune-relatedness is not recorded were excluded",
         "条不良事件的相关性、严重性或免疫相关性未记录，未计入"),
        ("adverse_event_after_risk", int((is_asked.true & of_version & late).sum()),
         "Adverse events after the end of the observation period were excluded", "条不良事件发生在观察期结束之后，未计入"),
        ("never_at_risk", int(risk.start.isna().sum()),
         "Patients without an observation period for adverse events were excluded from the safety analysis", "人没有不良事件观察期，未纳入安全性分析"),
    ):  # fmt: skip
        if count:
            yield Notice(code=code, message=Message(en=f"{en}: {count}.", zh=f"{count} {zh}。"), where="safety")


def _asked(selection: Selection, *, plan: StudySafety, risk: Risk) -> tuple[pd.DataFrame, Truth, pd.Series]:
    """The patients' events, whether each is of the kind asked for, and whether it is within the time at risk."""
    events = events_of(selection)
    wanted = {folded(term) for term in plan.terms}
    events = events[events["ae_term"].map(folded).isin(wanted)] if wanted else events
    condition = _condition(plan)
    everything = pd.Series(data=True, index=events.index).to_numpy()
    truth = Truth(true=everything, known=everything) if condition is None else decide(condition, frame=events)
    patient = events["patient"]
    return events, truth, (events["date"] >= patient.map(risk.start)) & (events["date"] <= patient.map(risk.end))


def _condition(plan: StudySafety) -> Condition | None:
    parts: list[Condition] = [
        Comparison(variable=name, operator=Operator.EQUALS, value=YES)
        for name, is_asked in (("serious", plan.serious), ("immune_related", plan.immune_related))
        if is_asked
    ]
    if plan.related_to:
        related = [
            Comparison(variable=f"related_{name}", operator=Operator.IN, value=RELATED) for name in plan.related_to
        ]
        parts.append(AnyOf(any=tuple(related)))
    return AllOf(all=tuple(parts)) if parts else None


def _of_version(events: pd.DataFrame, *, plan: StudySafety) -> pd.Series:
    if plan.ctcae is None:
        return pd.Series(data=True, index=events.index)
    return events["ctcae_version"].isin(plan.ctcae)


def _is_early(events: pd.DataFrame, *, risk: Risk) -> pd.Series:
    return events["date"] < events["patient"].map(risk.start)


def _table(events: pd.DataFrame, *, risk: Risk) -> pd.DataFrame:
    start = events["date"] - events["patient"].map(risk.start)
    classes = {term: found.soc for term in events["ae_term"].unique() if (found := ctcae.lookup(term))}
    versions = {version: ctcae.graded_as(version) for version in events["ctcae_version"].dropna().unique()}
    table = pd.DataFrame(
        {
            "id": events["patient"],
            "term": events["ae_term"],
            "class": events["ae_term"].map(classes).astype(object),
            "grade": pd.to_numeric(events["ae_grade"]).astype(float),
            "start_months": (start.dt.days / DAYS_PER_MONTH).astype(float),
            "version": events["ctcae_version"].map(versions).astype(object),
        }
    )
    return table.sort_values(["id", "start_months", "term"]).reset_index(drop=True)
