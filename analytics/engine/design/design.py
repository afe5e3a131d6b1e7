"""The design part of a comparison: who is in, how they are matched, how alike the arms are. It never sees an outcome."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.engine.design.adjustment import Adjusted, Rows, adjust
from analytics.engine.design.balance import BalanceRow, BaselineRow, balance_rows, baseline_rows, with_tests
from analytics.engine.design.guaranteed_time import about_guaranteed_time, guaranteed_time
from analytics.engine.design.notices import (
    about_arms_apart,
    about_balance,
    about_empty_covariates,
    about_idle_keys,
    about_late_covariates,
    about_missing_covariates,
    about_overlap,
    about_the_estimand,
    about_the_score,
    are_apart,
)
from analytics.engine.design.score import Score, fit_score
from analytics.engine.design.ties import Ties, about_ties, ties_of
from analytics.engine.design.variables import build_variables
from analytics.errors import DataError, FaultyDataError
from analytics.frame import AnalysisFrame, FlowRow
from analytics.messages import Message, Notice
from analytics.protocol.plan import AnalysisPlan
from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.matching.nearest import Pairs

__all__ = ["Adjusted", "Design", "Matching", "Score", "cohort_name", "design"]


@dataclass(frozen=True)
class CenterRetention:
    """Persons of a center before and after matching."""

    center: str
    before: int
    after: int


@dataclass(frozen=True)
class Matching:
    """What the method made of the rows of the unmatched table, and what it leaves of each center.

    `order` is None where the method serves nobody in turn, `ties` where it takes nobody among equals."""

    adjusted: Adjusted
    method: str
    scale: str
    estimand: str
    order: str | None
    centers: tuple[CenterRetention, ...]
    ties: Ties | None = None

    @property
    def pairs(self) -> Pairs | None:
        """Row numbers of partners; the first of each is of the arm whose effect is asked for."""
        return self.adjusted.pairs


@dataclass(frozen=True)
class Design:
    """`unmatched` is the table all cohorts share; `matched` those of it that the method keeps, None where the protocol leaves
    the arms as they are. Its columns are those of the frame and, by method:

    - `pair`: number of the set of partners, where nobody is in two;
    - `stratum`: number of the stratum or subclass;
    - `weight`: where somebody counts for more or less than one person (`is_weighted`).

    With replacement the sets, for clustered errors, are in `matching.adjusted.members`. `guaranteed` is the median months per
    arm to the act that makes it, None without such an act."""

    protocol: AnalysisPlan
    frame: AnalysisFrame
    unmatched: pd.DataFrame
    matched: pd.DataFrame | None
    flow: tuple[FlowRow, ...]
    score: Score | None
    matching: Matching | None
    balance: tuple[BalanceRow, ...]
    baseline: tuple[BaselineRow, ...]
    guaranteed: dict[str, float | None] | None
    notices: tuple[Notice, ...]

    @property
    def cohort(self) -> str:
        """Name of the cohort that the design makes."""
        return cohort_name(self.protocol)

    @property
    def cohorts(self) -> dict[str, pd.DataFrame]:
        return {"unmatched": self.unmatched} | ({} if self.matched is None else {self.cohort: self.matched})

    @property
    def is_apart(self) -> bool:
        """Whether the scores of the arms do not overlap at all, so that no design can compare them."""
        if self.score is None:
            return False
        focal = (self.unmatched["arm"] == self.protocol.arms.focal.label).to_numpy()
        return are_apart(self.score.distance, focal=focal)

    @property
    def is_weighted(self) -> bool:
        """Whether outcomes of the design's cohort must use its column `weight`."""
        return self.matching is not None and self.matching.adjusted.is_weighted


def cohort_name(protocol: AnalysisPlan) -> str:
    return "weighted" if protocol.design.method == "weighting" else "matched"


