"""Public data sets in one shape, and what R makes of them, as the scripts in r/ wrote both down."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.stats.event_times import Booleans, Floats, Integers

HERE = Path(__file__).parent
DATA, NUMBERS, SCRIPTS = HERE / "data" / "outcomes", HERE / "outcomes", HERE / "r"
SETS = ("lung", "veteran", "colon", "pbc", "ovarian", "retinopathy", "mgus2")
COMPETING = ("colon", "pbc", "mgus2", "transplant")

Numbers = list[float | None]


@dataclass(frozen=True)
class Table:
    """One data set in the shape r/data.R gives all of them."""

    frame: pd.DataFrame

    def floats(self, name: str) -> Floats:
        return self.frame[name].to_numpy(float)

    def codes(self, name: str) -> Integers:
        return self.frame[name].to_numpy().astype(np.int64)

    @property
    def time(self) -> Floats:
        return self.floats("time")

    @property
    def event(self) -> Booleans:
        return self.floats("event") > 0

    @property
    def arm(self) -> Booleans:
        return self.floats("arm") > 0

    @property
    def X(self) -> Floats:  # noqa: N802
        names = ["arm", *(name for name in self.frame if name.startswith("x"))]
        return self.frame[names].to_numpy(float)

    @property
    def times(self) -> Floats:
        return np.floor(np.quantile(self.time, [0.1, 0.3, 0.5, 0.7, 0.85], method="inverted_cdf"))

    @property
    def horizon(self) -> float:
        return float(np.floor(0.7 * min(self.time[self.arm].max(), self.time[~self.arm].max())))

    def of(self, rows: Booleans | Integers) -> "Table":
        return Table(self.frame.iloc[np.flatnonzero(rows) if rows.dtype == bool else rows].reset_index(drop=True))

    @property
    def arms(self) -> list["Table"]:
        return [self.of(~self.arm), self.of(self.arm)]


@cache
def table(name: str) -> Table:
    return Table(pd.read_csv(DATA / f"{name}.csv"))


@cache
def of_r(theme: str) -> dict[str, dict[str, Numbers]]:
    return json.loads((NUMBERS / f"{theme}.json").read_text())


def distance(ours: Iterable[float | None], theirs: Iterable[float | None]) -> float:
    """The largest relative difference; 0 where two values near 0 agree to 1e-9, infinite where only one is missing."""
    pairs = list(zip(ours, theirs, strict=True))
    if any((own is None) != (other is None) for own, other in pairs):
        return float("inf")
    gaps = [(abs(own - other), abs(other)) for own, other in pairs if own is not None and other is not None]
    return max((0.0 if gap <= 1e-9 * (size < 1e-3) else gap / max(size, 1e-300) for gap, size in gaps), default=0.0)
