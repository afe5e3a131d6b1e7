"""The arms compared within each level of a subgroup, and whether their ratio differs between the levels."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.engine.design.variables import Variable, build_variables, observed_levels
from analytics.engine.outcomes.risk_rows import ModelRows, Observed, numerator_arm
from analytics.protocol.outcomes import SubgroupPlan
from analytics.protocol.plan import CENTER, AnalysisPlan, Covariate
from analytics.stats.event_times import Floats, Integers
from analytics.stats.survival.cox import HazardRatio, hazard_ratio
from analytics.stats.survival.term_tests import interaction_test, wald_test

FEWEST_EVENTS = 5  # in an arm: below it a ratio is not shown


@dataclass(frozen=True)
class ArmCount:
    """Persons of an arm in the subgroup, and their events."""

    n: int
    events: int


@dataclass(frozen=True)
class SubgroupRow:
    """One level; `interaction_p` is of the whole variable and the same in each of its rows."""

    variable: str
    level: str
    arms: dict[str, ArmCount]
    ratio: HazardRatio
    interaction_p: float | None
    interaction_why: str | None


def subgroup_rows(table: pd.DataFrame, *, seen: Observed, protocol: AnalysisPlan) -> tuple[SubgroupRow, ...]:
    """The rows of `table` are those of `seen`; a missing value is in no subgroup."""
    return tuple(
        row for plan in protocol.subgroups for row in rows_of_variable(table, plan=plan, seen=seen, protocol=protocol)
    )


def rows_of_variable(
    table: pd.DataFrame, *, plan: SubgroupPlan, seen: Observed, protocol: AnalysisPlan
) -> list[SubgroupRow]:
    code, levels = levels_of_rows(table, plan=plan, protocol=protocol)
    p, why = _interaction(seen.models, level=code, protocol=protocol)
    labels = {protocol.arms.focal.label: seen.focal, protocol.arms.reference.label: ~seen.focal}
    rows = []
    for place, level in enumerate(levels):
        inside = code == place
        arms = {
            label: ArmCount(n=int((inside & arm).sum()), events=int((inside & arm & seen.event).sum()))
            for label, arm in labels.items()
        }
        models = seen.models.at(inside)
        ratio = _ratio(models, arms=arms, protocol=protocol)
        rows.append(SubgroupRow(plan.name, level, arms=arms, ratio=ratio, interaction_p=p, interaction_why=why))
    return rows


def levels_of_rows(
    table: pd.DataFrame, *, plan: SubgroupPlan, protocol: AnalysisPlan
) -> tuple[Integers, tuple[str, ...]]:
    """The place of each row's level, -1 where unknown."""
    known = {covariate.name: covariate for covariate in protocol.covariates}
    if plan.name not in known:
        levels = observed_levels(table[CENTER])
        return pd.Categorical(table[CENTER], categories=list(levels)).codes.astype(np.int64), levels
    variable = build_variables(table, covariates=(_cut(known[plan.name], plan=plan),))[0]
    values = np.where(np.isnan(variable.values), -1, variable.values).astype(np.int64)
    if variable.kind != "binary":
        return values, variable.levels
    return values, (_other(variable), variable.levels[0])


def _cut(covariate: Covariate, *, plan: SubgroupPlan) -> Covariate:
    if not plan.cut:
        return covariate
    return covariate.model_copy(update={"cut": plan.cut, "cut_side": plan.cut_side, "log": False})


def _other(variable: Variable) -> str:
    positive = variable.levels[0]
    return "0" if positive == "1" else f"not {positive}"


def _ratio(models: ModelRows, *, arms: dict[str, ArmCount], protocol: AnalysisPlan) -> HazardRatio:
    if any(arm.events < FEWEST_EVENTS for arm in arms.values()):
        return HazardRatio(hr=None, low=None, high=None, se=None, p=None, why="too_few_events")
    X = numerator_arm(models.focal, protocol=protocol)[:, None]
    return hazard_ratio(models.fit(X, ties=protocol.cox.ties), level=protocol.conventions.level)


def _interaction(models: ModelRows, *, level: Integers, protocol: AnalysisPlan) -> tuple[float | None, str | None]:
    """Likelihood ratio of arm x level; where persons have weights, which have no likelihood, Wald's with robust errors."""
    known = models.at(level >= 0)
    level = level[level >= 0]
    if not known.event.any() or np.unique(level).size < 2:
        return None, "no_events" if not known.event.any() else "not_estimable"
    arm = numerator_arm(known.focal, protocol=protocol)
    if known.weights is None:
        sets = known.risk_sets(ties=protocol.cox.ties)
        found = interaction_test(sets, arm=arm, level=level)
        return found.p, found.why
    X, last = _with_products(arm, level=level)
    found = wald_test(replace(known, robust=True).fit(X, ties=protocol.cox.ties), columns=range(last, X.shape[1]))
    return found.p, found.why


def _with_products(arm: Floats, *, level: Integers) -> tuple[Floats, int]:
    """Arm, levels and their products, and the column of the first product."""
    dummies = np.stack([(level == code).astype(float) for code in np.unique(level)[1:]], axis=1)
    return np.column_stack([arm, dummies, dummies * arm[:, None]]), 1 + dummies.shape[1]
