"""Adverse events: patients by their worst grade of each term, and events, in each arm, before and after matching."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.engine.outcomes.ctcae_versions import about_versions, untested_arms
from analytics.engine.outcomes.risk_rows import CohortRows
from analytics.errors import DataError, FaultyDataError
from analytics.frame import AdverseEvents, AnalysisFrame
from analytics.messages import Message, Notice
from analytics.protocol.plan import EXPOSURE, AnalysisPlan
from analytics.protocol.terms import folded, spellings
from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.tests.paired_proportions import mcnemar_test, paired_counts
from analytics.stats.tests.two_sample import TwoSampleTest, compare_counts
from analytics.stats.tests.weighted_rates import Weighted, compare_weighted

ANY = "any"
MONTHS_PER_YEAR = 12
GROUPS = {"g1_2": (1, 2), "g3_4": (3, 4), "g5": (5, 5)}


@dataclass(frozen=True)
class ArmSafety:
    """One term in one arm of `n` persons: `patients` by worst grade (g1_2, g3_4, g5, any), each once; `events` are rows.

    The rate is per 100 patient-years of those whose exposure is known, and of their events."""

    n: int
    patients: dict[str, int]
    events: int
    per_100_patient_years: float | None
    why: str | None


@dataclass(frozen=True)
class SafetyRow:
    """One term of one class. A term of None is every term together: of the class, or of all where `class_` is None too.

    Counts are of persons; the test compares the patients with any event between the arms, by weights where persons have them."""

    term: str | None
    class_: str | None
    arms: dict[str, ArmSafety]
    test: TwoSampleTest


@dataclass(frozen=True)
class _Cohort:
    """The persons of a cohort by row, and the events by row of their person; `why` nothing is tested, None where it is."""

    focal: Booleans
    weights: Floats | None
    pair: Integers | None
    exposure: Floats | None
    person: Integers
    events: pd.DataFrame
    why: str | None = None


def safety(
    frame: AnalysisFrame, *, cohorts: dict[str, CohortRows], protocol: AnalysisPlan
) -> tuple[dict[str, tuple[SafetyRow, ...]], list[Notice]]:
    """cohort → rows, all terms together first, then each class with its terms, the most frequent first; {} if not asked."""
    if protocol.safety is None:
        return {}, []
    adverse = frame.adverse_events
    if adverse is None:
        en = "The protocol requests a safety analysis, but no adverse events were provided with the data."
        raise FaultyDataError(DataError("no_adverse_events", Message(en, "方案要求安全性分析，但数据中没有不良事件。")))
    events, joined = read_events(adverse, terms=protocol.safety.terms)
    tables = {cohort: at_risk(rows.table, adverse=adverse) for cohort, rows in cohorts.items()}
    members = {cohort: _cohort(table, events=events, protocol=protocol) for cohort, table in tables.items()}
    untested = {cohort: untested_arms(table, adverse=adverse, arms=protocol.arms) for cohort, table in tables.items()}
    silent = None if protocol.safety.p_values else "not_requested"
    keys = row_keys(members["unmatched"].events, terms=protocol.safety.terms)
    rows = {
        cohort: tuple(
            _row(replace(member, why=untested[cohort].why or silent), key=key, protocol=protocol) for key in keys
        )
        for cohort, member in members.items()
    }
    about = _about_events(adverse, frame=frame, unmatched=members["unmatched"])
    return rows, [*about, *about_joined_terms(joined), *about_versions(untested, adverse=adverse)]


def read_events(adverse: AdverseEvents, *, terms: tuple[str, ...]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Those that count, each term under one spelling, and what was written otherwise."""
    events, joined = _as_one_term(_counted(adverse.table, terms=terms), terms=terms)
    return events.astype({"term": "category", "class": "category"}), joined


def at_risk(table: pd.DataFrame, *, adverse: AdverseEvents) -> pd.DataFrame:
    """The rows of those who are observed for adverse events."""
    return table if adverse.at_risk is None else table[table["id"].isin(adverse.at_risk)]


def _counted(events: pd.DataFrame, *, terms: tuple[str, ...]) -> pd.DataFrame:
    """Of the terms asked for, none of them from before the time at risk."""
    wanted = {folded(term) for term in terms}
    events = events[events["term"].map(folded).isin(wanted)] if wanted else events
    return events[~(events["start_months"] < 0)] if "start_months" in events else events


