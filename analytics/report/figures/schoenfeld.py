"""Whether the hazard ratio drifts with time: scaled Schoenfeld residuals of the arm with a smooth line."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from matplotlib.figure import Figure as DrawnFigure

from analytics.report.figures.figure import Figure
from analytics.report.figures.style import (
    COLORS,
    FAINT,
    FULL_WIDTH_MM,
    SMALL_POINTS,
    TEXT_POINTS,
    axes_at,
    new_figure,
)
from analytics.report.figures.text import height_mm, wrap
from analytics.report.labels import arm_labels, endpoint_label, in_language, start_of
from analytics.report.numbers import cohort_label, p_text
from analytics.report.tables.secondary import by_weight

Json = Mapping[str, Any]
LEFT, EDGE, HEIGHT, BELOW = 16.0, 2.0, 52.0, 9.0  # in millimeters
MOST_TICKS, LEAST_BETWEEN = 8, 9.0


def schoenfeld_figures(result: Json) -> Iterator[Figure]:
    """Of each endpoint in the cohort of the design, where the ratio was estimated."""
    for endpoint, cohorts in result["endpoints"].items():
        cohort = by_weight(cohorts)[0]
        if not cohorts[cohort].get("schoenfeld"):
            continue
        title = " · ".join(
            [_("Proportional hazards"), endpoint_label(endpoint, result=result), cohort_label(cohort, result=result)]
        )
        yield Figure(
            name=f"schoenfeld-{endpoint.lower()}-{cohort}",
            title=title,
            alt=_("Scaled Schoenfeld residuals of the arm over time with a smooth line. %(title)s. %(test)s.")
            % {"title": title, "test": _test(cohorts[cohort])},
            drawing=partial(schoenfeld_plot, result, endpoint=endpoint, cohort=cohort),
            note=_(
                "A point for each event; line: natural spline with 4 degrees of freedom and limits of two standard errors; dashed: the hazard ratio of the whole follow-up. Test of Grambsch and Therneau."
            ),
        )


def schoenfeld_plot(result: Json, *, endpoint: str, cohort: str, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    """The scale of time is that of the test, with months below it."""
    content = result["endpoints"][endpoint][cohort]
    found, smooth = content["schoenfeld"], content["schoenfeld"]["smooth"]
    beside = wrap(_axis(result), most=HEIGHT, points=TEXT_POINTS)
    left = LEFT + height_mm(beside, points=TEXT_POINTS) - height_mm("0", points=TEXT_POINTS)
    width = width_mm - left - 2 * EDGE
    axis = wrap(in_language(start_of(result, endpoint=endpoint).axis), most=width, points=TEXT_POINTS)
    told = wrap(_test(content), most=width, points=SMALL_POINTS)
    below = BELOW + height_mm(axis, points=TEXT_POINTS)
    above = height_mm(told, points=SMALL_POINTS) + 2 * EDGE
    figure = new_figure(height_mm=below + HEIGHT + above, width_mm=width_mm)
    axes = axes_at(figure, left=left, bottom=below, width=width, height=HEIGHT)
    axes.scatter(found["x"], found["residual"], s=7, color=FAINT, linewidths=0)
    if smooth:
        axes.fill_between(smooth["x"], smooth["low"], smooth["high"], color=COLORS[0], alpha=0.15, linewidth=0)
        axes.plot(smooth["x"], smooth["estimate"], color=COLORS[0], linewidth=1.2)
    axes.axhline(0, color=FAINT, linewidth=0.6)
    if content["hazard_ratio"]["hr"]:
        axes.axhline(np.log(content["hazard_ratio"]["hr"]), color=COLORS[1], linewidth=1, linestyle=(0, (4, 3)))
    axes.set_xticks(*_month_places(found, width=width))
    axes.set_title(told, loc="left", fontsize=SMALL_POINTS)
    axes.set_xlabel(axis)
    axes.set_ylabel(beside)
    return figure


def _axis(result: Json) -> str:
    focal, reference = arm_labels(result).values()
    above, below = (focal, reference) if result["arms"]["hr"] == "focal_vs_reference" else (reference, focal)
    return _("Log hazard ratio, %(above)s vs %(below)s") % {"above": above, "below": below}


def _test(content: Json) -> str:
    return p_text(content["ph_test"]["p"], label=_("P for proportional hazards"))


def _month_places(found: Json, *, width: float) -> tuple[list[float], list[str]]:
    """Event times at about equal distances on the scale, in whole months."""
    x, time = np.array(found["x"]), np.array(found["time"])
    places: list[float] = []
    labels: list[str] = []
    span = float(x[-1] - x[0]) or 1.0
    for at in np.linspace(x[0], x[-1], min(MOST_TICKS, int(width / LEAST_BETWEEN))):
        month = round(float(np.interp(at, x, time)))
        place = float(np.interp(month, time, x))
        if str(month) in labels or (places and (place - places[-1]) / span * width < LEAST_BETWEEN):
            continue
        places.append(place)
        labels.append(str(month))
    return places, labels
