"""What a center says once of a header that is no column's: which column it means, or that it is not to be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from importers.files.cells import normalized
from importers.layout.columns import IGNORED, column_names
from importers.layout.known_sheets import laboratory_rows, sheet_named
from importers.layout.recognition import HeaderMapping
from importers.models import ColumnMapping
from importers.storage.load import NotAllowed
from registry.access.permissions import may
from registry.access.scope import center_scope
from registry.errors import Refused
from registry.workbook.sheets import sheets


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """`column` is one of the sheet's, or IGNORED."""

    sheet: str
    header: str
    column: str


def header_mapping_of(center: int) -> HeaderMapping:
    """Call it inside a scope of this center."""
    found: dict[str, dict[str, str]] = {}
    for sheet, header, column in ColumnMapping.objects.filter(center_id=center).values_list(
        "sheet", "header", "column"
    ):
        found.setdefault(sheet, {})[header] = column
    return found


def remember_meanings(center: int, *, said: Iterable[Meaning], by: Any) -> None:
    by_sheet: dict[str, dict[str, str]] = {}
    for one in said:
        by_sheet.setdefault(one.sheet, {})[one.header] = one.column
    for sheet, mapping in by_sheet.items():
        remember_mapping(center, sheet=sheet, mapping=mapping, by=by)


def remember_mapping(center: int, *, sheet: str, mapping: Mapping[str, str], by: Any) -> None:
    """`mapping`: header as sent → column name, or IGNORED. What was said of the same header before is replaced."""
    if not may(by, verb="upload_workbooks", center=center):
        raise NotAllowed(f"user {by} is not permitted to upload for this center")
    _demand_known(sheet, mapping=mapping)
    with center_scope([center], by=by, reason="column mapping", source="upload"):
        for header, column in mapping.items():
            ColumnMapping.objects.update_or_create(
                center_id=center, sheet=sheet, header=normalized(header), defaults={"column": column, "decided_by": by}
            )


def _demand_known(sheet: str, *, mapping: Mapping[str, str]) -> None:
    if sheet not in {known.name for known in (*sheets(), laboratory_rows())}:
        raise Refused(_("Sheet “{sheet}” does not exist.").format(sheet=sheet))
    columns = {column.name for column in sheet_named(sheet).columns}
    for header, column in mapping.items():
        if normalized(header) in column_names(sheet):
            raise Refused(_("“{header}” is already a recognized column.").format(header=header))
        if column not in columns and column != IGNORED:
            raise Refused(_("Sheet {sheet} has no column “{column}”.").format(sheet=sheet, column=column))
