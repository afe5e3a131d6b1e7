"""Does the matched hazard ratio cover the truth? python -m bench.coverage [--truth] [--seeds 1000] [--truth-seeds 3000]

Runs an-2025's design on simulated cohorts of the published size and holds its estimate against the marginal hazard ratio of
importers/demo/truth.json, which --truth makes anew. Writes the table into docs/statistics.md; exit status 1 where a bar is missed.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from math import log
from multiprocessing import Pool
from multiprocessing.pool import Pool as Workers
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy import stats

from analytics.stats.cox import HazardRatio
from bench.simulated_trial import STUDY, Twofold, estimate, match, pooled_hazard_ratio, study, twofold
from importers.demo.core import ENDPOINTS, Endpoint, Scenario, Simulated, simulate
from importers.demo.truth import TRUTH_FILE, Truth, read_truths

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "statistics.md"
MARKS = "<!-- table: python -m bench.coverage -->", "<!-- end of table -->"

PROCESSES = 2
SCENARIOS = {
    "no effect": Scenario(conditional_hr=1.0),
    "strong effect": Scenario(conditional_hr=0.6),
    "the demo": Scenario(),
    "strong covariates": Scenario(conditional_hr=0.6, strength=3.0, hazard=10.0),
}
CASES: tuple[tuple[Scenario, Endpoint], ...] = tuple(product(SCENARIOS.values(), ENDPOINTS))
FIRST_TRUTH_SEED = 1_000_000  # the tested ones start at 1

Case = tuple[Scenario, Endpoint]
Z = float(stats.norm.ppf(0.975))


@dataclass(frozen=True)
class Bars:
    coverage: tuple[float, float] = (0.93, 0.985)
    bias: float = 0.03
    rejection: tuple[float, float] = (0.02, 0.07)
    error_of_truth: float = 0.005


BARS = Bars()


@dataclass(frozen=True)
class Row:
    """What the seeds of one scenario and endpoint show; errors and bias are of the log hazard ratio."""

    case: Case
    truth: Truth
    coverage: float
    coverage_conditional: float
    bias: float
    mean_error: float
    spread: float
    rejection: float
    seeds: int
    not_estimable: int

    @property
    def is_within_bars(self) -> bool:
        low, high = BARS.rejection
        is_null = self.case[0].conditional_hr == 1
        return (
            BARS.coverage[0] <= self.coverage <= BARS.coverage[1]
            and abs(self.bias) <= BARS.bias
            and self.truth.marginal_hr_log_error <= BARS.error_of_truth
            and (not is_null or low <= self.rejection <= high)
        )


def estimates(seed: int) -> list[HazardRatio]:
    """By case."""
    cohorts = _cohorts(seed)
    pairs = match(next(iter(cohorts.values())))
    return [estimate(cohorts[scenario], pairs=pairs, endpoint=endpoint) for scenario, endpoint in CASES]


def twofolds(seed: int) -> list[tuple[Twofold, Twofold]]:
    """By case: the matched resections, and all of them."""
    cohorts = _cohorts(seed)
    first = next(iter(cohorts.values()))
    matched, everyone = match(first).treated, np.flatnonzero(first.is_focal)
    return [
        (
            twofold(cohorts[scenario], rows=matched, endpoint=endpoint),
            twofold(cohorts[scenario], rows=everyone, endpoint=endpoint),
        )
        for scenario, endpoint in CASES
    ]


def _cohorts(seed: int) -> dict[Scenario, Simulated]:
    """The covariates of a seed are the same in every scenario, so that one matching serves all."""
    return {scenario: simulate(seed, scenario=scenario) for scenario in SCENARIOS.values()}


def write_truth(workers: Workers, *, seeds: int) -> None:
    found = workers.map(twofolds, range(FIRST_TRUTH_SEED, FIRST_TRUTH_SEED + seeds), chunksize=25)
    pools = [[seed[place][which] for seed in found] for place in range(len(CASES)) for which in (0, 1)]
    pooled = workers.map(pooled_hazard_ratio, pools, chunksize=1)
    plan = study().design.model_dump(mode="json", include={"method", "estimand", "ratio", "order", "caliper"})
    cases = []
    for (scenario, endpoint), matched, everyone in zip(CASES, pooled[::2], pooled[1::2], strict=True):
        truth = Truth(
            conditional_hr=scenario.conditional_hr,
            marginal_hr=matched.hr,
            marginal_hr_log_error=matched.log_error,
            marginal_hr_att=everyone.hr,
            marginal_hr_att_log_error=everyone.log_error,
        )
        cases.append({"scenario": asdict(scenario), "endpoint": endpoint, "truth": asdict(truth)})
    content = {
        "of": "ablation against resection",
        "design": {"study": STUDY, **plan},
        "seeds": seeds,
        "first_seed": FIRST_TRUTH_SEED,
        "cases": cases,
    }
    TRUTH_FILE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def judge(case: Case, *, found: list[HazardRatio], truth: Truth) -> Row:
    """A cohort without a finite hazard ratio (nobody died in an arm) covers nothing and rejects nothing."""
    known = [(log(ratio.hr), ratio.se) for ratio in found if ratio.hr is not None and ratio.se is not None]
    logs, errors = np.array(known).T

    def covering(value: float) -> int:
        return int((np.abs(logs - value) <= Z * errors).sum())

    return Row(
        case=case,
        truth=truth,
        coverage=covering(log(truth.marginal_hr)) / len(found),
        coverage_conditional=covering(log(truth.conditional_hr)) / len(found),
        bias=float(logs.mean() - log(truth.marginal_hr)),
        mean_error=float(errors.mean()),
        spread=float(logs.std(ddof=1)),
        rejection=(len(known) - covering(0.0)) / len(found),
        seeds=len(found),
        not_estimable=len(found) - len(known),
    )


HEADER = (
    "scenario",
    "endpoint",
    "conditional HR",
    "marginal HR",
    "of all resections",
    "covers the marginal",
    "covers the conditional",
    "bias (log)",
    "mean SE",
    "SE / SD",
    "rejects HR 1",
)


def table(rows: list[Row]) -> str:
    cells = [HEADER, ("---",) * len(HEADER), *(_cells(row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    scenario, endpoint = row.case
    return (
        next(name for name, known in SCENARIOS.items() if known == scenario),
        endpoint,
        f"{scenario.conditional_hr:.2f}",
        f"{row.truth.marginal_hr:.3f} ± {row.truth.marginal_hr_log_error:.4f}",
        f"{row.truth.marginal_hr_att:.3f}",
        f"{row.coverage:.1%}",
        f"{row.coverage_conditional:.1%}",
        f"{row.bias:+.3f} ± {row.spread / row.seeds**0.5:.3f}",
        f"{row.mean_error:.3f}",
        f"{row.mean_error / row.spread:.2f}",
        f"{row.rejection:.1%}",
    )


def write_table(text: str) -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    PAGE.write_text(f"{before}{MARKS[0]}\n{text}{MARKS[1]}{after}", encoding="utf-8")


def coverage(workers: Workers, *, seeds: int) -> Iterator[Row]:
    truths = read_truths().by_case
    found = workers.map(estimates, range(1, seeds + 1), chunksize=25)
    for place, (scenario, endpoint) in enumerate(CASES):
        truth = truths[scenario, endpoint]
        yield judge((scenario, endpoint), found=[seed[place] for seed in found], truth=truth)


def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--truth", action="store_true", help="make truth.json anew first")
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--truth-seeds", type=int, default=3000)
    options = parser.parse_args()
    start = perf_counter()
    with Pool(PROCESSES) as workers:
        if options.truth:
            write_truth(workers, seeds=options.truth_seeds)
        rows = list(coverage(workers, seeds=options.seeds))
    not_estimable = max(row.not_estimable for row in rows)
    text = f"{table(rows)}\n{options.seeds:,} cohorts, at most {not_estimable} of them without a finite hazard ratio.\n"
    write_table(text)
    print(text)
    print(f"{perf_counter() - start:.0f} s")
    missed = [row.case for row in rows if not row.is_within_bars]
    for scenario, endpoint in missed:
        print(f"a bar is missed: {endpoint}, {scenario}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
