"""Do the ways around immortal time find nothing where there is nothing? python -m bench.immortal [--seeds 1000]

Writes the table into docs/statistics.md; exit status 1 where a bar is missed.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from math import log
from multiprocessing import Pool
from time import perf_counter

import numpy as np

from analytics.stats.survival.clone_censor_weight import clone_censor_weight, fit_clones
from analytics.stats.survival.cox import HazardRatio, fit_cox, hazard_ratio
from analytics.stats.survival.immortal_time import Waiting, fit_episodes, landmark, rezero, time_dependent
from bench.immortal_trial import SETTINGS, Setting, simulate_late
from bench.page import table, write_table

COMMAND = "python -m bench.immortal"
PROCESSES = 2
LANDMARK_DAYS = (180, 270)
GRACE_DAYS = (180, 365)
WAITING: dict[Setting, Waiting] = {"one act": "reference", "two acts": "out"}
NOT_FAIR = ("one act", "re-zero at the act")  # the reference arm has no act, and keeps its early deaths

NAIVE_AT_MOST = -0.2
REJECTION = (0.02, 0.07)
BIAS_OF_CLONES = 0.05
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Row:
    """What one analysis says over all seeds; the truth is a log hazard ratio of 0."""

    setting: Setting
    analysis: str
    mean: float
    monte_carlo_error: float
    error_over_spread: float
    rejection: float

    @property
    def bar(self) -> str:
        if self.analysis == "naive":
            return f"mean below {NAIVE_AT_MOST:g}"
        if self.analysis.startswith("clone"):
            return f"mean within {BIAS_OF_CLONES:g} of 0"
        if (self.setting, self.analysis) == NOT_FAIR:
            return "biased here"
        return f"rejects in {REJECTION[0]:.0%} to {REJECTION[1]:.0%}"

    @property
    def is_within_bar(self) -> bool:
        if self.analysis == "naive":
            return self.mean < NAIVE_AT_MOST
        if self.analysis.startswith("clone"):
            return abs(self.mean) <= BIAS_OF_CLONES
        return (self.setting, self.analysis) == NOT_FAIR or REJECTION[0] <= self.rejection <= REJECTION[1]


def estimates(seed: int) -> dict[tuple[Setting, str], HazardRatio]:
    return {(setting, name): ratio for setting in SETTINGS for name, ratio in analyses(seed, setting=setting).items()}


def analyses(seed: int, *, setting: Setting) -> dict[str, HazardRatio]:
    """Focal against reference, the arm alone."""
    late, waiting = simulate_late(seed, setting=setting), WAITING[setting]
    time, event, focal, act = late.time, late.event, late.focal, late.act
    fits = {
        "naive": fit_cox(time, event=event, X=focal.astype(float)[:, None]),
        "re-zero at the act": fit_episodes(rezero(time, event=event, focal=focal, act=act)),
    }
    for day in LANDMARK_DAYS:
        episodes = landmark(time, event=event, focal=focal, act=act, at=day, waiting=waiting)
        fits[f"landmark, day {day}"] = fit_episodes(episodes)
    changing = time_dependent(time, event=event, focal=focal, act=act, waiting=waiting)
    fits["time-dependent arm"] = fit_episodes(changing)
    for days in GRACE_DAYS:
        clones = clone_censor_weight(time, event=event, focal=focal, act=act, grace=days, waiting=waiting)
        fits[f"clone-censor-weight, {days} days"] = fit_clones(clones)
    return {name: hazard_ratio(fit) for name, fit in fits.items()}


def judge(setting: Setting, *, analysis: str, found: list[HazardRatio]) -> Row:
    """A table without a finite hazard ratio rejects nothing."""
    known = [(log(ratio.hr), ratio.se, ratio.p) for ratio in found if ratio.hr and ratio.se and ratio.p is not None]
    logs, errors, p = np.array(known).T
    spread = float(logs.std(ddof=1))
    return Row(
        setting=setting,
        analysis=analysis,
        mean=float(logs.mean()),
        monte_carlo_error=spread / len(known) ** 0.5,
        error_over_spread=float(errors.mean()) / spread,
        rejection=float((p < SIGNIFICANT).sum()) / len(found),
    )


HEADER = ("setting", "analysis", "mean log HR", "SE / SD", "rejects HR = 1", "criterion")


def cells(row: Row) -> tuple[str, ...]:
    return (
        row.setting,
        row.analysis,
        f"{row.mean:+.3f} ± {row.monte_carlo_error:.3f}",
        f"{row.error_over_spread:.2f}",
        f"{row.rejection:.1%}",
        row.bar,
    )


def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    seeds = parser.parse_args().seeds
    start = perf_counter()
    with Pool(PROCESSES) as workers:
        found = workers.map(estimates, range(1, seeds + 1), chunksize=25)
    rows = [judge(case[0], analysis=case[1], found=[seed[case] for seed in found]) for case in found[0]]
    text = f"{table(HEADER, rows=map(cells, rows))}\n{seeds:,} tables of each setting.\n"
    print(text)
    write_table(text, of=COMMAND)
    print(f"{perf_counter() - start:.0f} s")
    missed = [row for row in rows if not row.is_within_bar]
    for row in missed:
        print(f"a criterion was missed: {row.setting}, {row.analysis}: {row.bar}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