def _as_one_term(events: pd.DataFrame, *, terms: tuple[str, ...]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Terms and classes that differ only in case or spacing under one spelling, and what was written otherwise."""
    spelled = spellings(events["term"], preferred=terms)
    classes = spellings(events["class"].dropna())
    joined = {term: one for term, one in spelled.items() if term != one}
    read = events.assign(term=events["term"].map(spelled), **{"class": events["class"].map(classes).astype(object)})
    return read, joined


def _cohort(table: pd.DataFrame, *, events: pd.DataFrame, protocol: AnalysisPlan) -> _Cohort:
    place = pd.Index(table["id"].to_numpy(dtype=object)).get_indexer(events["id"].to_numpy(dtype=object))
    return _Cohort(
        focal=(table["arm"] == protocol.arms.focal.label).to_numpy(),
        weights=table["weight"].to_numpy(dtype=float) if "weight" in table else None,
        pair=table["pair"].to_numpy() if "pair" in table else None,
        exposure=table[EXPOSURE].to_numpy(dtype=float) if EXPOSURE in table else None,
        person=place[place >= 0],
        events=events[place >= 0],
    )


def row_keys(events: pd.DataFrame, *, terms: tuple[str, ...]) -> list[tuple[str | None, str | None]]:
    """Term and class of each row, from the unmatched cohort, so that both cohorts have the same rows; then the `terms` asked for
    that nobody had."""
    classed = events.assign(kind=events["class"].astype(object).where(events["class"].notna(), ""))
    of_kind = classed.drop_duplicates(["id", "kind"])["kind"].value_counts()
    of_term = classed.drop_duplicates(["id", "kind", "term"]).groupby(["kind", "term"], observed=True).size()
    keys: list[tuple[str | None, str | None]] = [(None, None)]
    for kind in sorted(of_kind.index, key=lambda kind: (kind == "", -of_kind[kind], kind)):
        of_kind_terms = of_term[kind]
        keys += [(None, kind)] if kind else []
        keys += [(term, kind or None) for term in sorted(of_kind_terms.index, key=lambda t: (-of_kind_terms[t], t))]
    seen = {term for term, _ in keys}
    return keys + [(term, None) for term in terms if term not in seen]


def chosen_events(events: pd.DataFrame, *, term: str | None, of_class: str | None) -> Booleans:
    if term is None and of_class is None:
        return np.ones(len(events), dtype=bool)
    in_class = events["class"].isna() if of_class is None else events["class"] == of_class
    return (in_class if term is None else in_class & (events["term"] == term)).to_numpy()


def _row(cohort: _Cohort, *, key: tuple[str | None, str | None], protocol: AnalysisPlan) -> SafetyRow:
    (term, of_class), events = key, cohort.events
    chosen = chosen_events(events, term=term, of_class=of_class)
    person, grade = cohort.person[chosen], events["grade"].to_numpy(dtype=float)[chosen]
    count = np.bincount(person, minlength=cohort.focal.size)
    worst = np.zeros(cohort.focal.size)
    np.fmax.at(worst, person, grade)
    labels = (protocol.arms.focal.label, protocol.arms.reference.label)
    arms = {
        label: _arm(count[rows], worst=worst[rows], exposure=None if cohort.exposure is None else cohort.exposure[rows])
        for label, rows in zip(labels, (cohort.focal, ~cohort.focal), strict=True)
    }
    return SafetyRow(term=term, class_=of_class, arms=arms, test=_test(cohort, arms=arms, hit=count > 0, plan=protocol))


def _test(cohort: _Cohort, *, arms: dict[str, ArmSafety], hit: Booleans, plan: AnalysisPlan) -> TwoSampleTest:
    """By weights where persons have them, within pairs where they are paired; none where versions would be compared."""
    if cohort.why is not None:
        return TwoSampleTest(name="none", statistic=None, df=None, p=None, why=cohort.why)
    if cohort.weights is not None:
        return compare_weighted(Weighted(hit, focal=cohort.focal, weights=cohort.weights, clusters=cohort.pair))
    if cohort.pair is not None:
        return mcnemar_test(paired_counts(hit, focal=cohort.focal, pair=cohort.pair))
    counts = np.array([[a.patients[ANY] for a in arms.values()], [a.n - a.patients[ANY] for a in arms.values()]])
    return compare_counts(counts, profile=plan.conventions.profile, seed=plan.seed)


def _arm(count: Integers, *, worst: Floats, exposure: Floats | None) -> ArmSafety:
    """`count` events of each person, the `worst` grade of them (0 where no grade is known), months of exposure."""
    patients = {name: int(((worst >= low) & (worst <= high)).sum()) for name, (low, high) in GROUPS.items()}
    rate, why = _rate(count, exposure=exposure)
    return ArmSafety(
        n=int(count.size),
        patients=patients | {ANY: int((count > 0).sum())},
        events=int(count.sum()),
        per_100_patient_years=rate,
        why=why,
    )


def _rate(count: Integers, *, exposure: Floats | None) -> tuple[float | None, str | None]:
    if exposure is None:
        return None, "not_requested"
    known = exposure >= 0
    years = float(exposure[known].sum()) / MONTHS_PER_YEAR
    return (100 * float(count[known].sum()) / years, None) if years > 0 else (None, "not_estimable")


def about_joined_terms(joined: dict[str, str]) -> Iterator[Notice]:
    """`joined` is the spelling counted by the spelling found."""
    if joined:
        listed = ", ".join(f"{term} ({found})" for found, term in sorted(joined.items()))
        yield Notice(
            "terms_joined",
            Message(
                f"Terms that differ only in case or spacing were counted as one: {listed}.",
                f"仅大小写或空格不同的术语合并计数：{listed}。",
            ),
            where="safety",
        )


def _about_events(adverse: AdverseEvents, *, frame: AnalysisFrame, unmatched: _Cohort) -> Iterator[Notice]:
    unknown = int((~adverse.table["id"].isin(frame.table["id"])).sum())
    early = int((adverse.table["start_months"] < 0).sum()) if "start_months" in adverse.table else 0
    ungraded = int(unmatched.events["grade"].isna().sum())
    unexposed = 0 if unmatched.exposure is None else int((~(unmatched.exposure >= 0)).sum())
    for code, count, en, zh in (
        ("event_of_nobody", unknown, "Adverse events that match no patient in the data, excluded",
         "条不良事件不属于数据中的任何人，未计入"),
        ("event_before_time_zero", early, "Adverse events that began before the start of observation, excluded",
         "条不良事件发生在观察开始之前，未计入"),
        ("grade_missing", ungraded, "Adverse events without a grade, counted only under any grade",
         "条不良事件没有分级，仅计入任何级别"),
        ("exposure_missing", unexposed, "Patients without time at risk, excluded from the rates with their events",
         "人没有暴露时间，他们及其事件不计入发生率"),
    ):  # fmt: skip
        if count:
            yield Notice(code, Message(f"{en}: {count}.", f"{count} {zh}。"), where="safety")