def design(frame: AnalysisFrame, *, protocol: AnalysisPlan, flow: Sequence[FlowRow] = ()) -> Design:
    """Everything that may be judged before the outcomes are opened.

    `flow` are the rows of the flow chart so far (empty for a flat table); the engine adds its own: arm_unknown,
    missing_covariate, matched. FaultyDataError where an arm is left empty, or the score has nothing to rest on.
    """
    table, rows = _with_arm(frame, protocol=protocol, flow=tuple(flow))
    notices = [*about_late_covariates(protocol), *about_idle_keys(protocol)]
    score = matching = matched = None
    if protocol.design.method != "none":
        table, rows, missing = _with_complete_score(table, protocol=protocol, flow=rows)
        score, matching, troubles = _adjust(table, protocol=protocol)
        matched = _matched(table, adjusted=matching.adjusted)
        rows = (*rows, *_last_step(table, matched=matched, protocol=protocol))
        notices += [*missing, *troubles]
    weights = None if matching is None else matching.adjusted.weights
    cohorts = {"unmatched": np.ones(len(table))} | ({} if weights is None else {cohort_name(protocol): weights})
    focal, variables = _is_focal(table, protocol=protocol), build_variables(table, covariates=protocol.covariates)
    distance, guaranteed = None if score is None else score.distance, guaranteed_time(table, protocol=protocol)
    balance = balance_rows(variables, focal=focal, weights=weights, distance=distance, conventions=protocol.conventions)
    balance = with_tests(balance, variables=variables, focal=focal, cohorts=cohorts, protocol=protocol)
    return Design(
        protocol=protocol,
        frame=frame,
        unmatched=table,
        matched=matched,
        flow=rows,
        score=score,
        matching=matching,
        balance=balance,
        baseline=baseline_rows(variables, focal=focal, cohorts=cohorts, protocol=protocol),
        guaranteed=guaranteed,
        notices=(
            *about_guaranteed_time(table, medians=guaranteed),
            *notices,
            *about_empty_covariates(variables),
            *about_balance(balance),
        ),
    )


_ROWS = Message("Rows in the table", "数据表的行")
_ARM = Message("Arm unknown or in neither arm", "分组未知或不属于任一组")
_MISSING = Message("Missing propensity score covariate", "评分协变量缺失")
_MATCHED = Message("Not matched", "未匹配")
_OUTSIDE = Message("Propensity score outside the range of the other arm", "评分超出另一组的范围")


def _with_arm(
    frame: AnalysisFrame, *, protocol: AnalysisPlan, flow: tuple[FlowRow, ...]
) -> tuple[pd.DataFrame, tuple[FlowRow, ...]]:
    everyone = frame.table
    table = everyone[everyone["arm"].isin([protocol.arms.focal.label, protocol.arms.reference.label])]
    table = table.reset_index(drop=True)
    _refuse_empty_arms(table, protocol=protocol)
    start = FlowRow("rows", _ROWS, removed=0, remaining=len(everyone), arms={}, centers=_centers(everyone))
    unknown = _flow_row("arm_unknown", _ARM, before=everyone, after=table, protocol=protocol)
    return table, (*(flow or (start,)), unknown)


def _with_complete_score(
    table: pd.DataFrame, *, protocol: AnalysisPlan, flow: tuple[FlowRow, ...]
) -> tuple[pd.DataFrame, tuple[FlowRow, ...], list[Notice]]:
    """Rows with a missing covariate of the score leave before it is fitted, so that both cohorts share one base."""
    variables = build_variables(table, covariates=protocol.design_covariates)
    is_missing = np.logical_or.reduce([variable.missing for variable in variables])
    complete = table[~is_missing].reset_index(drop=True)
    detail = {
        variable.name: {
            label: int(variable.missing[(table["arm"] == label).to_numpy()].sum()) for label in _labels(protocol)
        }
        for variable in variables
        if variable.missing.any()
    }
    _refuse_empty_arms(complete, protocol=protocol, detail=detail)
    row = _flow_row("missing_covariate", _MISSING, before=table, after=complete, protocol=protocol, detail=detail)
    return complete, (*flow, row), about_missing_covariates(is_missing, focal=_is_focal(table, protocol=protocol))


