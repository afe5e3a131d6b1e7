"""A forest of hazard ratios: a line each, with its numbers before and behind it, drawn on a board measured in millimeters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from django.utils.translation import gettext as _
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from analytics.report.figures.style import (
    COLORS,
    FAINT,
    FULL_WIDTH_MM,
    INK,
    SMALL_POINTS,
    bare,
    is_narrow,
    new_figure,
)
from analytics.report.figures.text import height_mm, wrap
from analytics.report.figures.text import width_mm as text_width
from analytics.report.labels import arm_labels
from analytics.report.numbers import ratio
from registry.fonts import spelled

Json = Mapping[str, Any]
# In millimeters
EDGE, GAP, INDENT = 2.0, 2.5, 2.5
ROW, PADDING = 4.8, 1.4
MOST_LABEL, MOST_CELL, MOST_RATIO, LEAST_PLOT = 62.0, 23.0, 34.0, 34.0
NARROW_CELL, NARROW_RATIO = 12.5, 25.0
AXIS, TICK = 6.0, 1.0
MARK, ARROW = 1.7, 1.4
TICKS = (0.05, 0.1, 0.2, 0.33, 0.5, 0.67, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0)
FURTHEST = 12.0  # and its inverse: what lies beyond is an arrow


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`content` has hr, low, high and why, as hazard ratios of a result have; a line without it is a heading. `before` and
    `behind` stand left and right of the plot, under the heads of the forest. A mean of the lines above is a diamond."""

    label: str
    content: Json | None = None
    before: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    level: int = 0
    is_mean: bool = False

    @property
    def weight(self) -> str:
        return "normal" if self.content and not self.is_mean else "bold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """`head` of the labels, of what is before the plot, of the ratio, of what is behind it; `left` and `right` are what a ratio
    below and above 1 means."""

    lines: tuple[Line, ...]
    head: str
    before: tuple[str, ...] = ()
    ratio: str = ""
    behind: tuple[str, ...] = ()
    left: str = ""
    right: str = ""


def forest_of(
    result: Json, *, lines: Sequence[Line], head: str, before: Sequence[str], behind: Sequence[str]
) -> Forest:
    """With heads and sides that say which arm is above the line of the ratio."""
    focal, reference = arm_labels(result).values()
    above, below = (focal, reference) if result["arms"]["hr"] == "focal_vs_reference" else (reference, focal)
    return Forest(
        lines=tuple(lines),
        head=head,
        before=tuple(before),
        ratio=_("Hazard ratio (%(level)g%% CI)") % {"level": 100 * result["protocol"]["conventions"]["level"]},
        behind=tuple(behind),
        left=_("lower hazard with %(arm)s") % {"arm": above},
        right=_("lower hazard with %(arm)s") % {"arm": below},
    )


def forest_plot(forest: Forest, *, width_mm: float = FULL_WIDTH_MM) -> Figure:
    """In one column each label has a line of its own above its numbers."""
    columns = _columns(forest, width_mm=width_mm)
    blocks = [_block(line, columns=columns) for line in forest.lines]
    head_height = _head_height(forest, columns=columns)
    sides = _sides(forest, columns=columns)
    below = AXIS + max(height_mm(text, points=SMALL_POINTS) for text in sides) + EDGE
    height = EDGE + head_height + sum(block.height for block in blocks) + below
    figure = new_figure(height_mm=height, width_mm=width_mm)
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes, width_mm=width_mm, height_mm=height)
    _head(axes, forest=forest, columns=columns, bottom=EDGE + head_height)
    top = EDGE + head_height
    bottom = top + sum(block.height for block in blocks)
    axes.plot([columns.x(1.0)] * 2, [top, bottom], color=FAINT, linewidth=0.6, linestyle=(0, (4, 3)))
    for line, block in zip(forest.lines, blocks, strict=True):
        _draw(axes, line=line, block=block, columns=columns, top=top)
        top += block.height
    _axis(axes, columns=columns, y=bottom, sides=sides)
    return figure


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where each column begins and how wide it is, in mm; `low` and `high` are the ends of the axis."""

    width_mm: float
    label: float
    before: tuple[tuple[float, float], ...]
    plot: tuple[float, float]
    ratio: tuple[float, float]
    behind: tuple[tuple[float, float], ...]
    low: float
    high: float

    @property
    def is_narrow(self) -> bool:
        return is_narrow(self.width_mm)

    def x(self, value: float) -> float:
        left, width = self.plot
        return left + width * log(value / self.low) / log(self.high / self.low)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A line with its texts broken: where its label and its numbers stand below its upper edge."""

    label: str
    ratio: str
    before: tuple[str, ...]
    behind: tuple[str, ...]
    height: float
    label_y: float
    numbers_y: float


def _columns(forest: Forest, *, width_mm: float) -> _Columns:
    narrow = is_narrow(width_mm)
    most, most_ratio = (NARROW_CELL, NARROW_RATIO) if narrow else (MOST_CELL, MOST_RATIO)
    before, behind = (
        [_widest(head, texts=[getattr(line, side)[place] for line in forest.lines if line.content], most=most)
         for place, head in enumerate(getattr(forest, side))]
        for side in ("before", "behind")
    )  # fmt: skip
    of_ratio = _widest(
        forest.ratio, texts=[ratio(line.content) for line in forest.lines if line.content], most=most_ratio
    )
    taken = sum(before) + sum(behind) + of_ratio + GAP * (len(before) + len(behind) + 1) + 2 * EDGE
    most_label = width_mm - 2 * EDGE if narrow else min(MOST_LABEL, width_mm - taken - GAP - LEAST_PLOT)
    of_head = text_width(forest.head, points=SMALL_POINTS, weight="bold")
    label = most_label if narrow else min(most_label, max(of_head, *map(_label_width, forest.lines)) + 0.1)
    plot = width_mm - taken - (0 if narrow else label + GAP)
    left = EDGE if narrow else EDGE + label + GAP
    places = list(_places(before, left=left))
    left += sum(before) + GAP * len(before)
    right = left + plot + GAP
    low, high = _range(forest)
    return _Columns(
        width_mm=width_mm,
        label=label,
        before=tuple(places),
        plot=(left, plot),
        ratio=(right, of_ratio),
        behind=tuple(_places(behind, left=right + of_ratio + GAP)),
        low=low,
        high=high,
    )


def _places(widths: Sequence[float], *, left: float) -> Iterator[tuple[float, float]]:
    for width in widths:
        yield left, width
        left += width + GAP


def _widest(head: str, *, texts: Sequence[str], most: float) -> float:
    """As wide as the longest text; the head breaks between its words."""
    words = [text_width(word, points=SMALL_POINTS, weight="bold") for word in spelled(head).split() or [""]]
    known = [text_width(spelled(text), points=SMALL_POINTS) for text in texts]
    return min(most, max([*words, *known, 8.0]) + 0.2)


def _label_width(line: Line) -> float:
    return text_width(spelled(line.label), points=SMALL_POINTS, weight=line.weight) + INDENT * line.level


def _range(forest: Forest) -> tuple[float, float]:
    """Every limit within a factor of twelve, 1 in between, ends at round numbers."""
    values = [1.0]
    for line in forest.lines:
        values += [line.content[key] for key in ("hr", "low", "high") if line.content and line.content[key]]
    least, most = max(1 / FURTHEST, min(values)), min(FURTHEST, max(values))
    low = max((tick for tick in TICKS if tick <= least), default=TICKS[0])
    high = min((tick for tick in TICKS if tick >= most), default=TICKS[-1])
    return min(low, 0.5), max(high, 2.0)


def _block(line: Line, *, columns: _Columns) -> _Block:
    most = columns.label - INDENT * line.level
    label = wrap(line.label, most=most, points=SMALL_POINTS, weight=line.weight)
    label_height = height_mm(label, points=SMALL_POINTS)
    if line.content is None:
        height = max(ROW, label_height + PADDING)
        return _Block(label=label, ratio="", before=(), behind=(), height=height, label_y=height / 2, numbers_y=0)
    told = wrap(ratio(line.content), most=columns.ratio[1], points=SMALL_POINTS)
    before, behind = (
        tuple(wrap(text, most=width, points=SMALL_POINTS) for text, (_left, width) in zip(texts, places, strict=True))
        for texts, places in ((line.before, columns.before), (line.behind, columns.behind))
    )
    of_numbers = max(height_mm(text, points=SMALL_POINTS) for text in (told, *before, *behind))
    if columns.is_narrow:
        height = max(ROW, of_numbers + PADDING) + label_height
        return _Block(
            label=label, ratio=told, before=before, behind=behind, height=height,
            label_y=PADDING / 2 + label_height / 2, numbers_y=(height + label_height) / 2,
        )  # fmt: skip
    height = max(ROW, label_height + PADDING, of_numbers + PADDING)
    return _Block(
        label=label, ratio=told, before=before, behind=behind, height=height, label_y=height / 2, numbers_y=height / 2
    )  # fmt: skip


def _heads(forest: Forest, *, columns: _Columns) -> list[tuple[float, str]]:
    """The head of each column beside the labels, where it begins, broken into lines."""
    places = [*columns.before, columns.ratio, *columns.behind]
    texts = [*forest.before, forest.ratio, *forest.behind]
    return [
        (left, wrap(text, most=width, points=SMALL_POINTS, weight="bold"))
        for text, (left, width) in zip(texts, places, strict=True)
    ]


def _head_height(forest: Forest, *, columns: _Columns) -> float:
    texts = [forest.head, *(text for _left, text in _heads(forest, columns=columns))]
    of_label = height_mm(forest.head, points=SMALL_POINTS) if columns.is_narrow else 0
    return max(height_mm(text, points=SMALL_POINTS) for text in texts) + PADDING + of_label


def _head(axes: Axes, *, forest: Forest, columns: _Columns, bottom: float) -> None:
    style: dict[str, Any] = {"fontsize": SMALL_POINTS, "weight": "bold", "va": "bottom"}
    if columns.is_narrow:
        axes.text(EDGE, EDGE, forest.head, **{**style, "va": "top"})
    else:
        axes.text(EDGE, bottom - PADDING / 2, forest.head, **style)
    for left, text in _heads(forest, columns=columns):
        axes.text(left, bottom - PADDING / 2, text, **style)
    axes.plot([EDGE, columns.width_mm - EDGE], [bottom, bottom], color=INK, linewidth=0.6)


def _draw(axes: Axes, *, line: Line, block: _Block, columns: _Columns, top: float) -> None:
    style: dict[str, Any] = {"fontsize": SMALL_POINTS, "va": "center"}
    axes.text(EDGE + INDENT * line.level, top + block.label_y, block.label, weight=line.weight, **style)
    if line.content is None:
        return
    y = top + block.numbers_y
    for texts, places in ((block.before, columns.before), (block.behind, columns.behind)):
        for text, (left, _width) in zip(texts, places, strict=True):
            axes.text(left, y, text, **style)
    axes.text(columns.ratio[0], y, block.ratio, color=INK if line.content["hr"] else FAINT, **style)
    if line.content["hr"] is not None:
        draw = _diamond if line.is_mean else _mark
        draw(axes, content=line.content, columns=columns, y=y)


def _mark(axes: Axes, *, content: Json, columns: _Columns, y: float) -> None:
    """The interval with an arrow where it leaves the axis, and the ratio as a square."""
    low, high = content["low"] or columns.low / 2, content["high"] or columns.high * 2
    ends = [columns.x(min(max(end, columns.low), columns.high)) for end in (low, high)]
    axes.plot(ends, [y, y], color=INK, linewidth=0.8, solid_capstyle="butt")
    for end, is_beyond, side in ((ends[0], low < columns.low, 1), (ends[1], high > columns.high, -1)):
        if is_beyond:
            corners = [(end, y), (end + side * ARROW, y - ARROW / 2), (end + side * ARROW, y + ARROW / 2)]
            axes.add_patch(Polygon(corners, facecolor=INK, edgecolor="none"))
        else:
            axes.plot([end, end], [y - 0.6, y + 0.6], color=INK, linewidth=0.8)
    if columns.low <= content["hr"] <= columns.high:
        corner = (columns.x(content["hr"]) - MARK / 2, y - MARK / 2)
        axes.add_patch(Rectangle(corner, MARK, MARK, facecolor=COLORS[0], edgecolor="none"))


def _diamond(axes: Axes, *, content: Json, columns: _Columns, y: float) -> None:
    """From limit to limit."""
    left, middle, right = (
        columns.x(min(max(content[key], columns.low), columns.high)) for key in ("low", "hr", "high")
    )
    corners = [(left, y), (middle, y - MARK * 0.7), (right, y), (middle, y + MARK * 0.7)]
    axes.add_patch(Polygon(corners, facecolor=COLORS[0], edgecolor="none"))


TICK_LABEL = "tick"  # what a drawn text is that labels a tick


def _axis(axes: Axes, *, columns: _Columns, y: float, sides: tuple[str, str]) -> None:
    style: dict[str, Any] = {"fontsize": SMALL_POINTS, "va": "top"}
    left, width = columns.plot
    axes.plot([left, left + width], [y, y], color=INK, linewidth=0.6)
    free = left - EDGE
    for tick in TICKS:
        if not columns.low <= tick <= columns.high:
            continue
        x, text = columns.x(tick), f"{tick:g}"
        axes.plot([x, x], [y, y + TICK], color=INK, linewidth=0.6)
        half = text_width(text, points=SMALL_POINTS) / 2
        if x - half >= free and (tick == 1 or x + half + 1 < columns.x(1.0) - 1 or x > columns.x(1.0)):
            axes.text(x, y + TICK + 0.5, text, ha="center", gid=TICK_LABEL, **style)
            free = x + half + 1
    middle = columns.x(1.0)
    for text, place, align in zip(sides, (middle - 1, middle + 1), ("right", "left"), strict=True):
        axes.text(place, y + AXIS, text, ha=align, multialignment=align, **style)


def _sides(forest: Forest, *, columns: _Columns) -> tuple[str, str]:
    """What lies left and right of 1, with an arrow there."""
    middle = columns.x(1.0)
    left = wrap(f"← {forest.left}" if forest.left else "", most=middle - 1 - EDGE, points=SMALL_POINTS)
    right = wrap(
        f"{forest.right} →" if forest.right else "", most=columns.width_mm - EDGE - middle - 1, points=SMALL_POINTS
    )
    return left, right


def forest_alt(lines: Sequence[Line]) -> str:
    """Each ratio in words, for those who do not see the figure."""
    told = [f"{line.label}{_(': ')}{ratio(line.content)}" for line in lines if line.content]
    return _("Forest plot of hazard ratios. %(lines)s.") % {"lines": _("; ").join(told)}
