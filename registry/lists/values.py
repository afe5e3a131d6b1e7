"""Values in memory as the rows of a list: what a list asks of a QuerySet, and no more."""

from collections.abc import Iterator, Sequence
from typing import Any


class Values(Sequence[Any]):
    """Frozen values, each with an attribute for each name that the list sorts by; what there is not comes last."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, place: Any) -> Any:
        return self.values[place]

    def iterator(self, **_reading: int) -> Iterator[Any]:
        return iter(self.values)

    def order_by(self, *names: str) -> "Values":
        found = list(self.values)
        for name in reversed(names):
            key, is_down = name.removeprefix("-"), name.startswith("-")
            known = [value for value in found if getattr(value, key) is not None]
            known.sort(key=lambda value, key=key: getattr(value, key), reverse=is_down)  # type: ignore[misc]
            found = [*known, *(value for value in found if getattr(value, key) is None)]
        return Values(found)
