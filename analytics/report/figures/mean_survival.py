"""Restricted mean survival times as what they are: the area below each arm's curve up to a month."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from matplotlib.axes import Axes
from matplotlib.figure import Figure as DrawnFigure
from matplotlib.ticker import PercentFormatter

from analytics.report.figures.figure import Figure
from analytics.report.figures.style import (
    COLORS,
    FAINT,
    FULL_WIDTH_MM,
    SMALL_POINTS,
    TEXT_POINTS,
    axes_at,
    is_narrow,
    new_figure,
)
from analytics.report.figures.text import height_mm, wrap
from analytics.report.figures.time_axis import month_ticks, named_arm
from analytics.report.labels import arm_labels, endpoint_label, in_language, start_of
from analytics.report.numbers import ABSENT, cohort_label, number, p_text
from analytics.report.tables.secondary import by_weight

Json = Mapping[str, Any]
LEFT, EDGE, HEIGHT, BELOW = 16.0, 2.0, 42.0, 11.0  # in millimeters


def mean_survival_figures(result: Json) -> Iterator[Figure]:
    """Of each endpoint in the cohort of the design, where both curves reach the month."""
    for endpoint, cohorts in result["endpoints"].items():
        cohort = by_weight(cohorts)[0]
        means = cohorts[cohort]["rmst"]
        if means["difference"] is None:
            continue
        title = " · ".join(
            [_("Restricted mean"), endpoint_label(endpoint, result=result), cohort_label(cohort, result=result)]
        )
        yield Figure(
            name=f"rmst-{endpoint.lower()}-{cohort}",
            title=title,
            alt=_("Survival curve of each arm with the area below it up to month %(month)s. %(title)s. %(contrast)s.")
            % {"month": number(means["tau"]), "title": title, "contrast": contrast_text(means, result=result)},
            drawing=partial(mean_survival_plot, result, endpoint=endpoint, cohort=cohort),
            note=_(
                "Shaded: the restricted mean, the area below the Kaplan-Meier curve up to month %(month)s; %(rule)s."
            )
            % {"month": number(means["tau"]), "rule": _horizon_rule(result, endpoint=endpoint)},
        )


def contrast_text(means: Json, *, result: Json) -> str:
    """Focal minus reference, as the table has it."""
    focal, reference = arm_labels(result).values()
    limits = {key: ABSENT if means[key] is None else number(means[key]) for key in ("low", "high")}
    return _("%(focal)s minus %(reference)s: %(difference)s months (%(low)s to %(high)s), %(p)s") % {
        "focal": focal,
        "reference": reference,
        "difference": number(means["difference"]),
        "p": p_text(means["p"], label="P"),
        **limits,
    }


def mean_survival_plot(result: Json, *, endpoint: str, cohort: str, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    content = result["endpoints"][endpoint][cohort]
    narrow, arms = is_narrow(width_mm), arm_labels(result)
    across = 1 if narrow else len(arms)
    width = (width_mm - LEFT * across - EDGE) / across
    titles = {name: named_arm(label, n=content["arms"][name]["n"], most=width) for name, label in arms.items()}
    axis = wrap(in_language(start_of(result, endpoint=endpoint).axis), most=width, points=TEXT_POINTS)
    told = wrap(contrast_text(content["rmst"], result=result), most=width_mm - 2 * EDGE, points=SMALL_POINTS)
    foot = height_mm(told, points=SMALL_POINTS) + EDGE
    below = BELOW + height_mm(axis, points=TEXT_POINTS)
    above = max(height_mm(title, points=TEXT_POINTS) for title in titles.values()) + 2 * EDGE
    panel = below + HEIGHT + above
    down = len(arms) if narrow else 1
    figure = new_figure(height_mm=foot + panel * down, width_mm=width_mm)
    for place, name in enumerate(arms):
        left = LEFT + (0 if narrow else place * (width + LEFT))
        floor = foot + below + (panel * (down - 1 - place) if narrow else 0)
        axes = axes_at(figure, left=left, bottom=floor, width=width, height=HEIGHT)
        _panel(axes, content=content, name=name, place=place, width=width)
        axes.set_title(titles[name], loc="left", fontsize=SMALL_POINTS)
        axes.set_xlabel(axis)
        if narrow or place == 0:
            axes.set_ylabel(wrap(endpoint_label(endpoint, result=result), most=HEIGHT, points=TEXT_POINTS))
    size = figure.get_size_inches() * 25.4
    figure.text(EDGE / size[0], EDGE / size[1], told, fontsize=SMALL_POINTS, va="bottom")
    return figure


def _horizon_rule(result: Json, *, endpoint: str) -> str:
    if result["protocol"]["endpoints"][endpoint].get("tau") is not None:
        return _("the month is set in the protocol")
    return _("no month is set in the protocol, so it is the end of the shorter follow-up of the two arms")


def _panel(axes: Axes, *, content: Json, name: str, place: int, width: float) -> None:
    tau, curve = content["rmst"]["tau"], content["curves"][name]
    time, survival = np.array(curve["time"], dtype=float), np.array(curve["survival"], dtype=float)
    inside = time <= tau
    times = np.concatenate([[0.0], time[inside], [tau]])
    heights = np.concatenate([[1.0], survival[inside], [survival[inside][-1] if inside.any() else 1.0]])
    axes.fill_between(times, heights, step="post", color=COLORS[place], alpha=0.18, linewidth=0)
    axes.step(times, heights, where="post", color=COLORS[place], linewidth=1.2)
    axes.axvline(tau, color=FAINT, linewidth=0.6, linestyle=(0, (4, 3)))
    mean = content["rmst"]["arms"][name]
    text = _("%(mean)s months (SE %(se)s)") % {"mean": number(mean["rmst"]), "se": number(mean["se"])}
    axes.text(0.04, 0.06, wrap(text, most=width * 0.9, points=TEXT_POINTS), transform=axes.transAxes, va="bottom")
    months = month_ticks(tau, most=int(width / 9))
    axes.set(xlim=(0, max(months[-1], tau) * 1.02), xticks=months, ylim=(0, 1.02), yticks=np.linspace(0, 1, 6))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0, symbol=" %"))
