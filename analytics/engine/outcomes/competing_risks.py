"""An endpoint at which another event can come first: cumulative incidence, Gray's test, Fine-Gray and cause-specific ratios."""

from dataclasses import dataclass

from analytics.engine.outcomes.risk_rows import Observed, numerator_arm
from analytics.protocol.plan import AnalysisPlan, EndpointPlan
from analytics.stats.event_times import Booleans
from analytics.stats.survival.competing_risks import Incidence, cumulative_incidence, incidence_at
from analytics.stats.survival.cox import HazardRatio, hazard_ratio
from analytics.stats.survival.fine_gray import fit_fine_gray
from analytics.stats.survival.gray import GrayTest, gray_test
from analytics.stats.survival.kaplan_meier import Rate


@dataclass(frozen=True)
class CompetingRisks:
    """label → code of the event → incidence at each report month, and the whole curve; ratios of the event of interest."""

    rates: dict[str, dict[str, dict[float, Rate]]]
    curves: dict[str, dict[str, Incidence]]
    gray: dict[str, GrayTest]
    fine_gray: HazardRatio
    cause_specific: HazardRatio


def competing_risks(
    seen: Observed, *, plan: EndpointPlan, protocol: AnalysisPlan, cause_specific: HazardRatio
) -> CompetingRisks | None:
    """None where the protocol names no competing event, or persons come late under observation, for which crr and cuminc have
    no form. Gray's test knows no weights: without one where persons have them."""
    if not plan.causes or seen.entry is not None:
        return None
    arms = {protocol.arms.focal.label: seen.focal, protocol.arms.reference.label: ~seen.focal}
    curves = {label: _curves(seen, rows=rows, plan=plan, protocol=protocol) for label, rows in arms.items()}
    rates = {
        label: {
            code: {month: incidence_at(curve, time=month) for month in plan.report_months} for code, curve in of.items()
        }
        for label, of in curves.items()
    }
    return CompetingRisks(
        rates=rates,
        curves=curves,
        gray={code: _gray(seen, of=place) for place, code in enumerate(plan.causes, start=1)},
        fine_gray=_fine_gray(seen, protocol=protocol),
        cause_specific=cause_specific,
    )


def _curves(seen: Observed, *, rows: Booleans, plan: EndpointPlan, protocol: AnalysisPlan) -> dict[str, Incidence]:
    conventions = protocol.conventions
    return {
        code: cumulative_incidence(
            seen.time[rows],
            cause=seen.cause[rows],
            of=place,
            weights=None if seen.weights is None else seen.weights[rows],
            kind=conventions.km_ci,
            level=conventions.level,
        )
        for place, code in enumerate(plan.causes, start=1)
    }


def _gray(seen: Observed, *, of: int) -> GrayTest:
    if seen.weights is not None:
        return GrayTest(chi2=None, df=1, p=None, why="not_estimable")
    return gray_test(seen.time, cause=seen.cause, group=(~seen.focal).astype(int), of=of)


def _fine_gray(seen: Observed, *, protocol: AnalysisPlan) -> HazardRatio:
    fit = fit_fine_gray(
        seen.time,
        cause=seen.cause,
        X=numerator_arm(seen.focal, protocol=protocol)[:, None],
        weights=seen.weights,
        clusters=seen.models.who,
    )
    return hazard_ratio(fit, level=protocol.conventions.level)
