"""Adverse events by grade as a butterfly: a term per row, one arm to each side, mild grades next to the middle."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from matplotlib.axes import Axes
from matplotlib.figure import Figure as DrawnFigure
from matplotlib.patches import Rectangle

from analytics.report.figures.figure import Figure
from analytics.report.figures.style import (
    COLORS,
    FULL_WIDTH_MM,
    INK,
    SMALL_POINTS,
    bare,
    is_narrow,
    new_figure,
)
from analytics.report.figures.text import height_mm, widest_mm, wrap
from analytics.report.figures.text import width_mm as text_width
from analytics.report.labels import arm_labels
from analytics.report.numbers import cohort_label, percent, term_label
from analytics.report.tables.secondary import by_weight
from analytics.result.rows.addresses import share

Json = Mapping[str, Any]
MOST_TERMS = 20
GRADES = ("g1_2", "g3_4", "g5")
SHADES = (0.35, 0.75, 1.0)
EDGE, GAP, ROW, BAR, LABEL, NARROW_LABEL, NUMBER, LEGEND = 2.0, 2.0, 5.2, 3.2, 52.0, 27.0, 12.0, 6.0  # in millimeters


def adverse_event_figures(result: Json) -> Iterator[Figure]:
    """The cohort of the design, where any event was recorded."""
    if not result["safety"]:
        return
    cohort = by_weight(result["safety"])[0]
    rows = shown_terms(result, cohort=cohort)
    if not rows:
        return
    told = [
        f"{term_label(row['term'])} {' / '.join(percent(_share(row, name=name)) for name in arm_labels(result))}"
        for row in rows[:5]
    ]
    yield Figure(
        name="butterfly",
        title=" · ".join([_("Adverse events by grade"), cohort_label(cohort, result=result)]),
        alt=_(
            "Shares of patients with each adverse event, one arm to each side, by grade; most frequent, in percent: %(terms)s."
        )
        % {"terms": _("; ").join(told)},
        drawing=partial(butterfly_plot, result, cohort=cohort),
        note=_(
            "Each patient counts once per term, with the worst grade; percent of the patients of the arm. The most frequent terms are shown."
        ),
    )


def shown_terms(result: Json, *, cohort: str) -> list[Json]:
    """The most frequent, by the share of all patients, over both arms."""
    terms = [row for row in result["safety"][cohort] if row["term"] != "any" and _of_all(row)]
    return sorted(terms, key=lambda row: (-_of_all(row), row["term"]))[:MOST_TERMS]


def butterfly_plot(result: Json, *, cohort: str, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    rows, arms = shown_terms(result, cohort=cohort), arm_labels(result)
    most = NARROW_LABEL if is_narrow(width_mm) else LABEL
    label = widest_mm([term_label(row["term"]) for row in rows], points=SMALL_POINTS, most=most)
    terms = [wrap(term_label(row["term"]), most=label, points=SMALL_POINTS) for row in rows]
    heights = [max(ROW, height_mm(term, points=SMALL_POINTS) + 1) for term in terms]
    side = (width_mm - label) / 2 - GAP - EDGE
    heads = [
        wrap(_("%(arm)s, %%") % {"arm": text}, most=side, points=SMALL_POINTS, weight="bold") for text in arms.values()
    ]
    head = max(height_mm(text, points=SMALL_POINTS) for text in heads) + 2 * GAP
    height = EDGE + head + sum(heights) + LEGEND + EDGE
    figure = new_figure(height_mm=height, width_mm=width_mm)
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes, width_mm=width_mm, height_mm=height)
    middle, scale = width_mm / 2, (side - NUMBER) / max(_share(row, name=name) for row in rows for name in arms)
    for place, (text, direction) in enumerate(zip(heads, (-1, 1), strict=True)):
        x, align = middle + direction * (label / 2 + GAP), "right" if place == 0 else "left"
        axes.text(x, EDGE, text, fontsize=SMALL_POINTS, weight="bold", va="top", ha=align, multialignment=align)
    top = EDGE + head
    for row, term, tall in zip(rows, terms, heights, strict=True):
        y = top + tall / 2
        axes.text(middle, y, term, fontsize=SMALL_POINTS, ha="center", va="center", multialignment="center")
        for place, (name, direction) in enumerate(zip(arms, (-1, 1), strict=True)):
            _bars(
                axes,
                arm=row["arms"][name],
                start=middle + direction * (label / 2 + GAP),
                y=y,
                scale=direction * scale,
                place=place,
            )
        top += tall
    _legend(axes, y=top + LEGEND / 2, width_mm=width_mm, has_deaths=any(_deaths(row) for row in rows))
    return figure


def _of_all(row: Json) -> float:
    patients = sum(arm["patients"]["any"] for arm in row["arms"].values())
    return float(patients / max(1, sum(arm["n"] for arm in row["arms"].values())))


def _share(row: Json, *, name: str) -> float:
    arm = row["arms"][name]
    return share(arm["patients"]["any"], of=max(1, arm["n"]))


def _deaths(row: Json) -> int:
    return sum(arm["patients"]["g5"] for arm in row["arms"].values())


def _bars(axes: Axes, *, arm: Json, start: float, y: float, scale: float, place: int) -> None:
    """Grades from the middle outwards, those without a grade blank at the end, then the share in percent."""
    x, n = start, max(1, arm["n"])
    graded = [arm["patients"][grade] for grade in GRADES]
    blank = arm["patients"]["any"] - sum(graded)
    for count, alpha in zip((*graded, blank), (*SHADES, 0.0), strict=True):
        width = count / n * scale
        if count:
            axes.add_patch(
                Rectangle(
                    (x, y - BAR / 2),
                    width,
                    BAR,
                    facecolor=(COLORS[place], alpha),
                    edgecolor=COLORS[place],
                    linewidth=0.4,
                )
            )
        x += width
    side = 1 if scale > 0 else -1
    axes.text(
        x + side,
        y,
        percent(share(arm["patients"]["any"], of=n)),
        fontsize=SMALL_POINTS,
        va="center",
        ha="left" if side > 0 else "right",
    )


def _legend(axes: Axes, *, y: float, width_mm: float, has_deaths: bool) -> None:
    texts = [_("grade 1–2"), _("grade 3–4"), *([_("grade 5")] if has_deaths else [])]
    widths = [text_width(text, points=SMALL_POINTS) + 9 for text in texts]
    x = (width_mm - sum(widths)) / 2
    for text, width, alpha in zip(texts, widths, SHADES, strict=False):
        axes.add_patch(Rectangle((x, y - 1.2), 4, 2.4, facecolor=(INK, alpha * 0.8), edgecolor=INK, linewidth=0.4))
        axes.text(x + 5, y, text, fontsize=SMALL_POINTS, va="center")
        x += width
