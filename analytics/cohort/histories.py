"""What the records tell of each patient of a study beside the comparison: treatments, tumors before and after, complications."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from analytics.cohort.values import MAJOR, MINOR, events_of
from analytics.frame import Histories
from analytics.protocol.endpoint_times import DAYS_PER_MONTH
from analytics.protocol.endpoints.criteria import sum_variable
from analytics.protocol.endpoints.plans import StudyResponse
from analytics.protocol.events import EventRule, Noun
from analytics.protocol.population import Selection, StudyProtocol

LOCAL = frozenset({Noun.RESECTION, Noun.ABLATION, Noun.TRANSPLANT})
TREATMENTS = (
    Noun.TRANSARTERIAL,
    Noun.SYSTEMIC,
    Noun.RESECTION,
    Noun.ABLATION,
    Noun.RADIOTHERAPY,
    Noun.TRANSPLANT,
    Noun.OTHER_TREATMENT,
)
ENDS: Mapping[Noun, str] = {Noun.SYSTEMIC: "agent_stop_date"}
COMPLICATION = "COMPLICATION"


def histories(selection: Selection, *, protocol: StudyProtocol) -> Histories:
    """Of the kinds of record that the study reads; no other is read for it."""
    patients = selection.patients
    start = patients[f"{protocol.time_zero}.date"]
    columns = {
        **_fates(selection, start=start, protocol=protocol),
        **_downstaging(selection, start=start, protocol=protocol),
        **_changes(selection, start=start, protocol=protocol),
    }
    persons = pd.DataFrame({"id": patients.index.astype(str), **{name: of.to_numpy() for name, of in columns.items()}})
    return Histories(
        persons=persons,
        treatments=_treatments(selection, start=start),
        complications=_complications(selection, protocol=protocol),
    )


def _months(days: pd.Series) -> pd.Series:
    return (days.dt.days / DAYS_PER_MONTH).astype(float)


def _fates(selection: Selection, *, start: pd.Series, protocol: StudyProtocol) -> dict[str, pd.Series]:
    patients, progression = selection.patients, selection.records[Noun.PROGRESSION]
    end = patients["death_date"].fillna(patients["last_contact_date"])
    later = progression[progression["date"] > progression["patient"].map(start)]
    first = (
        later.sort_values("date", kind="stable").drop_duplicates("patient").set_index("patient").reindex(start.index)
    )
    return {
        "year": start.dt.year.astype(float),
        "followed_months": _months(end.where(~(end > protocol.cutoff), protocol.cutoff) - start),
        "died": patients["died"].fillna(value=False).astype(bool),
        "progression_months": _months(first["date"] - start),
        "after_progression": first["post_progression_therapy"].astype(object).where(first["date"].notna(), None),
    }


def _downstaging(selection: Selection, *, start: pd.Series, protocol: StudyProtocol) -> dict[str, pd.Series]:
    """Where a local treatment after transarterial sessions makes the arm."""
    act = _local_treatment(selection, protocol=protocol)
    if act is None or not {Noun.ASSESSMENT, Noun.TRANSARTERIAL} <= selection.records.keys():
        return {}
    sessions = selection.records[Noun.TRANSARTERIAL]
    mine = _between(sessions, first=start, last=act - pd.Timedelta(days=1))
    seen = selection.records[Noun.ASSESSMENT].sort_values("date", kind="stable")
    before = _between(seen, first=start - pd.Timedelta(days=36525), last=start)
    after = _between(seen, first=start + pd.Timedelta(days=1), last=act)
    return {
        "sessions": mine.groupby("patient").size().reindex(start.index).fillna(0).astype(float).where(act.notna()),
        "number_before": _last(before, name="whole_tumor_number", index=start.index),
        "number_after": _last(after, name="viable_tumor_number", index=start.index),
        "size_before_cm": _last(before, name="whole_max_diameter_cm", index=start.index),
        "size_after_cm": _last(after, name="viable_max_diameter_cm", index=start.index),
    }


def _local_treatment(selection: Selection, *, protocol: StudyProtocol) -> pd.Series | None:
    """Its day, where one makes the arm."""
    rule = None if protocol.defining is None else protocol.population.events[protocol.defining]
    if isinstance(rule, EventRule) and {*rule.records} <= LOCAL:
        return selection.patients[f"{protocol.defining}.date"]
    return None


def _changes(selection: Selection, *, start: pd.Series, protocol: StudyProtocol) -> dict[str, pd.Series]:
    """By the first endpoint that reads responses: its criteria say which diameter, its events when. A local treatment that makes
    the arm ends it."""
    plan = next((p for p in protocol.endpoints.values() if isinstance(p, StudyResponse) and p.reads_responses), None)
    if plan is None or Noun.IMAGING not in selection.records:
        return {}
    name, patients = sum_variable(plan.criteria), selection.patients
    since = start if plan.since is None else patients[f"{plan.since}.date"]
    until = pd.Series(protocol.cutoff, index=start.index)
    if plan.until is not None:
        until = patients[f"{plan.until}.date"].fillna(protocol.cutoff)
    act = _local_treatment(selection, protocol=protocol)
    if act is not None:
        until = until.where(~(act <= until), act - pd.Timedelta(days=1))
    scans = selection.records[Noun.IMAGING].sort_values("date", kind="stable")
    first = _last(_between(scans, first=since - pd.Timedelta(days=36525), last=since), name=name, index=start.index)
    later = _between(scans, first=since + pd.Timedelta(days=1), last=until)
    least = later.groupby("patient")[name].min().reindex(start.index)
    return {"change_pct": (100 * (least - first) / first.where(first > 0)).astype(float)}


def _between(records: pd.DataFrame, *, first: pd.Series, last: pd.Series) -> pd.DataFrame:
    patient, date = records["patient"], records["date"]
    return records[(date >= patient.map(first)) & (date <= patient.map(last))]


def _last(records: pd.DataFrame, *, name: str, index: pd.Index) -> pd.Series:
    """The last known value of each patient."""
    known = records[records[name].notna()]
    return known.drop_duplicates("patient", keep="last").set_index("patient")[name].reindex(index).astype(float)


def _treatments(selection: Selection, *, start: pd.Series) -> pd.DataFrame:
    found = [
        _of_noun(selection.records[noun], noun=noun, start=start) for noun in TREATMENTS if noun in selection.records
    ]
    columns = ["id", "kind", "start_months", "end_months"]
    if not found:
        return pd.DataFrame(columns=columns)
    together = pd.concat(found)[columns]
    return together.sort_values(["id", "start_months", "kind"]).reset_index(drop=True)


def _of_noun(records: pd.DataFrame, *, noun: Noun, start: pd.Series) -> pd.DataFrame:
    mine = records[records["date"] >= records["patient"].map(start)]
    begun = mine["patient"].map(start)
    ends = mine[ENDS[noun]] if noun in ENDS and ENDS[noun] in mine else pd.Series(pd.NaT, index=mine.index)
    return pd.DataFrame(
        {
            "id": mine["patient"].astype(str),
            "kind": _kinds(mine, noun=noun),
            "start_months": _months(mine["date"] - begun),
            "end_months": _months(pd.to_datetime(ends) - begun),
        }
    )


def _kinds(records: pd.DataFrame, *, noun: Noun) -> pd.Series | str:
    """Sessions through the artery are TACE or HAIC where either is known."""
    if noun is not Noun.TRANSARTERIAL:
        return noun.value
    kinds = np.where(records["is_tace"].fillna(value=False), "tace", noun.value)
    return pd.Series(np.where(records["is_haic"].fillna(value=False), "haic", kinds), index=records.index)


def _complications(selection: Selection, *, protocol: StudyProtocol) -> pd.DataFrame | None:
    """Those that the endpoint of complications counts: in time, with a class of the Society of Interventional Radiology."""
    plan = next((p for p in protocol.endpoints.values() if p.kind == COMPLICATION), None)
    if not isinstance(plan, StudyResponse):
        return None
    events = events_of(selection)
    since = selection.patients[f"{plan.since or protocol.time_zero}.date"]
    days = (events["date"] - events["patient"].map(since)).dt.days
    mine = events[days.between(0, plan.days)]
    return pd.concat(_of_class(mine)).reset_index(drop=True)


def _of_class(events: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for kind, classes in (("major", MAJOR), ("minor", MINOR)):
        of_kind = events[events["sir_class"].isin(classes)]
        yield pd.DataFrame({"id": of_kind["patient"].astype(str), "term": of_kind["ae_term"], "kind": kind})
