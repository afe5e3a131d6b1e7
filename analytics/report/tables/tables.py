"""Tables of a result as rows of text: the page, the report and the CSV files show the same ones."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from analytics.engine.design.variables import MISSING_LEVEL
from analytics.report.flow_text import missing_of, row_text
from analytics.report.labels import arm_labels, covariate_label, endpoint_label, level_label, level_of, variable_of
from analytics.report.numbers import (
    ABSENT,
    MINUS,
    cohort_label,
    is_weighted,
    number,
    p_text,
    p_value,
    percent,
    ratio,
    rough_notes,
    summary_kind_label,
    test_notes,
    test_p,
    why,
)
from analytics.report.tables.design_details import design_details
from analytics.report.tables.endpoint_details import detail_tables
from analytics.report.tables.further_arms import all_arms_table, contrasts_of
from analytics.report.tables.histories import center_tables, history_tables, period_tables
from analytics.report.tables.printed_table import printed_tables
from analytics.report.tables.response import response_table, safety_tables
from analytics.report.tables.secondary import balance_label, by_weight, further_tables, shown_balance
from analytics.report.tables.stability import stability_tables
from analytics.report.tables.table import Row, Table
from analytics.stats.survival.kaplan_meier import FEWEST_AT_RISK, FEWEST_SHARE
from registry.spreadsheet import A_NUMBER, harmless

Json = Mapping[str, Any]
ON_FEW, NO_WIDTH = "†", "‡"


def design_tables(result: Json) -> list[Table]:
    of_balance = [balance_table(result)] if result["balance"] else []
    return [flow_table(result), baseline_table(result), *of_balance, *design_details(result), *period_tables(result)]


def outcome_tables(result: Json) -> list[Table]:
    """The Cox tables of the first endpoint stay open, those of the others closed."""
    of_cox = [
        cox_table(result, endpoint=name, cohort=cohort, is_detail=place > 0)
        for place, (name, of) in enumerate(result["cox"].items())
        for cohort in by_weight(of)
    ]
    of_responses = [response_table(result, endpoint=name) for name in result["response"]]
    of_times = [endpoints_table(result)] if result["endpoints"] else []
    of_times += [*all_arms_table(result), *_contrasts(result), *detail_tables(result)]
    first = [*of_times, *stability_tables(result), *printed_tables(result), *of_responses]
    told = [*safety_tables(result), *history_tables(result), *center_tables(result)]
    return [*first, *told, *further_tables(result), *of_cox]


def _contrasts(result: Json) -> Iterator[Table]:
    """The endpoints of each further contrast, named by its arms."""
    for place, contrast in enumerate(contrasts_of(result), start=1):
        if contrast["endpoints"]:
            focal, reference = arm_labels(contrast).values()
            arms = _("%(focal)s vs %(reference)s") % {"focal": focal, "reference": reference}
            table = endpoints_table(contrast)
            yield replace(table, name=f"endpoints-contrast-{place}", title=f"{table.title} · {arms}")


def to_csv(table: Table) -> str:
    """With a byte-order mark, so that spreadsheets read the Chinese; a cell that looks like a formula stays text."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_flat_head(table))
    writer.writerows([[harmless(_read_by_programs(cell)) for cell in row.cells] for row in table.rows])
    return buffer.getvalue()


def _read_by_programs(cell: str) -> str:
    """A number with the sign that programs know; text stays as people read it."""
    plain = cell.replace(MINUS, "-")
    return plain if A_NUMBER.fullmatch(plain) else cell


def flow_table(result: Json) -> Table:
    arms = arm_labels(result)
    rows = [
        Row(
            cells=(
                row_text(row),
                str(row["removed"]),
                str(missing_of(row)),
                str(row["remaining"]),
                *(str(row["arms"].get(name, ABSENT)) for name in arms),
                str(row["centers"] if row["centers"] is not None else ABSENT),
            )
        )
        for row in result["flow"]
    ]
    head = (_("Criterion"), _("Excluded"), _("Excluded for missing data"), _("Remaining"), *arms.values(), _("Centers"))
    return Table(name="flow", title=_("Patient flow"), head=head, rows=tuple(rows), is_detail=True)


