"""Whether a row says what a rule asks for. PURE."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from importers.files.cells import MISSING, is_blank, normalized, shown
from importers.mapping.language import Condition
from importers.mapping.values import number_in

Holds = Callable[[Any], bool]


def test_of(condition: Condition, *, missing: Collection[str]) -> Holds:
    """`missing` are the center's words for it, normalized."""
    among = None if condition.among is None else set(map(normalized, condition.among))
    not_among = None if condition.not_among is None else set(map(normalized, condition.not_among))

    def holds(cell: Any) -> bool:
        key = "" if is_blank(cell) else normalized(shown(cell))
        is_filled = bool(key) and key not in missing and key not in MISSING
        if condition.filled is not None and is_filled is not condition.filled:
            return False
        if among is not None and key not in among:
            return False
        if not_among is not None and (not is_filled or key in not_among):
            return False
        return _is_within(cell, condition=condition)

    return holds


def all_hold(cells: Sequence[Any], *, tests: Sequence[Holds]) -> bool:
    return all(test(cell) for test, cell in zip(tests, cells, strict=True))


def is_between(cell: Any, *, above: float | None, below: float | None) -> bool:
    """Of a number; neither limit is in it. True where nothing is asked."""
    if above is None and below is None:
        return True
    number = number_in(cell)
    if number is None:
        return False
    return (above is None or number > above) and (below is None or number < below)


def _is_within(cell: Any, *, condition: Condition) -> bool:
    return is_between(cell, above=condition.above, below=condition.below)
