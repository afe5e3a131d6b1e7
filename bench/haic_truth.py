"""The hazard ratios that are true of the synthetic HAIC cohort: python -m bench.haic_truth [--seeds 3000]

Writes demo/haic_truth.json. The design is that of cao-2024.
"""

import json
from argparse import ArgumentParser
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np

from analytics.protocol.library import protocol_text
from analytics.protocol.population import StudyProtocol, read_study_protocol
from analytics.stats.event_times import Integers
from analytics.stats.matching.nearest import Rules, caliper_width, match_nearest
from analytics.stats.propensity.score import fit_propensity
from bench.simulated_trial import Twofold, pooled_hazard_ratio, twofold
from demo.cohort.core import ENDPOINTS, Endpoint, Simulated
from demo.cohort.haic_core import SCORE, simulate_haic
from demo.cohort.haic_patients import ARM_COUNTS, CONDITIONAL_HAZARD_RATIO, CONDITIONAL_ODDS_RATIO

TRUTH_FILE = Path(__file__).resolve().parent.parent / "demo" / "haic_truth.json"
STUDY = "cao-2024"
FIRST_SEED = 2_000_000
PROCESSES = 2

BothArms = tuple[Twofold, Twofold]


@cache
def study() -> StudyProtocol:
    return read_study_protocol(protocol_text(STUDY))


def matched_rows(cohort: Simulated) -> Integers:
    """The focal patients who find a partner."""
    plan = study().design
    if plan.caliper is None or plan.caliper.width is None or plan.scale != "ps":
        raise ValueError(f"{STUDY} is expected to match within a caliper on the probability")
    score = fit_propensity(cohort.X, treated=cohort.is_focal, names=list(SCORE)).probability
    width = caliper_width(score, treated=cohort.is_focal, width=plan.caliper.width, unit=plan.caliper.unit)
    return match_nearest(score, treated=cohort.is_focal, rules=Rules(caliper=width, order=plan.order)).treated


def cohorts(seed: int) -> dict[Endpoint, BothArms]:
    """By endpoint: the matched patients of the focal arm, and all of them, each under both arms."""
    cohort = simulate_haic(seed)
    matched = matched_rows(cohort)
    everyone = np.flatnonzero(cohort.is_focal)
    return {
        endpoint: (twofold(cohort, rows=matched, endpoint=endpoint), twofold(cohort, rows=everyone, endpoint=endpoint))
        for endpoint in ENDPOINTS
    }


def truth(found: list[BothArms]) -> dict[str, float]:
    """Of SI against SE."""
    matched, everyone = (pooled_hazard_ratio(seed[which] for seed in found) for which in (0, 1))
    return {
        "conditional_hr": CONDITIONAL_HAZARD_RATIO,
        "marginal_hr": matched.hr,
        "marginal_hr_log_error": matched.log_error,
        "marginal_hr_att": everyone.hr,
        "marginal_hr_att_log_error": everyone.log_error,
    }


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3000)
    seeds = parser.parse_args().seeds
    with Pool(PROCESSES) as workers:
        found = workers.map(cohorts, range(FIRST_SEED, FIRST_SEED + seeds), chunksize=25)
    design = study().design.model_dump(mode="json", include={"method", "estimand", "ratio", "order", "caliper"})
    content: dict[str, Any] = {
        "of": "SI against SE",
        "n_si": ARM_COUNTS["SI"],
        "n_se": ARM_COUNTS["SE"],
        "design": {"study": STUDY, **design},
        "seeds": seeds,
        "first_seed": FIRST_SEED,
        **{endpoint: truth([seed[endpoint] for seed in found]) for endpoint in ENDPOINTS},
        "ORR": {"conditional_odds_ratio": CONDITIONAL_ODDS_RATIO},
    }
    TRUTH_FILE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(content, indent=2))


if __name__ == "__main__":
    main()
