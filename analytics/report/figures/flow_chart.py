"""The flow chart: who was recorded, who left at each row and why, who was compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analytics.report.figures.style import (
    COLORS,
    FAINT,
    FULL_WIDTH_MM,
    INK,
    SMALL_POINTS,
    TEXT_POINTS,
    bare,
    is_narrow,
    new_figure,
)
from analytics.report.figures.text import height_mm, size_text, wrap
from analytics.report.flow_text import removed_text, row_text
from analytics.report.labels import arm_labels

# In millimeters. Boxes of those who stay stand on the left, the criterion beside them, those who left on the right.
ROW, BOX_HEIGHT, PADDING, MARGIN = 9.0, 6.2, 3.0, 3.5

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    box_width: float
    box_middle: float
    text_left: float
    text_width: float
    count_left: float
    count_width: float
    arm_width: float
    arm_gap: float


WIDE = _Columns(
    box_width=35,
    box_middle=21,
    text_left=47,
    text_width=88,
    count_left=139,
    count_width=32,
    arm_width=60,
    arm_gap=4,
)
NARROW = _Columns(
    box_width=17,
    box_middle=11,
    text_left=22,
    text_width=38,
    count_left=63,
    count_width=20,
    arm_width=38,
    arm_gap=2,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A row with its texts broken into lines, and as high as they ask."""

    row: Row
    text: str
    removed: str
    weight: str

    @property
    def height(self) -> float:
        return max(ROW, *(height_mm(text, points=SMALL_POINTS) + PADDING for text in (self.text, self.removed)))


def flow_chart(result: Mapping[str, Any], *, width_mm: float = FULL_WIDTH_MM) -> Figure:
    """A row whose patients could not be judged names how many of those removed that were."""
    rows: Sequence[Row] = [row for row in result["flow"] if row["id"] != "arm_unknown" or row["removed"]]
    columns = NARROW if is_narrow(width_mm) else WIDE
    lines = [_line(row, columns=columns, is_first=place == 0) for place, row in enumerate(rows)]
    arms = _arm_texts(result, columns=columns)
    arm_height = max(height_mm(text, points=TEXT_POINTS) for text in arms) + PADDING
    height = sum(line.height for line in lines) + arm_height + PADDING + 2 * MARGIN
    figure = new_figure(height_mm=height, width_mm=width_mm)
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes, width_mm=width_mm, height_mm=height)
    top, above = MARGIN, None
    for line in lines:
        middle = top + line.height / 2
        _draw(axes, line=line, columns=columns, y=middle, above=above)
        top, above = top + line.height, middle
    _arms(axes, texts=arms, columns=columns, top=top + PADDING, height=arm_height)
    return figure


def flow_alt(result: Mapping[str, Any]) -> str:
    rows = result["flow"]
    return _("Flow chart: of %(first)s recorded patients, %(last)s were compared.") % {
        "first": rows[0]["remaining"],
        "last": rows[-1]["remaining"],
    }


def _line(row: Row, *, columns: _Columns, is_first: bool) -> _Line:
    weight = "bold" if is_first else "normal"
    text = wrap(row_text(row), most=columns.text_width, points=SMALL_POINTS, weight=weight)
    removed = "" if is_first else wrap(removed_text(row), most=columns.count_width, points=SMALL_POINTS)
    return _Line(row=row, text=text, removed=removed, weight=weight)


def _draw(axes: Axes, *, line: _Line, columns: _Columns, y: float, above: float | None) -> None:
    middle = columns.box_middle
    corner = (middle - columns.box_width / 2, y - BOX_HEIGHT / 2)
    axes.add_patch(Rectangle(corner, columns.box_width, BOX_HEIGHT, fill=False, edgecolor=INK, linewidth=0.6))
    axes.text(middle, y, f"n = {line.row['remaining']}", ha="center", va="center")
    axes.text(columns.text_left, y, line.text, va="center", fontsize=SMALL_POINTS, weight=line.weight)
    if above is None:
        return
    arrow = {"arrowstyle": "-|>", "linewidth": 0.6, "color": INK, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 6}
    start, end = (middle, above + BOX_HEIGHT / 2), (middle, y - BOX_HEIGHT / 2)
    axes.annotate("", xy=end, xytext=start, arrowprops=arrow)
    color = INK if line.row["removed"] else FAINT
    axes.text(columns.count_left, y, line.removed, va="center", fontsize=SMALL_POINTS, color=color)


def _arm_texts(result: Mapping[str, Any], *, columns: _Columns) -> list[str]:
    counts = result["flow"][-1]["arms"]
    texts = [f"{label}{_(': ')}{size_text(counts.get(name, 0))}" for name, label in arm_labels(result).items()]
    return [wrap(text, most=columns.arm_width - PADDING, points=TEXT_POINTS) for text in texts]


def _arms(axes: Axes, *, texts: Sequence[str], columns: _Columns, top: float, height: float) -> None:
    width = columns.arm_width
    for place, text in enumerate(texts):
        left = MARGIN + place * (width + columns.arm_gap)
        axes.add_patch(Rectangle((left, top), width, height, facecolor=COLORS[place], edgecolor="none", alpha=0.14))
        axes.text(left + width / 2, top + height / 2, text, ha="center", va="center", color=INK)
