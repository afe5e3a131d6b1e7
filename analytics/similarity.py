"""Rows of the balance table and of Table 1, before and after matching."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from analytics.protocol import AnalysisPlan, Conventions
from analytics.stats.balance import Balance, Sample, compare_arms
from analytics.stats.baseline import Summary, summarize_continuous, summarize_level
from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.two_sample import Profile, TwoSampleTest, compare_counts, compare_means, compare_ranks
from analytics.variables import Shown, Variable


@dataclass(frozen=True)
class BalanceRow:
    """Focal against reference arm; `after` is None where nothing is matched."""

    covariate: str
    level: str | None
    before: Balance
    after: Balance | None


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
    kept: Integers | None,
    distance: Floats | None,
    conventions: Conventions,
) -> tuple[BalanceRow, ...]:
    """The score first where there is one, then each covariate, a factor by its levels, missing values as a level."""
    shown = [] if distance is None else [Shown("distance", level=None, values=distance, is_binary=False)]
    for variable in variables:
        if "balance" in variable.covariate.use:
            shown += variable.shown()
            shown += [variable.missing_as_level()] if variable.missing.any() else []
    return tuple(_balance_row(row, focal=focal, kept=kept, conventions=conventions) for row in shown)


def _balance_row(row: Shown, *, focal: Booleans, kept: Integers | None, conventions: Conventions) -> BalanceRow:
    everyone = np.arange(focal.size)
    unmatched = _sample(row.values, focal=focal, rows=everyone)
    before = compare_arms(unmatched, is_binary=row.is_binary, convention=conventions.smd)
    after = None
    if kept is not None:
        now = _sample(row.values, focal=focal, rows=kept)
        after = compare_arms(now, unmatched=unmatched, is_binary=row.is_binary, convention=conventions.smd)
    return BalanceRow(covariate=row.covariate, level=row.level, before=before, after=after)


def _sample(values: Floats, *, focal: Booleans, rows: Integers) -> Sample:
    return Sample(focal=values[rows][focal[rows]], reference=values[rows][~focal[rows]])


def baseline_rows(
    variables: Sequence[Variable], *, focal: Booleans, kept: Integers | None, protocol: AnalysisPlan
) -> tuple[BaselineRow, ...]:
    """Table 1 of the covariates that are to be shown in it."""
    cohorts = {"unmatched": np.arange(focal.size)} | ({} if kept is None else {"matched": kept})
    rows: list[BaselineRow] = []
    for variable in variables:
        if "baseline" in variable.covariate.use:
            cells = {
                cohort: _cells(variable.at(chosen), focal=focal[chosen], protocol=protocol)
                for cohort, chosen in cohorts.items()
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


def _cells(variable: Variable, *, focal: Booleans, protocol: AnalysisPlan) -> list[BaselineCell]:
    """One cell per row the variable is shown in."""
    test = _test(variable, focal=focal, protocol=protocol)
    arms = {protocol.arms.focal.label: focal, protocol.arms.reference.label: ~focal}
    if variable.kind == "continuous":
        quantile = protocol.conventions.quantile
        summaries = {
            label: summarize_continuous(variable.values[rows], quantile=quantile) for label, rows in arms.items()
        }
        return [BaselineCell(arms=summaries, test=test)]
    return [
        BaselineCell(
            arms={
                label: summarize_level(shown.values[rows] == 1, is_missing=variable.missing[rows])
                for label, rows in arms.items()
            },
            test=test,
        )
        for shown in variable.shown()
    ]


def _test(variable: Variable, *, focal: Booleans, protocol: AnalysisPlan) -> TwoSampleTest:
    known = ~variable.missing
    first, second = variable.values[focal & known], variable.values[~focal & known]
    if variable.kind == "continuous":
        if variable.covariate.show == "median":
            return compare_ranks(first, second=second)
        return compare_means(first, second=second)
    size = 2 if variable.kind == "binary" else len(variable.levels)
    counts = np.column_stack([np.bincount(values.astype(np.int64), minlength=size) for values in (first, second)])
    return compare_counts(counts, profile=cast(Profile, protocol.conventions.profile), seed=protocol.seed)
