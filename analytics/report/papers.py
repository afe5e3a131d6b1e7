"""The tables and figures of the two papers in their own layout, from our results: a picture for each of their items."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from matplotlib.figure import Figure

from analytics.report.figures.drawn_table import draw_table, without_columns
from analytics.report.figures.flow_chart import flow_chart
from analytics.report.figures.forest import Line, forest_of, forest_plot
from analytics.report.figures.patients import swimmer_plot
from analytics.report.figures.ratio_forests import subgroup_forest
from analytics.report.figures.style import COLUMN_WIDTH_MM
from analytics.report.figures.survival import survival_plot
from analytics.report.labels import OTHER_THAN, arm_labels, covariate_label, endpoint_label, level_label, variable_of
from analytics.report.numbers import ABSENT, cohort_label, p_value, percent, ratio, term_label, value_label
from analytics.report.tables.histories import history_tables
from analytics.report.tables.table import Row, Table
from analytics.report.tables.tables import baseline_table

Json = Mapping[str, Any]
COHORTS = ("unmatched", "matched")
Keyed = Mapping[tuple[str, str], Mapping[tuple[str, str | None], Json]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`number` is the paper's; `panels` are drawn side by side, as many in a row as `across`."""

    study: str
    number: str
    panels: Callable[[Json], Sequence[Figure]]
    across: int = 1

    @property
    def name(self) -> str:
        return f"{self.study}-{self.number.lower().replace(' ', '-')}"


def items() -> tuple[Item, ...]:
    """In the order of the papers."""
    return (
        Item(study="an-2025", number="Table 1", panels=_baseline),
        Item(
            study="an-2025",
            number="Table 2",
            panels=lambda result: [draw_table(cox_side_by_side(result, endpoint="OS"))],
        ),
        Item(
            study="an-2025",
            number="Table 3",
            panels=lambda result: [draw_table(cox_side_by_side(result, endpoint="PFS"))],
        ),
        Item(study="an-2025", number="Table 4", panels=_complications),
        Item(study="an-2025", number="Figure 1", panels=lambda result: [flow_chart(result)]),
        Item(study="an-2025", number="Figure 4", panels=lambda result: _curves(result, cohort="unmatched"), across=2),
        Item(study="an-2025", number="Figure 5", panels=lambda result: _curves(result, cohort="matched"), across=2),
        Item(
            study="an-2025",
            number="Figure 6",
            panels=lambda result: [subgroup_forest(result, endpoint=name) for name in ("OS", "PFS")],
        ),
        Item(study="cao-2024", number="Table 1", panels=_baseline),
        Item(
            study="cao-2024",
            number="Table 2",
            panels=lambda result: [draw_table(response_counts(result, endpoint="ORR"), width_mm=110)],
        ),
        Item(study="cao-2024", number="Table 3", panels=lambda result: [draw_table(grades_table(result))]),
        Item(study="cao-2024", number="Figure 1", panels=lambda result: [flow_chart(result), swimmer_plot(result)]),
        Item(study="cao-2024", number="Figure 2", panels=_of_cao, across=2),
        Item(
            study="cao-2024",
            number="Figure 3",
            panels=lambda result: [
                cox_forest(result, endpoint="OS", model=model) for model in ("univariable", "multivariable")
            ],
        ),
        Item(study="cao-2024", number="Figure 4", panels=lambda result: [subgroup_forest(result, endpoint="OS")]),
    )


def _baseline(result: Json) -> list[Figure]:
    return [draw_table(without_columns(baseline_table(result), named=_("SMD")))]


def _complications(result: Json) -> list[Figure]:
    return [draw_table(next(table for table in history_tables(result) if table.name == "complications"))]


def _curves(result: Json, *, cohort: str) -> list[Figure]:
    return [
        survival_plot(result, endpoint=name, cohort=cohort, width_mm=COLUMN_WIDTH_MM) for name in result["endpoints"]
    ]


def _of_cao(result: Json) -> list[Figure]:
    """Progression-free survival before and after matching, then overall survival."""
    return [
        survival_plot(result, endpoint=name, cohort=cohort, width_mm=COLUMN_WIDTH_MM)
        for name in ("PFS", "OS")
        for cohort in COHORTS
    ]


def cox_side_by_side(result: Json, *, endpoint: str) -> Table:
    """Each factor with its levels; univariable and multivariable, before and after matching."""
    found = result["cox"][endpoint]
    keyed = {
        (cohort, model): {(row["term"], row["level"]): row for row in found[cohort][model]}
        for cohort in COHORTS
        for model in ("univariable", "multivariable")
    }
    rows: list[Row] = []
    for term, group in groupby(found["unmatched"]["univariable"], key=lambda row: row["term"]):
        rows += _factor(list(group), term=term, keyed=keyed, result=result)
    level = _("HR (%(level)g%% CI)") % {"level": 100 * result["protocol"]["conventions"]["level"]}
    models = (_("Univariable"), _("Multivariable"))
    groups = [(f"{cohort_label(cohort, result=result)}, {model}", 2) for cohort in COHORTS for model in models]
    return Table(
        name=f"cox-{endpoint.lower()}",
        title=endpoint_label(endpoint, result=result),
        head=(_("Factor"), *(level, _("P")) * 4),
        rows=tuple(rows),
        groups=(("", 1), *groups),
    )


