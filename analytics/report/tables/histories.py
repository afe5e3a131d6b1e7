"""Tables of what a registry tells beside the comparison: downstaging, complications, treatment after progression, centers."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from analytics.report.labels import arm_labels, endpoint_label, level_label
from analytics.report.numbers import (
    ABSENT,
    cohort_label,
    method_label,
    number,
    p_value,
    percent,
    ratio,
    rough_notes,
    term_label,
    test_p,
)
from analytics.report.tables.secondary import by_weight, ratio_head
from analytics.report.tables.table import Row, Table
from analytics.result.rows.addresses import share
from analytics.result.rows.periods import period_sum

Json = Mapping[str, Any]
AFTER_PROGRESSION = "post_progression_therapy"
KINDS = ("major", "minor")


def period_tables(result: Json) -> Iterator[Table]:
    """Patients by center and year of time zero: before the design, and after it behind a stroke."""
    periods = result.get("periods", ())
    if not periods:
        return
    years = sorted({one["year"] for one in periods})
    found = {(one["center"], one["year"]): one for one in periods}
    centers = sorted({one["center"] for one in periods})
    rows = [
        Row(
            cells=(
                center,
                *(_cell(found.get((center, year))) for year in years),
                _cell(period_sum(periods, center=center)),
            )
        )
        for center in centers
    ]
    totals = (_cell(period_sum(periods, year=year)) for year in years)
    rows.append(Row(cells=(_("All centers"), *totals, _cell(period_sum(periods)))))
    yield Table(
        name="centers-periods",
        title=_("Patients by center and year"),
        head=(_("Center"), *map(str, years), _("All years")),
        rows=tuple(rows),
        notes=(_("By the year of time zero: before the design / after it."),),
        is_detail=True,
    )


def history_tables(result: Json) -> Iterator[Table]:
    """Those of which anything was recorded."""
    told = result.get("histories", {})
    if told.get("downstaging"):
        yield _downstaging(told["downstaging"], result=result)
    if any(told.get("complications", {}).values()):
        yield _complications(told["complications"], result=result)
    after = told.get("after_progression", {})
    if any(arm["progressed"] for arms in after.values() for arm in arms.values()):
        yield _after_progression(after, result=result)


def center_tables(result: Json) -> Iterator[Table]:
    """Of each endpoint the arms within each center."""
    for endpoint, found in result.get("centers", {}).items():
        rows = []
        for row in found["rows"]:
            counts = (f"{row['arms'][name]['events']}/{row['arms'][name]['n']}" for name in arm_labels(result))
            rows.append(Row(cells=(row["level"], *counts, ratio(row), p_value(row["p"]))))
        if found["heterogeneity"]:
            spread = found["heterogeneity"]
            rows.append(Row(cells=(_("Random-effects mean"), "", "", ratio(spread), "")))
        yield Table(
            name=f"centers-{endpoint.lower()}",
            title=" · ".join([_("Hazard ratio by center"), endpoint_label(endpoint, result=result)]),
            head=(
                _("Center"),
                *(_("%(arm)s, events/n") % {"arm": label} for label in arm_labels(result).values()),
                ratio_head(result),
                _("P"),
            ),
            rows=tuple(rows),
            notes=(*spread_notes(found), _("Hazard ratios are not shown when either arm has fewer than five events.")),
            is_detail=True,
        )


def spread_notes(found: Json) -> Iterator[str]:
    """How far the centers differ."""
    spread = found["heterogeneity"]
    if spread is None:
        yield _("Heterogeneity was not estimated: fewer than two centers have a hazard ratio.")
        return
    yield _(
        "Heterogeneity between %(k)d centers: Cochran Q %(q)s (df %(df)d, %(p)s), I² %(i2)s %%, tau² %(tau2)s (DerSimonian-Laird)."
    ) % {
        "k": spread["k"],
        "q": number(spread["q"], digits=2),
        "df": spread["df"],
        "p": f"P {shown}" if (shown := p_value(spread["p"])).startswith("<") else f"P = {shown}",
        "i2": percent(spread["i2"]),
        "tau2": number(spread["tau2"], digits=3),
    }


def _cell(one: Json | None) -> str:
    return ABSENT if one is None else f"{one['before']} / {one['after']}"


def _arm_heads(cohorts: Any, *, result: Json) -> tuple[tuple[str, int], ...]:
    return (("", 1), *((cohort_label(cohort, result=result), 2) for cohort in cohorts))


def _downstaging(found: Json, *, result: Json) -> Table:
    cohorts = list(reversed(by_weight(found)))
    rows = []
    for name, (label, kind) in _downstaging_rows().items():
        cells = []
        for cohort in cohorts:
            for arm in arm_labels(result):
                summary = found[cohort][arm].get(name)
                cells.append(_summary(summary, kind=kind) if summary else ABSENT)
        rows.append(Row(cells=(label, *cells)))
    arms = arm_labels(result)
    sizes = [
        f"{label} (n = {next(iter(found[cohort][name].values()))['n']})"
        for cohort in cohorts
        for name, label in arms.items()
    ]
    return Table(
        name="downstaging",
        title=_("Downstaging"),
        head=(_("Characteristic"), *sizes),
        rows=tuple(rows),
        groups=_arm_heads(cohorts, result=result),
        notes=(
            _(
                "Before: at time zero, whole tumor. After: at the last assessment before the local treatment, viable tumor."
            ),
        ),
    )


def _downstaging_rows() -> dict[str, tuple[str, str]]:
    return {
        "sessions": (_("Transarterial sessions before the local treatment, mean (SD)"), "mean"),
        "interval_months": (_("Interval to the local treatment, months, median (IQR)"), "median"),
        "number_before": (_("Number of tumors before, median (IQR)"), "median"),
        "number_after": (_("Number of tumors after, median (IQR)"), "median"),
        "size_before_cm": (_("Largest diameter before, cm, mean (SD)"), "mean"),
        "size_after_cm": (_("Largest diameter after, cm, mean (SD)"), "mean"),
    }


def _summary(summary: Json, *, kind: str) -> str:
    first, low, high = ("mean", "sd", None) if kind == "mean" else ("median", "q1", "q3")
    if summary[first] is None:
        return ABSENT
    spread = "–".join(number(summary[key]) for key in (low, high) if key)
    missing = _(", %(n)d missing") % {"n": summary["missing"]} if summary["missing"] else ""
    return f"{number(summary[first])} ({spread}){missing}"


def _complications(found: Json, *, result: Json) -> Table:
    """Under each kind its terms, as the unmatched cohort has them."""
    cohorts = list(reversed(by_weight(found)))
    of = {(cohort, row["kind"], row["term"]): row for cohort in cohorts for row in found[cohort]}
    rows = []
    for kind, group in groupby(found["unmatched"], key=lambda row: row["kind"]):
        for row in group:
            cells = [cell for cohort in cohorts for cell in _counts(of.get((cohort, kind, row["term"])), result=result)]
            is_all = row["term"] == "any"
            label = _heading(kind) if is_all else term_label(row["term"])
            rows.append(Row(cells=(label, *cells), level=0 if is_all else 1))
    arms = arm_labels(result)
    heads = []
    for cohort in cohorts:
        sizes = found[cohort][0]["arms"]
        heads += [*(f"{label} (n = {sizes[name]['n']})" for name, label in arms.items()), _("P")]
    tests = sorted({row["test"]["name"] for rows in found.values() for row in rows} - {"none"})
    return Table(
        name="complications",
        title=_("Complications"),
        head=(_("Complication"), *heads),
        rows=tuple(rows),
        groups=(("", 1), *((cohort_label(cohort, result=result), 3) for cohort in cohorts)),
        notes=(
            _("Patients with the complication (percent); major and minor by the Society of Interventional Radiology."),
            _("Tests: %(names)s.") % {"names": _("; ").join(map(method_label, tests))},
            *rough_notes(cell for row in rows for cell in row.cells),
        ),
    )


def _heading(kind: str) -> str:
    return {"major": _("Major complications"), "minor": _("Minor complications")}[kind]


def _counts(row: Json | None, *, result: Json) -> list[str]:
    """A term that nobody of the cohort has is in none of its rows."""
    if row is None:
        return [*(_("none") for _arm in arm_labels(result)), ABSENT]
    arms = [row["arms"][name] for name in arm_labels(result)]
    return [
        *(f"{arm['patients']} ({percent(share(arm['patients'], of=max(1, arm['n'])))})" for arm in arms),
        test_p(row["test"]),
    ]


def _after_progression(found: Json, *, result: Json) -> Table:
    cohorts, arms = list(reversed(by_weight(found))), arm_labels(result)
    columns = [found[cohort][name] for cohort in cohorts for name in arms]
    codes = sorted(
        {code for column in columns for code in column["kinds"]},
        key=lambda code: (-sum(column["kinds"].get(code, 0) for column in columns), code),
    )
    rows = [Row(cells=(_("Progression"), *(_share(c["progressed"], n=c["n"]) for c in columns)))]
    for code in codes:
        cells = (
            _share(column["kinds"][code], n=column["progressed"]) if code in column["kinds"] else _("none")
            for column in columns
        )
        rows.append(Row(cells=(level_label(AFTER_PROGRESSION, level=code), *cells), level=1))
    if any(column["unrecorded"] for column in columns):
        cells = (_share(column["unrecorded"], n=column["progressed"]) for column in columns)
        rows.append(Row(cells=(_("None recorded"), *cells), level=1))
    heads = (f"{label} (n = {found[cohort][name]['n']})" for cohort in cohorts for name, label in arms.items())
    return Table(
        name="after-progression",
        title=_("Treatment after progression"),
        head=(_("Treatment"), *heads),
        rows=tuple(rows),
        groups=_arm_heads(cohorts, result=result),
        notes=(
            _(
                "After the first progression after time zero; percent of those with progression. A patient may have several treatments."
            ),
        ),
    )


def _share(count: int, *, n: int) -> str:
    return f"{count} ({percent(share(count, of=n))})" if n else ABSENT
