"""A count as the class it lies in, and what else of a number may be told to those who may see no single patient.

Note [Classes of eight]
~~~~~~~~~~~~~~~~~~~~~~~
Every count is told as the middle of its class: 8-15, 16-23 and so on; below eight as "<8". Whatever follows from counts is
computed from the told ones. So all that is known of a count is its class, and the classes have the same bounds everywhere: where
one count is part of another, an inequality between them says nothing beyond their classes. Of a total with parts, only the
remainder by eight is open: with remainders r of m parts and R of the total, the sum of all r is 8 d + R with a known d. As long
as m is below eight, R = 0 and R = 1 both fit every such sum, because 7 m = 8 d has no solution; and in both of them no r is
settled, unless all are 0 in the one and not in the other. Hence no count, and no total, follows from all sums together. `MOST`
keeps one part in reserve, for values whose absence is told (none missing): such a part is at least 1, and R = 1 and R = 2 fit.
The attack in `bench.disclosure` tries the same with integer programming (docs/adr/0054-counts-in-classes-of-eight.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor, log10
from typing import Any

from analytics.result.rows.addresses import said

Json = dict[str, Any]
SUPPRESSED = "suppressed"


class Few(int):
    """A count below the threshold. It is printed as such, is null in JSON, and counts as the middle of its class in what is computed from it."""

    below: int

    def __new__(cls, below: int) -> "Few":
        found = super().__new__(cls, below // 2)
        found.below = below
        return found

    def __getnewargs__(self) -> tuple[int]:
        return (self.below,)

    def __str__(self) -> str:
        return said(f"<{self.below}", of=self)

    __repr__ = __str__

    def __format__(self, _specification: str) -> str:
        return str(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """`width` is also the threshold below which nothing is told."""

    width: int

    @property
    def most_parts(self) -> int:
        """Into which a total may be divided: Note [Classes of eight]."""
        return self.width - 2

    def of(self, count: float | None) -> int | None:
        """Sums of weights are counted as persons are."""
        return None if count is None else self.at(count)

    def at(self, count: float) -> int:
        place = int(count // self.width)
        return place * self.width + self.width // 2 if place else Few(self.width)

    def all_of(self, counts: Mapping[str, float | None]) -> dict[str, int | None]:
        return {name: self.of(count) for name, count in counts.items()}

    def are_enough(self, counts: Iterable[float | None]) -> bool:
        return all(count is not None and count >= self.width for count in counts)

    def share(self, share: float | None, *, n: float) -> float | None:
        """Of `n` patients, as many as the share comes to, in classes; None where they are too few."""
        if share is None or n < self.width or share * n < self.width:
            return None
        return min(self.at(share * n), self.at(n)) / self.at(n)

    def steps(self, share: float, *, n: float) -> float:
        """A share that grows by whole classes: a step of a curve shows no single event."""
        return min(share * n // self.width * self.width / self.at(n), 1.0)


def coarse(value: float | None, *, digits: int = 2) -> float | None:
    """With so many significant digits."""
    if value is None or value == 0:
        return value
    return round(value, digits - 1 - floor(log10(abs(value))))


def hidden(*keys: str) -> Json:
    """Null, and why."""
    return {**dict.fromkeys(keys), "why": dict.fromkeys(keys, SUPPRESSED)}


def as_published(content: Any) -> Any:
    """What is below the threshold as null with its reason, for the file that other people's scripts read."""
    if isinstance(content, dict):
        few = {key: SUPPRESSED for key, value in content.items() if isinstance(value, Few)}
        found = {key: as_published(value) for key, value in content.items()}
        return found | ({"why": {**content.get("why", {}), **few}} if few else {})
    if isinstance(content, list):
        return [as_published(each) for each in content]
    return None if isinstance(content, Few) else content
