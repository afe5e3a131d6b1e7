"""A table as a figure, for where it is set beside others: columns as wide as their texts, ruled as journals do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analytics.report.figures.style import FULL_WIDTH_MM, INK, SMALL_POINTS, bare, new_figure
from analytics.report.figures.text import height_mm, wrap
from analytics.report.figures.text import width_mm as text_width
from analytics.report.tables.table import Row, Table
from registry.fonts import spelled

EDGE, GAP, PADDING, INDENT, LEAST_LABEL, MOST_CELL = 2.0, 2.0, 1.2, 3.0, 28.0, 26.0  # in millimeters


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """The cells of a row, broken, and how high they stand."""

    cells: tuple[str, ...]
    height: float
    level: int = 0


def draw_table(table: Table, *, width_mm: float = FULL_WIDTH_MM) -> Figure:
    """The first column takes what the others leave; text flush left there, centered in the others."""
    widths = _widths(table, width_mm=width_mm)
    places = [EDGE + sum(widths[:place]) + GAP * place for place in range(len(widths))]
    head = _line(
        [text.replace("n = ", "n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}") for text in table.head],
        widths=widths,
        weight="bold",
    )
    lines = [_line(row.cells, widths=widths, level=row.level) for row in table.rows]
    notes = [wrap(note, most=width_mm - 2 * EDGE, points=SMALL_POINTS) for note in table.notes]
    groups = _groups(table, places=places, widths=widths)
    group_height = max((height_mm(text, points=SMALL_POINTS) + PADDING for text, _x, _width in groups), default=0)
    body = sum(line.height for line in lines)
    foot = sum(height_mm(note, points=SMALL_POINTS) + PADDING / 2 for note in notes) + PADDING
    height = 2 * EDGE + group_height + head.height + body + foot
    figure = new_figure(height_mm=height, width_mm=width_mm)
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes, width_mm=width_mm, height_mm=height)
    top = EDGE
    _rule(axes, y=top, left=EDGE, right=width_mm - EDGE, width=0.9)
    for text, x, width in groups:
        style: dict[str, Any] = {"ha": "center", "va": "center", "weight": "bold", "fontsize": SMALL_POINTS}
        axes.text(x + width / 2, top + group_height / 2, text, multialignment="center", **style)
        _rule(axes, y=top + group_height, left=x, right=x + width, width=0.5)
    top += group_height
    top = _write(axes, line=head, places=places, widths=widths, top=top, weight="bold")
    _rule(axes, y=top, left=EDGE, right=width_mm - EDGE, width=0.6)
    for line in lines:
        top = _write(axes, line=line, places=places, widths=widths, top=top)
    _rule(axes, y=top, left=EDGE, right=width_mm - EDGE, width=0.9)
    top += PADDING
    for note in notes:
        axes.text(EDGE, top, note, va="top", fontsize=SMALL_POINTS)
        top += height_mm(note, points=SMALL_POINTS) + PADDING / 2
    return figure


def _widths(table: Table, *, width_mm: float) -> list[float]:
    """Of each column; the numbers are not broken, heads are."""
    found = [
        _needed(head, cells=[row.cells[place] for row in table.rows]) for place, head in enumerate(table.head) if place
    ]
    room = width_mm - 2 * EDGE - GAP * len(found)
    left = room - sum(found)
    if left < LEAST_LABEL:
        found = [width * (room - LEAST_LABEL) / sum(found) for width in found]
        left = LEAST_LABEL
    return [left, *found]


def _needed(head: str, *, cells: Sequence[str]) -> float:
    words = [text_width(word, points=SMALL_POINTS, weight="bold") for word in spelled(head).split()]
    return min(MOST_CELL, max([*words, *(text_width(spelled(cell), points=SMALL_POINTS) for cell in cells), 6.0]) + 0.3)


def _line(cells: Sequence[str], *, widths: Sequence[float], level: int = 0, weight: str = "normal") -> _Line:
    broken = tuple(
        wrap(cell, most=width - (INDENT * level if place == 0 else 0), points=SMALL_POINTS, weight=weight)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return _Line(
        cells=broken, height=max(height_mm(cell, points=SMALL_POINTS) for cell in broken) + PADDING, level=level
    )


def _groups(table: Table, *, places: Sequence[float], widths: Sequence[float]) -> list[tuple[str, float, float]]:
    """Each heading with its place and width."""
    found, column = [], 0
    for text, span in table.groups:
        last = column + span - 1
        width = places[last] + widths[last] - places[column]
        if text:
            found.append((wrap(text, most=width, points=SMALL_POINTS, weight="bold"), places[column], width))
        column += span
    return found


def _write(
    axes: Axes, *, line: _Line, places: Sequence[float], widths: Sequence[float], top: float, weight: str = "normal"
) -> float:
    y = top + line.height / 2
    for place, (cell, left, width) in enumerate(zip(line.cells, places, widths, strict=True)):
        style: dict[str, Any] = {"va": "center", "fontsize": SMALL_POINTS, "weight": weight}
        if place == 0:
            axes.text(left + INDENT * line.level, y, cell, **style)
        else:
            axes.text(left + width / 2, y, cell, ha="center", multialignment="center", **style)
    return top + line.height


def _rule(axes: Axes, *, y: float, left: float, right: float, width: float) -> None:
    axes.plot([left, right], [y, y], color=INK, linewidth=width)


def without_columns(table: Table, *, named: str) -> Table:
    """The table without the columns of one head, the groups above them narrower."""
    kept = [place for place, head in enumerate(table.head) if head != named]
    groups, column = [], 0
    for text, span in table.groups:
        inside = sum(1 for place in kept if column <= place < column + span)
        groups.append((text, inside))
        column += span
    return Table(
        name=table.name,
        title=table.title,
        head=tuple(table.head[place] for place in kept),
        rows=tuple(Row(cells=tuple(row.cells[place] for place in kept), level=row.level) for row in table.rows),
        groups=tuple(groups),
        notes=table.notes,
        text_columns=table.text_columns,
    )
