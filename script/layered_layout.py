"""Places for the boxes of a layered drawing, and the ways of its arrows: few crossings, and no arrow through a box.

An arrow that skips layers is given a narrow lane in each of them. Boxes and lanes of a layer are ordered by where their
neighbors stand, and are then moved as near to them as their width allows. The same input gives the same drawing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Lane = tuple[str, str, int]  # an arrow, and the layer that it passes
Node = str | Lane
Link = tuple[Node, Node]
LANE = 12.0
SWEEPS = 24


@dataclass(frozen=True)
class Placed:
    """`middle` and `width` of each box; `ways` are, for each arrow, the middles of the lanes that it passes, from the top down."""

    middle: Mapping[str, float]
    width: Mapping[str, float]
    ways: Mapping[tuple[str, str], tuple[float, ...]]


def reduced(arrows: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """The arrows without those that follow from two or more others. There must be no circle."""
    return sorted(
        (above, below)
        for above, targets in arrows.items()
        for below in targets
        if not any(below in _reached(other, arrows=arrows) for other in targets - {below})
    )


def place(
    layers: Sequence[Sequence[str]], *, arrows: Iterable[tuple[str, str]], widest: float, gap: float, span: float
) -> Placed:
    """No box is wider than `widest`, and narrower where its layer would not fit into `span`."""
    floor = {name: number for number, layer in enumerate(layers) for name in layer}
    rows: list[list[Node]] = [list(layer) for layer in layers]
    links: list[Link] = []
    lanes: dict[tuple[str, str], list[Lane]] = {}
    for above, below in arrows:
        passed: list[Lane] = [(above, below, number) for number in range(floor[above] + 1, floor[below])]
        for lane in passed:
            rows[lane[2]].append(lane)
        lanes[above, below] = passed
        chain: list[Node] = [above, *passed, below]
        links += pairwise(chain)
    rows = _ordered(rows, links=links)
    sizes = [_sizes(row, widest=widest, gap=gap, span=span) for row in rows]
    middles = _spread(rows, links=links, sizes=sizes, gap=gap, span=span)
    return Placed(
        middle={name: middles[name] for name in floor},
        width={name: sizes[number][name] for name, number in floor.items()},
        ways={arrow: tuple(middles[lane] for lane in passed) for arrow, passed in lanes.items()},
    )


def _sizes(row: Sequence[Node], *, widest: float, gap: float, span: float) -> dict[Node, float]:
    lanes = sum(isinstance(node, tuple) for node in row)
    free = (span - gap * (len(row) - 1) - LANE * lanes) / max(1, len(row) - lanes)
    return {node: LANE if isinstance(node, tuple) else min(widest, free) for node in row}


def _reached(start: str, *, arrows: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    left = list(arrows.get(start, ()))
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += arrows.get(one, ())
    return found


def _ordered(rows: list[list[Node]], *, links: Sequence[Link]) -> list[list[Node]]:
    """The order with the fewest crossings of those met while sweeping down and up."""
    best, fewest = rows, _crossings(rows, links=links)
    for sweep in range(SWEEPS):
        rows = [list(row) for row in rows]
        down = list(pairwise(range(len(rows))))
        for fixed, moved in down if sweep % 2 == 0 else [(below, above) for above, below in reversed(down)]:
            rows[moved] = _by_neighbors(rows[moved], near=rows[fixed], links=links)
            _swap(rows, number=moved, links=links)
        if (crossings := _crossings(rows, links=links)) < fewest:
            best, fewest = rows, crossings
    return best


def _by_neighbors(row: Sequence[Node], *, near: Sequence[Node], links: Sequence[Link]) -> list[Node]:
    at, own = _shares(near), _shares(row)
    return sorted(row, key=lambda node: (_mean(_near(node, links=links, at=at), default=own[node]), str(node)))


def _shares(row: Sequence[Node]) -> dict[Node, float]:
    """How far from the left each stands, from 0 to 1."""
    return {node: place / max(1, len(row) - 1) for place, node in enumerate(row)}


def _swap(rows: list[list[Node]], *, number: int, links: Sequence[Link]) -> None:
    """Neighbors change places where that saves a crossing."""
    row = rows[number]
    for place in range(len(row) - 1):
        before = _crossings(rows, links=links)
        row[place], row[place + 1] = row[place + 1], row[place]
        if _crossings(rows, links=links) >= before:
            row[place], row[place + 1] = row[place + 1], row[place]


def _crossings(rows: Sequence[Sequence[Node]], *, links: Sequence[Link]) -> int:
    at = {node: (number, place) for number, row in enumerate(rows) for place, node in enumerate(row)}
    pairs = [(at[above][0], at[above][1], at[below][1]) for above, below in links]
    return sum(
        one[0] == other[0] and (one[1] - other[1]) * (one[2] - other[2]) < 0
        for place, one in enumerate(pairs)
        for other in pairs[:place]
    )


def _spread(
    rows: Sequence[Sequence[Node]],
    *,
    links: Sequence[Link],
    sizes: Sequence[Mapping[Node, float]],
    gap: float,
    span: float,
) -> dict[Node, float]:
    middles: dict[Node, float] = {}
    for row, size in zip(rows, sizes, strict=True):
        middles |= _evenly(row, size=size, span=span)
    for _sweep in range(SWEEPS):
        for row, size in zip(rows, sizes, strict=True):
            wanted = [_mean(_near(node, links=links, at=middles), default=middles[node]) for node in row]
            middles |= dict(
                zip(row, _apart(wanted, size=[size[node] for node in row], gap=gap, span=span), strict=True)
            )
    return middles


def _evenly(row: Sequence[Node], *, size: Mapping[Node, float], span: float) -> dict[Node, float]:
    free = (span - sum(size.values())) / (len(row) + 1)
    found, left = {}, 0.0
    for node in row:
        found[node] = left + free + size[node] / 2
        left += free + size[node]
    return found


def _apart(wanted: Sequence[float], *, size: Sequence[float], gap: float, span: float) -> list[float]:
    """As near to the wanted middles as order, widths and the span allow."""
    lefts = [middle - width / 2 for middle, width in zip(wanted, size, strict=True)]
    least = 0.0
    for place, width in enumerate(size):
        lefts[place] = least = max(lefts[place], least)
        least += width + gap
    most = span
    for place in reversed(range(len(size))):
        lefts[place] = min(lefts[place], most - size[place])
        most = lefts[place] - gap
    return [left + width / 2 for left, width in zip(lefts, size, strict=True)]


def _near(node: Node, *, links: Sequence[Link], at: Mapping[Node, float]) -> list[float]:
    ends = [below if above == node else above for above, below in links if node in (above, below)]
    return [at[end] for end in ends if end in at]


def _mean(values: Sequence[float], *, default: float) -> float:
    return sum(values) / len(values) if values else default
