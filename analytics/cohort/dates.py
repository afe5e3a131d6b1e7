"""The dates an endpoint of the registry rests on, found in the records of the patients of a study."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analytics.protocol.conditions import SEVERAL_CODES
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


def first_response(selection: Selection, *, after: pd.Series) -> pd.Series:
    """The first CR or PR by mRECIST after a date, unless progression came before it."""
    scans = selection.records[Noun.IMAGING]
    found = first_on(scans[scans["response_mrecist"].isin(GOOD)], after=after, strictly=True)
    progression = selection.patients["progression_date"]
    return found.mask(progression < found)


def progression_with(selection: Selection, *, column: str, codes: Iterable[str]) -> pd.DataFrame:
    """Progressions of which the several codes of a column hold one of these."""
    records, wanted = selection.records[Noun.PROGRESSION], set(codes)
    held = [bool(wanted & set(str(value).split(SEVERAL_CODES))) for value in records[column]]
    return records[np.array(held, dtype=bool)]


def untreatable_by_tace(selection: Selection, *, time_zero: pd.Series, growth_pct: float) -> pd.Series:
    """Growth within the liver by `growth_pct` percent of the baseline diameter, Child-Pugh C after a TACE, new invasion of
    large vessels, new metastasis, or said to be untreatable, whichever is first after time zero (TACTICS; Kudo 2020)."""
    assessments = selection.records[Noun.ASSESSMENT]
    base = _baseline(assessments, time_zero=time_zero)
    mine = assessments["patient"]
    grown = assessments["whole_max_diameter_cm"] >= mine.map(base["whole_max_diameter_cm"]) * (1 + growth_pct / 100)
    new = pd.Series(data=False, index=assessments.index)
    for name in ("whole_macrovascular_invasion", "whole_extrahepatic_metastasis"):
        new |= (assessments[name] == YES) & (mine.map(base[name]) != YES)
    sessions = selection.records[Noun.TRANSARTERIAL]
    tace = first_on(sessions[sessions["is_tace"].astype(bool)], after=time_zero)
    failing = (assessments["ctp_class"] == "C") & (assessments["date"] > mine.map(tace))
    progressions = selection.records[Noun.PROGRESSION]
    spread = progression_with(selection, column="progression_type", codes=("VASC_NEW", "EXTRA_NEW"))
    found = [
        first_on(assessments[grown | new | failing], after=time_zero, strictly=True),
        first_on(spread, after=time_zero),
        first_on(progressions[progressions["untaceable"] == YES], after=time_zero),
    ]
    return pd.concat(found, axis=1).min(axis=1)


def local_progression(selection: Selection, *, after: pd.Series) -> pd.Series:
    """The first progression at the site of an ablation."""
    return first_on(progression_with(selection, column="recurrence_type", codes=("LTP",)), after=after, strictly=True)


def recurrence(selection: Selection, *, after: pd.Series) -> pd.Series:
    """The first progression of any kind after the curative procedure; what came before it is none."""
    return first_on(selection.records[Noun.PROGRESSION], after=after, strictly=True)


def _baseline(assessments: pd.DataFrame, *, time_zero: pd.Series) -> pd.DataFrame:
    """The last assessment on or before time zero."""
    before = assessments[assessments["date"] <= assessments["patient"].map(time_zero)]
    return before.sort_values("date", kind="stable").drop_duplicates("patient", keep="last").set_index("patient")
