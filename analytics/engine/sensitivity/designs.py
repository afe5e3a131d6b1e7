"""Sensitivity analyses that run the whole design again: other calipers, weights, centers, readings of what is missing."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from analytics.engine.design.variables import build_variables
from analytics.engine.outcomes.headline import Headline, headlines
from analytics.engine.sensitivity.base import (
    Base,
    SensitivityRow,
    Settings,
    nothing,
    refusal,
    require_centers,
    settings_of,
)
from analytics.errors import AnalysisError
from analytics.frame import AnalysisFrame
from analytics.protocol.design import ESTIMANDS_BY_WEIGHTS, Caliper
from analytics.protocol.design import Design as DesignPlan
from analytics.protocol.plan import CENTER, AnalysisPlan, Covariate
from analytics.protocol.sensitivity import (
    CaliperCheck,
    CompleteCase,
    ConventionCheck,
    ImputationCheck,
    LeaveOneCenterOut,
    LostCensored,
    MissingLevel,
    WeightingCheck,
)
from analytics.stats.bad_input import BadInput
from analytics.stats.resampling.bootstrap import leave_one_out


def caliper(base: Base, check: CaliperCheck) -> Iterator[SensitivityRow]:
    if base.protocol.design.method != "nearest":
        raise refusal("a caliper applies only to nearest-neighbor matching", zh="卡钳仅用于最近邻匹配")
    for width in check.widths:
        caliper = Caliper(width=width, unit=check.unit, scale=check.scale)
        settings = {"width": width, "unit": check.unit, "scale": check.scale}
        protocol = _other_design(base.protocol, caliper=caliper)
        try:
            yield from _again(check.kind, settings=settings, frame=base.frame, protocol=protocol)
        except (AnalysisError, BadInput):
            yield from nothing(base, kind=check.kind, settings=settings)


def weighting(base: Base, check: WeightingCheck) -> list[SensitivityRow]:
    weights: Settings = {"type": check.type, "truncate": check.truncate}
    estimands, asked = ESTIMANDS_BY_WEIGHTS[check.type], base.protocol.design.estimand
    estimand = asked if asked in estimands else estimands[0]
    plan = DesignPlan.model_validate({"method": "weighting", "weights": weights, "estimand": estimand})
    _require_a_score(base)
    protocol = base.protocol.model_copy(update={"design": plan, "sensitivity": ()})
    settings = settings_of(check) | {"estimand": estimand}
    return _again(check.kind, settings=settings, frame=base.frame, protocol=protocol)


def leave_one_center_out(base: Base, check: LeaveOneCenterOut) -> Iterator[SensitivityRow]:
    require_centers(base)
    table = base.frame.table
    known = table[CENTER].notna().to_numpy()
    for center, others in leave_one_out([str(name) for name in table.loc[known, CENTER]]):
        kept = np.ones(len(table), dtype=bool)
        kept[known] = others
        settings = {"center": center}
        protocol = base.protocol.model_copy(update={"sensitivity": ()})
        try:
            yield from _again(check.kind, settings=settings, frame=_part(base.frame, kept=kept), protocol=protocol)
        except (AnalysisError, BadInput):
            yield from nothing(base, kind=check.kind, settings=settings)


def complete_case(base: Base, check: CompleteCase) -> list[SensitivityRow]:
    protocol = _other_missing(base.protocol, to=lambda _: "drop")
    variables = build_variables(base.frame.table, covariates=protocol.covariates)
    kept = np.ones(len(base.frame.table), dtype=bool)
    for variable in variables:
        kept &= ~variable.missing
    return _again(check.kind, settings={}, frame=_part(base.frame, kept=kept), protocol=protocol)


def imputation(base: Base, check: ImputationCheck) -> list[SensitivityRow]:
    plan = base.protocol.imputation
    plan = plan if check.m is None else plan.model_copy(update={"m": check.m})
    protocol = _other_missing(base.protocol, to=lambda _: "impute").model_copy(update={"imputation": plan})
    return _again(check.kind, settings={"m": plan.m}, frame=base.frame, protocol=protocol)


def missing_level(base: Base, check: MissingLevel) -> list[SensitivityRow]:
    def to(covariate: Covariate) -> str:
        return covariate.missing if covariate.type == "continuous" and not covariate.cut else "level"

    return _again(check.kind, settings={}, frame=base.frame, protocol=_other_missing(base.protocol, to=to))


def convention(base: Base, check: ConventionCheck) -> list[SensitivityRow]:
    changes = check.model_dump(exclude={"kind"}, exclude_none=True)
    conventions = base.protocol.conventions.model_copy(update=changes)
    protocol = base.protocol.model_copy(update={"conventions": conventions, "sensitivity": ()})
    return _again(check.kind, settings=changes, frame=base.frame, protocol=protocol)


def lost_censored(base: Base, check: LostCensored) -> list[SensitivityRow]:
    if base.without_losses is None:
        raise refusal("the study excludes no patients as lost to follow-up", zh="该研究未因失访排除患者")
    protocol = base.protocol.model_copy(update={"sensitivity": ()})
    return _again(check.kind, settings={}, frame=base.without_losses, protocol=protocol)


def _again(kind: str, *, settings: Settings, frame: AnalysisFrame, protocol: AnalysisPlan) -> list[SensitivityRow]:
    return [_row(kind, settings=settings, name=n, found=h) for n, h in headlines(frame, protocol=protocol).items()]


def _row(kind: str, *, settings: Settings, name: str, found: Headline) -> SensitivityRow:
    return SensitivityRow(
        kind,
        settings,
        endpoint=name,
        n_focal=found.n_focal,
        n_reference=found.n_reference,
        ratio=found.ratio,
        max_smd=found.max_smd,
    )


def _other_design(protocol: AnalysisPlan, **changes: Any) -> AnalysisPlan:
    return protocol.model_copy(update={"design": protocol.design.model_copy(update=changes), "sensitivity": ()})


def _other_missing(protocol: AnalysisPlan, *, to: Callable[[Covariate], str]) -> AnalysisPlan:
    changed = tuple(one.model_copy(update={"missing": to(one)}) for one in protocol.covariates)
    return protocol.model_copy(update={"covariates": changed, "sensitivity": ()})


def _part(frame: AnalysisFrame, *, kept: np.ndarray) -> AnalysisFrame:
    return AnalysisFrame(frame.table[kept].reset_index(drop=True), frame.source, frame.sha256, frame.rows)


def _require_a_score(base: Base) -> None:
    if not base.protocol.score_covariates:
        raise refusal("there are no covariates for a propensity score", zh="没有可进入评分的协变量")
