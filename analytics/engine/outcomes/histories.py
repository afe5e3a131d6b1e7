"""What a registry tells beside the comparison, counted per cohort and arm: treatment after progression, tumors before and after
downstaging, complications by term; and of single patients, how much their tumors shrank and the courses of a drawn sample."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from analytics.engine.design.design import Design
from analytics.engine.outcomes.risk_rows import CohortRows
from analytics.frame import Histories
from analytics.protocol.conditions import SEVERAL_CODES
from analytics.protocol.plan import DEFINING, AnalysisPlan
from analytics.stats.tests.baseline import Summary, summarize_continuous
from analytics.stats.tests.two_sample import TwoSampleTest, compare_counts

DRAWN = 30  # patients of each arm whose courses are drawn
OfArm = TypeVar("OfArm")
DOWNSTAGING = ("sessions", "interval_months", "number_before", "number_after", "size_before_cm", "size_after_cm")


@dataclass(frozen=True)
class AfterProgression:
    """Of `n` persons `progressed`; `kinds` counts those with each code, a person under several; `unrecorded` have none."""

    n: int
    progressed: int
    unrecorded: int
    kinds: dict[str, int]


@dataclass(frozen=True)
class ComplicationRow:
    """A term of major or minor complications, None for all of them: the persons with any, out of `n`, and their comparison."""

    kind: str
    term: str | None
    patients: dict[str, int]
    n: dict[str, int]
    test: TwoSampleTest


@dataclass(frozen=True)
class Treatment:
    kind: str
    start_months: float
    end_months: float | None


@dataclass(frozen=True)
class Course:
    """Of one person, who is not named."""

    followed_months: float
    died: bool
    progression_months: float | None
    treatments: tuple[Treatment, ...]


@dataclass(frozen=True)
class Told:
    """cohort → arm → what is told; {} where nothing is recorded. `changes` are in percent, the largest first; `courses` are of
    arm → persons drawn from the cohort of the design."""

    after_progression: dict[str, dict[str, AfterProgression]]
    downstaging: dict[str, dict[str, dict[str, Summary]]]
    complications: dict[str, tuple[ComplicationRow, ...]]
    changes: dict[str, dict[str, tuple[float, ...]]]
    courses: dict[str, tuple[Course, ...]]


def told(design: Design, *, cohorts: Mapping[str, CohortRows]) -> Told | None:
    """None of a table."""
    found = design.frame.histories
    if found is None:
        return None
    plan = design.protocol
    tables = {name: _joined(rows.table, persons=found.persons) for name, rows in cohorts.items()}
    complications = {}
    if found.complications is not None:
        complications = {
            name: tuple(_complications(table, events=found.complications, plan=plan)) for name, table in tables.items()
        }
    return Told(
        after_progression={name: _by_arm(table, plan=plan, of=_after_progression) for name, table in tables.items()},
        downstaging={
            name: _by_arm(table, plan=plan, of=_downstaging) for name, table in tables.items() if "sessions" in table
        },
        complications=complications,
        changes={
            name: _by_arm(table, plan=plan, of=_changes)
            for name, table in tables.items()
            if "change_pct" in table and table["change_pct"].notna().any()
        },
        courses=_courses(list(tables.values())[-1], found=found, plan=plan),
    )


def _joined(table: pd.DataFrame, *, persons: pd.DataFrame) -> pd.DataFrame:
    """In the order of the cohort, a person as often as there."""
    place = pd.Index(persons["id"]).get_indexer(table["id"].astype(str))
    own = persons.drop(columns="id").iloc[place].reset_index(drop=True)
    kept = table[[name for name in ("id", "arm", DEFINING) if name in table]].reset_index(drop=True)
    return pd.concat([kept, own], axis=1)


def _labels(plan: AnalysisPlan) -> tuple[str, str]:
    return plan.arms.focal.label, plan.arms.reference.label


def _by_arm(table: pd.DataFrame, *, plan: AnalysisPlan, of: Callable[[pd.DataFrame], OfArm]) -> dict[str, OfArm]:
    return {label: of(table[table["arm"] == label]) for label in _labels(plan)}


def _after_progression(arm: pd.DataFrame) -> AfterProgression:
    codes = arm.loc[arm["progression_months"].notna(), "after_progression"]
    known = [text.split(SEVERAL_CODES) for text in codes if isinstance(text, str) and text]
    counted = Counter(code for of in known for code in of)
    return AfterProgression(
        n=len(arm), progressed=len(codes), unrecorded=len(codes) - len(known), kinds=dict(sorted(counted.items()))
    )


def _downstaging(arm: pd.DataFrame) -> dict[str, Summary]:
    values = arm.assign(interval_months=arm[DEFINING]) if DEFINING in arm else arm
    return {name: summarize_continuous(values[name].to_numpy(dtype=float)) for name in DOWNSTAGING if name in values}


def _changes(arm: pd.DataFrame) -> tuple[float, ...]:
    return tuple(sorted(arm["change_pct"].dropna().tolist(), reverse=True))


def _complications(table: pd.DataFrame, *, events: pd.DataFrame, plan: AnalysisPlan) -> Iterator[ComplicationRow]:
    """Of each kind all terms together, then each, the most frequent first."""
    ids = {label: set(table.loc[table["arm"] == label, "id"].astype(str)) for label in _labels(plan)}
    everyone = set().union(*ids.values())
    mine = events[events["id"].isin(everyone)].drop_duplicates()
    for kind in ("major", "minor"):
        of_kind = mine[mine["kind"] == kind]
        sizes = of_kind.groupby("term")["id"].nunique()
        for term in (None, *sorted(sizes.index, key=lambda name: (-sizes[name], name))):
            who = set(of_kind["id"] if term is None else of_kind.loc[of_kind["term"] == term, "id"])
            patients = {label: len(who & members) for label, members in ids.items()}
            n = {label: len(members) for label, members in ids.items()}
            counts = np.array([list(patients.values()), [n[label] - patients[label] for label in n]])
            test = compare_counts(counts, profile=plan.conventions.profile, seed=plan.seed)
            yield ComplicationRow(kind=kind, term=term, patients=patients, n=n, test=test)


def _courses(table: pd.DataFrame, *, found: Histories, plan: AnalysisPlan) -> dict[str, tuple[Course, ...]]:
    """Drawn by the protocol's seed from the persons in the order of their identifiers, the longest followed first."""
    courses = {}
    treatments = dict(tuple(found.treatments.groupby("id")))
    for label in _labels(plan):
        arm = table[(table["arm"] == label) & (table["followed_months"] >= 0)]
        arm = arm.drop_duplicates("id").sort_values("id").reset_index(drop=True)
        rows = np.random.default_rng(plan.seed).permutation(len(arm))[:DRAWN]
        drawn = arm.iloc[np.sort(rows)].sort_values(["followed_months", "id"], ascending=[False, True])
        courses[label] = tuple(_course(row, treatments=treatments.get(str(row.id))) for row in drawn.itertuples())
    return courses


def _course(person: Any, *, treatments: pd.DataFrame | None) -> Course:
    followed = float(person.followed_months)
    own = (
        [] if treatments is None else treatments[["kind", "start_months", "end_months"]].to_numpy(dtype=object).tolist()
    )
    return Course(
        followed_months=followed,
        died=bool(person.died),
        progression_months=_known(person.progression_months),
        treatments=tuple(Treatment(str(kind), start, _known(end)) for kind, start, end in own if start <= followed),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
