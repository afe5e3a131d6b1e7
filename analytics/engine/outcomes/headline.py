"""The headline of a comparison alone: its design, the arm's hazard ratio per endpoint, and how alike the arms are."""

from dataclasses import dataclass

import numpy as np

from analytics.engine.design.design import Design, design
from analytics.engine.design.imputation import complete
from analytics.engine.outcomes.outcomes import arm_ratio
from analytics.engine.outcomes.pooling import pool_ratios
from analytics.engine.outcomes.risk_rows import CohortRows, cohort_rows, observe
from analytics.frame import AnalysisFrame
from analytics.protocol.plan import AnalysisPlan
from analytics.stats.survival.cox import HazardRatio


@dataclass(frozen=True)
class Headline:
    """Persons of each arm in the cohort of the design, the ratio, the largest absolute standardized difference."""

    n_focal: int
    n_reference: int
    ratio: HazardRatio
    max_smd: float | None


def headlines(frame: AnalysisFrame, *, protocol: AnalysisPlan) -> dict[str, Headline]:
    """endpoint → headline, over completed tables where covariates are imputed. FaultyDataError as `design`."""
    designs = [design(one, protocol=protocol) for one in complete(frame, protocol=protocol)]
    cohorts = [last_cohort(one) for one in designs]
    first, level = cohorts[0], protocol.conventions.level
    is_focal = (first.table["arm"] == protocol.arms.focal.label).to_numpy()
    found = {}
    for name in protocol.survival_endpoints:
        seen = [observe(cohort, endpoint=name, protocol=protocol) for cohort in cohorts]
        ratios = [arm_ratio(one, protocol=protocol) for one in seen]
        found[name] = Headline(
            n_focal=int(is_focal.sum()),
            n_reference=int((~is_focal).sum()),
            ratio=pool_ratios(ratios, events=int(seen[0].event.sum()), level=level),
            max_smd=largest_difference(designs[0]),
        )
    return found


def last_cohort(designed: Design) -> CohortRows:
    """That of the design, or the arms as they are."""
    return list(cohort_rows(designed).values())[-1]


def largest_difference(designed: Design) -> float | None:
    """Over the covariates, without the score itself, in the cohort of the design."""
    found = [
        (row.after or row.before).smd
        for row in designed.balance
        if row.covariate != "distance" or row.level is not None
    ]
    known = [abs(value) for value in found if value is not None and np.isfinite(value)]
    return max(known, default=None)
