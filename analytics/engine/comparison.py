"""The methods section: frame and protocol → comparison.

`design` decides who is compared and shows how alike the arms are; only then `outcomes` opens the endpoints.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from analytics.engine.agreement import Verification, verification_checks
from analytics.engine.design.design import Design, design
from analytics.engine.design.imputation import about_imputation, complete
from analytics.engine.outcomes.all_arms import OverallResult, contrast_protocols, overall
from analytics.engine.outcomes.immortal_time import FairStarts, fair_starts
from analytics.engine.outcomes.outcomes import Outcomes, outcomes
from analytics.engine.outcomes.pooling import pool_outcomes
from analytics.engine.outcomes.risk_rows import cohort_rows
from analytics.engine.self_checks import check, check_sensitivity
from analytics.engine.sensitivity.analyses import Base, SensitivityRow, sensitivity
from analytics.engine.sensitivity.stability import Outcome, stability
from analytics.engine.verification import verification
from analytics.errors import DataError, FaultyDataError
from analytics.frame import AnalysisFrame, FlowRow
from analytics.messages import Notice
from analytics.protocol.plan import AnalysisPlan
from analytics.stats.bad_input import BadInput

__all__ = ["Comparison", "compare", "design", "outcomes", "with_stability"]


@dataclass(frozen=True)
class Comparison:
    """A finished comparison; `outcomes` is None where only the design was asked for. It renders itself to nothing.

    `immortal_time` is endpoint → cohort → the ways around it. `contrasts` are comparisons of their own, `overall` all arms.
    `verification` is None where no second engine was asked, `stability` empty where nobody asked for other specifications."""

    design: Design
    outcomes: Outcomes | None
    checks: tuple[Notice, ...]
    started: str
    seconds: float
    immortal_time: dict[str, dict[str, FairStarts]]
    sensitivity: tuple[SensitivityRow, ...]
    contrasts: tuple["Comparison", ...]
    overall: dict[str, OverallResult]
    further_notices: tuple[Notice, ...]
    verification: Verification | None = None
    stability: Mapping[str, tuple[Outcome, ...]] = field(default_factory=dict)

    @property
    def protocol(self) -> AnalysisPlan:
        return self.design.protocol

    @property
    def warnings(self) -> tuple[Notice, ...]:
        return self.design.notices + (self.outcomes.notices if self.outcomes else ()) + self.further_notices


def compare(
    frame: AnalysisFrame,
    *,
    protocol: AnalysisPlan,
    flow: Sequence[FlowRow] = (),
    design_only: bool = False,
    verify: bool = False,
    without_losses: AnalysisFrame | None = None,
) -> Comparison:
    """Run the protocol on the frame (its columns: see `AnalysisFrame`); `flow` is the attrition so far.

    1. Persons in no arm leave, counted. Covariates to be imputed are filled in, as many times as the protocol says.
    2. With a design, persons with another missing covariate of the score leave, counted per covariate and arm.
    3. The score is an unpenalized logistic regression of the focal arm on the covariates measured before time zero.
    4. The design pairs, stratifies or weights the arms; balance and Table 1 stand before and after it, on one base.
    5. Each endpoint, before and after: curves, log-rank, Cox with the arm alone (afterwards with clustered or robust errors),
       proportional hazards, restricted means, competing events; the Cox tables; subgroups; responses and adverse events.
    6. Ways around immortal time, sensitivity analyses, further contrasts, all arms together: what the protocol asks for.
    7. The result is checked against itself; `verify` has the headline fitted by a second engine as well.

    `without_losses` is the frame that also holds those whom the study leaves out as lost to follow-up.
    FaultyDataError where an arm is or becomes empty, or no covariate of the score varies.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    try:
        found = _compare(
            frame,
            protocol=protocol,
            flow=flow,
            design_only=design_only,
            verify=verify,
            without_losses=without_losses,
        )
    except BadInput as error:
        raise FaultyDataError(DataError("bad_input", error.message)) from None
    return replace(found, started=started.isoformat(timespec="seconds"), seconds=time.perf_counter() - clock)


def with_stability(found: Comparison) -> Comparison:
    """The comparison with its headline under a fixed grid of other specifications beside it."""
    return replace(found, stability=stability(found.design))


def _compare(
    frame: AnalysisFrame,
    *,
    protocol: AnalysisPlan,
    flow: Sequence[FlowRow],
    design_only: bool,
    verify: bool,
    without_losses: AnalysisFrame | None,
) -> Comparison:
    frames = complete(frame, protocol=protocol)
    designed = design(frames[0], protocol=protocol, flow=flow)
    told = about_imputation(frame, protocol=protocol, count=len(frames))
    designed = replace(designed, notices=(*frame.notices, *told, *designed.notices))
    contrasts = [
        compare(frame, protocol=one, design_only=design_only, verify=verify) for one in contrast_protocols(protocol)
    ]
    if design_only:
        return replace(_finished(designed), contrasts=tuple(contrasts))
    designs = [designed, *(design(one, protocol=protocol, flow=flow) for one in frames[1:])]
    opened = pool_outcomes([outcomes(one) for one in designs], level=protocol.conventions.level)
    fair, notices = _fair(designed)
    headline = {name: of[list(of)[-1]] for name, of in opened.endpoints.items()}
    original = replace(designed, frame=frame)
    rows, troubles = sensitivity(Base(original, results=headline, without_losses=without_losses))
    found = _finished(
        designed,
        opened=opened,
        immortal_time=fair,
        sensitivity=rows,
        overall=overall(frame, protocol=protocol),
        notices=(*notices, *troubles),
    )
    found = replace(found, contrasts=tuple(contrasts))
    return _verified(found, verdict=verification(designs, opened=opened)) if verify else found


def _fair(designed: Design) -> tuple[dict[str, dict[str, FairStarts]], list[Notice]]:
    found: dict[str, dict[str, FairStarts]] = {}
    notices: list[Notice] = []
    for name in designed.protocol.survival_endpoints:
        for cohort, rows in cohort_rows(designed).items():
            starts, troubles = fair_starts(rows, endpoint=name, protocol=designed.protocol)
            notices += troubles
            if starts is not None:
                found.setdefault(name, {})[cohort] = starts
    return found, notices


def _finished(
    designed: Design,
    *,
    opened: Outcomes | None = None,
    immortal_time: dict[str, dict[str, FairStarts]] | None = None,
    sensitivity: tuple[SensitivityRow, ...] = (),
    overall: dict[str, OverallResult] | None = None,
    notices: tuple[Notice, ...] = (),
) -> Comparison:
    level = designed.protocol.conventions.level
    return Comparison(
        design=designed,
        outcomes=opened,
        checks=(*check(designed, opened=opened), *check_sensitivity(sensitivity, level=level)),
        started="",
        seconds=0.0,
        immortal_time=immortal_time or {},
        sensitivity=sensitivity,
        contrasts=(),
        overall=overall or {},
        further_notices=notices,
    )


def _verified(found: Comparison, *, verdict: Verification) -> Comparison:
    return replace(found, verification=verdict, checks=(*found.checks, *verification_checks(verdict)))
