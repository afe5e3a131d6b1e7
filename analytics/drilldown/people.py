"""Who stands behind a number of a result: found by the code that counted them, never stored."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.cohort.membership import Membership
from analytics.engine.design.design import Design
from analytics.engine.design.variables import build_variables
from analytics.engine.outcomes.risk_rows import CohortRows, Observed, cohort_rows, observe
from analytics.engine.outcomes.safety import ANY, GROUPS, at_risk, chosen_events, read_events, row_keys
from analytics.engine.outcomes.subgroups import levels_of_rows
from analytics.protocol.plan import CENTER
from analytics.result.rows.flow import MISSING
from analytics.result.rows.row import ResultRow
from analytics.result.rows.shapes import segment
from analytics.stats.event_times import TOLERANCE, Booleans

REMAINING, REMOVED, N = "remaining", "removed", "n"
ARM_ROW = "arm"  # of the flow: who is in no arm of the study leaves


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`arm` is "" for who is in none; `value` is what is counted of the person, where that is more than being there."""

    id: str
    arm: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """What a run compared: one design for the study and each further contrast, as its rows are called."""

    membership: Membership
    designs: Mapping[str, Design]


def people_behind(row: ResultRow, *, population: Population) -> tuple[Person, ...] | None:
    """None where a number counts no patients, or where nobody has said how."""
    find = FINDERS.get(row.analysis)
    return None if find is None else find(row, population.designs[row.contrast], population.membership)


def _in_flow(row: ResultRow, design: Design, membership: Membership) -> tuple[Person, ...] | None:
    """Of those removed, the ones who remained before and do not after."""
    left = _remaining(design, membership=membership)
    arms = design.frame.table.set_index("id")["arm"].dropna().to_dict()
    if row.address.endswith(MISSING):
        ids = membership.undecided.get(row.variable, frozenset())
    elif row.arm:
        ids = frozenset(one for one in left[row.variable] if arms.get(one) == row.arm)
    elif row.statistic == REMAINING:
        ids = left[row.variable]
    elif row.statistic == REMOVED:
        before = dict(zip(list(left)[1:], left.values(), strict=False)).get(row.variable, left[row.variable])
        ids = before - left[row.variable]
    else:
        return None
    return tuple(Person(id=one, arm=arms.get(one, "")) for one in sorted(ids))


def _remaining(design: Design, *, membership: Membership) -> dict[str, frozenset[str]]:
    """With the rows that the engine adds, in the order of the flow."""
    arms, table = design.protocol.arms, design.frame.table
    two = table["arm"].isin([arms.focal.label, arms.reference.label])
    of_engine = {
        "arm_unknown": frozenset(table["id"][two]),
        "missing_covariate": frozenset(design.unmatched["id"]),
        "matched": frozenset() if design.matched is None else frozenset(design.matched["id"]),
    }
    known = {**membership.remaining, ARM_ROW: frozenset(table["id"]), **of_engine, "discarded": of_engine["matched"]}
    return {step.id: known[step.id] for step in design.flow if step.id in known}


def _in_arms(row: ResultRow, design: Design, _membership: Membership) -> tuple[Person, ...] | None:
    return _told(design.unmatched, rows=_of_arm(design.unmatched, arm=row.arm))


def _in_matching(row: ResultRow, design: Design, _membership: Membership) -> tuple[Person, ...] | None:
    arms, matched = design.protocol.arms, design.matched
    if matched is None:
        return None
    if row.statistic in ("before", "after"):
        table = design.unmatched if row.statistic == "before" else matched
        return _told(table, rows=(table[CENTER] == row.level).to_numpy())
    labels = {"n_treated": arms.focal.label, "n_control": arms.reference.label}
    label = labels.get(row.statistic)
    return None if label is None else _told(matched, rows=_of_arm(matched, arm=label))


def _in_baseline(row: ResultRow, design: Design, _membership: Membership) -> tuple[Person, ...] | None:
    table = design.unmatched
    variable = next(
        one for one in build_variables(table, covariates=design.protocol.covariates) if one.name == row.variable
    )
    inside = table["id"].isin(design.cohorts[row.cohort]["id"]).to_numpy() & _of_arm(table, arm=row.arm)
    shown = {one.level: one for one in variable.shown()}
    if row.statistic == "count":
        inside &= shown[row.level].values == 1
    elif row.statistic == "missing":
        inside &= variable.missing
    elif row.statistic != N:
        return None
    return _told(table, rows=inside, values=table[row.variable])


def _in_endpoints(row: ResultRow, design: Design, _membership: Membership) -> tuple[Person, ...] | None:
    cohort = cohort_rows(design)[row.cohort]
    return _at_risk(row, cohort=cohort, seen=observe(cohort, endpoint=row.endpoint, protocol=design.protocol))


def _in_overall(row: ResultRow, design: Design, _membership: Membership) -> tuple[Person, ...] | None:
    labels = [arm.label for arm in design.protocol.arms.all_arms]
    table = design.frame.table[design.frame.table["arm"].isin(labels)].reset_index(drop=True)
    cohort = CohortRows("unmatched", table=table)
    return _at_risk(row, cohort=cohort, seen=observe(cohort, endpoint=row.endpoint, protocol=design.protocol))


