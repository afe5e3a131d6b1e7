"""Bands of a measured value, each with what it is worth: how scores and grades write down their thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Generic, TypeVar

Worth = TypeVar("Worth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Band(Generic[Worth]):
    """Values up to `upper`; the limit itself belongs to the band when `inclusive`."""

    upper: float = inf
    inclusive: bool = True
    worth: Worth

    def holds(self, value: float) -> bool:
        return value <= self.upper if self.inclusive else value < self.upper


def worth(value: float, *, bands: Sequence[Band[Worth]]) -> Worth:
    """The worth of the first band that holds the value; bands are given from the lowest to one without upper limit."""
    return next(band.worth for band in bands if band.holds(value))
