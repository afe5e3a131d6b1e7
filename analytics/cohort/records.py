"""The registry's de-identified tables → one frame of patients and one of dated records per noun, in plain kinds of values.

Codes are text, and "unknown" or "not done" is missing; several codes of one variable are joined by ";"; numbers are floats,
dates datetime64, claims booleans that may be missing. A variable that the registry derives is as derived; where that cannot be, what
the center entered stands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.cohort.columns import plain_column, with_derived
from analytics.cohort.courses import (
    combinations_of,
    courses_of,
    one_session_per_day,
    with_agent_kinds,
    with_course_number,
)
from analytics.cohort.scans import with_days_since_tace
from analytics.protocol.conditions import SEVERAL_CODES
from analytics.protocol.events import Noun, Records
from registry.clinical.ranges import ANALYTE_RANGES

SAME_DAY_ORDER = (
    "BASE",
    "PRE_TX",
    "POST_TX",
    "FU",
    "AE",
    "PROG",
)  # of two assessments on one day the earlier one here counts
NOT_OF_BURDEN = {"id", "patient_id", "center_id", "diameter_basis"}
MISSING_REASON = "_missing_reason"
BASES = ("WHOLE", "VIABLE")
EXTRAHEPATIC = {"EXTRA_NEW", "EXTRA_GROW"}
DIAMETER_CLASSES = ("<5", "5-10", ">10")  # cm; both ends belong to the middle (An 2025, Table 1)

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the records of a noun are. One without a date of its own has that of the record above it, named by `key`, and
    `shared`, what else makes up the natural key of that one, such as the modality of a session."""

    table: str
    date: str
    above: str = ""
    key: str = ""
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """`patients` is indexed by registry identifier and ordered by it; `records` name their patient by it."""

    patients: pd.DataFrame
    records: Records


def arrange(
    tables: Tables,
    *,
    sources: Mapping[Noun, Source],
    contacts: Iterable[pd.DataFrame],
    centers: Mapping[int, str],
    derived: Tables,
    cutoff: pd.Timestamp,
) -> Registry:
    """What was known at the cut-off. `tables` are the views of the nouns asked for; `contacts` have the patient and the date of
    all other records; `derived` has what the registry derives of each record, by its id; `centers` is the code of each center
    id."""
    plain = {name: with_derived(_plain(table), derived=derived.get(name)) for name, table in tables.items()}
    patients = plain["patient"].sort_values("registry_id")
    identifiers = patients.set_index("id")["registry_id"]
    every = {
        noun: _record(_prepared(noun, source=source, tables=plain), date=source.date, identifiers=identifiers)
        for noun, source in sources.items()
        if source.table in plain
    }
    seen = [_contact(_plain(frame), identifiers=identifiers) for frame in contacts]
    patients = patients.assign(center=patients["center_id"].map(centers)).set_index("registry_id")
    patients.index.name = "patient"
    known = {noun: frame[frame["date"] <= cutoff].reset_index(drop=True) for noun, frame in every.items()}
    fates = _fates(patients.index, records=every, contacts=seen, cutoff=cutoff)
    patients = pd.concat([patients.drop(columns=["id", "center_id"]), fates], axis=1)
    return Registry(patients=patients, records=_with_derived(known))


def _prepared(noun: Noun, *, source: Source, tables: Tables) -> pd.DataFrame:
    """The records of a noun as a protocol reads them."""
    table = tables[source.table]
    match noun:
        case Noun.TRANSARTERIAL:
            return one_session_per_day(table)
        case Noun.ABLATION:
            return table.sort_values(["start_date", "ablation_modality"])
        case Noun.ASSESSMENT:
            return _assessments(tables)
        case Noun.SYSTEMIC:
            return with_agent_kinds(table)
        case Noun.ARTERIAL_AGENT:
            table = with_agent_kinds(table)
    return _dated_from_above(table, source=source, tables=tables) if source.above else table


def _dated_from_above(table: pd.DataFrame, *, source: Source, tables: Tables) -> pd.DataFrame:
    above = tables[source.above].set_index("id")[[source.date, *source.shared]]
    return table.join(above, on=source.key, how="inner").drop(columns=source.key)


def _contact(frame: pd.DataFrame, *, identifiers: pd.Series) -> pd.DataFrame:
    patient, (date,) = frame["patient_id"].map(identifiers), frame.columns.drop("patient_id")
    return pd.DataFrame({"patient": patient.astype(object), "date": frame[date]})


