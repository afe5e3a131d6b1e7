"""Tables of what was counted rather than timed: responses, complications, adverse events by grade."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from analytics.report.labels import arm_labels, endpoint_label
from analytics.report.numbers import (
    ABSENT,
    MINUS,
    class_label,
    cohort_label,
    p_value,
    percent,
    rough_notes,
    term_label,
    test_notes,
    test_p,
    value_label,
)
from analytics.report.tables.table import Row, Table
from analytics.result.disclosure.classes import Few
from analytics.result.rows.addresses import said, share

Json = Mapping[str, Any]
COHORTS = ("matched", "weighted", "unmatched")  # in the order of their weight
ANY = "any"
GRADES = ("g1_2", "g3_4", "g5", ANY)


def response_table(result: Json, *, endpoint: str) -> Table:
    """A row per cohort and arm: how many had each value, and the share of successes."""
    cohorts, plan = result["response"][endpoint], result["protocol"]["endpoints"][endpoint]
    values = list(next(iter(cohorts["unmatched"]["arms"].values()))["counts"])
    rows = [row for cohort in _present(cohorts) for row in _response_rows(cohorts, cohort=cohort, result=result)]
    success = "+".join(value_label(str(token)) for token in plan["success"])
    head = (_("Cohort"), _("Arm"), _("n"), _("Evaluable"), *(value_label(value) for value in values))
    level = {"success": success, "level": 100 * result["protocol"]["conventions"]["level"]}
    head += (
        _("%(success)s, %% (%(level)g%% CI)") % level,
        _("Difference, percentage points (%(level)g%% CI)") % level,
        _("P"),
        _("P (paired)"),
    )
    tests = sorted(
        {name for of in cohorts.values() for name in (of["test"]["name"], of["mcnemar"].get("name")) if name}
    )
    notes = (
        _(
            "Exact (Clopper-Pearson) confidence limits; of differences, Newcombe's (for pairs, of the pairs evaluable on both sides)."
        ),
        *test_notes(tests),
        *rough_notes(cell for row in rows for cell in row.cells),
    )
    return Table(
        name=f"response-{endpoint.lower().replace('_', '-')}",
        title=endpoint_label(endpoint, result=result),
        head=head,
        rows=tuple(rows),
        notes=notes,
        text_columns=2,
    )


def safety_tables(result: Json) -> list[Table]:
    """One per cohort, the matched one open."""
    present = _present(result["safety"])
    return [_safety_table(result, cohort=cohort, is_detail=cohort != present[0]) for cohort in present]


def _present(cohorts: Json) -> list[str]:
    return [cohort for cohort in COHORTS if cohort in cohorts]


def _response_rows(cohorts: Json, *, cohort: str, result: Json) -> list[Row]:
    content = cohorts[cohort]
    contrast = (_difference(content), test_p(content["test"]), p_value(content["mcnemar"]["p"]))
    rows = []
    for place, (name, label) in enumerate(arm_labels(result).items()):
        arm = content["arms"][name]
        rate = ABSENT
        if arm["rate"] is not None:
            rate = f"{percent(arm['rate'])} ({percent(arm['low'])}–{percent(arm['high'])})"
        counts = [str(count) for count in (arm["n"], arm["evaluable"], *arm["counts"].values())]
        rows.append(
            Row(
                cells=(
                    cohort_label(cohort, result=result),
                    label,
                    *counts,
                    rate,
                    *(contrast if place == 0 else ("",) * 3),
                )
            )
        )
    return rows


def _difference(content: Json) -> str:
    """That of the pairs where persons are paired, with its limits where there are any."""
    paired = content["mcnemar"]
    found = [content.get(key) for key in ("difference", "difference_low", "difference_high")]
    if paired.get("difference") is not None:
        found = [paired[key] for key in ("difference", "low", "high")]
    value, low, high = found
    if value is None:
        return ABSENT
    limits = "" if low is None or high is None else f" ({_points(low)} – {_points(high)})"
    return f"{_points(value)}{limits}"


def _points(difference: float) -> str:
    text = f"{100 * difference:+.1f}"
    return said(text.replace("-", MINUS) if float(text) else "0.0", of=difference)


def _safety_table(result: Json, *, cohort: str, is_detail: bool) -> Table:
    arms, content = arm_labels(result), result["safety"][cohort]
    grades = (_("grade 1–2"), _("grade 3–4"), _("grade 5"), _("any grade"))
    sizes = {name: content[0]["arms"][name]["n"] for name in arms} if content else dict.fromkeys(arms, 0)
    groups = (("", 1), *((f"{label} (n = {sizes[name]})", len(grades) + 1) for name, label in arms.items()), ("", 1))
    rows = tuple(_safety_row(row, arms=list(arms)) for row in content)
    tests = sorted({row["test"]["name"] for row in content if row["test"]["p"] is not None})
    return Table(
        name=f"adverse-events-{cohort}",
        title=" · ".join([_("Adverse events"), cohort_label(cohort, result=result)]),
        head=(_("CTCAE term"), *((*grades, _("events")) * len(arms)), _("P")),
        rows=rows,
        groups=groups,
        notes=(
            _("Patients by worst grade for each term, with percent of the arm; events include all records."),
            _("P values compare patients with any grade and are not adjusted for multiple comparisons."),
            *test_notes(tests),
            *rough_notes(cell for row in rows for cell in row.cells),
        ),
        is_detail=is_detail,
    )


def _safety_row(row: Json, *, arms: Sequence[str]) -> Row:
    cells = []
    for name in arms:
        arm = row["arms"][name]
        cells += [_of_all(arm["patients"][grade], n=arm["n"]) for grade in GRADES] + [str(arm["events"])]
    return Row(cells=(_name(row), *cells, test_p(row["test"])), level=int(row["term"] != ANY))


def _name(row: Json) -> str:
    if row["term"] != ANY:
        return term_label(row["term"])
    return class_label(row["class"]) if row["class"] else _("Any adverse event")


def _of_all(count: int, *, n: int) -> str:
    if isinstance(count, Few):
        return str(count)
    return f"{count} ({percent(share(count, of=n))})" if count else str(count)
