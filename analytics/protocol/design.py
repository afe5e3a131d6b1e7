"""The `design` of a protocol: how the arms are made comparable."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from analytics.protocol.errors import sentence
from analytics.protocol.part import Part
from analytics.stats.matching.nearest import CaliperUnit, Order
from analytics.stats.propensity.common_support import Discard
from analytics.stats.propensity.weighting import WeightedEffect

Scale = Literal["logit", "ps"]
Method = Literal["nearest", "optimal", "cem", "subclassification", "weighting", "none"]
WeightType = Literal["siptw", "att", "overlap", "matching"]

ORDER_BY_ESTIMAND: Mapping[str, Order] = {"ATT": "largest", "ATC": "smallest"}
ESTIMANDS_BY_WEIGHTS: Mapping[WeightType, tuple[WeightedEffect, ...]] = {
    "siptw": ("ATE",),
    "att": ("ATT", "ATC"),
    "overlap": ("ATO",),
    "matching": ("ATM",),
}
PAIRING: tuple[Method, ...] = ("nearest", "optimal")
WORKS_WITH: Mapping[str, tuple[Method, ...]] = {
    "ratio": ("nearest",),
    "replace": ("nearest",),
    "order": ("nearest",),
    "caliper": ("nearest",),
    "mahalanobis": ("nearest",),
    "covariate_caliper": ("nearest",),
    "tied_scores": ("nearest",),
    "exact": PAIRING,
    "distance": PAIRING,
    "discard": (*PAIRING, "subclassification", "weighting"),
    "reestimate": (*PAIRING, "subclassification", "weighting"),
    "cem": ("cem",),
    "subclasses": ("subclassification",),
    "weights": ("weighting",),
}


class CovariateCaliper(Part):
    """The maximum difference in a covariate within a pair, in its standard deviations or in its own unit (raw)."""

    width: Annotated[float, Field(ge=0)]
    unit: CaliperUnit = "sd"


class Caliper(Part):
    """The maximum distance within a pair. A width of null sets no limit on the named scale."""

    width: Annotated[float, Field(ge=0)] | None
    unit: CaliperUnit = "sd"
    scale: Scale = "logit"


class Coarsening(Part):
    """Coarsened exact matching: cut points by covariate, and how the other covariates are coarsened."""

    cut: Mapping[str, Annotated[tuple[float, ...], Field(min_length=1)]] = {}
    default: Literal["sturges"] = "sturges"


class Weights(Part):
    """Propensity score weights. `truncate` gives the percentiles (0 to 1) at which extreme weights are truncated."""

    type: WeightType = "siptw"
    truncate: tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]] | None = None

    @model_validator(mode="after")
    def _percentiles_ascend(self) -> Self:
        if self.truncate is not None and self.truncate[0] >= self.truncate[1]:
            raise sentence("the percentiles of truncate must be in ascending order", zh="truncate 的百分位数必须递增")
        return self


class Design(Part):
    """How confounding is adjusted for. The focal arm is matched first; for the ATC, the reference arm.

    `tied_scores: false` leaves out what is told of tied scores, and the sensitivity analysis with ties broken at random."""

    method: Method = "nearest"
    estimand: WeightedEffect = "ATT"
    ratio: Annotated[int, Field(ge=1)] = 1
    replace: bool = False
    order: Order = "largest"
    exact: tuple[str, ...] = ()
    caliper: Caliper | None = None
    distance: Literal["score", "mahalanobis"] = "score"
    mahalanobis: tuple[str, ...] = ()
    covariate_caliper: Mapping[str, CovariateCaliper] | None = None
    discard: Discard = "none"
    reestimate: bool = False
    tied_scores: bool = True
    allow_post_baseline: bool = False
    cem: Coarsening | None = None
    subclasses: Annotated[int, Field(ge=2)] = 6
    weights: Weights | None = None

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, content: Any) -> Any:
        """What follows from other keys: the order from the estimand, the estimand from the weights and the other way round."""
        if not isinstance(content, dict):
            return content
        filled = dict(content)
        if filled.get("method") == "weighting":
            _fill_in_weights(filled)
        if "order" not in filled:
            by_distance = filled.get("distance") == "mahalanobis"
            filled["order"] = "data" if by_distance else ORDER_BY_ESTIMAND.get(str(filled.get("estimand")), "largest")
        return filled

    @model_validator(mode="after")
    def _estimand_fits(self) -> Self:
        possible: tuple[WeightedEffect, ...] = ("ATT", "ATC")
        if self.method == "weighting":
            possible = ESTIMANDS_BY_WEIGHTS[self.weighting.type]
        if self.estimand not in possible:
            of = f"{self.method} of type {self.weighting.type}" if self.method == "weighting" else self.method
            listed = ", ".join(possible)
            raise sentence(
                f"{of} does not estimate {self.estimand}; available estimands: {listed}",
                zh=f"{of} 不能估计 {self.estimand}；可用的估计目标：{listed}",
            )
        return self

    @property
    def weighting(self) -> Weights:
        return self.weights or Weights()

    @property
    def scale(self) -> Scale:
        """Without a caliper nothing names a scale: the probability then, as MatchIt does."""
        return self.caliper.scale if self.caliper else "ps"

    @property
    def limits(self) -> Mapping[str, CovariateCaliper]:
        return self.covariate_caliper or {}

    @property
    def cuts(self) -> Mapping[str, tuple[float, ...]]:
        return self.cem.cut if self.cem else {}

    @property
    def named(self) -> dict[str, tuple[str, ...]]:
        """Key → covariates that the design itself names."""
        return {
            "exact": self.exact,
            "mahalanobis": self.mahalanobis,
            "covariate_caliper": tuple(self.limits),
            "cem.cut": tuple(self.cuts),
        }

    @property
    def idle_keys(self) -> tuple[str, ...]:
        """Keys that were set to something and that the method has no use for."""
        blank = Design.model_construct()
        return tuple(
            key
            for key, methods in WORKS_WITH.items()
            if self.method not in ("none", *methods)
            and key in self.model_fields_set
            and getattr(self, key) not in (getattr(blank, key), ORDER_BY_ESTIMAND.get(self.estimand), "data")
        )


def _fill_in_weights(filled: dict[str, Any]) -> None:
    weights = filled.get("weights")
    kind = weights.get("type") if isinstance(weights, dict) else getattr(weights, "type", None)
    if "estimand" not in filled:
        filled["estimand"] = ESTIMANDS_BY_WEIGHTS.get(kind or "siptw", ("ATT",))[0]
    elif kind is None:
        fitting = [name for name, effects in ESTIMANDS_BY_WEIGHTS.items() if filled["estimand"] in effects]
        filled["weights"] = {**(weights or {}), "type": (fitting or ["siptw"])[0]}
