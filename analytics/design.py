"""The design part of a comparison: who is in, how they are matched, how alike the arms are. It never sees an outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from analytics.design_notices import (
    about_balance,
    about_late_covariates,
    about_missing_covariates,
    about_the_estimand,
    about_the_score,
)
from analytics.errors import DataError, FaultyDataError
from analytics.frame import AnalysisFrame, FlowRow
from analytics.immortal_time import about_guaranteed_time, guaranteed_time
from analytics.messages import Message, Notice
from analytics.protocol import AnalysisPlan
from analytics.similarity import BalanceRow, BaselineRow, balance_rows, baseline_rows
from analytics.stats.event_times import Booleans, Floats
from analytics.stats.matching import Order, Pairs, Rules, caliper_width, match_nearest
from analytics.stats.propensity import Propensity, fit_propensity
from analytics.variables import build_variables


@dataclass(frozen=True)
class Score:
    """The fitted score and the distance it gives: `distance` (n,) and its n - 1 SD are on the scale named."""

    fit: Propensity
    scale: str
    distance: Floats
    sd: float
    n: int


@dataclass(frozen=True)
class CenterRetention:
    """Persons of a center before and after matching."""

    center: str
    before: int
    after: int


@dataclass(frozen=True)
class Matching:
    """Pairs of row numbers of the unmatched table, in the order of the file, and what they leave of each center."""

    pairs: Pairs
    scale: str
    estimand: str
    order: str
    centers: tuple[CenterRetention, ...]


@dataclass(frozen=True)
class Design:
    """`unmatched` is the table both cohorts share; `matched` its matched rows with the number of their `pair`, None where the
    protocol does not match. `guaranteed` is the median months per arm to the act that makes it, None without such an act."""

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
    def cohorts(self) -> dict[str, pd.DataFrame]:
        return {"unmatched": self.unmatched} | ({} if self.matched is None else {"matched": self.matched})


def design(frame: AnalysisFrame, *, protocol: AnalysisPlan, flow: Sequence[FlowRow] = ()) -> Design:
    """Everything that may be judged before the outcomes are opened.

    `flow` are the rows of the flow chart so far (empty for a flat table); the engine adds its own: arm_unknown,
    missing_covariate, matched. FaultyDataError where an arm is left empty, or the score has nothing to rest on.
    """
    table, rows = _with_arm(frame, protocol=protocol, flow=tuple(flow))
    notices = [*about_late_covariates(protocol)]
    score = matching = matched = None
    if protocol.design.method != "none":
        table, rows, missing = _with_complete_score(table, protocol=protocol, flow=rows)
        score, troubles = _score(table, protocol=protocol)
        matching, matched = _match(table, score=score, protocol=protocol)
        rows = (*rows, _flow_row("matched", _MATCHED, before=table, after=matched, protocol=protocol))
        notices += [
            *missing,
            *troubles,
            *about_the_estimand(matching.pairs, focal=_is_focal(table, protocol=protocol), arms=protocol.arms),
        ]
    variables = build_variables(table, covariates=protocol.covariates)
    kept = None if matching is None else np.sort(np.concatenate([matching.pairs.treated, matching.pairs.control]))
    focal = _is_focal(table, protocol=protocol)
    distance = None if score is None else score.distance
    guaranteed = guaranteed_time(table, protocol=protocol)
    balance = balance_rows(variables, focal=focal, kept=kept, distance=distance, conventions=protocol.conventions)
    return Design(
        protocol=protocol,
        frame=frame,
        unmatched=table,
        matched=matched,
        flow=rows,
        score=score,
        matching=matching,
        balance=balance,
        baseline=baseline_rows(variables, focal=focal, kept=kept, protocol=protocol),
        guaranteed=guaranteed,
        notices=(*about_guaranteed_time(table, medians=guaranteed), *notices, *about_balance(balance)),
    )


_ROWS = Message("Rows of the table", "数据表的行")
_ARM = Message("Arm unknown, or in neither arm", "分组未知或不属于任一组")
_MISSING = Message("A covariate of the score is missing", "评分协变量缺失")
_MATCHED = Message("Not matched", "未匹配")


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
    variables = build_variables(table, covariates=protocol.score_covariates)
    is_missing = np.logical_or.reduce([variable.missing for variable in variables])
    complete = table[~is_missing].reset_index(drop=True)
    detail = {
        variable.name: {
            label: int(variable.missing[(table["arm"] == label).to_numpy()].sum()) for label in _labels(protocol)
        }
        for variable in variables
        if variable.missing.any()
    }
    _refuse_empty_arms(complete, protocol=protocol)
    row = _flow_row("missing_covariate", _MISSING, before=table, after=complete, protocol=protocol, detail=detail)
    return complete, (*flow, row), about_missing_covariates(is_missing, focal=_is_focal(table, protocol=protocol))


def _score(table: pd.DataFrame, *, protocol: AnalysisPlan) -> tuple[Score, list[Notice]]:
    variables = build_variables(table, covariates=protocol.score_covariates)
    columns = [column for variable in variables for column in variable.model_columns()]
    X = np.column_stack([np.empty((len(table), 0)), *(column.values for column in columns)])
    if not (X.max(axis=0) > X.min(axis=0)).any():
        names = ", ".join(variable.name for variable in variables)
        en = f"Every covariate of the score is constant ({names}); there is nothing to match on."
        raise FaultyDataError(
            DataError("constant_score", Message(en, f"评分的所有协变量均为常数（{names}）；无法匹配。"))
        )
    fit = fit_propensity(X, treated=_is_focal(table, protocol=protocol), names=[column.term for column in columns])
    scale = protocol.design.scale
    distance = fit.logit if scale == "logit" else fit.probability
    score = Score(fit=fit, scale=scale, distance=distance, sd=float(np.std(distance, ddof=1)), n=len(table))
    return score, about_the_score(fit)


def _match(table: pd.DataFrame, *, score: Score, protocol: AnalysisPlan) -> tuple[Matching, pd.DataFrame]:
    focal = _is_focal(table, protocol=protocol)
    plan = protocol.design
    width = None
    if plan.caliper is not None and plan.caliper.width is not None:
        _refuse_single_person_arms(focal, unit=plan.caliper.unit)
        width = caliper_width(score.distance, treated=focal, width=plan.caliper.width, unit=plan.caliper.unit)
    rules = Rules(caliper=width, order=cast(Order, plan.order), seed=protocol.seed)
    pairs = match_nearest(score.distance, treated=focal, rules=rules)
    numbers = np.full(len(table), -1, dtype=np.int64)
    numbers[pairs.treated] = numbers[pairs.control] = np.arange(pairs.count)
    matched = table.assign(pair=numbers)[numbers >= 0].reset_index(drop=True)
    matching = Matching(
        pairs=pairs,
        scale=score.scale,
        estimand=plan.estimand,
        order=plan.order,
        centers=_retention(table, matched=matched),
    )
    return matching, matched


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


def _refuse_empty_arms(table: pd.DataFrame, *, protocol: AnalysisPlan) -> None:
    errors = [
        DataError("empty_arm", Message(f"Nobody is left in the arm {label}.", f"{label} 组没有剩余的患者。"), "arm")
        for label in _labels(protocol)
        if not (table["arm"] == label).any()
    ]
    if errors:
        raise FaultyDataError(*errors)


def _refuse_single_person_arms(focal: Booleans, *, unit: str) -> None:
    if unit == "sd_within_arm" and min(focal.sum(), (~focal).sum()) < 2:
        en = "An arm has a single person: a caliper in sd_within_arm needs two in each; use sd or raw."
        zh = "某一组只有一人：以 sd_within_arm 为单位的卡钳要求每组至少两人；请改用 sd 或 raw。"
        raise FaultyDataError(DataError("arm_too_small", Message(en, zh), "arm"))
