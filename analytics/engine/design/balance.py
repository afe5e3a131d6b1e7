"""Rows of the balance table and of Table 1, before and after matching."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analytics.engine.design.variables import Shown, Variable
from analytics.protocol.outcomes import Conventions
from analytics.protocol.plan import AnalysisPlan
from analytics.stats.event_times import Booleans, Floats
from analytics.stats.propensity.balance import Balance, Sample, compare_arms
from analytics.stats.tests.baseline import Summary, summarize_continuous, summarize_level
from analytics.stats.tests.two_sample import TwoSampleTest, compare_counts, compare_means, compare_ranks

# the tests of a Table 1 are of persons, not of weights
WEIGHTED = TwoSampleTest(name="none", statistic=None, df=None, p=None, why="not_requested")


@dataclass(frozen=True)
class BalanceRow:
    """Focal against reference arm; `after` is None where nothing is matched.

    `tests`, of the whole covariate before and after, are there where the protocol asks for p in the balance."""

    covariate: str
    level: str | None
    before: Balance
    after: Balance | None
    tests: Mapping[str, TwoSampleTest] = field(default_factory=dict)


@dataclass(frozen=True)
class BaselineCell:
    """One row of Table 1 in one cohort: label → summary, and the test of the whole covariate."""

    arms: dict[str, Summary]
    test: TwoSampleTest


@dataclass(frozen=True)
class BaselineRow:
    """One row of Table 1; `cohorts` holds unmatched and, where there is one, matched."""

    covariate: str
    level: str | None
    cohorts: dict[str, BaselineCell]


def balance_rows(
    variables: Sequence[Variable],
    *,
    focal: Booleans,
    weights: Floats | None,
    distance: Floats | None,
    conventions: Conventions,
) -> tuple[BalanceRow, ...]:
    """The score first where there is one, then each covariate, a factor by its levels, missing values as a level.

    `weights` (n,) are those of the design, 0 for whom it leaves out, None where there is no design."""
    shown = [] if distance is None else [Shown("distance", level=None, values=distance, is_binary=False)]
    for variable in variables:
        if "balance" in variable.covariate.use:
            shown += variable.balanced()
            shown += [variable.missing_as_level()] if variable.missing.any() else []
    return tuple(_balance_row(row, focal=focal, weights=weights, conventions=conventions) for row in shown)


def with_tests(
    rows: tuple[BalanceRow, ...],
    *,
    variables: Sequence[Variable],
    focal: Booleans,
    cohorts: Mapping[str, Floats],
    protocol: AnalysisPlan,
) -> tuple[BalanceRow, ...]:
    """The rows with the tests of their covariates in each cohort (weights (n,)), where the protocol asks for them."""
    if not protocol.conventions.balance_p:
        return rows
    tests = {
        variable.name: {
            moment: _test_of(variable, focal=focal, weights=weights, protocol=protocol)
            for moment, weights in zip(("before", "after"), cohorts.values(), strict=False)
        }
        for variable in variables
    }
    return tuple(replace(row, tests=tests.get(row.covariate, {})) for row in rows)


def _test_of(variable: Variable, *, focal: Booleans, weights: Floats, protocol: AnalysisPlan) -> TwoSampleTest:
    chosen = np.flatnonzero(weights > 0)
    if (weights[chosen] != 1).any():
        return WEIGHTED
    return _test(variable.at(chosen), focal=focal[chosen], protocol=protocol)


def _balance_row(row: Shown, *, focal: Booleans, weights: Floats | None, conventions: Conventions) -> BalanceRow:
    unmatched = _sample(row.values, focal=focal)
    before = compare_arms(unmatched, is_binary=row.is_binary, convention=conventions.smd)
    after = None
    if weights is not None:
        rows = weights > 0
        now = _sample(row.values[rows], focal=focal[rows], weights=weights[rows])
        after = compare_arms(now, unmatched=unmatched, is_binary=row.is_binary, convention=conventions.smd)
    return BalanceRow(covariate=row.covariate, level=row.level, before=before, after=after)


def _sample(values: Floats, *, focal: Booleans, weights: Floats | None = None) -> Sample:
    sample = Sample(focal=values[focal], reference=values[~focal])
    if weights is None or (weights == 1).all():
        return sample
    return sample.weighted(focal=weights[focal], reference=weights[~focal])


def baseline_rows(
    variables: Sequence[Variable], *, focal: Booleans, cohorts: Mapping[str, Floats], protocol: AnalysisPlan
) -> tuple[BaselineRow, ...]:
    """Table 1 of the covariates that are to be shown in it; `cohorts` gives the weights (n,) of each, 0 for whom it lacks."""
    rows: list[BaselineRow] = []
    for variable in variables:
        if "baseline" in variable.covariate.use:
            cells = {
                cohort: _cells(variable, focal=focal, weights=weights, protocol=protocol)
                for cohort, weights in cohorts.items()
            }
            rows += [
                BaselineRow(
                    covariate=row.covariate,
                    level=row.level,
                    cohorts={cohort: column[place] for cohort, column in cells.items()},
                )
                for place, row in enumerate(variable.shown())
            ]
    return tuple(rows)


def _cells(variable: Variable, *, focal: Booleans, weights: Floats, protocol: AnalysisPlan) -> list[BaselineCell]:
    """One cell per row the variable is shown in, of those who weigh anything."""
    chosen = np.flatnonzero(weights > 0)
    variable, focal, inside = variable.at(chosen), focal[chosen], weights[chosen]
    is_weighted = bool((inside != 1).any())
    test = WEIGHTED if is_weighted else _test(variable, focal=focal, protocol=protocol)
    arms = {protocol.arms.focal.label: focal, protocol.arms.reference.label: ~focal}
    quantile = protocol.conventions.quantile
    cells = []
    for shown in variable.shown():
        summaries = {}
        for label, rows in arms.items():
            of_arm = inside[rows] if is_weighted else None
            if variable.kind == "continuous":
                summaries[label] = summarize_continuous(shown.values[rows], quantile=quantile, weights=of_arm)
            else:
                is_level, is_missing = shown.values[rows] == 1, variable.missing[rows]
                summaries[label] = summarize_level(is_level, is_missing=is_missing, weights=of_arm)
        cells.append(BaselineCell(arms=summaries, test=test))
    return cells


def _test(variable: Variable, *, focal: Booleans, protocol: AnalysisPlan) -> TwoSampleTest:
    known = ~variable.missing
    first, second = variable.values[focal & known], variable.values[~focal & known]
    profile = protocol.conventions.profile
    if variable.kind == "continuous":
        if variable.covariate.show[0].startswith("median"):
            return compare_ranks(first, second=second, profile=profile)
        return compare_means(first, second=second, profile=profile)
    size = 2 if variable.kind == "binary" else len(variable.levels)
    counts = np.column_stack([np.bincount(values.astype(np.int64), minlength=size) for values in (first, second)])
    return compare_counts(counts, profile=protocol.conventions.profile, seed=protocol.seed)
