"""What a range is: a unit, what is expected and what is possible, and the other units that are understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Outside `soft` a value is accepted with a warning; outside `hard` it is refused. Limits are inclusive."""

    unit: str
    soft: tuple[float, float]
    hard: tuple[float, float]
    whole: bool = False
    factors: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))

    def allows(self, value: float) -> bool:
        """Whether a value is possible."""
        return self.hard[0] <= value <= self.hard[1]

    def expects(self, value: float) -> bool:
        """Whether a value is usual."""
        return self.soft[0] <= value <= self.soft[1]


def limits(
    unit: str,
    *,
    soft: tuple[float, float],
    hard: tuple[float, float],
    whole: bool = False,
    factors: Mapping[str, str] = MappingProxyType({}),
) -> Range:
    """A range whose `factors`, by other unit, are written as exact decimals: a value in that unit is multiplied by it."""
    exact = MappingProxyType({other: Decimal(factor) for other, factor in factors.items()})
    return Range(unit=unit, soft=soft, hard=hard, whole=whole, factors=exact)
