"""Yes or no per patient, from the records: conversion, pathological response, downstaging, complete ablation."""

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from analytics.protocol.endpoints.plans import StudyResponse
from analytics.protocol.events import Noun
from analytics.protocol.population import Selection, StudyProtocol
from registry.clinical.codes import flag
from registry.clinical.response.pathology import (
    RESECTABLE,
    conversion_surgery,
    major_pathological_response,
    pathological_complete_response,
)
from registry.clinical.staging.downstaging import Burden, successful_downstaging

YES, NO = "yes", "no"


def converted(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:
    """Resected after treatment that was to make it possible. `among` unresectable: of those not resectable at index."""
    time_zero = time_zero_of(selection, protocol=protocol)
    resected = _first(selection, noun=Noun.RESECTION, after=time_zero)
    types = {"TAT": selection.records[Noun.TRANSARTERIAL], "SYS": selection.records[Noun.SYSTEMIC]}
    before = {name: _any_between(of, first=time_zero, last=resected["date"]) for name, of in types.items()}
    at_index = selection.patients["resectability_index"]
    values = []
    for patient in time_zero.index:
        index = None if pd.isna(at_index[patient]) else str(at_index[patient])
        earlier = [name for name, of in before.items() if of[patient]]
        verdict = conversion_surgery(index, earlier_types=earlier)
        if verdict is not None and pd.isna(resected["date"][patient]):
            verdict = False
        if plan.counted == "unresectable" and index == RESECTABLE:
            verdict = None
        values.append(_word(verdict))
    return pd.Series(values, index=time_zero.index, dtype=object)


def without_viable_tumor(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:
    """Nothing viable in the first resection."""

    def verdict(pct: float | None) -> bool | None:
        return pathological_complete_response([pct])

    return _of_specimen(verdict, selection=selection, plan=plan, protocol=protocol)


def with_little_viable_tumor(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:
    """At most `most_viable_pct` percent viable in the first resection."""

    def verdict(pct: float | None) -> bool | None:
        return major_pathological_response(pct, most_pct=plan.most_viable_pct)

    return _of_specimen(verdict, selection=selection, plan=plan, protocol=protocol)


def downstaged(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:
    """Back within Milan after a TACE and before the event `until`, of those beyond Milan at time zero."""
    time_zero = time_zero_of(selection, protocol=protocol)
    assessments, sessions = selection.records[Noun.ASSESSMENT], selection.records[Noun.TRANSARTERIAL]
    of_patient = {str(patient): of for patient, of in assessments.sort_values("date").groupby("patient")}
    tace = sessions[sessions["is_tace"].astype(bool)]
    days = {str(patient): [day.date() for day in of] for patient, of in tace.groupby("patient")["date"]}
    values: list[str | None] = []
    for patient, start in zip(map(str, time_zero.index), time_zero, strict=True):
        mine = of_patient.get(patient, assessments.iloc[:0])
        index = [_burden(row, basis="whole") for row in mine[mine["date"] <= start].itertuples()]
        begins = index[-1] if index else None
        if begins is None or begins.within_milan("WHOLE"):
            values.append(None)
            continue
        end = None if plan.until is None else selection.patients[f"{plan.until}.date"][patient]
        verdict = successful_downstaging(
            begins,
            later=[_burden(row, basis="viable") for row in mine[mine["date"] > start].itertuples()],
            tace_dates=days.get(patient, ()),
            curative_date=None if end is None or pd.isna(end) else end.date(),
        )
        values.append(_word(verdict.is_successful))
    return pd.Series(values, index=time_zero.index, dtype=object)


def ablated_completely(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:
    """Complete at one month, of those ablated from the event `since` (or time zero) on; of one day every session counts."""
    start = selection.patients[f"{plan.since or protocol.time_zero}.date"]
    records = selection.records[Noun.ABLATION]
    first = _first(selection, noun=Noun.ABLATION, after=start)["date"]
    mine = records[records["date"] == records["patient"].map(first)]
    found = {patient: [flag(code) for code in of] for patient, of in mine.groupby("patient")["complete_ablation_1m"]}
    values = [_word(_every(found.get(patient, []))) for patient in start.index]
    return pd.Series(values, index=start.index, dtype=object)


def time_zero_of(selection: Selection, *, protocol: StudyProtocol) -> pd.Series:
    """The day that the study counts from, per patient."""
    return selection.patients[f"{protocol.time_zero}.date"]


def _of_specimen(
    verdict: Callable[[float | None], bool | None],
    *,
    selection: Selection,
    plan: StudyResponse,
    protocol: StudyProtocol,
) -> pd.Series:
    """By the viable percentage of the first resection; `among` resected leaves those without one out."""
    resected = _first(selection, noun=Noun.RESECTION, after=time_zero_of(selection, protocol=protocol))
    values = []
    for date, viable in zip(resected["date"], resected["viable_tumor_pct"], strict=True):
        found = verdict(None if pd.isna(viable) else float(viable))
        if pd.isna(date):
            found = False if plan.counted == "all" else None
        values.append(_word(found))
    return pd.Series(values, index=resected.index, dtype=object)


def _first(selection: Selection, *, noun: Noun, after: pd.Series) -> pd.DataFrame:
    """The first record of each patient on or after a date."""
    records = selection.records[noun]
    fits = records["date"] >= records["patient"].map(after)
    ordered = records[fits].sort_values("date", kind="stable").drop_duplicates("patient")
    return ordered.set_index("patient").reindex(after.index)


def _any_between(records: pd.DataFrame, *, first: pd.Series, last: pd.Series) -> pd.Series:
    patient = records["patient"]
    fits = (records["date"] >= patient.map(first)) & (records["date"] < patient.map(last))
    return pd.Series(first.index.isin(patient[fits]), index=first.index)


def _burden(row: Any, *, basis: str) -> Burden:
    number, size = getattr(row, f"{basis}_tumor_number"), getattr(row, f"{basis}_max_diameter_cm")
    return Burden(
        scan_date=row.date.date(),
        tumor_number=None if pd.isna(number) else int(number),
        max_diameter_cm=None if pd.isna(size) else float(size),
        macrovascular=flag(_text(getattr(row, f"{basis}_macrovascular_invasion"))),
        extrahepatic=flag(_text(getattr(row, f"{basis}_extrahepatic_metastasis"))),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _every(verdicts: Iterable[bool | None]) -> bool | None:
    found = list(verdicts)
    if False in found:
        return False
    return None if not found or None in found else True


def _word(verdict: bool | None) -> str | None:  # noqa: FBT001  # a verdict in words
    return None if verdict is None else YES if verdict else NO
