"""How far a result rests on choices that others would have made differently, in figures."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.report.labels import endpoint_label
from analytics.report.numbers import ABSENT, number, percent
from analytics.report.tables.table import Row, Table

Json = Mapping[str, Any]


def stability_tables(result: Json) -> list[Table]:
    """Nothing where a result has none, such as one that was made on the command line."""
    return [_table(result)] if result.get("stability") else []


def _table(result: Json) -> Table:
    orders = {row["endpoint"]: row for row in result["sensitivity"] if row["kind"] == "tied_scores"}
    rows = [
        Row(cells=(endpoint_label(name, result=result), *_cells(found), _orders(orders.get(name))))
        for name, found in result["stability"].items()
    ]
    return Table(
        name="stability",
        title=_("Stability: the hazard ratio under other reasonable choices"),
        head=(
            _("Endpoint"),
            _("As planned"),
            _("Specifications"),
            _("Median"),
            _("5th–95th percentile"),
            _("Range"),
            _("On the other side of 1, %"),
            _("Tied scores in random order: range"),
        ),
        rows=tuple(rows),
        notes=(
            _(
                "The grid of specifications is the same for every study: calipers, scales, ratios, weights, one covariate left out, and the length of follow-up. It shows how far the estimate depends on such choices; it does not replace the planned analysis and is not a test."
            ),
        ),
    )


def _cells(found: Json) -> tuple[str, ...]:
    if found["planned"] is None:
        return (ABSENT, str(found["n"]), ABSENT, ABSENT, ABSENT, ABSENT)
    ends = [
        (number(found[low], digits=2), number(found[high], digits=2)) for low, high in (("p5", "p95"), ("min", "max"))
    ]
    return (
        number(found["planned"], digits=2),
        str(found["n"]),
        number(found["median"], digits=2),
        *(f"{low}–{high}" for low, high in ends),
        percent(found["share_beyond"]),
    )


def _orders(row: Json | None) -> str:
    if row is None or "range" not in row:
        return _("no ties decide")
    return f"{number(row['range']['min'], digits=2)}–{number(row['range']['max'], digits=2)}"
