"""The cells of a foreign sheet, column by column, each different one looked at once. PURE."""

from collections.abc import Callable, Sequence
from typing import Any

from importers.mapping.headers import LocatedSheet


class Columns:
    """The cells of the data rows, column by column as they are asked for."""

    def __init__(self, located: LocatedSheet) -> None:
        self.lines = list(located.lines)
        self.hidden = located.raw.hidden
        self._rows = [located.raw.rows[row - 1] for row in self.lines]
        self._known: dict[int, list[Any]] = {}

    def column(self, number: int) -> list[Any]:
        if number not in self._known:
            at = number - 1
            self._known[number] = [row[at] if at < len(row) else "" for row in self._rows]
        return self._known[number]

    def each(self, numbers: Sequence[int], *, convert: Callable[[tuple[Any, ...]], Any], chosen: Sequence[int]) -> list:
        """What `convert` makes of these columns in the chosen lines. To Python True and 1.0 are equal, here they are not."""
        whole = [self.column(number) for number in numbers]
        picked = whole if len(chosen) == len(self.lines) else [[column[line] for line in chosen] for column in whole]
        keys: list[Any] = list(zip(*picked, strict=True)) if picked else [()] * len(chosen)
        if any(bool in set(map(type, column)) for column in picked):
            kinds = [tuple(map(type, key)) for key in keys]
            by_kind = {pair: convert(pair[0]) for pair in set(zip(keys, kinds, strict=True))}
            return [by_kind[pair] for pair in zip(keys, kinds, strict=True)]
        known = {key: convert(key) for key in set(keys)}
        return [known[key] for key in keys]
