"""What the registry knows, as the values that a mapping is held against: made once from the sheets of the template."""

from functools import cache

from importers.layout.columns import code_names, column_names
from importers.mapping.catalog import Catalog, KnownKind, KnownVariable
from registry.languages import in_both
from registry.workbook.sheets import Column, Sheet, sheets


@cache
def mapping_catalog() -> Catalog:
    return {kind.name: kind for kind in map(_kind, sheets())}


def short_name(sheet: str) -> str:
    """`patient` of 01_患者_patient, `lab_wide` of 03b_检验_lab_wide."""
    return sheet.split("_", 2)[2]


def _kind(sheet: Sheet) -> KnownKind:
    names = column_names(sheet.name)
    spelled: dict[str, set[str]] = {}
    for spelling, name in names.items():
        spelled.setdefault(name, set()).add(spelling)
    variables = [_variable(column, sheet=sheet, names=spelled.get(column.name, set())) for column in sheet.columns]
    return KnownKind(
        name=short_name(sheet.name),
        sheet=sheet.name,
        title=in_both(sheet.title),
        key=sheet.key,
        variables={variable.name: variable for variable in variables},
    )


def _variable(column: Column, *, sheet: Sheet, names: set[str]) -> KnownVariable:
    limits = column.range
    return KnownVariable(
        name=column.name,
        label=in_both(column.label),
        type=column.kind.value,
        names=frozenset(names),
        is_required=column.required,
        codes={code: in_both(label) for code, label in column.codes.items()},
        spellings=code_names(sheet.name, column=column.name) if column.codes else {},
        unit=limits.unit if limits else "",
        units=limits.factors if limits else {},
        usual=limits.soft if limits else None,
        possible=limits.hard if limits else None,
    )
