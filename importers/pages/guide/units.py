"""Step 5: the unit in which each column of numbers was written, with what its numbers say for and against it."""

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from importers.mapping.catalog import KnownVariable
from importers.mapping.language import FROM_HEADER
from importers.mapping.look import ColumnLook
from importers.mapping.suggestions import UnitSuggestion, suggest_units
from importers.pages.guide.content import Assigned, assigned_in, known_of, set_or_drop, source_of
from importers.pages.guide.names import spoken, target_name
from importers.pages.guide.workspace import Workspace

SURE = 0.8  # of the numbers are usual in this unit, and in no other so many


def shown(work: Workspace) -> dict[str, Any]:
    found = [_variable(one, known=known, work=work) for one, known in _measured(work)]
    return {"measured": found, "likely": sum(1 for one in found if one["best"])}


def taken(work: Workspace, *, given: QueryDict) -> None:
    for one, known in list(_measured(work)):
        if f"unit-{one.token}" in given:
            set_or_drop(source_of(work.content, token=one.token), name="unit", value=given[f"unit-{one.token}"])
        if given.get("accept") == "all" and (best := _best(one, known=known, work=work)):
            source_of(work.content, token=one.token)["unit"] = best


def _measured(work: Workspace) -> Iterator[tuple[Assigned, KnownVariable]]:
    for one in assigned_in(work.content):
        known = known_of(one, catalog=work.catalog)
        if known is not None and known.units and work.columns(one.headers):
            yield one, known


def _variable(one: Assigned, *, known: KnownVariable, work: Workspace) -> dict[str, Any]:
    column = work.columns(one.headers)[0]
    units = suggest_units(column, variable=known)
    return {
        "token": one.token,
        "name": target_name(one.token, catalog=work.catalog, every=_("Every record")),
        "headers": one.headers,
        "column": column,
        "usual": known.usual,
        "unit": known.unit,
        "answer": one.source.get("unit", ""),
        "has_rules": bool(one.source.get("units")),
        "options": _options(column, known=known),
        "evidence": [(told.unit, round(100 * told.share), spoken(told.why)) for told in units[:3]],
        "best": _best(one, known=known, work=work),
    }


def _options(column: ColumnLook, *, known: KnownVariable) -> list[tuple[str, str]]:
    own = [("", _("{unit}, as in the registry").format(unit=known.unit))]
    header = [(FROM_HEADER, _("{unit}, as the header says").format(unit=column.unit))] if column.unit else []
    return [*own, *header, *((unit, unit) for unit in known.units if unit != known.unit)]


def _best(one: Assigned, *, known: KnownVariable, work: Workspace) -> str:
    """Another unit than the registry's, if nothing was said and the numbers speak for it alone."""
    if one.source.get("unit") or one.source.get("units"):
        return ""
    units: tuple[UnitSuggestion, ...] = suggest_units(work.columns(one.headers)[0], variable=known)
    own = next((told.share for told in units if told.unit == known.unit), 0.0)
    return units[0].unit if units and units[0].unit != known.unit and units[0].share >= max(SURE, own + 0.2) else ""
