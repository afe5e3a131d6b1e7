"""The responses of each patient's scans: the best of a time, and those to TACE."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from registry.clinical.response.best_response import best_overall_response, response_after_tace
from registry.clinical.response.criteria import Response

ByPatient = Mapping[str, tuple[Response, ...]]


def with_days_since_tace(scans: pd.DataFrame, *, sessions: pd.DataFrame) -> pd.DataFrame:
    """In time; `days_since_tace` since the last TACE before the day of the scan."""
    ordered = scans.sort_values(["patient", "date"]).reset_index(drop=True)
    return ordered.assign(days_since_tace=_days_since_tace(ordered, sessions=sessions))


def known_responses(scans: pd.DataFrame) -> ByPatient:
    """The responses of each patient's scans."""
    known = scans[scans["response_mrecist"].notna()]
    return {
        str(patient): tuple(
            Response(scan_date=day.date(), code=str(code))
            for day, code in zip(of["date"], of["response_mrecist"], strict=True)
        )
        for patient, of in known.groupby("patient")
    }


def best_responses(seen: ByPatient, *, since: pd.Series, until: pd.Series) -> pd.Series:
    """The best unconfirmed response of each patient after `since`, up to the first PD and to `until`; missing without any."""
    best = [
        best_overall_response(seen.get(str(patient), ()), index_date=start, until=end).unconfirmed
        for patient, start, end in zip(since.index, _days(since), _days(until), strict=True)
    ]
    return pd.Series(best, index=since.index, dtype=object)


def responses_to_tace(seen: ByPatient, *, tace: Mapping[str, list[date]], patients: pd.Index) -> pd.Series:
    """The best response of each patient within eight weeks of any TACE; missing without a scan then."""
    found = [response_after_tace(seen.get(str(one), ()), tace_dates=tace.get(str(one), ())) for one in patients]
    return pd.Series([response.code if response else None for response in found], index=patients, dtype=object)


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
