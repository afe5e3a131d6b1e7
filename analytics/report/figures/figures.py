"""Figures of a result: overlap of the score, balance, survival. Drawn from the result's JSON alone."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as DrawnFigure
from matplotlib.ticker import PercentFormatter

from analytics.report.figures.adverse_events import adverse_event_figures
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
    MM_PER_INCH,
    SMALL_POINTS,
    TEXT_POINTS,
    axes_at,
    is_narrow,
    new_figure,
)
from analytics.report.figures.text import height_mm, widest_mm, wrap
from analytics.report.figures.time_axis import drawn_part, last_drawn, month_ticks, named_arm, stopping_rule
from analytics.report.flow_text import row_text
from analytics.report.labels import arm_labels, endpoint_label, in_language, start_of
from analytics.report.numbers import cohort_label, hazard_ratio_text, is_weighted, p_text
from analytics.report.tables.secondary import balance_label, by_weight, shown_balance
from analytics.result.rows.addresses import read_at
from analytics.result.rows.rows import largest_difference

THRESHOLDS = (0.1, 0.2)
# In millimeters
EDGE, GAP = 2.0, 3.0
CURVES_HEIGHT, LEFT_OF_CURVES, BELOW_CURVES = 65.0, 24.0, 9.0  # the room of the percentages and of the months
RISK_HEADING, RISK_LABEL = 5.0, 45.0
BALANCE_LABEL, BALANCE_ROW, BALANCE_TOP, BALANCE_BOTTOM = 68.0, 5.2, 8.0, 14.0
PANEL_WIDTH, PANEL_HEIGHT, PANEL_LEGEND = 71.0, 41.0, 48.0
NARROW_LABEL, NARROW_CURVES_HEIGHT, NARROW_PANEL_WIDTH, NARROW_PANEL_LEGEND = 26.0, 50.0, 65.0, 42.0
NARROW_BALANCE_LABEL = 36.0
TICK_WIDTH = 9.0  # that a number at risk needs

Json = Mapping[str, Any]


def design_figures(result: Json) -> list[Figure]:
    """Those that may be judged before any outcome is known."""
    flow = Figure(name="flow", title=_("Patient flow"), alt=flow_alt(result), drawing=partial(flow_chart, result))
    if not result["propensity"]:
        return [flow]
    return [
        flow,
        Figure(
            name="overlap",
            title=_("Propensity score overlap"),
            alt=_overlap_alt(result),
            drawing=partial(overlap_plot, result),
        ),
        Figure(
            name="balance",
            title=_("Balance before and after weighting")
            if is_weighted(result)
            else _("Balance before and after matching"),
            alt=_love_alt(result),
            drawing=partial(love_plot, result),
        ),
    ]


def outcome_figures(result: Json) -> list[Figure]:
    """Kaplan-Meier of each endpoint, the matched cohort before the unmatched one."""
    return [
        Figure(
            name=f"{endpoint.lower()}-{cohort}",
            title=_survival_title(result, endpoint=endpoint, cohort=cohort),
            alt=_survival_alt(result, endpoint=endpoint, cohort=cohort),
            drawing=partial(survival_plot, result, endpoint=endpoint, cohort=cohort),
            note=_time_note(result, endpoint=endpoint),
            rule=stopping_rule(),
        )
        for endpoint, cohorts in result["endpoints"].items()
        for cohort in by_weight(cohorts)
    ] + [
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


def survival_plot(result: Json, *, endpoint: str, cohort: str, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    content = result["endpoints"][endpoint][cohort]
    arms = arm_labels(result)
    most, curves_height = (NARROW_LABEL, NARROW_CURVES_HEIGHT) if is_narrow(width_mm) else (RISK_LABEL, CURVES_HEIGHT)
    label_width = widest_mm(arms.values(), points=SMALL_POINTS, most=most)
    below = {name: wrap(label, most=label_width, points=SMALL_POINTS) for name, label in arms.items()}
    left = max(LEFT_OF_CURVES, EDGE + label_width + 2 * GAP)
    width = width_mm - left - 2 * EDGE
    time_axis = wrap(in_language(start_of(result, endpoint=endpoint).axis), most=width, points=TEXT_POINTS)
    to_table = BELOW_CURVES + height_mm(time_axis, points=TEXT_POINTS)
    bottom = to_table + RISK_HEADING + sum(_risk_row(label) for label in below.values()) + EDGE
    share = 0.75 if is_narrow(width_mm) else 0.55
    legend = {name: named_arm(label, n=content["arms"][name]["n"], most=width * share) for name, label in arms.items()}
    # A narrow one has its legend above: it would lie on the curves.
    above = sum(map(_risk_row, legend.values())) if is_narrow(width_mm) else 0
    figure = new_figure(height_mm=EDGE + above + curves_height + bottom, width_mm=width_mm)
    axes = axes_at(figure, left=left, bottom=bottom, width=width, height=curves_height)
    for place, name in enumerate(arms):
        _curve(axes, curve=content["curves"][name], n=content["arms"][name]["n"], label=legend[name], place=place)
    last = max(last_drawn(content["curves"][name], n=content["arms"][name]["n"]) for name in arms)
    months = month_ticks(last, most=min(10, int(width / TICK_WIDTH)))
    axes.set(xlim=(0, months[-1] * 1.02), ylim=(0, 1.02), xticks=months, yticks=np.linspace(0, 1, 6))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, symbol=" %"))
    axes.set_xlabel(time_axis)
    axes.set_ylabel(wrap(endpoint_label(endpoint, result=result), most=curves_height, points=TEXT_POINTS))
    if above:
        axes.legend(frameon=False, handlelength=3, loc="lower right", bbox_to_anchor=(1.02, 1), borderpad=0)
    else:
        axes.legend(frameon=False, handlelength=3, loc="upper right")
    _told(axes, content=content, most=width * 0.9, result=result)
    _at_risk(axes, content=content, arms=below, months=months, left=EDGE - left, top=-to_table)
    return figure


def _told(axes: Axes, *, content: Json, most: float, result: Json) -> None:
    """The hazard ratio and the test, below the curves."""
    lines = [
        hazard_ratio_text(content["hazard_ratio"], result=result),
        p_text(content["logrank"]["p"], label=_("log-rank P")),
    ]
    told = "\n".join(wrap(line, most=most, points=SMALL_POINTS) for line in lines)
    axes.text(0.02, 0.04, told, transform=axes.transAxes, fontsize=SMALL_POINTS, va="bottom")


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


def _curve(axes: Axes, *, curve: Json, n: int, label: str, place: int) -> None:
    time, survival = np.array(curve["time"], dtype=float), np.array(curve["survival"], dtype=float)
    drawn = drawn_part(curve, n=n)
    times, heights = np.append(0.0, time[drawn]), np.append(1.0, survival[drawn])
    axes.step(
        times,
        heights,
        where="post",
        linewidth=1.2,
        label=label,
        color=COLORS[place],
        linestyle=DASHES[place],
    )
    censored = drawn & (np.array(curve["censored"]) > 0)
    ticks = [[(t, s - 0.012), (t, s + 0.012)] for t, s in zip(time[censored], survival[censored], strict=True)]
    axes.add_collection(LineCollection(ticks, colors=COLORS[place], linewidths=0.6), autolim=False)


def _risk_row(label: str) -> float:
    return height_mm(label, points=SMALL_POINTS) + 1.5


def _at_risk(
    axes: Axes, *, content: Json, arms: Mapping[str, str], months: Sequence[float], left: float, top: float
) -> None:
    """Of each arm as far as its curve is drawn; `left` and `top` of the table in mm, from the lower left corner of the axes."""
    size_mm = MM_PER_INCH * np.array(axes.bbox.size) / axes.figure.dpi
    start, y = left / size_mm[0], (top - RISK_HEADING / 2) / size_mm[1]
    below = axes.get_xaxis_transform()
    style: dict[str, Any] = {"fontsize": SMALL_POINTS, "va": "center"}
    axes.text(start, y, _("At risk"), transform=axes.transAxes, weight="bold", **style)
    y -= RISK_HEADING / 2 / size_mm[1]
    for place, (name, label) in enumerate(arms.items()):
        half = _risk_row(label) / 2 / size_mm[1]
        y -= half
        axes.text(start, y, label, transform=axes.transAxes, color=COLORS[place], **style)
        curve, n = content["curves"][name], content["arms"][name]["n"]
        time, at_risk = np.array(curve["time"], dtype=float), np.array(curve["at_risk"])
        last = last_drawn(curve, n=n)
        for month in (month for month in months if month <= last):
            first = int(np.searchsorted(time, month - 1e-9))  # those whose time is at least this month
            value = int(at_risk[first]) if first < time.size else 0
            count = read_at(curve, column="at_risk", month=month, value=value)
            axes.text(month, y, str(count), transform=below, ha="center", clip_on=False, **style)
        y -= half


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


def _time_note(result: Json, *, endpoint: str) -> str:
    note = start_of(result, endpoint=endpoint).note
    return in_language(note) if note else ""


def _survival_title(result: Json, *, endpoint: str, cohort: str) -> str:
    return f"{endpoint_label(endpoint, result=result)} · {cohort_label(cohort, result=result)}"


def _survival_alt(result: Json, *, endpoint: str, cohort: str) -> str:
    content = result["endpoints"][endpoint][cohort]
    ratio = hazard_ratio_text(content["hazard_ratio"], result=result)
    return _("Kaplan-Meier curves for both arms, with numbers at risk. %(title)s. %(ratio)s.") % {
        "title": _survival_title(result, endpoint=endpoint, cohort=cohort),
        "ratio": ratio,
    }


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