def baseline_table(result: Json) -> Table:
    """Table 1: each cohort with both arms, the test and the standardized difference."""
    cohorts = [
        cohort for cohort in ("unmatched", "matched", "weighted") if any(cohort in row for row in result["baseline"])
    ]
    rows: list[Row] = []
    tests: set[str] = set()
    shown = {c["name"]: _kinds(c["show"]) for c in result["protocol"]["covariates"]}
    for name, group in groupby(result["baseline"], key=lambda row: row["covariate"]):
        rows += _covariate_rows(list(group), name=name, shown=shown[name], cohorts=cohorts, result=result, tests=tests)
    arms = arm_labels(result)
    head = [_("Characteristic")]
    for cohort in cohorts:
        sizes = {name: next(row[cohort]["arms"][name]["n"] for row in result["baseline"]) for name in arms}
        head += [*(f"{label} (n = {sizes[name]})" for name, label in arms.items()), _("P"), _("SMD")]
    notes = (
        _("Counts (percent of known values); SMD: standardized mean difference."),
        *test_notes(tests - {"none"}),
        *rough_notes(cell for row in rows for cell in row.cells),
    )
    groups = (("", 1), *((cohort_label(cohort, result=result), 4) for cohort in cohorts))
    after = {"matched": _("Patients before and after matching"), "weighted": _("Patients before and after weighting")}
    title = after.get(cohorts[-1], _("Patients"))
    return Table(name="table-1", title=title, head=tuple(head), rows=tuple(rows), groups=groups, notes=notes)


def balance_table(result: Json) -> Table:
    keys = ("smd", "variance_ratio", "ks")
    tested = any("p_before" in row for row in result["balance"])
    rows = [
        Row(
            cells=(
                balance_label(row, result=result),
                *(
                    number(row[f"{key}_{moment}"], digits=3, why=why(row, key=f"{key}_{moment}"))
                    for key in keys
                    for moment in ("before", "after")
                ),
                *(p_value(row.get(f"p_{moment}")) for moment in ("before", "after") if tested),
            )
        )
        for row in shown_balance(result)
    ]
    rows = [
        replace(row, cells=tuple(ABSENT if cell == _("not requested") else cell for cell in row.cells)) for row in rows
    ]
    head = (_("Covariate"), *([_("before"), _("after")] * (len(keys) + tested)))
    groups = (
        ("", 1),
        (_("Standardized mean difference"), 2),
        (_("Variance ratio"), 2),
        (_("Kolmogorov-Smirnov statistic"), 2),
        *(((_("P"), 2),) if tested else ()),
    )
    title = _("Covariate balance")
    return Table(name="balance", title=title, head=head, rows=tuple(rows), groups=groups, is_detail=True)


def endpoints_table(result: Json) -> Table:
    months = sorted(
        {m for of in result["endpoints"].values() for c in of.values() for a in c["arms"].values() for m in a["rates"]},
        key=float,
    )
    rows = [
        row
        for name, cohorts in result["endpoints"].items()
        for cohort in by_weight(cohorts)
        for row in _endpoint_rows(
            cohorts[cohort],
            name=name,
            cohort=cohort,
            months=months,
            result=result,
        )
    ]
    level = _level(result)
    rates = [_("%(month)s months, %%") % {"month": month} for month in months]
    head = (
        _("Endpoint"),
        _("Cohort"),
        _("Arm"),
        _("n"),
        _("Events"),
        _("Median, months (%(level)g%% CI)") % level,
        *rates,
    )
    head += (_("Median follow-up, months (crude)"), _("Hazard ratio (%(level)g%% CI)") % level, _("P"), _("Log-rank P"))
    return Table(
        name="endpoints",
        title=_("Endpoints"),
        head=head,
        rows=tuple(rows),
        notes=(_ratio_note(result), *_marks(rows)),
        text_columns=3,
    )


