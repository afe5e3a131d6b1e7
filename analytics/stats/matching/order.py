"""Who is served when: in rounds along a queue, whoever has the smallest or largest gap, or all at once with replacement.

Every function returns edges (treated row, control row) in the order in which they were made."""

import heapq
from collections.abc import Sequence
from typing import Protocol

# Note [MatchIt's order among ties]
# ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
# Covariates cut into classes give many patients the same score, so which of several equally near controls is taken
# changes the pairs and, visibly, the hazard ratio. There is no right answer, only a reproducible one: ours follows
# MatchIt 4.7, which scans the controls sorted by score outward from the treated patient, alternating left and right,
# and takes the first at the smallest distance; equal scores keep the order of the data. The distances compared are
# differences of doubles in the order MatchIt subtracts them, because one last bit decides a tie. tests/reference
# holds the pairs against MatchIt's own.


class Pool(Protocol):
    """The controls, and how the best one for a treated row is found."""

    def nearest(self, row: int, *, met: Sequence[int] = ()) -> tuple[int, float] | None: ...
    def several(self, row: int, *, count: int) -> list[int]: ...
    def take(self, control: int) -> None: ...
    def is_free(self, control: int) -> bool: ...


def serve_in_rounds(pool: Pool, *, queue: Sequence[int], ratio: int) -> list[tuple[int, int]]:
    """Each of the queue gets one control a round; who got none is out of the rounds that follow."""
    edges: list[tuple[int, int]] = []
    met: dict[int, list[int]] = {}
    nearest, take = pool.nearest, pool.take
    for _ in range(ratio):
        served = []
        for row in queue:
            best = nearest(row, met=met[row]) if met else nearest(row)
            if best is not None:
                take(best[0])
                edges.append((row, best[0]))
                served.append(row)
        queue = served
        met = {row: [] for row in queue}
        for row, control in edges if ratio > 1 else ():
            if row in met:
                met[row].append(control)
    return edges


def serve_by_gap(pool: Pool, *, queue: Sequence[int], ratio: int, farthest: bool) -> list[tuple[int, int]]:
    """Each round serves by the gap to the best free control, smallest (or `farthest`) first, found again where it was used.

    Equal gaps go in data order; one found again goes before equal ones where the smallest is first, after them where the
    largest is, as MatchIt inserts it."""
    edges: list[tuple[int, int]] = []
    met: dict[int, list[int]] = {row: [] for row in queue}
    sign = -1.0 if farthest else 1.0
    turn = len(met)
    for _ in range(ratio):
        heap = []
        for place, row in enumerate(met):
            best = pool.nearest(row, met=met[row])
            if best is not None:
                heap.append((sign * best[1], place, row, best[0]))
        heapq.heapify(heap)
        served = set()
        while heap:
            _, _, row, control = heapq.heappop(heap)
            if pool.is_free(control):
                pool.take(control)
                edges.append((row, control))
                met[row].append(control)
                served.add(row)
                continue
            best = pool.nearest(row, met=[*met[row], control])
            if best is not None:
                turn += 1
                heapq.heappush(heap, (sign * best[1], int(-sign) * turn, row, best[0]))
        met = {row: partners for row, partners in met.items() if row in served}
    return edges


def serve_all_at_once(pool: Pool, *, queue: Sequence[int], ratio: int) -> list[tuple[int, int]]:
    """With replacement: everyone has the best `ratio` of all controls."""
    return [(row, control) for row in queue for control in pool.several(row, count=ratio)]
