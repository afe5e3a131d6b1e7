"""The estimates of all endpoints in one forest: each before and after the design."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from matplotlib.figure import Figure as DrawnFigure

from analytics.report.figures.figure import Figure
from analytics.report.figures.forest import Line, forest_alt, forest_of, forest_plot
from analytics.report.figures.style import FULL_WIDTH_MM
from analytics.report.labels import arm_labels, endpoint_label
from analytics.report.numbers import cohort_label, p_value
from analytics.report.tables.secondary import by_weight

Json = Mapping[str, Any]


def endpoint_forest(result: Json) -> Iterator[Figure]:
    """None where no outcome is open."""
    if not result["endpoints"]:
        return
    yield Figure(
        name="forest-endpoints",
        title=_("Hazard ratios of all endpoints"),
        alt=forest_alt(list(_named_lines(result))),
        drawing=partial(forest_of_endpoints, result),
        note=_(
            "Hazard ratios from Cox regression with the standard errors of the planned analysis; P from the same models."
        ),
    )


def forest_of_endpoints(result: Json, *, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    heads = [_("%(arm)s, events/n") % {"arm": label} for label in arm_labels(result).values()]
    forest = forest_of(result, lines=list(_lines(result)), head=_("Endpoint"), before=heads, behind=[_("P")])
    return forest_plot(forest, width_mm=width_mm)


def _lines(result: Json) -> Iterator[Line]:
    """The endpoint as a heading, its cohorts below it, that of the design first."""
    for endpoint, cohorts in result["endpoints"].items():
        yield Line(label=endpoint_label(endpoint, result=result))
        for cohort in by_weight(cohorts):
            yield _line(cohorts[cohort], label=cohort_label(cohort, result=result), result=result)


def _named_lines(result: Json) -> Iterator[Line]:
    """Each with its endpoint, as it is spoken."""
    for endpoint, cohorts in result["endpoints"].items():
        for cohort in by_weight(cohorts):
            label = f"{endpoint_label(endpoint, result=result)}, {cohort_label(cohort, result=result)}"
            yield _line(cohorts[cohort], label=label, result=result)


def _line(content: Json, *, label: str, result: Json) -> Line:
    events = tuple(f"{content['arms'][name]['events']}/{content['arms'][name]['n']}" for name in arm_labels(result))
    ratio = content["hazard_ratio"]
    return Line(label=label, content=ratio, before=events, behind=(p_value(ratio["p"]),), level=1)
