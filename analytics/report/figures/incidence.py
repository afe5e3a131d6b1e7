"""Cumulative incidence where another event can come first: a panel per cause, both arms in each."""

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
    DASHES,
    FULL_WIDTH_MM,
    SMALL_POINTS,
    TEXT_POINTS,
    axes_at,
    is_narrow,
    new_figure,
)
from analytics.report.figures.text import height_mm, wrap
from analytics.report.figures.time_axis import last_drawn, month_ticks, named_arm, stopping_rule
from analytics.report.labels import arm_labels, endpoint_label, in_language, start_of
from analytics.report.numbers import cause_label, cohort_label, p_text
from analytics.report.tables.secondary import by_weight

Json = Mapping[str, Any]
LEFT, GAP, EDGE, HEIGHT, BELOW = 16.0, 16.0, 2.0, 48.0, 11.0  # in millimeters


def incidence_figures(result: Json) -> Iterator[Figure]:
    """Of each endpoint that has a competing event, in every cohort."""
    for endpoint, cohorts in result["endpoints"].items():
        for cohort in by_weight(cohorts):
            if "cif_curves" not in cohorts[cohort]:
                continue
            title = " · ".join(
                [
                    _("Competing events"),
                    endpoint_label(endpoint, result=result),
                    cohort_label(cohort, result=result),
                ]
            )
            yield Figure(
                name=f"competing-{endpoint.lower()}-{cohort}",
                title=title,
                alt=_("Aalen-Johansen curves for both arms, a panel for each kind of event. %(title)s. %(tests)s.")
                % {"title": title, "tests": _("; ").join(_tests(cohorts[cohort], endpoint=endpoint, result=result))},
                drawing=partial(incidence_plot, result, endpoint=endpoint, cohort=cohort),
                note=_(
                    "Aalen-Johansen estimates with %(level)g%% confidence limits; the arms are compared by Gray's test."
                )
                % {"level": 100 * result["protocol"]["conventions"]["level"]},
                rule=stopping_rule(),
            )


def incidence_plot(result: Json, *, endpoint: str, cohort: str, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    content = result["endpoints"][endpoint][cohort]
    narrow, causes = is_narrow(width_mm), list(content["gray"])
    across = 1 if narrow else len(causes)
    width = (width_mm - LEFT * across - EDGE) / across
    titles = {
        cause: wrap(_event(cause, endpoint=endpoint, result=result), most=width, points=TEXT_POINTS) for cause in causes
    }
    axis = wrap(in_language(start_of(result, endpoint=endpoint).axis), most=width, points=TEXT_POINTS)
    below = BELOW + height_mm(axis, points=TEXT_POINTS)
    above = max(height_mm(title, points=TEXT_POINTS) for title in titles.values()) + 2 * EDGE
    panel = below + HEIGHT + above
    down = len(causes) if narrow else 1
    figure = new_figure(height_mm=panel * down, width_mm=width_mm)
    highest = max(_highest(content, cause=cause, result=result) for cause in causes)
    for place, cause in enumerate(causes):
        left = LEFT + (0 if narrow else place * (width + LEFT))
        floor = below + (panel * (down - 1 - place) if narrow else 0)
        axes = axes_at(figure, left=left, bottom=floor, width=width, height=HEIGHT)
        _panel(axes, content=content, cause=cause, result=result, width=width)
        axes.set_ylim(0, highest)
        axes.set_title(titles[cause], loc="left")
        axes.set_xlabel(axis)
        if narrow or place == 0:
            axes.set_ylabel(_("Cumulative incidence"))
    return figure


def _event(cause: str, *, endpoint: str, result: Json) -> str:
    if cause == next(iter(result["endpoints"][endpoint]["unmatched"]["gray"])):
        return endpoint_label(endpoint, result=result)
    return _("Competing event: %(code)s") % {"code": cause_label(cause)}


def _tests(content: Json, *, endpoint: str, result: Json) -> list[str]:
    return [
        f"{_event(cause, endpoint=endpoint, result=result)}{_(': ')}{p_text(test['p'], label='P')}"
        for cause, test in content["gray"].items()
    ]


def _last(content: Json, *, name: str) -> float:
    return last_drawn(content["curves"][name], n=content["arms"][name]["n"])


def _seen(content: Json, *, name: str, cause: str) -> dict[str, np.ndarray]:
    """As far as the curve of the arm is drawn, from 0 on."""
    curve = content["cif_curves"][name][cause]
    kept = np.array(curve["time"], dtype=float) <= _last(content, name=name) + 1e-9
    return {
        key: np.append(0.0, np.array(curve[key], dtype=float)[kept]) for key in ("time", "incidence", "low", "high")
    }


def _highest(content: Json, *, cause: str, result: Json) -> float:
    """Room for the legend above the highest curve."""
    found = [_seen(content, name=name, cause=cause)["high"] for name in arm_labels(result)]
    top = max(float(np.nanmax(of)) for of in found)
    return min(1.4, max(0.1, top * 1.6))


def _panel(axes: Axes, *, content: Json, cause: str, result: Json, width: float) -> None:
    for place, (name, label) in enumerate(arm_labels(result).items()):
        seen = _seen(content, name=name, cause=cause)
        named = named_arm(label, n=content["arms"][name]["n"], most=width * 0.75)
        style: dict[str, Any] = {"color": COLORS[place], "linestyle": DASHES[place], "linewidth": 1.2}
        axes.step(seen["time"], seen["incidence"], where="post", label=named, **style)
        axes.fill_between(
            seen["time"], seen["low"], seen["high"], step="post", color=COLORS[place], alpha=0.12, linewidth=0
        )
    last = max(_last(content, name=name) for name in arm_labels(result))
    months = month_ticks(last, most=int(width / 9))
    axes.set(xlim=(0, months[-1] * 1.02), xticks=months)
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0, symbol=" %"))
    test = p_text(content["gray"][cause]["p"], label=_("Gray's test, P"))
    axes.legend(
        frameon=False, handlelength=3, loc="upper left", title=test, title_fontsize=SMALL_POINTS, alignment="left"
    )
