"""The flow chart: who was recorded, who left at each row and why, who was compared."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analytics.report.figure_style import COLORS, FAINT, INK, SMALL_POINTS, bare, new_figure, to_svg, wrap
from analytics.report.labels import arm_labels, is_chinese

ROW_MM, MARGIN_MM = 9.0, 3.0
BOX = (0.02, 0.20)  # left edge and width of the boxes of those who stay
TEXT_LEFT, COUNT_LEFT = 0.27, 0.80

Row = Mapping[str, Any]


def flow_chart(result: Mapping[str, Any]) -> str:
    """SVG. A row whose patients could not be judged names how many of those removed that were."""
    rows: Sequence[Row] = [row for row in result["flow"] if row["id"] != "arm_unknown" or row["removed"]]
    height = (len(rows) + 1.6) * ROW_MM + 2 * MARGIN_MM
    figure = new_figure(height_mm=height)
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes)
    step = ROW_MM / height
    top = 1 - (MARGIN_MM + ROW_MM / 2) / height
    for place, row in enumerate(rows):
        _row(axes, row=row, y=top - place * step, step=step, is_first=place == 0)
    _arms(axes, result=result, y=top - (len(rows) + 0.3) * step, step=step)
    return to_svg(figure, alt=flow_alt(result))


def flow_alt(result: Mapping[str, Any]) -> str:
    rows = result["flow"]
    return _("Flow chart: of %(first)s recorded patients, %(last)s were compared.") % {
        "first": rows[0]["remaining"],
        "last": rows[-1]["remaining"],
    }


def row_text(row: Row) -> str:
    return str(row.get("text_zh") or row["text"]) if is_chinese() else str(row["text"])


def missing_of(row: Row) -> int:
    """How many of those removed left because the row could not be decided for them."""
    return int(row.get("detail", {}).get("missing", {}).get("removed", 0))


def removed_text(row: Row) -> str:
    if not row["removed"]:
        return _("none excluded")
    missing = missing_of(row)
    if missing:
        return _("%(removed)s excluded (%(missing)s for missing data)") % {
            "removed": row["removed"],
            "missing": missing,
        }
    return _("%(removed)s excluded") % {"removed": row["removed"]}


def _row(axes: Axes, *, row: Row, y: float, step: float, is_first: bool) -> None:
    left, width = BOX
    axes.add_patch(Rectangle((left, y - step * 0.34), width, step * 0.68, fill=False, edgecolor=INK, linewidth=0.6))
    axes.text(left + width / 2, y, f"n = {row['remaining']}", ha="center", va="center")
    axes.text(
        TEXT_LEFT,
        y,
        wrap(row_text(row), width=70),
        va="center",
        fontsize=SMALL_POINTS,
        weight="bold" if is_first else "normal",
    )
    if is_first:
        return
    middle = left + width / 2
    arrow = {"arrowstyle": "-|>", "linewidth": 0.6, "color": INK, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 6}
    axes.annotate("", xy=(middle, y + step * 0.34), xytext=(middle, y + step * 0.66), arrowprops=arrow)
    color = INK if row["removed"] else FAINT
    axes.text(COUNT_LEFT, y, wrap(removed_text(row), width=30), va="center", fontsize=SMALL_POINTS, color=color)


def _arms(axes: Axes, *, result: Mapping[str, Any], y: float, step: float) -> None:
    counts = result["flow"][-1]["arms"]
    for place, (name, label) in enumerate(arm_labels(result).items()):
        left = BOX[0] + place * 0.24
        axes.add_patch(
            Rectangle((left, y - step * 0.4), 0.22, step * 0.8, facecolor=COLORS[place], edgecolor="none", alpha=0.14)
        )
        axes.text(left + 0.11, y, f"{label}: n = {counts.get(name, 0)}", ha="center", va="center", color=INK)
