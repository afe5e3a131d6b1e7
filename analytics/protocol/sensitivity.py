"""The sensitivity analyses a protocol may ask for: one kind per row, each with its own fields."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from analytics.protocol.design import Scale, WeightType
from analytics.protocol.errors import KIND
from analytics.protocol.part import Part
from analytics.stats.matching.nearest import CaliperUnit
from analytics.stats.propensity.balance import Convention
from analytics.stats.survival.kaplan_meier import ConfidenceKind
from analytics.stats.survival.proportional_hazards import TimeScale
from analytics.stats.tests.baseline import Quantile
from analytics.stats.tests.two_sample import Profile

MOST_SAMPLES = 20_000


def as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


Months = Annotated[
    tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...], BeforeValidator(as_tuple), Field(min_length=1)
]
Truncation = tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]]


class CaliperCheck(Part):
    """The design with alternative calipers."""

    kind: Literal["caliper"]
    widths: Annotated[tuple[Annotated[float, Field(ge=0, allow_inf_nan=False)], ...], Field(min_length=1)]
    unit: CaliperUnit = "sd"
    scale: Scale = "logit"


class WeightingCheck(Part):
    """Weighting instead of the design."""

    kind: Literal["weighting"]
    type: WeightType = "siptw"
    truncate: Truncation | None = None


class DoublyAdjusted(Part):
    """The outcome model adjusted for the propensity score covariates, or for those named."""

    kind: Literal["doubly_adjusted"]
    covariates: tuple[str, ...] = ()


class CenterStratified(Part):
    """A separate baseline hazard for each center."""

    kind: Literal["center_stratified"]


class LeaveOneCenterOut(Part):
    """The whole design repeated, leaving out one center at a time."""

    kind: Literal["leave_one_center_out"]


class LandmarkCheck(Part):
    """Patients still followed at the landmark, by the arm entered by then where the arm-defining event is recorded."""

    kind: Literal["landmark"]
    months: Months


class CompleteCase(Part):
    """Patients with any missing covariate are excluded."""

    kind: Literal["complete_case"]


class ImputationCheck(Part):
    """Missing covariates imputed `m` times (default as in `imputation`), matched in each dataset, pooled by Rubin's rules."""

    kind: Literal["imputation"]
    m: Annotated[int, Field(ge=2, le=200)] | None = None


class MissingLevel(Part):
    """Missing values as a separate level, wherever a covariate can have one."""

    kind: Literal["missing_level"]


class EValueCheck(Part):
    """How strong an unmeasured confounder would have to be to explain the result."""

    kind: Literal["e_value"]


class ConventionCheck(Part):
    """Alternative conventions; those not given are unchanged."""

    kind: Literal["convention"]
    profile: Profile | None = None
    km_ci: ConfidenceKind | None = None
    smd: Convention | None = None
    quantile: Quantile | None = None
    ph: TimeScale | None = None
    level: Annotated[float, Field(gt=0, lt=1)] | None = None
    balance_p: bool | None = None


class BootstrapCheck(Part):
    """`n` bootstrap samples of patients, with score and matching repeated, or of the matched pairs."""

    kind: Literal["bootstrap"]
    n: Annotated[int, Field(ge=2, le=MOST_SAMPLES)] = 500
    unit: Literal["person", "pair"] = "person"


class LostCensored(Part):
    """Patients lost to follow-up are censored at their last contact instead of excluded."""

    kind: Literal["lost_censored"]


class AcceleratedFailure(Part):
    """The Weibull model of accelerated failure times with the arm alone: a time ratio, and the hazard ratio it implies."""

    kind: Literal["aft"]


def _kind(content: Any) -> str:
    return KIND + str(content.get("kind") if isinstance(content, dict) else getattr(content, "kind", None))


Check = Annotated[
    Annotated[CaliperCheck, Tag(f"{KIND}caliper")]
    | Annotated[WeightingCheck, Tag(f"{KIND}weighting")]
    | Annotated[DoublyAdjusted, Tag(f"{KIND}doubly_adjusted")]
    | Annotated[CenterStratified, Tag(f"{KIND}center_stratified")]
    | Annotated[LeaveOneCenterOut, Tag(f"{KIND}leave_one_center_out")]
    | Annotated[LandmarkCheck, Tag(f"{KIND}landmark")]
    | Annotated[CompleteCase, Tag(f"{KIND}complete_case")]
    | Annotated[ImputationCheck, Tag(f"{KIND}imputation")]
    | Annotated[MissingLevel, Tag(f"{KIND}missing_level")]
    | Annotated[EValueCheck, Tag(f"{KIND}e_value")]
    | Annotated[ConventionCheck, Tag(f"{KIND}convention")]
    | Annotated[BootstrapCheck, Tag(f"{KIND}bootstrap")]
    | Annotated[LostCensored, Tag(f"{KIND}lost_censored")]
    | Annotated[AcceleratedFailure, Tag(f"{KIND}aft")],
    Discriminator(_kind),
]
