"""The nearest free control along one distance, by pointers that skip what is used (union-find)."""

from collections.abc import Sequence

import numpy as np

from analytics.stats.matching.pool import Ground, neighbors_in_stratum

NOWHERE = float("inf")


class Line:
    """All rows sorted by distance, stable in data order, at the positions 1 to n; 0 and n + 1 lie infinitely far away.

    `left[i]` leads to the nearest free control of the stratum at or before position i, `right[i]` to that at or after it."""

    def __init__(self, ground: Ground) -> None:
        ranked = np.argsort(ground.distance, kind="stable")
        free, places = ground.free[ranked], np.arange(1, ranked.size + 1)
        before, after = neighbors_in_stratum(ground.strata, ranked=ranked)
        left, right = before.copy(), after.copy()
        left[1:-1], right[1:-1] = np.where(free, places, before[1:-1]), np.where(free, places, after[1:-1])
        right[-1] = ranked.size + 1
        position = np.empty_like(ranked)
        position[ranked] = places
        self.ground, self.end = ground, int(ranked.size) + 1
        self.reach = min(ground.reach, float(np.finfo(float).max))
        self.score = [-NOWHERE, *ground.distance[ranked].tolist(), NOWHERE]
        self.row = [-1, *ranked.tolist(), -1]
        self.before, self.after, self.left, self.right = (x.tolist() for x in (before, after, left, right))
        self.position: list[int] = position.tolist()

    def nearest(self, row: int, *, met: Sequence[int] = ()) -> tuple[int, float] | None:
        """The best free control of a treated row and its gap; the search starts outside the controls it has met."""
        at = low = high = self.position[row]
        if met:
            places = [self.position[other] for other in met]
            low, high = min(at, *places), max(at, *places)
        own, left, right = self.score[at], self.left, self.right
        before, after = low, high
        while left[before] != before:  # as _lead, without the calls that would double the time
            left[before] = before = left[left[before]]
        while right[after] != after:
            right[after] = after = right[right[after]]
        if self.ground.limits:
            before, after = self._within_limits(row, before=before, after=after)
        down, up = own - self.score[before], self.score[after] - own
        if down < up or (down == up and low - before <= after - high):
            return (self.row[before], down) if down <= self.reach else None
        return (self.row[after], up) if up <= self.reach else None

    def take(self, control: int) -> None:
        at = self.position[control]
        self.left[at], self.right[at] = self.before[at], self.after[at]

    def is_free(self, control: int) -> bool:
        at = self.position[control]
        return self.left[at] == at

    def several(self, row: int, *, count: int) -> list[int]:
        """The best `count` controls, nearest first; equal gaps as in `nearest`."""
        at = self.position[row]
        own, found = self.score[at], []
        for parent, beyond, step in ((self.left, self.before, -1), (self.right, self.after, 1)):
            place, taken = self._lead(parent, start=at), 0
            while taken < count and abs(own - self.score[place]) <= self.reach:
                if self._fits(row, place=place):
                    found.append((abs(own - self.score[place]), abs(place - at), step, self.row[place]))
                    taken += 1
                place = self._lead(parent, start=beyond[place])
        return [control for *_, control in sorted(found)[:count]]

    def _within_limits(self, row: int, *, before: int, after: int) -> tuple[int, int]:
        own = self.score[self.position[row]]
        while own - self.score[before] <= self.reach and not self._fits(row, place=before):
            before = self._lead(self.left, start=self.before[before])
        while self.score[after] - own <= self.reach and not self._fits(row, place=after):
            after = self._lead(self.right, start=self.after[after])
        return before, after

    def _fits(self, row: int, *, place: int) -> bool:
        other = self.row[place]
        return all(abs(limit.values[row] - limit.values[other]) <= limit.width for limit in self.ground.limits)

    @staticmethod
    def _lead(parent: list[int], *, start: int) -> int:
        """Follow the pointers to their end, halving the path on the way."""
        while parent[start] != start:
            parent[start] = parent[parent[start]]
            start = parent[start]
        return start
