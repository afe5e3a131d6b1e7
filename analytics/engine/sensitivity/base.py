"""What every sensitivity analysis starts from, and the row it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analytics.engine.design.design import Design
from analytics.engine.outcomes.headline import last_cohort
from analytics.engine.outcomes.outcomes import EndpointResult
from analytics.engine.outcomes.risk_rows import CohortRows, Observed, observe
from analytics.errors import DataError, FaultyDataError
from analytics.frame import AnalysisFrame
from analytics.messages import Message
from analytics.protocol.plan import CENTER, AnalysisPlan
from analytics.stats.survival.accelerated_failure import TimeRatio
from analytics.stats.survival.cox import HazardRatio

Settings = dict[str, Any]
NONE = HazardRatio(hr=None, low=None, high=None, se=None, p=None, why="not_estimable")


@dataclass(frozen=True)
class Spread:
    """The smallest and largest hazard ratio of the `draws` that gave one; the others `failed`."""

    draws: int
    failed: int
    smallest: float
    largest: float


@dataclass(frozen=True)
class SensitivityRow:
    """One analysis of one endpoint. `value` is the E-value, or the bootstrap's standard error of the log hazard ratio;
    `value_limit` the E-value of the limit nearer 1; `time_ratio` is of accelerated failure times alone, `spread` of ties."""

    kind: str
    settings: Settings
    endpoint: str
    n_focal: int | None
    n_reference: int | None
    ratio: HazardRatio
    max_smd: float | None = None
    value: float | None = None
    value_limit: float | None = None
    time_ratio: TimeRatio | None = None
    spread: Spread | None = None


@dataclass(frozen=True)
class Base:
    """What every analysis starts from. `without_losses` is the frame that also holds those lost to follow-up."""

    design: Design
    results: Mapping[str, EndpointResult]
    without_losses: AnalysisFrame | None = None
    cohort: CohortRows = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cohort", last_cohort(self.design))

    @property
    def frame(self) -> AnalysisFrame:
        return self.design.frame

    @property
    def protocol(self) -> AnalysisPlan:
        return self.design.protocol

    def observed(self, endpoint: str) -> Observed:
        return observe(self.cohort, endpoint=endpoint, protocol=self.protocol)


def settings_of(check: Any) -> Settings:
    content: Settings = check.model_dump(mode="json", exclude={"kind"}, exclude_none=True)
    return content


def nothing(base: Base, *, kind: str, settings: Settings) -> list[SensitivityRow]:
    return [
        SensitivityRow(kind, settings, endpoint=name, n_focal=None, n_reference=None, ratio=NONE)
        for name in base.protocol.survival_endpoints
    ]


def require_centers(base: Base) -> None:
    if CENTER not in base.frame.table or base.frame.table[CENTER].nunique() < 2:
        raise refusal("there are fewer than two centers", zh="中心少于两个")


def refusal(en: str, *, zh: str) -> FaultyDataError:
    return FaultyDataError(DataError("not_possible", Message(f"{en}.", f"{zh}。")))
