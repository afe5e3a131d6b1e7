"""Figures of single patients, without their names: how much tumors shrank, and the courses of a drawn sample."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from matplotlib.axes import Axes
from matplotlib.figure import Figure as DrawnFigure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from analytics.protocol.events import Noun
from analytics.report.figures.figure import Figure
from analytics.report.figures.style import (
    COLORS,
    FAINT,
    FULL_WIDTH_MM,
    INK,
    SMALL_POINTS,
    TEXT_POINTS,
    axes_at,
    is_narrow,
    new_figure,
)
from analytics.report.figures.text import height_mm, wrap
from analytics.report.figures.text import width_mm as text_width
from analytics.report.figures.time_axis import month_ticks, named_arm
from analytics.report.labels import NOUNS, arm_labels
from analytics.report.numbers import MINUS, cohort_label, number
from analytics.report.tables.secondary import by_weight
from analytics.result.rows.courses import changes_shown, courses_shown, median_change

Json = Mapping[str, Any]
LEFT, EDGE, HEIGHT, BELOW = 17.0, 2.0, 48.0, 4.0  # in millimeters
LANE, FOOT, LEGEND_ROW, GAP_LEFT = 2.4, 12.0, 4.2, 2.0
RESPONSE, PROGRESSION = -30.0, 20.0  # percent, of the sum of diameters
MARKS: Mapping[str, tuple[str, str]] = {
    "tace": ("o", "#0072B2"),
    "haic": ("o", "#56B4E9"),
    "transarterial": ("o", "#999999"),
    "resection": ("s", "#009E73"),
    "ablation": ("D", "#E69F00"),
    "radiotherapy": ("^", "#CC79A7"),
    "transplant": ("P", "#000000"),
    "other_treatment": ("v", "#8a949e"),
}
SYSTEMIC = "#F0C97E"


def patient_figures(result: Json) -> Iterator[Figure]:
    """Nothing where the result holds nothing of single patients."""
    found = result.get("patient_level", {})
    if found.get("changes"):
        cohort = by_weight(found["changes"])[0]
        yield Figure(
            name=f"waterfall-{cohort}",
            title=" · ".join([_("Best change of tumor size"), cohort_label(cohort, result=result)]),
            alt=_("A bar for each patient, the best change of the sum of diameters in percent, by arm. %(arms)s.")
            % {"arms": _("; ").join(_medians(found["changes"][cohort], cohort=cohort, result=result))},
            drawing=partial(waterfall_plot, result, cohort=cohort),
            note=_(
                "Each bar is a patient measured at time zero and later: the best change of the sum of diameters. Dashed: %(low)s%% and +%(high)s%%."
            )
            % {"low": number(RESPONSE, digits=0), "high": number(PROGRESSION, digits=0)},
            is_patient_level=True,
        )
    if any(found.get("courses", {}).values()):
        drawn = max(courses_shown(of, arm=name) for name, of in found["courses"].items())
        yield Figure(
            name="swimmer",
            title=_("Courses of a sample of patients"),
            alt=_(
                "A lane for each of up to %(n)s patients per arm drawn at random: treatments, progression, and death or last contact."
            )
            % {"n": drawn},
            drawing=partial(swimmer_plot, result),
            note=_(
                "Up to %(n)s patients per arm, drawn at random with the seed of the protocol (%(seed)s). Treatments of the kinds that the study reads."
            )
            % {"n": drawn, "seed": result["protocol"]["seed"]},
            is_patient_level=True,
        )


def waterfall_plot(result: Json, *, cohort: str, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    changes, arms = result["patient_level"]["changes"][cohort], arm_labels(result)
    narrow = is_narrow(width_mm)
    across, down = (1, len(arms)) if narrow else (len(arms), 1)
    width = (width_mm - LEFT * across - EDGE) / across
    titles = {
        name: named_arm(label, n=changes_shown(changes[name], cohort=cohort, arm=name), most=width)
        for name, label in arms.items()
    }
    above = max(height_mm(title, points=TEXT_POINTS) for title in titles.values()) + 2 * EDGE
    panel = BELOW + HEIGHT + above
    figure = new_figure(height_mm=panel * down, width_mm=width_mm)
    highest = max([PROGRESSION * 1.5, *(min(value, 100.0) for of in changes.values() for value in of)])
    for place, name in enumerate(arms):
        left = LEFT + (0 if narrow else place * (width + LEFT))
        floor = BELOW + (panel * (down - 1 - place) if narrow else 0)
        axes = axes_at(figure, left=left, bottom=floor, width=width, height=HEIGHT)
        _bars(axes, values=changes[name], place=place)
        axes.set(ylim=(-105, highest * 1.08))
        axes.set_title(titles[name], loc="left", fontsize=SMALL_POINTS)
        if narrow or place == 0:
            axes.set_ylabel(wrap(_("Best change, %"), most=HEIGHT, points=TEXT_POINTS))
    return figure


def swimmer_plot(result: Json, *, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    courses, arms = result["patient_level"]["courses"], arm_labels(result)
    width = width_mm - 2 * EDGE - GAP_LEFT
    legend = _legend(courses)
    rows = _rows_of(legend, most=width_mm - 2 * EDGE)
    axis = wrap(_("Months since time zero"), most=width, points=TEXT_POINTS)
    titles = {
        name: named_arm(label, n=courses_shown(courses[name], arm=name), most=width) for name, label in arms.items()
    }
    heads = sum(height_mm(title, points=TEXT_POINTS) + EDGE for title in titles.values())
    lanes = sum(len(courses[name]) for name in arms) * LANE
    foot = FOOT + LEGEND_ROW * len(rows) + EDGE
    height = EDGE + heads + lanes + EDGE + foot
    figure = new_figure(height_mm=height, width_mm=width_mm)
    axes = axes_at(figure, left=EDGE + GAP_LEFT, bottom=foot, width=width, height=height - foot - EDGE)
    last = max(course["followed_months"] for of in courses.values() for course in of)
    months = month_ticks(last, most=int(width / 9))
    axes.set(xlim=(0, max(months[-1], last) * 1.03), ylim=(heads + lanes + EDGE, 0), xticks=months, yticks=[])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(axis)
    top = 0.0
    for place, name in enumerate(arms):
        tall = height_mm(titles[name], points=TEXT_POINTS) + EDGE
        axes.text(0, top + tall - EDGE / 2, titles[name], va="bottom", fontsize=SMALL_POINTS, color=COLORS[place])
        top += tall
        for course in courses[name]:
            _lane(axes, course=course, y=top + LANE / 2, color=COLORS[place])
            top += LANE
    _draw_legend(figure, rows=rows, width_mm=width_mm, height=height)
    return figure


def _medians(changes: Json, *, cohort: str, result: Json) -> list[str]:
    text = _("median %(value)s %%")
    return [
        f"{label}{_(': ')}{text % {'value': number(median_change(changes[name], cohort=cohort, arm=name))}}"
        for name, label in arm_labels(result).items()
        if changes[name]
    ]


def _bars(axes: Axes, *, values: Sequence[float], place: int) -> None:
    """The largest growth left; one beyond a doubling is cut there."""
    axes.bar(
        range(len(values)),
        [min(value, 100.0) for value in values],
        width=1.0,
        color=COLORS[place],
        linewidth=0,
        alpha=0.8,
    )
    axes.axhline(0, color=INK, linewidth=0.6)
    for limit in (RESPONSE, PROGRESSION):
        axes.axhline(limit, color=FAINT, linewidth=0.6, linestyle=(0, (4, 3)))
    axes.set(xlim=(-0.5, max(len(values), 1) - 0.5), xticks=[])
    axes.spines["bottom"].set_visible(False)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}".replace("-", MINUS)))


def _lane(axes: Axes, *, course: Json, y: float, color: str) -> None:
    end = course["followed_months"]
    axes.plot([0, end], [y, y], color=color, linewidth=0.8, alpha=0.45, solid_capstyle="butt")
    for kind, start, stop in course["treatments"]:
        if kind == "systemic":
            axes.plot(
                [start, min(stop or start + 1, end)],
                [y, y],
                color=SYSTEMIC,
                linewidth=3,
                solid_capstyle="butt",
                zorder=1,
            )
        elif kind in MARKS:
            marker, fill = MARKS[kind]
            axes.plot([start], [y], marker=marker, markersize=2.6, color=fill, markeredgewidth=0, zorder=3)
    if course["progression_months"] is not None:
        axes.plot(
            [course["progression_months"]],
            [y],
            marker="|",
            markersize=5,
            color="#c0392b",
            markeredgewidth=1.2,
            zorder=4,
        )
    if course["died"]:
        axes.plot([end], [y], marker="x", markersize=3.6, color=INK, markeredgewidth=0.9, zorder=4)
    else:
        axes.plot([end], [y], marker=">", markersize=2.6, color=color, markeredgewidth=0, zorder=4)


def _legend(courses: Json) -> list[tuple[Line2D, str]]:
    """Of what is drawn."""
    seen = {kind for of in courses.values() for course in of for kind, _start, _stop in course["treatments"]}
    words = {"tace": "TACE", "haic": "HAIC", **{noun.value: str(label) for noun, label in NOUNS.items()}}
    marks = [
        (Line2D([], [], linestyle="none", marker=marker, color=fill, markersize=3.4), words[kind])
        for kind, (marker, fill) in MARKS.items()
        if kind in seen
    ]
    if "systemic" in seen:
        marks.append((Line2D([], [], color=SYSTEMIC, linewidth=3), words[Noun.SYSTEMIC.value]))
    marks.append((Line2D([], [], linestyle="none", marker="|", color="#c0392b", markersize=6), _("progression")))
    marks.append((Line2D([], [], linestyle="none", marker="x", color=INK, markersize=4), _("death")))
    marks.append((Line2D([], [], linestyle="none", marker=">", color=FAINT, markersize=3.4), _("last contact")))
    return marks


def _rows_of(legend: Sequence[tuple[Line2D, str]], *, most: float) -> list[list[tuple[float, Line2D, str]]]:
    """Each entry with the mm where it begins, in as many rows as they need."""
    rows: list[list[tuple[float, Line2D, str]]] = [[]]
    x = 0.0
    for mark, text in legend:
        width = 6 + text_width(text, points=SMALL_POINTS) + 4
        if rows[-1] and x + width > most:
            rows.append([])
            x = 0.0
        rows[-1].append((x, mark, text))
        x += width
    return rows


def _draw_legend(
    figure: DrawnFigure, *, rows: Sequence[Sequence[tuple[float, Line2D, str]]], width_mm: float, height: float
) -> None:
    board = figure.add_axes((0, 0, 1, 1), facecolor="none")
    board.set_axis_off()
    board.set(xlim=(0, width_mm), ylim=(0, height))
    for place, row in enumerate(rows):
        y = EDGE + LEGEND_ROW * (len(rows) - 1 - place) + LEGEND_ROW / 2
        for x, mark, text in row:
            at = [EDGE + x, EDGE + x + 4] if mark.get_linestyle() != "None" else [EDGE + x + 2]
            board.plot(
                at,
                [y] * len(at),
                marker=mark.get_marker(),
                linestyle=mark.get_linestyle(),
                color=mark.get_color(),
                linewidth=mark.get_linewidth(),
                markersize=mark.get_markersize(),
                solid_capstyle="butt",
            )
            board.text(EDGE + x + 5.5, y, text, fontsize=SMALL_POINTS, va="center")
