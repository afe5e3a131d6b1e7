"""The dates an endpoint of the registry rests on, found in the records of the patients of a study."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from analytics.cohort.scans import first_responses, known_responses, progressive_scans
from analytics.protocol.conditions import decide
from analytics.protocol.endpoints.criteria import IMMUNE, progression_code
from analytics.protocol.endpoints.declaration import Fact, FirstRecord, Rule
from analytics.protocol.endpoints.plans import StudyEndpoint
from analytics.protocol.events import Noun
from analytics.protocol.population import Selection

YES, NO = "1", "0"
SPREAD = ("whole_macrovascular_invasion", "whole_extrahepatic_metastasis")


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


def dated_records(fact: FirstRecord, *, selection: Selection, plan: StudyEndpoint) -> pd.DataFrame:
    """The patient and the date of every record that certainly fits the fact, of a progression by the criteria asked for."""
    records = selection.records[fact.noun]
    if fact.noun is Noun.PROGRESSION and plan.criteria is not None and "criteria" in plan.declared.options:
        records = records[records["progression_criteria"] == progression_code(plan.criteria)]
    if fact.where is not None:
        records = records[decide(fact.where, frame=records).true]
    return records[["patient"]].assign(date=records[fact.date])


def progressions(selection: Selection, *, after: pd.Series, plan: StudyEndpoint) -> pd.DataFrame:
    """The patient and the date of every progression that the endpoint counts: of records, of scans or of both."""
    found = []
    if plan.progression != "scans":
        found.append(dated_records(FirstRecord(noun=Noun.PROGRESSION), selection=selection, plan=plan))
    if plan.progression != "records":
        is_confirmed = plan.confirmed and plan.criteria == IMMUNE
        scans = selection.records[Noun.IMAGING]
        mine = scans[scans["patient"].isin(after.index)]
        found.append(progressive_scans(mine, criteria=plan.scan_criteria, is_confirmed=is_confirmed, after=after))
    return pd.concat(found)


def _first(dated: pd.DataFrame, *, after: pd.Series, plan: StudyEndpoint, strictly: bool = True) -> pd.Series:
    if plan.events == "ever":
        return dated.groupby("patient")["date"].min().reindex(after.index)
    return first_on(dated, after=after, strictly=strictly)


def _first_record(fact: FirstRecord, *, selection: Selection, after: pd.Series, plan: StudyEndpoint) -> pd.Series:
    dated = dated_records(fact, selection=selection, plan=plan)
    return _first(dated, after=after, plan=plan, strictly=fact.since == "day after")


def _first_progression(selection: Selection, *, after: pd.Series, plan: StudyEndpoint) -> pd.Series:
    return _first(progressions(selection, after=after, plan=plan), after=after, plan=plan)


def _first_response(selection: Selection, *, after: pd.Series, plan: StudyEndpoint) -> pd.Series:
    """The first CR or PR after a date by the criteria asked for, unless progression came between."""
    scans = selection.records[Noun.IMAGING]
    seen = known_responses(scans[scans["patient"].isin(after.index)], criteria=plan.scan_criteria)
    found = first_responses(seen, since=after, is_confirmed=plan.confirmed)
    progression = _first_progression(selection, after=after, plan=plan)
    return found.mask(progression < found)


def _worse_than_baseline(selection: Selection, *, after: pd.Series, plan: StudyEndpoint) -> pd.Series:
    """An assessment with growth within the liver by `growth_pct` percent of the baseline diameter, new invasion of large
    vessels, new metastasis, or Child-Pugh C after a TACE, whichever is first after time zero (TACTICS; Kudo 2020). Invasion and
    metastasis are new where the baseline says that there was none: where it does not say, nobody can know."""
    assessments = selection.records[Noun.ASSESSMENT]
    base = _baseline(assessments, time_zero=after)
    mine = assessments["patient"]
    least = mine.map(base["whole_max_diameter_cm"]) * (1 + plan.growth_pct / 100)
    grown = assessments["whole_max_diameter_cm"] >= least
    new = pd.Series(data=False, index=assessments.index)
    for name in SPREAD:
        new |= (assessments[name] == YES) & (mine.map(base[name]) == NO)
    sessions = selection.records[Noun.TRANSARTERIAL]
    tace = first_on(sessions[sessions["is_tace"].astype(bool)], after=after)
    failing = (assessments["ctp_class"] == "C") & (assessments["date"] > mine.map(tace))
    return first_on(assessments[grown | new | failing], after=after, strictly=True)


def of_unknown_baseline(selection: Selection, *, after: pd.Series) -> int:
    """How many patients have invasion or metastasis after a date of which the baseline does not say whether it was there."""
    assessments = selection.records[Noun.ASSESSMENT]
    base, mine = _baseline(assessments, time_zero=after), assessments["patient"]
    late = assessments["date"] > mine.map(after)
    unknown = [(assessments[name] == YES) & mine.map(base[name]).isna() for name in SPREAD]
    return int(mine[late & np.logical_or.reduce(unknown)].nunique())


def _baseline(assessments: pd.DataFrame, *, time_zero: pd.Series) -> pd.DataFrame:
    """The last assessment on or before time zero."""
    before = assessments[assessments["date"] <= assessments["patient"].map(time_zero)]
    return before.sort_values("date", kind="stable").drop_duplicates("patient", keep="last").set_index("patient")


DATES: Mapping[str, Callable[..., pd.Series]] = {
    "first_progression": _first_progression,
    "first_response": _first_response,
    "worse_than_baseline": _worse_than_baseline,
}