def cox_table(result: Json, *, endpoint: str, cohort: str, is_detail: bool = False) -> Table:
    models, level = result["cox"][endpoint][cohort], _level(result)
    together = {(row["term"], row["level"]): row for row in models["multivariable"]}
    rows = []
    for row in models["univariable"]:
        joint = together.get((row["term"], row["level"]))
        cells = (
            _term_text(row, result=result),
            ratio(row),
            p_value(row["p"]),
            ratio(joint) if joint else ABSENT,
            p_value(joint["p"]) if joint else ABSENT,
        )
        rows.append(Row(cells=cells))
    head = (
        _("Term"),
        _("Hazard ratio (%(level)g%% CI)") % level,
        _("P"),
        _("Hazard ratio (%(level)g%% CI)") % level,
        _("P"),
    )
    joint_n = models["multivariable"][0] if models["multivariable"] else None
    notes = [_("Multivariable: %(n)s patients, %(events)s events.") % joint_n] if joint_n else []
    notes += [_selection(models["selection"], result=result)] if models.get("selection") else []
    title = " · ".join([_("Cox models"), endpoint_label(endpoint, result=result), cohort_label(cohort, result=result)])
    groups = (("", 1), (_("Univariable"), 2), (_("Multivariable"), 2))
    return Table(
        name=f"cox-{endpoint.lower()}-{cohort}",
        title=title,
        head=head,
        rows=tuple(rows),
        groups=groups,
        notes=tuple(notes),
        is_detail=is_detail,
    )


def _selection(steps: Sequence[Json], *, result: Json) -> str:
    """The steps by which the covariates of the multivariable model were chosen."""
    words = {True: _("%(name)s entered (%(p)s)"), False: _("%(name)s removed (%(p)s)")}
    told = [
        words[step["entered"]]
        % {"name": covariate_label(step["term"], result=result), "p": p_text(step["p"], label="P")}
        for step in steps
    ]
    return _("Selection: %(steps)s.") % {"steps": _("; ").join(told)}


def _covariate_rows(
    group: Sequence[Json], *, name: str, shown: Sequence[str], cohorts: Sequence[str], result: Json, tests: set[str]
) -> Iterator[Row]:
    """A factor has a heading with the test and a row per level; a continuous covariate a row for each way it is shown."""
    arms = list(arm_labels(result))
    differences = {(row["covariate"], row["level"]): row for row in shown_balance(result)}

    def cells(row: Json, *, with_test: bool, kind: str = "mean") -> list[str]:
        found = []
        for cohort, moment in zip(cohorts, ("smd_before", "smd_after"), strict=False):
            cell, difference = row[cohort], differences.get((row["covariate"], row["level"]), {})
            tests.update([cell["test"]["name"]] if cell["test"]["name"] else [])
            found += [_summary(cell["arms"][arm], shown=kind) for arm in arms]
            found += [
                test_p(cell["test"]) if with_test else "",
                number(difference[moment], digits=3) if difference.get(moment) is not None else ABSENT,
            ]
        return found

    if len(group) > 1:
        blank = [text for cohort in cohorts for text in ("", "", test_p(group[0][cohort]["test"]), "")]
        yield Row(cells=(covariate_label(name, result=result), *blank))
        variable = variable_of(name, result=result)
        for row in group:
            yield Row(cells=(level_label(variable, level=row["level"]), *cells(row, with_test=False)), level=1)
    elif group[0]["level"] is not None:
        yield Row(cells=(_covariate_text(group[0], result=result), *cells(group[0], with_test=True)))
    else:
        label = covariate_label(name, result=result)
        for place, kind in enumerate(shown):
            yield Row(cells=(f"{label}, {summary_kind_label(kind)}", *cells(group[0], with_test=place == 0, kind=kind)))
    missing = {cohort: [group[0][cohort]["arms"][arm]["missing"] for arm in arms] for cohort in cohorts}
    if any(count for counts in missing.values() for count in counts) and group[-1]["level"] != MISSING_LEVEL:
        counts = [text for cohort in cohorts for text in (*map(str, missing[cohort]), "", "")]
        yield Row(cells=(_("Missing"), *counts), level=1)


def _kinds(show: str | list[str]) -> list[str]:
    """Results from before a covariate could be shown in several ways have one word."""
    return [show] if isinstance(show, str) else show


def _summary(summary: Json, *, shown: str) -> str:
    if summary["count"] is not None:
        return str(summary["count"]) + ("" if summary["percent"] is None else f" ({number(summary['percent'])})")
    first, low, high = {
        "mean": ("mean", "sd", None),
        "median": ("median", "q1", "q3"),
        "median_range": ("median", "min", "max"),
        "range": (None, "min", "max"),
    }[shown]
    spread = "–".join(number(summary[key]) for key in (low, high) if key)
    return f"{number(summary[first])} ({spread})" if first else spread


