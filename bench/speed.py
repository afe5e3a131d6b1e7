"""How fast the engine is beside R, in one run: python -m bench.speed [ROWS ...]; needs Rscript with survival and cmprsk.

CPU time (user and system) of one thread, the median of five measurements; what takes R more than ten seconds is measured
once there. Matching and balance are held against MatchIt where R finds 4.5.4 or newer (R_LIBS). Writes the table into docs/statistics.md where all sizes are measured; exit status 1 where a step is
slower than R's.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

import pandas as pd

from bench.page import table, write_table
from bench.speed_design import design_steps
from bench.speed_outcomes import outcome_steps
from bench.speed_table import made_up

COMMAND = "python -m bench.speed"
SIZES = (609, 10_000, 100_000, 1_000_000)
REPEATS = 5
PIPELINE = (
    "score",
    "nearest neighbor, caliper",
    "balance before and after",
    "Table 1",
    "Kaplan-Meier",
    "log-rank",
    "13 univariable Cox",
    "multivariable Cox",
    "clustered hazard ratio",
    "forest of 8 subgroups",
)


@dataclass(frozen=True)
class Row:
    """CPU milliseconds of a step; R's are None where it was not asked, `once` where it took too long for five measurements."""

    step: str
    rows: int
    ours: float
    theirs: float | None
    once: bool = False

    @property
    def ratio(self) -> float | None:
        return None if self.theirs is None else self.theirs / self.ours


def measure(rows: int) -> list[Row]:
    data = made_up(rows)
    theirs, once = _in_r(data)
    found = []
    for name, step in (design_steps(data) | outcome_steps(data)).items():
        step()
        ours = 1000 * median(_spent(step) for _ in range(REPEATS))
        found.append(Row(name, rows=rows, ours=ours, theirs=theirs.get(name), once=name in once))
    return [*found, _pipeline(found, rows=rows)]


def _pipeline(steps: list[Row], *, rows: int) -> Row:
    """The sum of its steps, those alone that R was asked for."""
    used = [row for row in steps if row.step in PIPELINE and row.theirs is not None]
    whole = sum(row.ours for row in used), sum(row.theirs for row in used if row.theirs is not None)
    name = "whole pipeline"
    return Row(name, rows=rows, ours=whole[0], theirs=whole[1], once=any(row.once for row in used))


def _in_r(data: pd.DataFrame) -> tuple[dict[str, float], set[str]]:
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "table.csv", Path(folder) / "out.csv"
        data.to_csv(source, index=False)
        script = Path(__file__).with_name("speed.R")
        subprocess.run(
            ["Rscript", str(script), str(source), str(out), str(REPEATS)], check=True, stdout=subprocess.DEVNULL
        )
        found = pd.read_csv(out)
    once = set(found["step"][found["measured"] < REPEATS])
    return dict(zip(found["step"], found["milliseconds"].astype(float), strict=True)), once


def _spent(step: Callable[[], object]) -> float:
    before = process_time()
    step()
    return process_time() - before


def shown(rows: list[Row]) -> str:
    """A line per step, and per size our milliseconds, R's, and how many times as fast."""
    sizes = list(dict.fromkeys(row.rows for row in rows))
    by_place = {(row.step, row.rows): row for row in rows}
    header = ["step", *(f"{size:,} rows: ours / R, ms (ratio)" for size in sizes)]
    steps = dict.fromkeys(row.step for row in rows)
    return table(header, rows=[[step, *(_cell(by_place.get((step, size))) for size in sizes)] for step in steps])


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    if row.theirs is None or row.ratio is None:
        return f"{row.ours:,.1f} / –"
    return f"{row.ours:,.1f} / {row.theirs:,.0f}{'*' if row.once else ''} ({row.ratio:.1f} ×)"


def main() -> int:
    sizes = tuple(int(argument) for argument in sys.argv[1:]) or SIZES
    rows: list[Row] = []
    for size in sizes:
        rows += measure(size)
        print(f"{size:,} rows measured\n{shown(rows)}", file=sys.stderr)
    text = shown(rows)
    print(text)
    if set(sizes) >= set(SIZES):
        write_table(text, of=COMMAND)
    slower = [row for row in rows if row.ratio is not None and row.ratio < 1]
    for row in slower:
        print(f"slower than R: {row.step} at {row.rows:,} rows, {row.ratio:.2f}", file=sys.stderr)
    return int(bool(slower))


if __name__ == "__main__":
    sys.exit(main())
