"""Forests of what a result asks beyond the arms: subgroups of an endpoint, sensitivity analyses, ways around immortal time."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from matplotlib.figure import Figure as DrawnFigure

from analytics.report.figures.figure import Figure
from analytics.report.figures.forest import Line, forest_alt, forest_of, forest_plot
from analytics.report.figures.style import FULL_WIDTH_MM
from analytics.report.labels import arm_labels, covariate_label, endpoint_label, level_label, variable_of
from analytics.report.numbers import ABSENT, cohort_label, p_value, ratio_method_label, setting_label
from analytics.report.tables.endpoint_details import period_text
from analytics.report.tables.histories import spread_notes
from analytics.report.tables.secondary import by_weight, fair_ways, settings_text

Json = Mapping[str, Any]
LISTS = ("covariates",)  # too long for a line of a figure; the table has them
WITHOUT_RATIO = ("e_value",)  # kinds that judge the planned ratio and have none of their own


def ratio_forests(result: Json) -> Iterator[Figure]:
    """Those that have a line."""
    for endpoint, cohorts in result["subgroups"].items():
        cohort = by_weight(cohorts)[0]
        yield _figure(
            f"forest-subgroups-{endpoint.lower()}",
            title=_title(_("Subgroups"), endpoint=endpoint, cohort=cohort, result=result),
            lines=list(_subgroup_lines(cohorts[cohort], result=result)),
            drawing=partial(subgroup_forest, result, endpoint=endpoint),
            note=_(
                "P for interaction: likelihood ratio test of arm by subgroup. No ratio where an arm has fewer than five events."
            ),
        )
    for endpoint, cohorts in result["endpoints"].items():
        yield from _of_endpoint(endpoint, cohorts=cohorts, result=result)
    for endpoint, found in result.get("centers", {}).items():
        yield _figure(
            f"centers-{endpoint.lower()}",
            title=" · ".join([_("Hazard ratio by center"), endpoint_label(endpoint, result=result)]),
            lines=list(_center_lines(found, result=result)),
            drawing=partial(center_forest, result, endpoint=endpoint),
            note=" ".join(spread_notes(found)),
        )
    if lines := list(_sensitivity_lines(result)):
        yield _figure(
            "forest-sensitivity",
            title=_("Sensitivity analyses"),
            lines=lines,
            drawing=partial(sensitivity_forest, result),
            note=_(
                "Each line repeats the comparison with one choice made differently; the planned analysis stands first."
            ),
        )
    if lines := list(_fair_lines(result)):
        yield _figure(
            "forest-immortal-time",
            title=_("Analyses addressing immortal time bias"),
            lines=lines,
            drawing=partial(fair_start_forest, result),
            note=_("The naive analysis counts the time before the arm-defining event as survival of that arm."),
        )


def _of_endpoint(endpoint: str, *, cohorts: Json, result: Json) -> Iterator[Figure]:
    """Every hazard ratio by what its errors rest on, and by period where hazards are not proportional."""
    cohort = by_weight(cohorts)[0]
    if len(cohorts) > 1:
        yield _figure(
            f"forest-methods-{endpoint.lower()}",
            title=" · ".join([_("Hazard ratio by method"), endpoint_label(endpoint, result=result)]),
            lines=list(_method_lines(cohorts, result=result)),
            drawing=partial(method_forest, result, endpoint=endpoint),
            note=_(
                "Model-based errors take matched or weighted patients as independent; the robust ones are the planned analysis."
            ),
        )
    if any(content["period_hazard_ratios"] for content in cohorts.values()):
        yield _figure(
            f"period-ratios-{endpoint.lower()}",
            title=_title(_("Hazard ratios by period"), endpoint=endpoint, cohort=cohort, result=result),
            lines=list(_period_lines(cohorts, result=result)),
            drawing=partial(period_forest, result, endpoint=endpoint),
            note=_(
                "Shown where the test of proportional hazards has P < 0.05; n is those at risk when the period starts."
            ),
        )


def method_forest(result: Json, *, endpoint: str, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    lines = list(_method_lines(result["endpoints"][endpoint], result=result))
    heads = [_("%(arm)s, events/n") % {"arm": label} for label in arm_labels(result).values()]
    forest = forest_of(result, lines=lines, head=_("Standard errors or model"), before=heads, behind=[_("P")])
    return forest_plot(forest, width_mm=width_mm)


def period_forest(result: Json, *, endpoint: str, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    lines = list(_period_lines(result["endpoints"][endpoint], result=result))
    forest = forest_of(result, lines=lines, head=_("Period"), before=[_("n"), _("Events")], behind=[_("P")])
    return forest_plot(forest, width_mm=width_mm)


def center_forest(result: Json, *, endpoint: str, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    lines = list(_center_lines(result["centers"][endpoint], result=result))
    heads = [_("%(arm)s, events/n") % {"arm": label} for label in arm_labels(result).values()]
    forest = forest_of(result, lines=lines, head=_("Center"), before=heads, behind=[_("P")])
    return forest_plot(forest, width_mm=width_mm)


def subgroup_forest(result: Json, *, endpoint: str, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    """Of the cohort that the design makes."""
    cohorts = result["subgroups"][endpoint]
    lines = list(_subgroup_lines(cohorts[by_weight(cohorts)[0]], result=result))
    heads = [_("%(arm)s, events/n") % {"arm": label} for label in arm_labels(result).values()]
    forest = forest_of(result, lines=lines, head=_("Subgroup"), before=heads, behind=[_("P for interaction")])
    return forest_plot(forest, width_mm=width_mm)


def sensitivity_forest(result: Json, *, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    heads = [_("%(arm)s, n") % {"arm": label} for label in arm_labels(result).values()]
    forest = forest_of(
        result, lines=list(_sensitivity_lines(result)), head=_("Analysis"), before=heads, behind=[_("P")]
    )
    return forest_plot(forest, width_mm=width_mm)


def fair_start_forest(result: Json, *, width_mm: float = FULL_WIDTH_MM) -> DrawnFigure:
    forest = forest_of(
        result,
        lines=list(_fair_lines(result)),
        head=_("Analysis"),
        before=[_("n"), _("Events")],
        behind=[_("P")],
    )
    return forest_plot(forest, width_mm=width_mm)


def _figure(name: str, *, title: str, lines: Sequence[Line], drawing: Any, note: str) -> Figure:
    return Figure(name=name, title=title, alt=forest_alt(lines), drawing=drawing, note=note)


def _title(text: str, *, endpoint: str, cohort: str, result: Json) -> str:
    return " · ".join([text, endpoint_label(endpoint, result=result), cohort_label(cohort, result=result)])


def _events(arms: Json, *, result: Json) -> tuple[str, ...]:
    return tuple(f"{arms[name]['events']}/{arms[name]['n']}" for name in arm_labels(result))


def _method_lines(cohorts: Json, *, result: Json) -> Iterator[Line]:
    for cohort in reversed(by_weight(cohorts)):
        yield Line(label=cohort_label(cohort, result=result))
        for place, one in enumerate(cohorts[cohort]["hazard_ratios"]):
            counts = _events(cohorts[cohort]["arms"], result=result) if place == 0 else ("", "")
            yield Line(
                label=ratio_method_label(one["method"]),
                content=one,
                before=counts,
                behind=(p_value(one["p"]),),
                level=1,
            )


def _center_lines(found: Json, *, result: Json) -> Iterator[Line]:
    for row in found["rows"]:
        counts = _events(row["arms"], result=result)
        yield Line(label=row["level"], content=row, before=counts, behind=(p_value(row["p"]),))
    if found["heterogeneity"]:
        yield Line(
            label=_("Random-effects mean"), content=found["heterogeneity"], before=("", ""), behind=("",), is_mean=True
        )


def _period_lines(cohorts: Json, *, result: Json) -> Iterator[Line]:
    for cohort in by_weight(cohorts):
        if not cohorts[cohort]["period_hazard_ratios"]:
            continue
        yield Line(label=cohort_label(cohort, result=result))
        for one in cohorts[cohort]["period_hazard_ratios"]:
            sizes = (str(one["n"]), str(one["events"]))
            yield Line(label=period_text(one), content=one, before=sizes, behind=(p_value(one["p"]),), level=1)


def _subgroup_lines(rows: Sequence[Json], *, result: Json) -> Iterator[Line]:
    """The variable as a heading, its levels below it; the test of the variable stands behind its first level."""
    for name, group in groupby(rows, key=lambda row: row["variable"]):
        variable = variable_of(name, result=result)
        yield Line(label=covariate_label(name, result=result))
        for place, row in enumerate(group):
            yield Line(
                label=level_label(variable, level=row["level"]),
                content=row,
                before=_events(row["arms"], result=result),
                behind=(p_value(row["interaction_p"]) if place == 0 else "",),
                level=1,
            )


def _sensitivity_lines(result: Json) -> Iterator[Line]:
    """By endpoint, the planned ratio first."""
    shown = [row for row in result["sensitivity"] if row["kind"] not in WITHOUT_RATIO]
    for endpoint in dict.fromkeys(row["endpoint"] for row in shown):
        cohorts = result["endpoints"][endpoint]
        planned = cohorts[by_weight(cohorts)[0]]
        sizes = tuple(str(planned["arms"][name]["n"]) for name in arm_labels(result))
        yield Line(label=endpoint_label(endpoint, result=result))
        ratio = planned["hazard_ratio"]
        yield Line(label=_("As planned"), content=ratio, before=sizes, behind=(p_value(ratio["p"]),), level=1)
        for row in shown:
            if row["endpoint"] == endpoint:
                yield _sensitivity_line(row, result=result)


def _sensitivity_line(row: Json, *, result: Json) -> Line:
    settings = settings_text(row, result=result, without=LISTS)
    label = setting_label(row["kind"]) + (f"{_(': ')}{settings}" if settings else "")
    sizes = tuple(ABSENT if row[key] is None else str(row[key]) for key in ("n_treated", "n_control"))
    return Line(label=label, content=row, before=sizes, behind=(p_value(row["p"]),), level=1)


def _fair_lines(result: Json) -> Iterator[Line]:
    """Of each endpoint in the cohort of the design."""
    for endpoint, cohorts in result.get("immortal_time", {}).get("endpoints", {}).items():
        cohort = by_weight(cohorts)[0]
        yield Line(label=f"{endpoint_label(endpoint, result=result)} · {cohort_label(cohort, result=result)}")
        for text, one in fair_ways(cohorts[cohort]):
            sizes = (str(one["n"]), str(one["events"]))
            yield Line(label=text, content=one, before=sizes, behind=(p_value(one["p"]),), level=1)
