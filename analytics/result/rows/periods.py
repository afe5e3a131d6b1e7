"""Patients by center and year added up: sums that a table prints, and that are rows like what they are made of."""

from collections.abc import Iterator, Mapping
from typing import Any

from analytics.messages import Message
from analytics.result.rows.addresses import address_of, located_number
from analytics.result.rows.row import ResultRow
from analytics.result.rows.shapes import segment

Json = Mapping[str, Any]
MOMENTS = {
    "before": Message("Patients before the design, added up", "设计前人数合计"),
    "after": Message("Patients after the design, added up", "设计后人数合计"),
}


def period_sum(periods: list[Json], *, center: str | None = None, year: int | None = None) -> dict[str, int]:
    """Before the design and after it; each number knows its address."""
    of = [one for one in periods if center in (None, one["center"]) and year in (None, one["year"])]
    place = segment(center) if center is not None else "all" if year is None else str(int(year))  # a plain number
    return {
        key: located_number(sum(int(one[key]) for one in of), address=f"periods.sum.{place}.{key}") for key in MOMENTS
    }


def period_sums(result: Json) -> Iterator[ResultRow]:
    """Of each center, of each year, and of all."""
    periods = list(result.get("periods", ()))
    asked: list[dict[str, Any]] = [{"center": center} for center in sorted({one["center"] for one in periods})]
    asked += [{"year": year} for year in sorted({one["year"] for one in periods})]
    for about in [*asked, {}] if periods else []:
        for key, value in period_sum(periods, **about).items():
            yield ResultRow(
                address=address_of(value),
                analysis="periods",
                statistic=key,
                level=str(about.get("center", "")),
                label=MOMENTS[key],
                value=int(value),
                function="analytics.result.rows.periods.period_sum",
                r="base::sum",
            )