def _adjust(table: pd.DataFrame, *, protocol: AnalysisPlan) -> tuple[Score | None, Matching, list[Notice]]:
    """Coarsened exact matching needs no score; every other method rests on it."""
    focal, plan = _is_focal(table, protocol=protocol), protocol.design
    score: Score | None = None
    notices: list[Notice] = []
    if plan.method != "cem":
        score = fit_score(table, focal=focal, protocol=protocol)
        apart = about_arms_apart(score.distance, focal=focal)
        notices += [*apart, *about_the_score(score.fit), *about_overlap(score.distance, focal=focal)]
    rows = Rows(table=table, focal=focal, score=score, protocol=protocol)
    adjusted = adjust(rows)
    ties = ties_of(rows, pairs=adjusted.pairs)
    matching = Matching(
        adjusted=adjusted,
        method=plan.method,
        scale=plan.scale,
        estimand=plan.estimand,
        order=plan.order if plan.method == "nearest" else None,
        centers=_retention(table, matched=table[adjusted.weights > 0]),
        ties=ties,
    )
    notices += [*about_the_estimand(adjusted, focal=focal, protocol=protocol), *about_ties(ties)]
    return score, matching, notices


def _matched(table: pd.DataFrame, *, adjusted: Adjusted) -> pd.DataFrame:
    """The persons whom the method keeps, in the order of the file."""
    columns: dict[str, Integers | Floats] = {}
    if adjusted.pairs is not None and adjusted.pairs.has_own_controls and adjusted.members is not None:
        columns["pair"] = np.full(len(table), -1, dtype=np.int64)
        columns["pair"][adjusted.members.row] = adjusted.members.group
    if adjusted.strata is not None:
        columns["stratum"] = adjusted.strata
    if adjusted.is_weighted:
        columns["weight"] = adjusted.weights
    return table.assign(**columns)[adjusted.weights > 0].reset_index(drop=True)


def _last_step(table: pd.DataFrame, *, matched: pd.DataFrame, protocol: AnalysisPlan) -> list[FlowRow]:
    if protocol.design.method == "weighting" and len(matched) == len(table):
        return []
    code, text = ("discarded", _OUTSIDE) if protocol.design.method == "weighting" else ("matched", _MATCHED)
    return [_flow_row(code, text, before=table, after=matched, protocol=protocol)]


def _retention(table: pd.DataFrame, *, matched: pd.DataFrame) -> tuple[CenterRetention, ...]:
    if "center" not in table:
        return ()
    after = matched["center"].value_counts()
    return tuple(
        CenterRetention(center=str(center), before=int(before), after=int(after.get(center, 0)))
        for center, before in sorted(table["center"].value_counts().items())
    )


def _labels(protocol: AnalysisPlan) -> tuple[str, str]:
    return protocol.arms.focal.label, protocol.arms.reference.label


def _is_focal(table: pd.DataFrame, *, protocol: AnalysisPlan) -> Booleans:
    return (table["arm"] == protocol.arms.focal.label).to_numpy()


def _centers(table: pd.DataFrame) -> int | None:
    return int(table["center"].nunique()) if "center" in table else None


def _flow_row(
    code: str,
    text: Message,
    *,
    before: pd.DataFrame,
    after: pd.DataFrame,
    protocol: AnalysisPlan,
    detail: dict[str, dict[str, int]] | None = None,
) -> FlowRow:
    return FlowRow(
        id=code,
        text=text,
        removed=len(before) - len(after),
        remaining=len(after),
        arms={label: int((after["arm"] == label).sum()) for label in _labels(protocol)},
        centers=_centers(after),
        detail=detail,
    )


def _refuse_empty_arms(
    table: pd.DataFrame, *, protocol: AnalysisPlan, detail: dict[str, dict[str, int]] | None = None
) -> None:
    """`detail` counts by covariate and arm those whom a missing value put out."""
    errors = []
    for label in _labels(protocol):
        if (table["arm"] == label).any():
            continue
        missing = ", ".join(f"{name} {of[label]}" for name, of in (detail or {}).items() if of[label])
        en, zh = f"No patients remain in the arm {label}", f"{label} 组没有剩余的患者"
        if missing:
            en += f": values are missing in {missing}. Set missing: impute or level, or remove the covariate"
            zh += f"：以下变量缺失：{missing}；请使用 missing: impute 或 level，或移除该变量"
        errors.append(DataError("empty_arm", Message(f"{en}.", f"{zh}。"), "arm"))
    if errors:
        raise FaultyDataError(*errors)