def _at_risk(row: ResultRow, *, cohort: CohortRows, seen: Observed) -> tuple[Person, ...] | None:
    """With the months that each is followed, and a star where the event came."""
    if not row.arm:
        return None
    table = cohort.table.iloc[seen.rows]
    inside = _of_arm(table, arm=row.arm)
    if row.statistic == "events":
        inside &= seen.event
    elif row.month and "at_risk" in row.address:
        month = float(row.month)
        inside &= seen.time >= month * (1 - TOLERANCE)
        inside &= np.ones_like(inside) if seen.entry is None else seen.entry < month
    elif row.statistic != N:
        return None
    return _told(table, rows=inside, values=_times(seen))


def _times(seen: Observed) -> pd.Series:
    return pd.Series([f"{time:.1f}{'*' if event else ''}" for time, event in zip(seen.time, seen.event, strict=True)])


def _in_subgroups(row: ResultRow, design: Design, _membership: Membership) -> tuple[Person, ...] | None:
    cohort = cohort_rows(design)[row.cohort]
    seen = observe(cohort, endpoint=row.endpoint, protocol=design.protocol)
    table = cohort.table.iloc[seen.rows]
    plan = next(one for one in design.protocol.subgroups if one.name == row.variable)
    places, levels = levels_of_rows(table, plan=plan, protocol=design.protocol)
    inside = _of_arm(table, arm=row.arm) & (places == levels.index(row.level))
    if row.statistic == "events":
        inside &= seen.event
    elif row.statistic != N:
        return None
    return _told(table, rows=inside, values=_times(seen))


def _in_response(row: ResultRow, design: Design, _membership: Membership) -> tuple[Person, ...] | None:
    table = design.cohorts[row.cohort]
    values, inside = table[f"{row.endpoint}_value"], _of_arm(table, arm=row.arm)
    if row.statistic == "evaluable":
        inside &= values.notna().to_numpy()
    elif ".counts." in row.address:
        inside &= (values == row.level).to_numpy()
    elif row.statistic != N:
        return None
    return _told(table, rows=inside, values=values)


def _in_safety(row: ResultRow, design: Design, _membership: Membership) -> tuple[Person, ...] | None:
    """With the worst grade of each, 0 where none is known."""
    adverse, plan = design.frame.adverse_events, design.protocol.safety
    if adverse is None or plan is None or not row.arm:
        return None
    table = at_risk(design.cohorts[row.cohort], adverse=adverse)
    of_arm = _of_arm(table, arm=row.arm)
    if row.statistic == N:
        return _told(table, rows=of_arm)
    events, _joined = read_events(adverse, terms=plan.terms)
    everybody = at_risk(design.unmatched, adverse=adverse)
    events = events[events["id"].isin(everybody["id"])]
    term, of_class = _key(row, keys=row_keys(events, terms=plan.terms))
    events = events[chosen_events(events, term=term, of_class=of_class)]
    worst = events.groupby("id", observed=True)["grade"].max().reindex(table["id"]).to_numpy(dtype=float)
    inside = of_arm & table["id"].isin(events["id"]).to_numpy()
    if row.statistic in GROUPS:
        low, high = GROUPS[row.statistic]
        inside &= (worst >= low) & (worst <= high)
    elif row.statistic not in ("any", "events"):
        return None
    return _told(table, rows=inside, values=pd.Series(worst))


def _key(row: ResultRow, *, keys: Sequence[tuple[str | None, str | None]]) -> tuple[str | None, str | None]:
    """The term and class of a row of the safety table, as its address calls it."""
    wanted = row.address.partition("safety.")[2].partition(".arms.")[0].removeprefix(f"{row.cohort}.")
    names: Counter[str] = Counter()
    for term, of_class in keys:
        name = segment(ANY if of_class is None else f"{of_class}.{ANY}") if term is None else segment(term)
        names[name] += 1
        if wanted == (name if names[name] == 1 else f"{name}#{names[name]}"):
            return term, of_class
    raise KeyError(row.address)


def _of_arm(table: pd.DataFrame, *, arm: str) -> Booleans:
    inside: Booleans = (table["arm"] == arm).to_numpy()
    return inside


def _told(table: pd.DataFrame, *, rows: Booleans, values: pd.Series | None = None) -> tuple[Person, ...]:
    texts = np.full(len(table), "", dtype=object) if values is None else np.array([_text(one) for one in values])
    chosen = table[rows]
    return tuple(
        Person(id=str(one), arm=str(arm), value=str(text))
        for one, arm, text in sorted(zip(chosen["id"], chosen["arm"], texts[rows], strict=True))
    )


def _text(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:g}"
    return "" if value is None else str(value)


Finder = Callable[[ResultRow, Design, Membership], tuple[Person, ...] | None]
FINDERS: Mapping[str, Finder] = {
    "flow": _in_flow,
    "arms": _in_arms,
    "matching": _in_matching,
    "baseline": _in_baseline,
    "endpoints": _in_endpoints,
    "overall": _in_overall,
    "subgroups": _in_subgroups,
    "response": _in_response,
    "safety": _in_safety,
}
