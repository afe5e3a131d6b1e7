"""Draws from a stream of one patient's own, and what is said where nothing is drawn."""

import random
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from demo.cohort.timetable import Row

Item = TypeVar("Item")

LEFT_OUT = 0.05  # of what a record asks for
NOT_SAID = ("ND", "未做", "NR", None, None)  # how it is left out: with a reason, in either language, or without one


class Draw:
    """The same words of `seed` give the same draws on every machine."""

    def __init__(self, *seed: object) -> None:
        self._random = random.Random("-".join(map(str, seed)))  # noqa: S311 (nothing secret is drawn)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def one(self, items: Sequence[Item]) -> Item:
        return items[int(self._random.random() * len(items))]

    def by_weight(self, weights: Mapping[str, float]) -> str:
        return self._random.choices(list(weights), list(weights.values()))[0]

    def whole(self, low: int, high: int) -> int:
        """Both ends included."""
        return low + int(self._random.random() * (high - low + 1))

    def between(self, low: float, high: float, *, decimals: int = 1) -> float:
        return round(low + self._random.random() * (high - low), decimals)

    def around(self, center: float, *, spread: float, limits: tuple[float, float], decimals: int) -> float:
        low, high = limits
        return round(min(max(self._random.gauss(center, spread), low), high), decimals)

    def skewed(self, median: float, *, spread: float, limits: tuple[float, float], decimals: int) -> float:
        low, high = limits
        return round(min(max(median * self._random.lognormvariate(0, spread), low), high), decimals)

    def with_gaps(self, values: Row, *, share: float = LEFT_OUT) -> Row:
        """Some single values are missing, half of them with the reason; lists have no reason and are kept."""
        return {
            name: value if value is None or isinstance(value, list) or not self.chance(share) else self.one(NOT_SAID)
            for name, value in values.items()
        }


def joined(row: Mapping[str, Any], values: Mapping[str, Any]) -> Row:
    """What stands in the row stays; the rest is filled."""
    return {**row, **{name: value for name, value in values.items() if row.get(name) is None and value is not None}}
