"""Transarterial sessions, courses of HAIC, and how systemic agents stand to them: rule S1 for every patient at once."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from registry.clinical.dosing.agents import is_anti_angiogenic, is_ici, is_pd1_or_pdl1, lookup
from registry.clinical.sequence import HAIC_MODALITIES, TACE_MODALITIES, Course, course_sequences

COMBINED_BY = "+"
DAY = ["patient_id", "start_date"]
KINDS = {"is_anti_angiogenic": is_anti_angiogenic, "is_pd1_or_pdl1": is_pd1_or_pdl1, "is_ici": is_ici}
COURSE_COLUMNS = ("patient", "date", "course_no", "cycles", "span_days", "haic_relation", "haic_reason", "begun")


def one_session_per_day(sessions: pd.DataFrame) -> pd.DataFrame:
    """Two modalities on one day are a combination, such as CTACE+HAIC, which is TACE and HAIC."""
    claims = {"is_tace": TACE_MODALITIES, "is_haic": HAIC_MODALITIES}
    ordered = sessions.sort_values([*DAY, "modality"])
    for name, modalities in claims.items():
        ordered[name] = ordered["modality"].isin(modalities).astype("boolean")
    several = ordered[ordered.duplicated(DAY, keep=False)]
    if several.empty:
        return ordered
    days = several.assign(end_date=several["end_date"].where(several["is_haic"])).groupby(DAY, sort=False)
    merged = several.assign(
        modality=days["modality"].transform(COMBINED_BY.join).astype(object),
        haic_regimen=days["haic_regimen"].transform("first").astype(object),
        end_date=days["end_date"].transform("first"),
        **{name: days[name].transform("any").astype("boolean") for name in claims},
    )
    single = ordered.drop(index=several.index)
    return pd.concat([single, merged.drop_duplicates(DAY)]).sort_values(DAY, kind="stable")


def with_agent_kinds(agents: pd.DataFrame) -> pd.DataFrame:
    """What kind each systemic agent is; missing for an agent the registry does not know."""
    codes = agents["agent_code"]
    found = {code: lookup(code) for code in codes.dropna().unique()}
    agent_class = codes.map({code: agent.agent_class for code, agent in found.items() if agent})
    claims = {name: codes.map({code: is_kind(code) for code in found}) for name, is_kind in KINDS.items()}
    return agents.assign(
        agent_class=agent_class.astype(object),
        **{name: values.astype("boolean") for name, values in claims.items()},
    )


def courses_of(sessions: pd.DataFrame, *, agents: pd.DataFrame) -> pd.DataFrame:
    """One record per course of HAIC, from the dated sessions and agents. `begun` is the day by which all parts had begun."""
    starts = {name: _first_start(agents, name=name) for name in ("is_anti_angiogenic", "is_pd1_or_pdl1")}
    haic = sessions[sessions["is_haic"].astype(bool)]
    rows = [
        row
        for patient, mine in haic.groupby("patient", sort=False)
        for row in _courses(str(patient), sessions=mine, starts=starts)
    ]
    frame = pd.DataFrame(rows, columns=list(COURSE_COLUMNS))
    kinds: dict[str, Any] = {"date": "datetime64[s]", "begun": "datetime64[s]"}
    kinds |= dict.fromkeys(("course_no", "cycles", "span_days"), float)
    return frame.astype(kinds)


def combinations_of(courses: pd.DataFrame) -> pd.DataFrame:
    """One record for each first course that has both kinds of agent, on the day the last of the three began."""
    first = courses[(courses["course_no"] == 1) & courses["begun"].notna()]
    return first[["patient", "begun"]].rename(columns={"begun": "date"}).reset_index(drop=True)


def with_course_number(sessions: pd.DataFrame, *, courses: pd.DataFrame) -> pd.DataFrame:
    """The course each session of HAIC belongs to; missing for other sessions."""
    haic = sessions.loc[sessions["is_haic"].astype(bool), ["patient", "date"]].sort_values("date", kind="stable")
    begun = courses[["patient", "date", "course_no"]].sort_values("date", kind="stable")
    numbers = pd.merge_asof(haic.reset_index(), begun, on="date", by="patient").set_index("index")["course_no"]
    return sessions.assign(haic_course_no=numbers.reindex(sessions.index).astype(float))


def _courses(
    patient: str, *, sessions: pd.DataFrame, starts: dict[str, dict[str, date]]
) -> Iterator[tuple[object, ...]]:
    angio, immune = (starts[name].get(patient) for name in ("is_anti_angiogenic", "is_pd1_or_pdl1"))
    ends = {
        day.date(): None if pd.isna(end) else end.date()
        for day, end in zip(sessions["date"], sessions["end_date"], strict=True)
    }
    for course, sequence in course_sequences(ends, anti_angiogenic_start=angio, pd1_or_pdl1_start=immune):
        begun = max(course.first, angio, immune) if angio and immune else None
        yield (*_measures(patient, course=course), sequence.relation.value, sequence.reason.value, begun)


def _measures(patient: str, *, course: Course) -> tuple[object, ...]:
    return patient, course.first, course.number, course.cycles, course.span_days


def _first_start(agents: pd.DataFrame, *, name: str) -> dict[str, date]:
    of_kind = agents[agents[name].fillna(value=False).to_numpy(dtype=bool)]
    return {str(patient): day.date() for patient, day in of_kind.groupby("patient")["date"].min().items()}