def _factor(rows: Sequence[Json], *, term: str, keyed: Keyed, result: Json) -> Iterator[Row]:
    """A heading, the reference, then each level with its ratio. A continuous factor is one row."""
    label = covariate_label(term, result=result)
    if rows[0]["level"] is None:
        yield Row(cells=(label, *_ratios((term, None), keyed=keyed)))
        return
    yield Row(cells=(label, *("",) * 8))
    here = [any(name == term for name, _of in found) for found in keyed.values()]
    cells = (cell for is_in in here for cell in ((_("reference"), "") if is_in else (ABSENT, ABSENT)))
    yield Row(cells=(_reference(rows[0], result=result), *cells), level=1)
    for row in rows:
        name = _level(row["level"], term=term, result=result)
        yield Row(cells=(name, *_ratios((term, row["level"]), keyed=keyed)), level=1)


def _ratios(key: tuple[str, str | None], *, keyed: Keyed) -> Iterator[str]:
    for rows in keyed.values():
        row = rows.get(key)
        yield from (ABSENT, ABSENT) if row is None else (ratio(row), p_value(row["p"]))


def _level(level: str | None, *, term: str, result: Json) -> str:
    if level is None:
        return ABSENT
    if term == "arm":
        return arm_labels(result).get(level, level)
    return level_label(variable_of(term, result=result), level=level)


def _reference(row: Json, *, result: Json) -> str:
    """What a level is compared with; of two levels it is the other one."""
    return _level(row["reference"] or f"{OTHER_THAN}{row['level']}", term=row["term"], result=result)


def response_counts(result: Json, *, endpoint: str) -> Table:
    """Each value per arm after matching."""
    found, arms = result["response"][endpoint]["matched"]["arms"], arm_labels(result)
    values = list(next(iter(found.values()))["counts"])
    rows = [
        Row(cells=(value_label(value), *(_share(found[name]["counts"][value], n=found[name]["n"]) for name in arms)))
        for value in values
    ]
    rates = (
        f"{percent(found[name]['rate'])} ({percent(found[name]['low'])}–{percent(found[name]['high'])})"
        for name in arms
    )
    rows.append(Row(cells=(f"{endpoint_label(endpoint, result=result)}, %", *rates)))
    heads = (f"{label} (n = {found[name]['n']})" for name, label in arms.items())
    return Table(name="response", title="", head=(_("Response"), *heads), rows=tuple(rows))


def grades_table(result: Json) -> Table:
    """Each term after matching by grade, per arm."""
    arms = arm_labels(result)
    rows = [
        Row(cells=(term_label(row["term"]), *(cell for name in arms for cell in _grades(row["arms"][name]))))
        for row in sorted(result["safety"]["matched"], key=_frequency, reverse=True)
        if row["term"] != "any"
    ]
    sizes = result["safety"]["matched"][0]["arms"]
    heads = (_("grade 1–2"), _("grade 3–4"), _("Total"))
    groups = [(f"{label} (n = {sizes[name]['n']})", 3) for name, label in arms.items()]
    return Table(
        name="grades",
        title="",
        head=(_("Adverse event, n (%)"), *heads * 2),
        rows=tuple(rows),
        groups=(("", 1), *groups),
    )


def _frequency(row: Json) -> int:
    return sum(arm["patients"]["any"] for arm in row["arms"].values())


def _grades(arm: Json) -> Iterator[str]:
    yield from (_share(arm["patients"][grade], n=arm["n"]) for grade in ("g1_2", "g3_4", "any"))


def _share(count: int, *, n: int) -> str:
    return f"{count} ({percent(count / n)})" if count else "0"


def cox_forest(result: Json, *, endpoint: str, model: str) -> Figure:
    """Of the matched cohort, a line per level."""
    lines = []
    for row in result["cox"][endpoint]["matched"][model]:
        label = covariate_label(row["term"], result=result)
        if row["level"] is not None:
            label = f"{label}{_(': ')}{_level(row['level'], term=row['term'], result=result)}"
            label = _("%(text)s (vs %(reference)s)") % {
                "text": label,
                "reference": _reference(row, result=result),
            }
        lines.append(
            Line(label=label, content=row, before=(str(row["n"]), str(row["events"])), behind=(p_value(row["p"]),))
        )
    head = {"univariable": _("Univariable"), "multivariable": _("Multivariable")}[model]
    forest = forest_of(result, lines=lines, head=head, before=[_("n"), _("Events")], behind=[_("P")])
    return forest_plot(replace(forest, left=_("lower hazard"), right=_("higher hazard")))
