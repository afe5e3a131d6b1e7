"""Kaplan-Meier curves of an endpoint with their confidence bands and, below them, the numbers at risk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as DrawnFigure
from matplotlib.ticker import PercentFormatter

from analytics.report.figures.figure import Figure
from analytics.report.figures.style import (
    COLORS,
    DASHES,
    FULL_WIDTH_MM,
    MM_PER_INCH,
    SMALL_POINTS,
    TEXT_POINTS,
    axes_at,
    is_narrow,
    new_figure,
)
from analytics.report.figures.text import height_mm, widest_mm, wrap
from analytics.report.figures.text import width_mm as text_width
from analytics.report.figures.time_axis import drawn_part, last_drawn, month_ticks, named_arm, stopping_rule
from analytics.report.labels import arm_labels, endpoint_label, in_language, start_of
from analytics.report.numbers import cohort_label, hazard_ratio_text, p_text, ratio_method_label
from analytics.report.tables.secondary import by_weight
from analytics.result.rows.addresses import read_at
from analytics.result.rows.rows import value_at

# In millimeters
EDGE, GAP = 2.0, 3.0
CURVES_HEIGHT, LEFT_OF_CURVES, BELOW_CURVES = 65.0, 24.0, 9.0  # the room of the percentages and of the months
HEADING, LABEL = 5.0, 45.0
NARROW_LABEL, NARROW_CURVES_HEIGHT = 26.0, 50.0
TICK_WIDTH = 9.0  # that a number at risk needs
CORNER = 0.24  # of the height of the curves, that the text in their corner takes
BAND = 0.13  # how much of its color a band has

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """A block of the table below the curves: of each arm, a number at each month."""

    heading: str
    column: str


def survival_figures(result: Json) -> list[Figure]:
    """Of each endpoint, the matched cohort before the unmatched one."""
    return [
        Figure(
            name=f"{endpoint.lower()}-{cohort}",
            title=_title(result, endpoint=endpoint, cohort=cohort),
            alt=_alt(result, endpoint=endpoint, cohort=cohort),
            drawing=partial(survival_plot, result, endpoint=endpoint, cohort=cohort),
            detailed=partial(survival_plot, result, endpoint=endpoint, cohort=cohort, counts=_counts_in_detail())
            if _shows_single_events(content)
            else None,
            note=_note(result, endpoint=endpoint, cohort=cohort),
            rule=stopping_rule(),
        )
        for endpoint, cohorts in result["endpoints"].items()
        for cohort, content in ((name, cohorts[name]) for name in by_weight(cohorts))
    ]


def survival_plot(
    result: Json,
    *,
    endpoint: str,
    cohort: str,
    width_mm: float = FULL_WIDTH_MM,
    counts: Sequence[_Count] | None = None,
) -> DrawnFigure:
    content = result["endpoints"][endpoint][cohort]
    arms, below = arm_labels(result), counts or _counts_at_risk()
    most, curves_height = (NARROW_LABEL, NARROW_CURVES_HEIGHT) if is_narrow(width_mm) else (LABEL, CURVES_HEIGHT)
    label_width = widest_mm(arms.values(), points=SMALL_POINTS, most=most)
    rows = {name: wrap(label, most=label_width, points=SMALL_POINTS) for name, label in arms.items()}
    left = max(LEFT_OF_CURVES, EDGE + label_width + 2 * GAP)
    width = width_mm - left - 2 * EDGE
    time_axis = wrap(in_language(start_of(result, endpoint=endpoint).axis), most=width, points=TEXT_POINTS)
    to_table = BELOW_CURVES + height_mm(time_axis, points=TEXT_POINTS)
    bottom = to_table + len(below) * (HEADING + sum(map(_row_height, rows.values()))) + EDGE
    share = 0.75 if is_narrow(width_mm) else 0.55
    legend = {name: named_arm(label, n=content["arms"][name]["n"], most=width * share) for name, label in arms.items()}
    told = _told(content, most=width * 0.9, result=result)
    # A narrow one has its legend above, and so has any its ratio where a curve runs through the corner: it would lie on it.
    has_room = not is_narrow(width_mm) and _is_clear(content, share=text_width(told, points=SMALL_POINTS) / width)
    of_told = 0.0 if has_room else height_mm(told, points=SMALL_POINTS) + GAP
    above = of_told + (sum(map(_row_height, legend.values())) if is_narrow(width_mm) else 0)
    figure = new_figure(height_mm=EDGE + above + curves_height + bottom, width_mm=width_mm)
    axes = axes_at(figure, left=left, bottom=bottom, width=width, height=curves_height)
    for place, name in enumerate(arms):
        _curve(axes, curve=content["curves"][name], n=content["arms"][name]["n"], label=legend[name], place=place)
    months = month_ticks(_last(content, arms=arms), most=min(10, int(width / TICK_WIDTH)))
    axes.set_xlabel(time_axis)
    axes.set_ylabel(wrap(endpoint_label(endpoint, result=result), most=curves_height, points=TEXT_POINTS))
    _scales(axes, months=months, legend_at=1 + of_told / curves_height if is_narrow(width_mm) else None)
    at = 0.04 if has_room else 1 + GAP / 2 / curves_height
    axes.text(0.02, at, told, transform=axes.transAxes, fontsize=SMALL_POINTS, va="bottom")
    _table(axes, content=content, rows=rows, months=months, counts=below, corner=(EDGE - left, -to_table))
    return figure


def _is_clear(content: Json, *, share: float) -> bool:
    """Whether no curve runs through the corner below it where the text stands, which takes this share of the axis."""
    ends, last = [], _last(content, arms=content["curves"])
    for name, curve in content["curves"].items():
        time, survival = np.array(curve["time"], dtype=float), np.array(curve["survival"], dtype=float)
        inside = survival[(time <= last * share) & drawn_part(curve, n=content["arms"][name]["n"])]
        ends.append(float(inside[-1]) if inside.size else 1.0)
    return min(ends) > CORNER


def _counts_at_risk() -> tuple[_Count, ...]:
    return (_Count(heading=_("At risk"), column="at_risk"),)


def _counts_in_detail() -> tuple[_Count, ...]:
    """With both ways in which patients leave."""
    return (
        *_counts_at_risk(),
        _Count(heading=_("Events until then"), column="events_before"),
        _Count(heading=_("Censored until then"), column="censored_before"),
    )


def _shows_single_events(content: Json) -> bool:
    """A curve whose steps are classes of patients has no interval at them, and tells no events."""
    return all(any(low is not None for low in curve["low"]) for curve in content["curves"].values() if curve["low"])


def _scales(axes: Axes, *, months: Sequence[float], legend_at: float | None) -> None:
    """`legend_at` is how high the legend stands above the curves; None where it stands on them."""
    axes.set(xlim=(0, months[-1] * 1.02), ylim=(0, 1.02), xticks=months, yticks=np.linspace(0, 1, 6))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, symbol=" %"))
    if legend_at is not None:
        axes.legend(frameon=False, handlelength=3, loc="lower right", bbox_to_anchor=(1.02, legend_at), borderpad=0)
    else:
        axes.legend(frameon=False, handlelength=3, loc="upper right")


def _told(content: Json, *, most: float, result: Json) -> str:
    """The hazard ratio and the test, in lines."""
    lines = [
        hazard_ratio_text(content["hazard_ratio"], result=result),
        p_text(content["logrank"]["p"], label=_("log-rank P")),
    ]
    return "\n".join(wrap(line, most=most, points=SMALL_POINTS) for line in lines)


def _curve(axes: Axes, *, curve: Json, n: int, label: str, place: int) -> None:
    time, survival, low, high = (np.array(curve[key], dtype=float) for key in ("time", "survival", "low", "high"))
    drawn = drawn_part(curve, n=n)
    times = np.append(0.0, time[drawn])
    axes.fill_between(
        times,
        np.append(1.0, low[drawn]),
        np.append(1.0, high[drawn]),
        step="post",
        color=COLORS[place],
        alpha=BAND,
        linewidth=0,
    )
    axes.step(
        times,
        np.append(1.0, survival[drawn]),
        where="post",
        linewidth=1.2,
        label=label,
        color=COLORS[place],
        linestyle=DASHES[place],
    )
    censored = drawn & (np.array(curve["censored"]) > 0)
    ticks = [[(t, s - 0.012), (t, s + 0.012)] for t, s in zip(time[censored], survival[censored], strict=True)]
    axes.add_collection(LineCollection(ticks, colors=COLORS[place], linewidths=0.6), autolim=False)


def _row_height(label: str) -> float:
    return height_mm(label, points=SMALL_POINTS) + 1.5


def _table(
    axes: Axes,
    *,
    content: Json,
    rows: Mapping[str, str],
    months: Sequence[float],
    counts: Sequence[_Count],
    corner: tuple[float, float],
) -> None:
    """Of each arm as far as its curve is drawn; `corner` is the upper left one in mm, from the lower left corner of the axes."""
    width, height = MM_PER_INCH * np.array(axes.bbox.size) / axes.figure.dpi
    below = axes.get_xaxis_transform()
    style: dict[str, Any] = {"fontsize": SMALL_POINTS, "va": "center"}
    left, y = corner
    for count in counts:
        middle = (y - HEADING / 2) / height
        axes.text(left / width, middle, count.heading, transform=axes.transAxes, weight="bold", **style)
        y -= HEADING
        for place, (name, label) in enumerate(rows.items()):
            middle = (y - _row_height(label) / 2) / height
            axes.text(left / width, middle, label, transform=axes.transAxes, color=COLORS[place], **style)
            curve = content["curves"][name]
            last = last_drawn(curve, n=content["arms"][name]["n"])
            for month in (month for month in months if month <= last):
                value = value_at(curve, column=count.column, month=month)
                text = str(read_at(curve, column=count.column, month=month, value=round(value or 0)))
                axes.text(month, middle, text, transform=below, ha="center", clip_on=False, **style)
            y -= _row_height(label)


def _last(content: Json, *, arms: Mapping[str, str]) -> float:
    return max(last_drawn(content["curves"][name], n=content["arms"][name]["n"]) for name in arms)


def _note(result: Json, *, endpoint: str, cohort: str) -> str:
    """Since when time is counted, and by which methods."""
    start, conventions = start_of(result, endpoint=endpoint).note, result["protocol"]["conventions"]
    method = result["endpoints"][endpoint][cohort]["hazard_ratio"]["method"]
    how = _(
        "Kaplan-Meier estimates with pointwise %(level)g%% confidence bands (%(kind)s); P from the log-rank test; "
        "hazard ratio from Cox regression (standard error: %(method)s)."
    ) % {"level": 100 * conventions["level"], "kind": conventions["km_ci"], "method": ratio_method_label(method)}
    return f"{in_language(start)} {how}" if start else how


def _title(result: Json, *, endpoint: str, cohort: str) -> str:
    return f"{endpoint_label(endpoint, result=result)} · {cohort_label(cohort, result=result)}"


def _alt(result: Json, *, endpoint: str, cohort: str) -> str:
    content = result["endpoints"][endpoint][cohort]
    ratio = hazard_ratio_text(content["hazard_ratio"], result=result)
    return _("Kaplan-Meier curves for both arms, with numbers at risk. %(title)s. %(ratio)s.") % {
        "title": _title(result, endpoint=endpoint, cohort=cohort),
        "ratio": ratio,
    }
