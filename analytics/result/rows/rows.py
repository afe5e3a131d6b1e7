"""The numbers of a result as rows, each with an address that can be cited.

An address is the path in the JSON, with the items of a list called by what identifies them: `flow.stage.removed`,
`baseline.age.>=60.matched.arms.TACE.count`, `endpoints.OS.matched.hazard_ratio.hr`. Spaces are written as underscores.
`ResultRows(result).at(address)` finds a row, and its roles (cohort, arm, endpoint, variable, level, month) say whom it counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from analytics.messages import Message
from analytics.result.nulls import Json
from analytics.result.rows.addresses import SHARE, LocatedCurve, located_number
from analytics.result.rows.courses import rows_of_patients
from analytics.result.rows.flow import MISSING
from analytics.result.rows.notices import notices
from analytics.result.rows.periods import period_sums
from analytics.result.rows.row import ResultRow
from analytics.result.rows.shapes import Curve, Statistic, segment
from analytics.result.rows.walk import Place, visit

NOT_REQUESTED = "not_requested"
FLOW, REMOVED = "flow", "removed"
ALIKE = 0.1  # a standardized mean difference that is taken for none
BEFORE = "_before"  # added up over all earlier times


class ResultRows:
    """All rows of a result, in the order of the JSON, with what is read from them: shares and the largest difference."""

    def __init__(self, result: Json) -> None:
        self.result = result

    @cached_property
    def by_address(self) -> Mapping[str, ResultRow]:
        found: dict[str, ResultRow] = {}
        told: list[tuple[Place, Statistic, Any]] = []

        def keep(place: Place, statistic: Statistic, value: Any) -> Any:
            if value is not None or _why(place) != NOT_REQUESTED:
                found[place.address] = _row(place, statistic=statistic, value=value)
                told.append((place, statistic, value))
            return value

        visit(self.result, of=keep)
        shares = [_share(place, statistic=statistic, value=value, found=found) for place, statistic, value in told]
        found.update({row.address: row for row in shares if row})
        found.update(
            {
                row.address: row
                for row in (
                    *largest_differences(self.result),
                    *period_sums(self.result),
                    *rows_of_patients(self.result),
                    *notices(self.result),
                )
            }
        )
        for row in [
            row
            for row in found.values()
            if row.analysis == FLOW and row.statistic == REMOVED and not row.address.endswith(MISSING)
        ]:
            nobody = replace(row, address=row.address.removesuffix(REMOVED) + MISSING, value=0)
            found.setdefault(nobody.address, nobody)
        arms = [segment(name) for name in _arms(self.result)]
        return {address: _resting(row, found=found, arms=arms) for address, row in found.items()}

    def __iter__(self) -> Iterator[ResultRow]:
        return iter(self.by_address.values())

    def at(self, address: str) -> ResultRow | None:
        """None where the result has no such number. A curve has one at each month."""
        return self.by_address.get(address) or self._on_a_curve(address)

    @cached_property
    def _curves(self) -> Mapping[str, tuple[Place, Curve, Json]]:
        found = {}
        for place, node, content in curves(self.result):
            found[place.address] = (place, node, content)
        return found

    def _on_a_curve(self, address: str) -> ResultRow | None:
        for curve, (place, node, content) in self._curves.items():
            column, _, month = address.removeprefix(f"{curve}.").partition(".")
            if address.startswith(f"{curve}.") and column in node.statistics and _is_number(month):
                value = value_at(content, column=column, month=float(month))
                here = place.at(column).at(month, month=month)
                return _row(here, statistic=node.statistics[column], value=value, name=column)
        return None


def curves(result: Json) -> list[tuple[Place, Curve, Json]]:
    found: list[tuple[Place, Curve, Json]] = []
    visit(result, of=lambda _place, _statistic, value: value, curve=lambda *one: found.append(one))
    return found


def located(result: Json) -> Json:
    """The result with numbers that know their address (Note [How a number keeps its address])."""

    def number(place: Place, _statistic: Statistic, value: Any) -> Any:
        return None if value is None else located_number(value, address=place.address)

    def curve(place: Place, _node: Curve, content: Json) -> Json:
        made = LocatedCurve(content)
        made.address = place.address
        return made

    return visit(result, of=number, curve=curve, goes_into_drawn=False)


def value_at(curve: Json, *, column: str, month: float) -> float | None:
    """At risk are those whose time is at least this month, and together with those who left before it they are all who entered;
    all else holds from its time on."""
    time = np.array(curve["time"], dtype=float)
    if column == "at_risk":
        place = int(np.searchsorted(time, month - 1e-9))
        return curve[column][place] if place < time.size else 0
    if column.endswith(BEFORE):
        earlier = np.array(curve[column.removesuffix(BEFORE)], dtype=float)[time < month - 1e-9]
        return int(earlier.sum())
    place = int(np.searchsorted(time, month, side="right")) - 1
    if place < 0:
        return {"survival": 1.0, "incidence": 0.0}.get(column)
    value: float | None = curve[column][place]
    return value


def largest_differences(result: Json) -> Iterator[ResultRow]:
    for key, en, zh in (
        ("smd_before", "Largest standardized mean difference, before the design", "最大标准化均数差，设计前"),
        ("smd_after", "Largest standardized mean difference, after the design", "最大标准化均数差，设计后"),
    ):
        if (value := largest_difference(result, key=key)) is not None:
            yield ResultRow(
                address=f"balance.largest.{key}",
                analysis="balance",
                statistic=key,
                label=Message(en, zh),
                value=value,
                function="analytics.result.rows.rows.largest_difference",
                r="base::max",
            )
    yield from _alike(result)


def _alike(result: Json) -> Iterator[ResultRow]:
    """How many differences there are, and how many of them are not taken for none."""
    for key, count, en, zh in (
        ("all", len(differences(result)), "Standardized mean differences", "标准化均数差的个数"),
        (
            "above",
            differences_above(result),
            f"Standardized mean differences above {ALIKE:g}",
            f"大于 {ALIKE:g} 的标准化均数差个数",
        ),
    ):
        yield ResultRow(
            address=f"balance.count.{key}",
            analysis="balance",
            statistic=key,
            label=Message(en, zh),
            value=int(count),
            function="analytics.result.rows.rows.differences",
            r="base::sum",
        )


def differences(result: Mapping[str, Any], *, key: str = "smd_after") -> list[float]:
    """Of all covariates and the score, without their signs."""
    return [abs(row[key]) for row in result["balance"] if row[key] is not None]


def differences_above(result: Mapping[str, Any]) -> int:
    """Those that are not taken for none; the number knows its address."""
    return located_number(sum(size > ALIKE for size in differences(result)), address="balance.count.above")


def largest_difference(result: Mapping[str, Any], *, key: str) -> float | None:
    """Of all covariates, whatever its sign; it knows its address."""
    found = differences(result, key=key)
    return located_number(max(found), address=f"balance.largest.{key}") if found else None


def _row(place: Place, *, statistic: Statistic, value: Any, name: str = "") -> ResultRow:
    roles, own = place.roles, place.address.removeprefix(place.contrast)
    names = ("cohort", "arm", "endpoint", "variable", "level", "month", "contrast")
    about: Mapping[str, Any] = {role: roles.get(role, "") for role in names}
    return ResultRow(
        address=place.address,
        analysis=own.partition(".")[0],
        statistic=name or place.address.rpartition(".")[2],
        label=statistic.label,
        value=value,
        **about,
        method=place.method,
        why="" if value is not None else _why(place),
        function=statistic.function,
        r=statistic.r,
        rests_on=tuple(place.contrast + each for each in _filled(statistic.rests_on, roles=roles)),
    )


def _why(place: Place) -> str:
    return str(place.why.get(place.address.rpartition(".")[2], "not_estimable"))


def _share(place: Place, *, statistic: Statistic, value: Any, found: Mapping[str, ResultRow]) -> ResultRow | None:
    """The share that this number is of its whole, where people read it as one."""
    if not statistic.share_of or value is None:
        return None
    whole = found.get(place.contrast + _filled((statistic.share_of,), roles=place.roles)[0])
    if whole is None or not whole.value:
        return None
    row = _row(place.at(SHARE), statistic=statistic, value=value / whole.value)
    label = Message(f"{statistic.label.en}, share", f"{statistic.label.zh}，比例")
    return replace(
        row, label=label, function="analytics.result.rows.addresses.share", rests_on=(place.address, whole.address)
    )


def _filled(templates: tuple[str, ...], *, roles: Mapping[str, str]) -> list[str]:
    """With what the number is about; a level that there is not leaves no gap, an arm stays open."""
    found = []
    for template in templates:
        text = template if roles.get("level") else template.replace(".{level}", "")
        known = {role: segment(value) for role, value in roles.items()} | ({} if "arm" in roles else {"arm": "{arm}"})
        found.append(text.format_map(_Known(known)))
    return found


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _resting(row: ResultRow, *, found: Mapping[str, ResultRow], arms: list[str]) -> ResultRow:
    """What a row rests on, of each arm where it is of both; only what the result has."""
    if not row.rests_on:
        return row
    asked = [each.replace("{arm}", arm) for each in row.rests_on for arm in (arms if "{arm}" in each else [""])]
    return replace(row, rests_on=tuple(each for each in asked if each in found and each != row.address))


def _arms(result: Json) -> list[str]:
    names = [*result["arms"]["n"], *(name for one in result.get("contrasts", ()) for name in one["arms"]["n"])]
    return list(dict.fromkeys(names))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
