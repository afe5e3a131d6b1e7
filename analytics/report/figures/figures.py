"""Figures of a result: overlap of the score and balance, and the list of all others. Drawn from the result's JSON alone."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from matplotlib.axes import Axes
from matplotlib.figure import Figure as DrawnFigure
from matplotlib.ticker import PercentFormatter

from analytics.report.figures.adverse_events import adverse_event_figures
from analytics.report.figures.endpoint_forest import endpoint_forest
from analytics.report.figures.figure import Figure
from analytics.report.figures.flow_chart import flow_alt, flow_chart
from analytics.report.figures.incidence import incidence_figures
from analytics.report.figures.mean_survival import mean_survival_figures
from analytics.report.figures.patients import patient_figures
from analytics.report.figures.ratio_forests import ratio_forests
from analytics.report.figures.schoenfeld import schoenfeld_figures
from analytics.report.figures.stability import curve_alt, curve_title, specification_curve
from analytics.report.figures.style import (
    COLORS,
    DASHES,
    FAINT,
    FULL_WIDTH_MM,
    SMALL_POINTS,
    TEXT_POINTS,
    axes_at,
    is_narrow,
    new_figure,
)
from analytics.report.figures.survival import BELOW_CURVES, EDGE, GAP, LEFT_OF_CURVES, survival_figures
from analytics.report.figures.text import height_mm, widest_mm, wrap
from analytics.report.figures.time_axis import named_arm
from analytics.report.flow_text import row_text
from analytics.report.labels import arm_labels, endpoint_label
from analytics.report.numbers import cohort_label, is_weighted
from analytics.report.tables.secondary import balance_label, shown_balance
from analytics.result.rows.rows import largest_difference

THRESHOLDS = (0.1, 0.2)
# In millimeters
BALANCE_LABEL, BALANCE_ROW, BALANCE_TOP, BALANCE_BOTTOM = 68.0, 5.2, 8.0, 14.0
PANEL_WIDTH, PANEL_HEIGHT, PANEL_LEGEND = 71.0, 41.0, 48.0
NARROW_PANEL_WIDTH, NARROW_PANEL_LEGEND = 65.0, 42.0
NARROW_BALANCE_LABEL = 36.0

Json = Mapping[str, Any]


def design_figures(result: Json) -> list[Figure]:
    """Those that may be judged before any outcome is known."""
    flow = Figure(
        name="flow",
        title=_("Patient flow"),
        alt=flow_alt(result),
        drawing=partial(flow_chart, result),
        note=_("Criteria in the order in which they are applied, with the patients that each excludes."),
    )
    if not result["propensity"]:
        return [flow]
    return [
        flow,
        Figure(
            name="overlap",
            title=_("Propensity score overlap"),
            alt=_overlap_alt(result),
            drawing=partial(overlap_plot, result),
            note=_("Propensity score by arm, in classes of 0.05, each as its share of the arm."),
        ),
        Figure(
            name="balance",
            title=_("Balance before and after weighting")
            if is_weighted(result)
            else _("Balance before and after matching"),
            alt=_love_alt(result),
            drawing=partial(love_plot, result),
            note=_("Absolute standardized mean difference of each covariate; the broken lines are at %(limits)s.")
            % {"limits": _(", ").join(f"{limit:g}" for limit in THRESHOLDS)},
        ),
    ]


def outcome_figures(result: Json) -> list[Figure]:
    """The estimates of all endpoints, the curves of each, how far they rest on choices, and what is asked beyond the arms."""
    return [
        *endpoint_forest(result),
        *survival_figures(result),
        *_stability_figures(result),
        *incidence_figures(result),
        *mean_survival_figures(result),
        *schoenfeld_figures(result),
        *ratio_forests(result),
        *adverse_event_figures(result),
        *patient_figures(result),
    ]


def _stability_figures(result: Json) -> list[Figure]:
    """Where the planned ratio has a finite value."""
    return [
        Figure(
            name=f"{endpoint.lower()}-stability",
            title=curve_title(result, endpoint=endpoint),
            alt=curve_alt(result, endpoint=endpoint),
            drawing=partial(specification_curve, result, endpoint=endpoint),
        )
        for endpoint, found in result.get("stability", {}).items()
        if found["planned"] is not None
    ]


def figure_texts(result: Json) -> list[str]:
    """All that figures write which comes from a protocol or a table: it may hold any character."""
    return [
        *arm_labels(result).values(),
        *(row_text(row) for row in result["flow"]),
        *(balance_label(row, result=result) for row in result["balance"]),
        *(endpoint_label(name, result=result) for name in result["endpoints"]),
    ]


def love_plot(result: Json, *, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    rows = [row for row in shown_balance(result) if row["smd_before"] is not None]
    full = [balance_label(row, result=result) for row in rows]
    most = NARROW_BALANCE_LABEL if is_narrow(width_mm) else BALANCE_LABEL
    label_width = widest_mm(full, points=SMALL_POINTS, most=most)
    labels = [wrap(label, most=label_width, points=SMALL_POINTS) for label in full]
    heights = np.array([max(BALANCE_ROW, height_mm(label, points=SMALL_POINTS) + 1) for label in labels])
    height, left = float(heights.sum()), EDGE + label_width + GAP
    figure = new_figure(height_mm=BALANCE_TOP + height + BALANCE_BOTTOM, width_mm=width_mm)
    width = width_mm - left - 2 * EDGE
    axes = axes_at(figure, left=left, bottom=BALANCE_BOTTOM, width=width, height=height)
    places = np.cumsum(heights) - heights / 2
    before = np.array([abs(row["smd_before"]) for row in rows])
    axes.scatter(
        before,
        places,
        s=22,
        facecolors="none",
        edgecolors=COLORS[1],
        linewidths=1,
        label=cohort_label("unmatched", result=result),
    )
    after = np.array([np.nan if row["smd_after"] is None else abs(row["smd_after"]) for row in rows])
    axes.scatter(after, places, s=22, color=COLORS[0], marker="D", label=cohort_label(_designed(result), result=result))
    for threshold in THRESHOLDS:
        axes.axvline(threshold, color=FAINT, linewidth=0.6, linestyle=(0, (4, 3)))
    axes.set_yticks(places, labels)
    axes.set(xlim=(0, max(0.25, float(np.nanmax([*before, *after])) * 1.08)), ylim=(height, 0))
    axes.grid(axis="y", color="#e5e9ed", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel(wrap(_("Absolute standardized mean difference"), most=width, points=TEXT_POINTS))
    figure.legend(
        *axes.get_legend_handles_labels(), frameon=False, ncols=2, loc="upper right", bbox_to_anchor=(0.98, 1)
    )
    return figure


def overlap_plot(result: Json, *, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    scores, members = result["propensity"]["scores"], result["propensity"]["arms"]
    matched = {person for pair in result["matching"].get("pairs", []) for person in pair}
    matched |= set(result["matching"].get("strata", {}))
    cohorts = {"unmatched": set(scores), **({"matched": matched} if matched else {})}
    narrow = is_narrow(width_mm)
    width, legend = (NARROW_PANEL_WIDTH, NARROW_PANEL_LEGEND) if narrow else (PANEL_WIDTH, PANEL_LEGEND)
    titles = [wrap(cohort_label(cohort, result=result), most=width, points=TEXT_POINTS) for cohort in cohorts]
    above = max(height_mm(title, points=TEXT_POINTS) for title in titles) + GAP + EDGE
    bottom = BELOW_CURVES + GAP
    panel = bottom + PANEL_HEIGHT + above
    stacked = len(cohorts) if narrow else 1  # one below the other where they do not fit side by side
    figure = new_figure(height_mm=panel * stacked, width_mm=width_mm)
    top, lines = 0.0, 0
    panels = []
    for place, (title, (cohort, people)) in enumerate(zip(titles, cohorts.items(), strict=True)):
        left = LEFT_OF_CURVES * 2 / 3 + (0 if narrow else (width + 4 * GAP) * place)
        floor = bottom + (panel * (stacked - 1 - place) if narrow else 0)
        axes = axes_at(figure, left=left, bottom=floor, width=width, height=PANEL_HEIGHT)
        for number, (name, label) in enumerate(arm_labels(result).items()):
            values = [score for person, score in scores.items() if person in people and members[person] == name]
            named = named_arm(label, n=_size(result, cohort=cohort, arm=name), most=legend)
            top, lines = max(top, _histogram(axes, values=values, label=named, place=number)), lines + named.count("\n")
        axes.set_title(title, loc="left")
        axes.set_xlabel(_("Propensity score"))
        axes.legend(frameon=False, loc="upper right")
        panels.append(axes)
    for axes in panels:
        axes.set(xlim=(0, 1), ylim=(0, top * (1.1 + 0.1 * lines) or 1))
        axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0, symbol=" %"))
    for axes in panels if narrow else panels[:1]:
        axes.set_ylabel(_("Proportion of arm"))
    return figure


def _size(result: Json, *, cohort: str, arm: str) -> int:
    matching, sizes = result["matching"], result["arms"]["n"]
    kept: int = (
        matching["n_treated" if arm == result["arms"]["focal"] else "n_control"]
        if cohort != "unmatched"
        else sizes[arm]
    )
    return kept


def _histogram(axes: Axes, *, values: Sequence[float], label: str, place: int) -> float:
    """Shares of the arm in twenty classes; returns the largest."""
    counts, edges = np.histogram(values, bins=20, range=(0, 1))
    shares = counts / max(1, len(values))
    axes.stairs(shares, edges, fill=True, alpha=0.14, color=COLORS[place])
    axes.stairs(shares, edges, color=COLORS[place], linestyle=DASHES[place], linewidth=1.1, label=label)
    return float(shares.max())


def _designed(result: Json) -> str:
    """The cohort that the design makes."""
    return "weighted" if is_weighted(result) else "matched"


def _love_alt(result: Json) -> str:
    largest = largest_difference(result, key="smd_after")
    if largest is None:
        return _("Standardized mean difference for each covariate.")
    told = (
        _("Standardized mean difference for each covariate; the largest after weighting is %(largest)s.")
        if is_weighted(result)
        else _("Standardized mean difference for each covariate; the largest after matching is %(largest)s.")
    )
    return told % {"largest": f"{largest:.2f}"}


def _overlap_alt(result: Json) -> str:
    if is_weighted(result):
        return _("Histograms of the propensity score by arm, before weighting.")
    return _("Histograms of the propensity score by arm, before and after matching.")
