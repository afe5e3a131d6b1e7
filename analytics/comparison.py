"""The methods section: frame and protocol → comparison.

`design` decides who is compared and shows how alike the arms are; only then `outcomes` opens the endpoints.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from analytics.checks import check
from analytics.design import Design, design
from analytics.frame import AnalysisFrame, FlowRow
from analytics.messages import Notice
from analytics.outcomes import Outcomes, outcomes
from analytics.protocol import AnalysisPlan

__all__ = ["Comparison", "compare", "design", "outcomes"]


@dataclass(frozen=True)
class Comparison:
    """A finished comparison; `outcomes` is None where only the design was asked for. It renders itself to nothing."""

    design: Design
    outcomes: Outcomes | None
    checks: tuple[Notice, ...]
    started: str
    seconds: float

    @property
    def protocol(self) -> AnalysisPlan:
        return self.design.protocol

    @property
    def warnings(self) -> tuple[Notice, ...]:
        return self.design.notices + (self.outcomes.notices if self.outcomes else ())


def compare(
    frame: AnalysisFrame, *, protocol: AnalysisPlan, flow: Sequence[FlowRow] = (), design_only: bool = False
) -> Comparison:
    """Run the protocol on the frame (its columns: see `AnalysisFrame`); `flow` is the attrition so far.

    1. Persons in neither arm leave, counted.
    2. With a matching design, persons with a missing covariate of the score leave, counted per covariate and arm.
    3. The score is an unpenalized logistic regression of the focal arm on the covariates measured before time zero.
    4. Each focal person, in the order of the design, takes the nearest free person of the reference arm in the caliper.
    5. Balance and Table 1 stand before and after matching, on one base.
    6. Each endpoint, before and after: Kaplan-Meier, log-rank, Cox with the arm alone (after matching with pair-clustered
       errors), proportional hazards, restricted means; then the covariates of the Cox tables, alone and together.
    7. The result is checked against itself.

    FaultyDataError where an arm is or becomes empty, or no covariate of the score varies.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    designed = design(frame, protocol=protocol, flow=flow)
    opened = None if design_only else outcomes(designed)
    return Comparison(
        design=designed,
        outcomes=opened,
        checks=check(designed, opened=opened),
        started=started.isoformat(timespec="seconds"),
        seconds=time.perf_counter() - clock,
    )
