"""How fast the outcome half is beside R, in one run: python -m bench.survival [ROWS ...]; needs Rscript with survival and cmprsk.

CPU time (user and system) of one thread, the median of five runs. Where R would take minutes a step it is left out."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
import pandas as pd

from analytics.stats.competing_risks import cumulative_incidence
from analytics.stats.cox import fit_cox, fit_on_risk_sets
from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.fine_gray import fit_fine_gray
from analytics.stats.gray import gray_test
from analytics.stats.kaplan_meier import kaplan_meier, rate_at
from analytics.stats.level_counts import count_levels, fit_levels, start_clock
from analytics.stats.log_rank import log_rank
from analytics.stats.proportional_hazards import ph_test
from analytics.stats.resampling import draw_rows
from analytics.stats.risk_sets import build_risk_sets

SIZES = (609, 10_000, 100_000)
REPEATS = 5
NUMBERS, FACTORS = 5, 8  # thirteen covariates
SAMPLES = 100


def main() -> int:
    sizes = [int(argument) for argument in sys.argv[1:]] or SIZES
    slower = 0
    print("| step | rows | ours, ms | R, ms | R / ours |\n| --- | --- | --- | --- | --- |")
    for rows in sizes:
        table = _simulated(rows)
        theirs = _in_r(table)
        for name, step in _steps(table).items():
            step()
            ours = 1000 * median(_spent(step) for _ in range(REPEATS))
            known = theirs.get(name)
            slower += known is not None and ours > max(known, 0.5)
            shown = f"{known:.0f} | {known / max(ours, 1e-3):.1f}" if known is not None else "– | –"
            print(f"| {name.replace('_', ' ')} | {rows:,} | {ours:.1f} | {shown} |")
    return int(slower > 0)


def _simulated(rows: int) -> pd.DataFrame:
    random = np.random.Generator(np.random.PCG64(rows))
    numbers = random.normal(size=(rows, NUMBERS)).round(1)
    factors = (random.random((rows, FACTORS)) < 0.4).astype(float)
    arm = (random.random(rows) < 0.4).astype(float)
    hazard = np.exp(0.3 * numbers[:, 0] + 0.4 * factors[:, 0] - 0.3 * arm)
    death, follow_up = random.exponential(1500, rows) / hazard, random.uniform(300, 2500, rows)
    other = random.exponential(4000, rows)
    cause = np.where(np.minimum(death, other) > follow_up, 0, np.where(death <= other, 1, 2))
    time = np.ceil(np.minimum(np.minimum(death, other), follow_up))
    found = pd.DataFrame(np.column_stack([numbers, factors]), columns=[f"x{j}" for j in range(NUMBERS + FACTORS)])
    pair, weight = np.arange(rows) // 2, random.uniform(0.5, 2, rows)
    return found.assign(time=time, event=(cause == 1) * 1, cause=cause, arm=arm, pair=pair, weight=weight)


def _in_r(table: pd.DataFrame) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "table.csv", Path(folder) / "out.csv"
        table.to_csv(source, index=False)
        script = Path(__file__).with_name("survival.R")
        subprocess.run(["Rscript", str(script), str(source), str(out), str(REPEATS)], check=True, capture_output=True)
        found = pd.read_csv(out)
    return dict(zip(found["step"], found["milliseconds"].astype(float), strict=True))


def _spent(step: Callable[[], object]) -> float:
    before = process_time()
    step()
    return process_time() - before


def _steps(table: pd.DataFrame) -> dict[str, Callable[[], object]]:
    time, event, arm = table["time"].to_numpy(float), table["event"].to_numpy() == 1, table["arm"].to_numpy() == 1
    X = table.filter(regex="^x").to_numpy(float)
    whole, alone = np.column_stack([arm, X]), arm.astype(float)[:, None]
    cause, pair, weight = (table[name].to_numpy() for name in ("cause", "pair", "weight"))
    fit = fit_cox(time, event=event, X=whole)
    return {
        "curves": partial(_curves, time, event=event, arm=arm),
        "log_rank": partial(log_rank, time, event=event, arm=arm),
        "univariable": partial(_univariable, time, event=event, X=X),
        "multivariable": partial(fit_cox, time, event=event, X=whole),
        "clustered": partial(fit_cox, time, event=event, X=alone, robust=True, clusters=pair),
        "weighted": partial(fit_cox, time, event=event, X=alone, weights=weight, robust=True),
        "proportional_hazards": partial(ph_test, fit, time=time, event=event, X=whole),
        "incidence": partial(_incidence, time, cause=cause),
        "gray": partial(gray_test, time, cause=cause, group=arm.astype(np.int64)),
        "fine_gray": partial(fit_fine_gray, time, cause=cause, X=whole[:, :4]),
        "bootstrap": partial(_bootstrap, time, event=event, arm=arm),
    }


def _curves(time: Floats, *, event: Booleans, arm: Booleans) -> None:
    for rows in (arm, ~arm):
        curve = kaplan_meier(time[rows], event=event[rows])
        for day in (365, 730):
            rate_at(curve, time=day)


def _univariable(time: Floats, *, event: Booleans, X: Floats) -> None:
    """Factors from counts of their levels, numbers on risk sets that are sorted once."""
    sets, clock = build_risk_sets(time, event=event), start_clock(time, event=event)
    for j in range(X.shape[1]):
        if j < NUMBERS:
            fit_on_risk_sets(sets, X=X[:, [j]])
        else:
            fit_levels(count_levels(clock, code=X[:, j].astype(np.int64), levels=2))


def _incidence(time: Floats, *, cause: Integers) -> None:
    for of in (1, 2):
        cumulative_incidence(time, cause=cause, of=of)


def _bootstrap(time: Floats, *, event: Booleans, arm: Booleans) -> None:
    clock, code = start_clock(time, event=event), arm.astype(np.int64)
    for rows in draw_rows(time.size, samples=SAMPLES, seed=1):
        fit_levels(count_levels(clock, code=code, levels=2, rows=rows))


if __name__ == "__main__":
    sys.exit(main())
