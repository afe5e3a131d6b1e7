"""The responses of each patient's scans: the best of a time, and those to TACE."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd

from analytics.cohort.columns import ENTERED
from analytics.protocol.endpoints.criteria import IMMUNE, Criteria, ResponseSource, response_variable
from registry.clinical.response.best_response import (
    CONFIRMATION_DAYS,
    best_overall_response,
    response_after_tace,
    response_at_assessment,
)
from registry.clinical.response.criteria import NEITHER, OBJECTIVE, Response, by_date
from registry.clinical.response.irecist import CONFIRMED, UNCONFIRMED, first_confirmed_progression

SUSPECTED = frozenset({UNCONFIRMED, CONFIRMED})
PLAIN = {"iCR": "CR", "iPR": "PR", "iSD": "SD", "iNN": NEITHER}

ByPatient = Mapping[str, tuple[Response, ...]]


def with_days_since_tace(scans: pd.DataFrame, *, sessions: pd.DataFrame) -> pd.DataFrame:
    """In time; `days_since_tace` since the last TACE before the day of the scan."""
    ordered = scans.sort_values(["patient", "date"]).reset_index(drop=True)
    return ordered.assign(days_since_tace=_days_since_tace(ordered, sessions=sessions))


def known_responses(scans: pd.DataFrame, *, criteria: Criteria, source: ResponseSource = "derived") -> ByPatient:
    """The responses of each patient's scans by these criteria, CR to NE; by iRECIST as `without_doubt` reads them."""
    variable = response_variable(criteria) if source == "derived" else ENTERED + response_variable(criteria)
    known = scans[scans[variable].notna()]
    found = {
        str(patient): tuple(
            Response(scan_date=day.date(), code=str(code)) for day, code in zip(of["date"], of[variable], strict=True)
        )
        for patient, of in known.groupby("patient")
    }
    return {patient: without_doubt(seen) for patient, seen in found.items()} if criteria == IMMUNE else found


def without_doubt(seen: Sequence[Response]) -> tuple[Response, ...]:
    """iRECIST in the words of the others: PD from the day of the progression that no later scan takes back; a suspicion that
    was taken back is NE."""
    progression = first_confirmed_progression(seen) or date.max
    return tuple(replace(each, code=_in_plain_words(each, progression=progression)) for each in seen)


def best_responses(seen: ByPatient, *, since: pd.Series, until: pd.Series, is_confirmed: bool = False) -> pd.Series:
    """The best response of each patient after `since`, up to the first PD and to `until`; missing without any."""
    best = [
        best_overall_response(seen.get(str(patient), ()), index_date=start, until=end)
        for patient, start, end in zip(since.index, _days(since), _days(until), strict=True)
    ]
    codes = [each.confirmed if is_confirmed else each.unconfirmed for each in best]
    return pd.Series(codes, index=since.index, dtype=object)


def responses_to_tace(
    seen: ByPatient, *, tace: Mapping[str, list[date]], since: pd.Series | None, until: pd.Series, within_days: int
) -> pd.Series:
    """The best response of each patient within so many days of any TACE from `since` on, on a scan up to `until`."""
    starts = [None] * len(until) if since is None else _days(since)
    found = []
    for patient, start, end in zip(map(str, until.index), starts, _days(until), strict=True):
        days = tace.get(patient, ()) if since is None else [d for d in tace.get(patient, ()) if start and d >= start]
        mine = [each for each in seen.get(patient, ()) if end is None or each.scan_date <= end]
        found.append(response_after_tace(mine, tace_dates=days, within_days=within_days))
    return _codes(found, index=until.index)


def responses_at_assessment(
    seen: ByPatient, *, since: pd.Series, window_days: tuple[int, int], nearest_day: int
) -> pd.Series:
    """The response of each patient on the scan of the window that is nearest to the day."""
    found = [
        response_at_assessment(
            seen.get(str(patient), ()), tace_date=start, target_day=nearest_day, window_days=window_days
        )
        for patient, start in zip(since.index, _days(since), strict=True)
    ]
    return _codes(found, index=since.index)


def first_responses(seen: ByPatient, *, since: pd.Series, is_confirmed: bool) -> pd.Series:
    """The day of the first CR or PR of each patient after `since`; confirmed, one that lasts on a scan 28 days later, with no
    PD before that."""
    days = [
        _first_response(seen.get(str(patient), ()), since=start, is_confirmed=is_confirmed)
        for patient, start in zip(since.index, _days(since), strict=True)
    ]
    return pd.Series(pd.to_datetime(pd.Series(days, dtype=object)).to_numpy("datetime64[s]"), index=since.index)


def progressive_scans(scans: pd.DataFrame, *, criteria: Criteria, is_confirmed: bool, after: pd.Series) -> pd.DataFrame:
    """Patient and date of the scans that show progression by these criteria; confirmed, of the one by iRECIST after a date that
    no later scan takes back."""
    variable = response_variable(criteria)
    if not is_confirmed:
        return scans.loc[scans[variable].isin({"PD", *SUSPECTED}), ["patient", "date"]]
    late = scans[scans[variable].notna() & ~(scans["date"] <= scans["patient"].map(after))]
    days = {
        patient: first_confirmed_progression(
            Response(scan_date=day.date(), code=code) for day, code in zip(of["date"], of[variable], strict=True)
        )
        for patient, of in late.groupby("patient")
    }
    found = pd.DataFrame({"patient": list(days), "date": pd.to_datetime(pd.Series(list(days.values()), dtype=object))})
    return found.dropna()


def _in_plain_words(seen: Response, *, progression: date) -> str:
    is_progression = seen.code in SUSPECTED and seen.scan_date >= progression
    return "PD" if is_progression else PLAIN.get(str(seen.code), "NE")


def _first_response(seen: Sequence[Response], *, since: date | None, is_confirmed: bool) -> date | None:
    good: list[date] = []
    for each in by_date(seen):
        if since is None or each.scan_date <= since:
            continue
        if each.code == "PD":
            break
        if each.code in OBJECTIVE:
            good.append(each.scan_date)
    if not is_confirmed:
        return min(good, default=None)
    return next((day for day in good if (good[-1] - day).days >= CONFIRMATION_DAYS), None)


def _codes(found: Iterable[Response | None], *, index: pd.Index) -> pd.Series:
    return pd.Series([each.code if each else None for each in found], index=index, dtype=object)


def tace_days(sessions: pd.DataFrame) -> dict[str, list[date]]:
    of_tace = sessions[sessions["is_tace"].astype(bool)]
    return {str(patient): [day.date() for day in days] for patient, days in of_tace.groupby("patient")["date"]}


def _days_since_tace(scans: pd.DataFrame, *, sessions: pd.DataFrame) -> pd.Series:
    """Since the last TACE before the day of the scan."""
    tace = sessions.loc[sessions["is_tace"].astype(bool), ["patient", "date"]].assign(tace=lambda frame: frame["date"])
    on_time = scans[["patient", "date"]].reset_index().sort_values("date", kind="stable")
    before = pd.merge_asof(
        on_time, tace.sort_values("date", kind="stable"), on="date", by="patient", allow_exact_matches=False
    ).set_index("index")
    return (before["date"] - before["tace"]).dt.days.reindex(scans.index).astype(float)


def _days(dates: pd.Series) -> list[date | None]:
    return [None if pd.isna(day) else day.date() for day in dates]