def _with_derived(known: Records) -> Records:
    """What the records say together, from those known at the cut-off alone."""
    if Noun.TRANSARTERIAL not in known:
        return known
    sessions = known[Noun.TRANSARTERIAL]
    courses = courses_of(sessions, agents=known[Noun.SYSTEMIC])
    derived = {
        Noun.TRANSARTERIAL: with_course_number(sessions, courses=courses),
        Noun.HAIC_COURSE: courses,
        Noun.COMBINATION: combinations_of(courses),
    }
    if Noun.IMAGING in known:
        derived[Noun.IMAGING] = with_days_since_tace(known[Noun.IMAGING], sessions=sessions)
    return {**known, **derived}


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: plain_column(frame[name]) for name in frame.columns}, columns=frame.columns)


def _record(frame: pd.DataFrame, *, date: str, identifiers: pd.Series) -> pd.DataFrame:
    dated = frame.assign(patient=frame["patient_id"].map(identifiers).astype(object)).rename(columns={date: "date"})
    return dated.drop(columns=["patient_id", "center_id"]).drop(columns="id", errors="ignore")


def _assessments(tables: Tables) -> pd.DataFrame:
    """Each assessment with its laboratory values and its tumor burden per basis."""
    rank = tables["assessment"]["assessment_type"].map({code: place for place, code in enumerate(SAME_DAY_ORDER)})
    found = tables["assessment"].assign(rank=rank).sort_values(["assessment_date", "rank", "id"]).drop(columns="rank")
    found = found.set_index("id", drop=False)
    laboratory = tables["labresult"].set_index(["assessment_id", "analyte_code"])["value"].unstack()  # noqa: PD010  # unique by constraint
    found = found.join(laboratory.reindex(columns=list(ANALYTE_RANGES)).astype(float))
    for basis in BASES:
        found = found.join(_burden(tables["tumorburden"], basis=basis))
    return found.reset_index(drop=True)


def _burden(burdens: pd.DataFrame, *, basis: str) -> pd.DataFrame:
    """Every variable of the tumor burden, named for its basis, and the class of the largest diameter."""
    of_basis = burdens[burdens["diameter_basis"] == basis].set_index("assessment_id")
    kept = [name for name in of_basis.columns if name not in NOT_OF_BURDEN and not name.endswith(MISSING_REASON)]
    classes = [_diameter_class(value) for value in of_basis["max_diameter_cm"]]
    sized = of_basis[kept].assign(diameter_class=pd.Series(classes, index=of_basis.index, dtype=object))
    return sized.add_prefix(f"{basis.lower()}_")


def _diameter_class(value: float) -> str | None:
    low, middle, high = DIAMETER_CLASSES
    return None if np.isnan(value) else low if value < 5 else middle if value <= 10 else high


def _fates(index: pd.Index, *, records: Records, contacts: list[pd.DataFrame], cutoff: pd.Timestamp) -> pd.DataFrame:
    """Death, first progression and last contact. Every record of a living patient is a contact, a lost one's visit is not."""
    follow_up, progression = records[Noun.FOLLOW_UP], records[Noun.PROGRESSION]
    alive = follow_up[follow_up["vital_status"] == "ALIVE"]
    others = [frame for noun, frame in records.items() if noun is not Noun.FOLLOW_UP]
    dated = [frame[["patient", "date"]] for frame in (*others, alive)]
    told = follow_up[["patient", "last_known_alive_date"]].rename(columns={"last_known_alive_date": "date"})
    last_contact = _latest([*dated, *contacts, told], index=index)
    death = follow_up.groupby("patient")["death_date"].min().reindex(index)
    is_dead = index.isin(follow_up.loc[follow_up["vital_status"] == "DEAD", "patient"]) | death.notna()
    types = [set(str(codes).split(SEVERAL_CODES)) for codes in progression["progression_type"]]
    is_extrahepatic = np.array([bool(EXTRAHEPATIC & found) for found in types], dtype=bool)
    return pd.DataFrame(
        {
            "death_date": death,
            "died": pd.Series(is_dead, index=index).astype("boolean"),
            "progression_date": _first(progression, index=index),
            "extrahepatic_progression_date": _first(progression[is_extrahepatic], index=index),
            "last_contact_date": last_contact,
            "days_since_last_contact": (cutoff - last_contact).dt.days.clip(lower=0).astype(float),
        },
        index=index,
    )


def _first(records: pd.DataFrame, *, index: pd.Index) -> pd.Series:
    return records.groupby("patient")["date"].min().reindex(index)


def _latest(contacts: list[pd.DataFrame], *, index: pd.Index) -> pd.Series:
    latest = pd.Series(pd.NaT, index=index, dtype="datetime64[s]")
    for frame in contacts:
        of_kind = frame.groupby("patient")["date"].max().reindex(index)
        latest = latest.where(of_kind.isna() | (latest >= of_kind), of_kind)
    return latest
