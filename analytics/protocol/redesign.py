"""Another design for the same patients: what may be varied beside the planned one, and the protocol that asks for it."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, get_args

from analytics.protocol.design import ESTIMANDS_BY_WEIGHTS, WORKS_WITH, Method, Scale, WeightType
from analytics.protocol.plan import AnalysisPlan, Covariate, Use
from analytics.stats.matching.nearest import CaliperUnit

Content = Mapping[str, Any]

EVERY_USE = get_args(Use)
OF_PAIRS = ("ATT", "ATC")


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignSettings:
    """`caliper_width` is None where pairs may lie apart as they like; `covariates` are those of the score."""

    method: Method
    weights: WeightType
    ratio: int
    caliper_width: float | None
    caliper_unit: CaliperUnit
    scale: Scale
    covariates: tuple[str, ...]


def settings_of(plan: AnalysisPlan) -> DesignSettings:
    design = plan.design
    return DesignSettings(
        method=design.method,
        weights=design.weighting.type,
        ratio=design.ratio,
        caliper_width=design.caliper.width if design.caliper else None,
        caliper_unit=design.caliper.unit if design.caliper else "sd",
        scale=design.scale,
        covariates=tuple(covariate.name for covariate in plan.score_covariates),
    )


def offered_covariates(plan: AnalysisPlan) -> tuple[Covariate, ...]:
    """Those that a score may hold: measured before time zero, unless the protocol allows later ones."""
    return tuple(c for c in plan.covariates if c.measured == "before" or plan.design.allow_post_baseline)


def redesigned(content: Content, *, settings: DesignSettings) -> dict[str, Any]:
    """The content of a protocol with these settings; what they leave as it is stays as it was written, keys without a use go."""
    changed = deepcopy(dict(content))
    changed["design"] = _design(changed.get("design") or {}, settings=settings)
    for row in changed.get("covariates") or ():
        if row.get("measured") != "after" or changed["design"].get("allow_post_baseline"):
            _put_into_score(row, is_wanted=row.get("name") in settings.covariates)
    return changed


def _design(before: dict[str, Any], *, settings: DesignSettings) -> dict[str, Any]:
    method = settings.method
    design = {key: value for key, value in before.items() if method in WORKS_WITH.get(key, (method,))}
    design["method"] = method
    if method == "nearest":
        _set(design, "ratio", value=settings.ratio, default=1)
        _set_caliper(design, settings=settings)
    if method == "weighting":
        design["weights"] = {**(before.get("weights") or {}), "type": settings.weights}
    if design.get("estimand") not in (ESTIMANDS_BY_WEIGHTS[settings.weights] if method == "weighting" else OF_PAIRS):
        design.pop("estimand", None)
        design.pop("order", None)  # it follows from the estimand
    return design


def _set(design: dict[str, Any], key: str, *, value: Any, default: Any) -> None:
    if value != design.get(key, default):
        design[key] = value


def _set_caliper(design: dict[str, Any], *, settings: DesignSettings) -> None:
    """Without a limit and on the scale that is taken without one, there is nothing to say."""
    if settings.caliper_width is None and settings.scale == "ps":
        design.pop("caliper", None)
        return
    caliper = dict(design.get("caliper") or {})
    _set(caliper, "width", value=settings.caliper_width, default=0)
    if settings.caliper_width is None:
        caliper["width"] = None
    _set(caliper, "unit", value=settings.caliper_unit, default="sd")
    _set(caliper, "scale", value=settings.scale, default="logit")
    design["caliper"] = caliper


def _put_into_score(row: dict[str, Any], *, is_wanted: bool) -> None:
    given = row.get("use", EVERY_USE)
    uses = [given] if isinstance(given, str) else list(given)
    if ("score" in uses) == is_wanted:
        return
    uses = [use for use in EVERY_USE if (is_wanted if use == "score" else use in uses)]
    row["use"] = uses
    if len(uses) == len(EVERY_USE):
        del row["use"]
