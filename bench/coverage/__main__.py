"""Do the matched and the weighted hazard ratios cover the truth? python -m bench.coverage [--truth] [--seeds 1000] [--truth-seeds 2000]

Runs an-2025's design, and weighted ones on its score, on simulated cohorts of the published size, and of four times it, and holds each estimate
against the marginal hazard ratio of its own design in demo/cohort/truth.json, which --truth makes anew. Writes the
table into docs/statistics.md; exit status 1 where a bar is missed.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from math import log
from multiprocessing import Pool
from multiprocessing.pool import Pool as Workers
from time import perf_counter

import numpy as np

from bench.coverage.cases import (
    CASES,
    FIRST_TRUTH_SEED,
    SCENARIOS,
    SIZES,
    Case,
    Design,
    Estimate,
    draw,
    estimates,
    size_of,
    truths_of,
)
from bench.page import table, write_table
from bench.simulated_trial import STUDY, study
from demo.cohort.truth import TRUTH_FILE, Marginal, read_truths

COMMAND = "python -m bench.coverage"
PROCESSES = 2
MOST = 0.5


@dataclass(frozen=True)
class Bars:
    coverage: tuple[float, float] = (0.93, 0.985)
    bias: float = 0.03
    rejection: tuple[float, float] = (0.02, 0.07)
    error_of_truth: float = 0.005


BARS = Bars()


@dataclass(frozen=True)
class Row:
    """What the seeds of one case show; errors and bias are of the log hazard ratio."""

    case: Case
    truth: Marginal
    effective_events: float
    coverage: float
    coverage_conditional: float
    bias: float
    mean_error: float
    spread: float
    rejection: float
    seeds: int
    not_estimable: int
    warned: float

    @property
    def conditional_hr(self) -> float:
        return SCENARIOS[self.case[0]].conditional_hr

    @property
    def is_within_bars(self) -> bool:
        low, high = BARS.rejection
        return (
            BARS.coverage[0] <= self.coverage <= BARS.coverage[1]
            and abs(self.bias) <= BARS.bias
            and self.truth.log_error <= BARS.error_of_truth
            and (self.conditional_hr != 1 or low <= self.rejection <= high)
        )

    @property
    def verdict(self) -> str:
        """The engine itself tells most people of such data not to trust the ratio, and what to do instead: warned."""
        if self.is_within_bars:
            return "met"
        return "missed, warned" if self.warned > MOST else "missed"


def write_truth(workers: Workers, *, seeds: int) -> None:
    of_seeds = range(FIRST_TRUTH_SEED, FIRST_TRUTH_SEED + seeds)
    found = []
    for size in SIZES:
        drawn = workers.map(partial(draw, size=size), of_seeds, chunksize=25)
        of_size = [scenario for scenario in SCENARIOS.values() if size_of(scenario) == size]
        found += workers.map(partial(truths_of, drawn=drawn), of_size, chunksize=1)
    plan = study().design.model_dump(mode="json", include={"method", "estimand", "ratio", "order", "caliper"})
    content = {
        "of": "ablation against resection",
        "design": {"study": STUDY, **plan},
        "seeds": seeds,
        "first_seed": FIRST_TRUTH_SEED,
        "cases": [entry for entries in found for entry in entries],
    }
    TRUTH_FILE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    read_truths.cache_clear()


def judge(case: Case, *, found: list[Estimate], truth: Marginal) -> Row:
    """A cohort without a finite hazard ratio (nobody died in an arm) covers nothing and rejects nothing."""
    ratios = [one.ratio for one in found]
    known = [(log(r.hr), log(r.low), log(r.high), r.se) for r in ratios if r.hr and r.low and r.high and r.se]
    logs, low, high, errors = np.array(known).T

    def covering(value: float) -> int:
        return int(((low <= value) & (value <= high)).sum())

    return Row(
        case=case,
        truth=truth,
        effective_events=float(np.mean([one.effective_events for one in found])),
        coverage=covering(log(truth.hr)) / len(found),
        coverage_conditional=covering(log(SCENARIOS[case[0]].conditional_hr)) / len(found),
        bias=float(logs.mean() - log(truth.hr)),
        mean_error=float(errors.mean()),
        spread=float(logs.std(ddof=1)),
        rejection=(len(known) - covering(0.0)) / len(found),
        seeds=len(found),
        not_estimable=len(found) - len(known),
        warned=float(np.mean([one.is_warned for one in found])),
    )


HEADER = (
    "scenario",
    "endpoint",
    "design",
    "errors",
    "effective events",
    "conditional HR",
    "marginal HR",
    "covers marginal",
    "covers conditional",
    "bias (log)",
    "mean SE",
    "SE / SD",
    "rejects HR = 1",
    "engine warns",
    "criteria",
)
LABELS: dict[Design, str] = {
    "matched": "matched",
    "siptw": "sIPTW",
    "siptw_truncated": "sIPTW, truncated",
    "att": "ATT weights",
    "overlap": "overlap",
}


def cells(row: Row) -> tuple[str, ...]:
    scenario, endpoint, design, errors = row.case
    return (
        scenario,
        endpoint,
        LABELS[design],
        "by pair" if design == "matched" else errors,
        f"{row.effective_events:.0f}",
        f"{row.conditional_hr:.2f}",
        f"{row.truth.hr:.3f} ± {row.truth.log_error:.4f}",
        f"{row.coverage:.1%}",
        f"{row.coverage_conditional:.1%}",
        f"{row.bias:+.3f} ± {row.spread / row.seeds**0.5:.3f}",
        f"{row.mean_error:.3f}",
        f"{row.mean_error / row.spread:.2f}",
        f"{row.rejection:.1%}",
        "–" if design == "matched" else f"{row.warned:.0%}",
        row.verdict,
    )


def coverage(workers: Workers, *, seeds: int) -> Iterator[Row]:
    truths = read_truths().by_case
    found = workers.map(estimates, range(1, seeds + 1), chunksize=25)
    for place, case in enumerate(CASES):
        scenario, endpoint, design, _ = case
        truth = truths[SCENARIOS[scenario], endpoint]
        of_design = truth.matched if design == "matched" else truth.marginal_hr_weighted[design]
        yield judge(case, found=[seed[place] for seed in found], truth=of_design)


def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--truth", action="store_true", help="make truth.json anew first")
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--truth-seeds", type=int, default=2000)
    options = parser.parse_args()
    start = perf_counter()
    with Pool(PROCESSES) as workers:
        if options.truth:
            write_truth(workers, seeds=options.truth_seeds)
        rows = list(coverage(workers, seeds=options.seeds))
    not_estimable = max(row.not_estimable for row in rows)
    shown = table(HEADER, rows=map(cells, rows))
    text = f"{shown}\n{options.seeds:,} cohorts, at most {not_estimable} of them without a finite hazard ratio.\n"
    print(text)
    write_table(text, of=COMMAND)
    print(f"{perf_counter() - start:.0f} s")
    missed = [row.case for row in rows if row.verdict == "missed"]
    for case in missed:
        print(f"a criterion was missed: {', '.join(case)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
