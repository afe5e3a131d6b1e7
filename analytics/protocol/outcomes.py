"""What a protocol asks of the outcomes beyond the arms: models, subgroups, ways around immortal time, conventions."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from analytics.protocol.errors import sentence
from analytics.protocol.part import Part
from analytics.protocol.sensitivity import Months
from analytics.stats.propensity.balance import Convention
from analytics.stats.survival.kaplan_meier import ConfidenceKind
from analytics.stats.survival.proportional_hazards import TimeScale
from analytics.stats.survival.risk_sets import Ties
from analytics.stats.survival.term_tests import Statistic
from analytics.stats.tests.baseline import Quantile
from analytics.stats.tests.two_sample import Profile

Share = Annotated[float, Field(gt=0, lt=1)]


class CoxPlan(Part):
    """The multivariable model: its covariates in addition to the arm, how they are selected, and its strata.

    `errors` of the models after matching or weighting: robust as in R's coxph, or corrected for small samples."""

    covariates: tuple[str, ...] = ()
    ties: Ties = "efron"
    strata: tuple[str, ...] = ()
    selection: Literal["prespecified", "univariable", "forward"] = "prespecified"
    entry: Share = 0.05
    removal: Share = 0.10
    statistic: Statistic = "lr"
    errors: Literal["robust", "corrected"] = "robust"

    @model_validator(mode="after")
    def _terms_may_settle(self) -> Self:
        if self.selection == "forward" and self.removal < self.entry:
            raise sentence(
                "removal is below entry, so terms would enter and leave endlessly",
                zh="剔除界值低于纳入界值，变量会反复进出",
            )
        if shared := sorted(set(self.covariates) & set(self.strata)):
            raise sentence(
                f"{shared[0]} is both a covariate and a stratum", zh=f"{shared[0]} 不能同时作为协变量和分层变量"
            )
        return self


def _named(content: Any) -> Any:
    return {"name": content} if isinstance(content, str) else content


class SubgroupPlan(Part):
    """A covariate (or the center) whose levels define subgroups. A continuous covariate is cut."""

    name: str
    cut: tuple[Annotated[float, Field(allow_inf_nan=False)], ...] = ()
    cut_side: Literal["right", "left"] = "right"

    @model_validator(mode="after")
    def _cuts_ascend(self) -> Self:
        if list(self.cut) != sorted(set(self.cut)):
            raise sentence("the values of cut must be in ascending order", zh="cut 的值必须递增")
        return self


Subgroup = Annotated[SubgroupPlan, BeforeValidator(_named)]


class GracePeriod(Part):
    """Every patient is cloned to both strategies; the arm-defining event may occur within the grace period."""

    grace_months: Annotated[float, Field(gt=0, allow_inf_nan=False)]


class ImmortalTimePlan(Part):
    """Analyses addressing immortal time bias. All require the arm-defining event."""

    landmark_months: Months | tuple[()] = ()
    rezero: bool = False
    time_dependent: bool = False
    ccw: GracePeriod | None = None


class Imputation(Part):
    m: Annotated[int, Field(ge=2, le=200)] = 20


class Conventions(Part):
    """Conventions on which statistical programs differ."""

    profile: Profile = "r"
    km_ci: ConfidenceKind = "log"
    smd: Convention = "pooled"
    quantile: Quantile = 7
    ph: TimeScale = "km"
    level: Share = 0.95
    balance_p: bool = False
