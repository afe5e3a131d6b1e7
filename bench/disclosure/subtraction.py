"""An attack by subtraction: which hidden counts follow from those told, by integer programming over all sums among them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Json = dict[str, Any]
Place = tuple[Any, ...]
BELOW = 8
ABSENT = object()


@dataclass(slots=True, kw_only=True)
class Attack:
    """What a reader knows: `whole` is there to learn which sums hold, never for a value; `width` 1 if counts are told as they are."""

    whole: Json
    told: Json
    width: int
    below: int = BELOW
    cells: dict[Place, int] = field(default_factory=dict)
    bounds: list[tuple[int, int]] = field(default_factory=list)
    sums: list[tuple[dict[int, int], float, float]] = field(default_factory=list)
    suppressed: set[int] = field(default_factory=set)

    def cell(self, *path: Any) -> int | None:
        """The number of a cell; None for what is not told, or is no count of persons."""
        if path in self.cells:
            return self.cells[path]
        value, told = at(self.whole, path=path), at(self.told, path=path)
        if not isinstance(value, int) or told is ABSENT:
            return None
        if told is None and not _is_suppressed(self.told, path=path):
            return None
        number = self.cells[path] = len(self.bounds)
        self.bounds.append(self._bounds(told))
        if told is None:
            self.suppressed.add(number)
        return number

    def _bounds(self, told: int | None) -> tuple[int, int]:
        if told is None:
            return 0, self.below - 1
        low = told - told % self.width
        return (low, low + self.width - 1) if self.width > 1 and told else (told, told)

    def sums_to(self, parts: Sequence[Place], *, total: Place) -> None:
        """Equal where it is in truth, else at most; a part that is not told makes it at most."""
        whole = self.cell(*total)
        known = [number for path in parts if (number := self.cell(*path)) is not None]
        if whole is None or not known:
            return
        values = [at(self.whole, path=path) for path in parts]
        total_value = at(self.whole, path=total)
        if sum(values) > total_value:
            return
        is_equal = len(known) == len(parts) and sum(values) == total_value
        coefficients = dict.fromkeys(known, 1)
        coefficients[whole] = coefficients.get(whole, 0) - 1
        self.sums.append((coefficients, 0 if is_equal else -np.inf, 0))

    def is_part_of(self, part: Place, whole: Place) -> None:
        self.sums_to([part], total=whole)

    def recovered(self) -> list[Place]:
        """Suppressed cells that have one value in all that fits. Two solutions far apart settle most of them at once."""
        if not self.suppressed:
            return []
        self._must_fit()
        open_cells = set(self.suppressed)
        solutions = [self._solve(dict.fromkeys(open_cells, sign)) for sign in (1, -1)]
        open_cells -= _differing(solutions, cells=open_cells)
        found = []
        for cell in sorted(open_cells):
            low, high = (self._solve({cell: sign})[cell] for sign in (1, -1))
            if round(low) == round(high):
                found.append(cell)
        paths = {number: path for path, number in self.cells.items()}
        return [paths[number] for number in found]

    def _solve(self, objective: dict[int, int]) -> np.ndarray:
        size = len(self.bounds)
        costs = np.zeros(size)
        costs[list(objective)] = list(objective.values())
        low, high = np.array(self.bounds, dtype=float).T
        rows = np.zeros((len(self.sums), size))
        for place, (coefficients, _low, _high) in enumerate(self.sums):
            rows[place, list(coefficients)] = list(coefficients.values())
        limits = [LinearConstraint(rows, [one[1] for one in self.sums], [one[2] for one in self.sums])]
        found = milp(
            costs, constraints=limits if self.sums else (), bounds=Bounds(low, high), integrality=np.ones(size)
        )
        if found.x is None:
            raise AssertionError(f"Nothing fits what is told: {found.message}")
        return np.asarray(found.x)

    def _must_fit(self) -> None:
        """The truth itself is one of the solutions, else the attack is wrong."""
        truth = np.array([at(self.whole, path=path) for path in self.cells], dtype=float)
        low, high = np.array(self.bounds, dtype=float).T
        wrong = [path for path, outside in zip(self.cells, (truth < low) | (truth > high), strict=True) if outside]
        if wrong:
            raise AssertionError(f"The truth lies outside the class told at {wrong[:3]}")


def at(content: Any, *, path: Iterable[Any]) -> Any:
    for step in path:
        if isinstance(content, dict):
            content = content.get(step, ABSENT)
        elif isinstance(content, list) and isinstance(step, int) and step < len(content):
            content = content[step]
        else:
            return ABSENT
    return content


def _is_suppressed(content: Json, *, path: Place) -> bool:
    holder = at(content, path=path[:-1])
    return isinstance(holder, dict) and holder.get("why", {}).get(path[-1]) == "suppressed"


def _differing(solutions: Sequence[np.ndarray], *, cells: Iterable[int]) -> set[int]:
    one, other = solutions
    return {cell for cell in cells if round(one[cell]) != round(other[cell])}
