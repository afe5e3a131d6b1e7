"""The dates an endpoint of the registry rests on, found in the records of the patients of a study."""

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from analytics.protocol.conditions import decide
from analytics.protocol.endpoints.declaration import FIRST_PROGRESSION, Fact, FirstRecord, Rule
from analytics.protocol.endpoints.plans import StudyEndpoint
from analytics.protocol.events import Noun
from analytics.protocol.population import Selection

GOOD = ("CR", "PR")
YES = "1"


def first_on(records: pd.DataFrame, *, after: pd.Series, strictly: bool = False) -> pd.Series:
    """The first record of each patient on or after (or strictly after) a date of theirs."""
    start = records["patient"].map(after)
    fits = records["date"] > start if strictly else records["date"] >= start
    return records[fits].groupby("patient")["date"].min().reindex(after.index)


def last_scan(selection: Selection, *, until: pd.Series) -> pd.Series:
    """The last imaging of each patient on or before a date of theirs."""
    scans = selection.records[Noun.IMAGING]
    fits = scans["date"] <= scans["patient"].map(until)
    return scans[fits].groupby("patient")["date"].max().reindex(until.index)


def date_of(fact: Fact, *, selection: Selection, after: pd.Series, plan: StudyEndpoint) -> pd.Series:
    """When each patient had the fact of an endpoint, missing where never; `after` is what its time is counted from."""
    match fact:
        case FirstRecord():
            return _first_record(fact, selection=selection, after=after, plan=plan)
        case Rule():
            return DATES[fact.name](selection, after=after, plan=plan)


def first_of(facts: Iterable[Fact], *, selection: Selection, after: pd.Series, plan: StudyEndpoint) -> pd.Series:
    """The first of several facts."""
    found = [date_of(fact, selection=selection, after=after, plan=plan) for fact in facts]
    return found[0] if len(found) == 1 else pd.concat(found, axis=1).min(axis=1)


def dated_records(fact: FirstRecord, *, selection: Selection) -> pd.DataFrame:
    """The patient and the date of every record that certainly fits the fact."""
    records = selection.records[fact.noun]
    if fact.where is not None:
        records = records[decide(fact.where, frame=records).true]
    return records[["patient"]].assign(date=records[fact.date])


def _first_record(fact: FirstRecord, *, selection: Selection, after: pd.Series, plan: StudyEndpoint) -> pd.Series:
    dated = dated_records(fact, selection=selection)
    if plan.events == "ever":
        return dated.groupby("patient")["date"].min().reindex(after.index)
    return first_on(dated, after=after, strictly=fact.since == "day after")


def _first_response(selection: Selection, *, after: pd.Series, plan: StudyEndpoint) -> pd.Series:
    """The first CR or PR by mRECIST after a date, unless progression came between."""
    scans = selection.records[Noun.IMAGING]
    found = first_on(scans[scans["response_mrecist"].isin(GOOD)], after=after, strictly=True)
    progression = date_of(FIRST_PROGRESSION, selection=selection, after=after, plan=plan)
    return found.mask(progression < found)


def _worse_than_baseline(selection: Selection, *, after: pd.Series, plan: StudyEndpoint) -> pd.Series:
    """An assessment with growth within the liver by `growth_pct` percent of the baseline diameter, new invasion of large
    vessels, new metastasis, or Child-Pugh C after a TACE, whichever is first after time zero (TACTICS; Kudo 2020)."""
    assessments = selection.records[Noun.ASSESSMENT]
    base = _baseline(assessments, time_zero=after)
    mine = assessments["patient"]
    least = mine.map(base["whole_max_diameter_cm"]) * (1 + plan.growth_pct / 100)
    grown = assessments["whole_max_diameter_cm"] >= least
    new = pd.Series(data=False, index=assessments.index)
    for name in ("whole_macrovascular_invasion", "whole_extrahepatic_metastasis"):
        new |= (assessments[name] == YES) & (mine.map(base[name]) != YES)
    sessions = selection.records[Noun.TRANSARTERIAL]
    tace = first_on(sessions[sessions["is_tace"].astype(bool)], after=after)
    failing = (assessments["ctp_class"] == "C") & (assessments["date"] > mine.map(tace))
    return first_on(assessments[grown | new | failing], after=after, strictly=True)


def _baseline(assessments: pd.DataFrame, *, time_zero: pd.Series) -> pd.DataFrame:
    """The last assessment on or before time zero."""
    before = assessments[assessments["date"] <= assessments["patient"].map(time_zero)]
    return before.sort_values("date", kind="stable").drop_duplicates("patient", keep="last").set_index("patient")


DATES: Mapping[str, Callable[..., pd.Series]] = {
    "first_response": _first_response,
    "worse_than_baseline": _worse_than_baseline,
}