def _endpoint_rows(content: Json, *, name: str, cohort: str, months: Sequence[str], result: Json) -> Iterator[Row]:
    title = (endpoint_label(name, result=result), cohort_label(cohort, result=result))
    for place, (arm_name, label) in enumerate(arm_labels(result).items()):
        arm = content["arms"][arm_name]
        middle = number(arm["median"], why=why(arm, key="median"))
        if arm["median"] is not None:
            limits = "–".join(number(arm[key], why=why(arm, key=key)) for key in ("median_low", "median_high"))
            middle = f"{middle} ({limits})" + (f" {ON_FEW}" if arm.get("median_on_few") else "")
        rates = [_rate(arm["rates"].get(month)) for month in months]
        contrast = (
            _ratio(content, cohort=cohort, result=result),
            p_value(content["hazard_ratio"]["p"]),
            p_value(content["logrank"]["p"]),
        )
        follow_up = number(arm["followup_median"], why=why(arm, key="followup_median"))
        if arm["followup_median_crude"] is not None:
            follow_up += f" ({number(arm['followup_median_crude'])})"
        numbers = (str(arm["n"]), str(arm["events"]), middle, *rates, follow_up)
        yield Row(cells=(*title, label, *numbers, *(contrast if place == 0 else ("", "", ""))))


def _ratio(content: Json, *, cohort: str, result: Json) -> str:
    """Of arms that the covariates separate completely no design makes a comparison."""
    found = ratio(content["hazard_ratio"])
    if cohort == "unmatched" or "arms_apart" not in result["propensity"]:
        return found
    return _("not interpretable: %(ratio)s") % {"ratio": found}


def _rate(rate: Sequence[float | None] | None) -> str:
    if rate is None or rate[0] is None:
        return ABSENT
    if rate[1] is None and rate[2] is None:
        return percent(rate[0])
    mark = f" {NO_WIDTH}" if rate[0] in (0, 1) else ""
    return f"{percent(rate[0])} ({percent(rate[1])}–{percent(rate[2])}){mark}"


def _marks(rows: Sequence[Row]) -> Iterator[str]:
    """What each mark in the rows stands for."""
    text = "".join(cell for row in rows for cell in row.cells)
    if ON_FEW in text:
        yield _(
            "%(mark)s Fewer than %(fewest)d patients or %(share)g%% of the arm are at risk at the median; the curve is not drawn that far."
        ) % {"mark": ON_FEW, "fewest": FEWEST_AT_RISK, "share": 100 * FEWEST_SHARE}
    if NO_WIDTH in text:
        yield _(
            "%(mark)s No patient, or every patient, has had the event by then; the interval has no width and says nothing about the uncertainty."
        ) % {"mark": NO_WIDTH}


def _level(result: Json) -> dict[str, float]:
    return {"level": 100 * result["protocol"]["conventions"]["level"]}


def _ratio_note(result: Json) -> str:
    focal, reference = arm_labels(result).values()
    above, below = (focal, reference) if result["arms"]["hr"] == "focal_vs_reference" else (reference, focal)
    told = (
        _("Hazard ratio: %(above)s vs %(below)s; after weighting, standard errors are robust.")
        if is_weighted(result)
        else _("Hazard ratio: %(above)s vs %(below)s; after matching, standard errors are clustered by pair.")
    )
    return told % {"above": above, "below": below}


def _term_text(row: Json, *, result: Json) -> str:
    if row["term"] == "arm":
        labels = arm_labels(result)
        level, reference = (labels.get(row[key], row[key] or "") for key in ("level", "reference"))
    else:
        variable = variable_of(row["term"], result=result)
        level = level_label(variable, level=row["level"]) if row["level"] else ""
        reference = level_label(variable, level=row["reference"]) if row["reference"] else ""
    text = covariate_label(row["term"], result=result) + (f": {level}" if level else "")
    return _("%(text)s (vs %(reference)s)") % {"text": text, "reference": reference} if reference else text


def _covariate_text(row: Json, *, result: Json) -> str:
    name, variable = covariate_label(row["covariate"], result=result), variable_of(row["covariate"], result=result)
    return name if row["level"] is None else level_of(name, level=row["level"], variable=variable)


def _flat_head(table: Table) -> list[str]:
    groups = [text for text, span in table.groups for _number in range(span)] or [""] * len(table.head)
    return [" · ".join(filter(None, pair)) for pair in zip(groups, table.head, strict=True)]
