"""What the registry knows, as the values that a mapping is held against: made once from the sheets of the template."""

from dataclasses import replace
from functools import cache

from django.utils.translation import gettext_lazy as _

from importers.layout.columns import code_names, column_names
from importers.layout.known_sheets import LABORATORY, analytes_of, laboratory_rows
from importers.mapping.catalog import VALUE, Catalog, KnownKind, KnownVariable
from registry.languages import in_both
from registry.workbook.sheets import Column, Kind, Sheet, sheet_of, sheets


@cache
def mapping_catalog() -> Catalog:
    """The laboratory's two forms stand side by side: `lab_wide` with a column for each test, `lab` with a row."""
    found: dict[str, KnownKind] = {}
    for sheet in sheets():
        found[short_name(sheet.name)] = _kind(sheet)
        if sheet is sheet_of(LABORATORY):
            found[short_name(laboratory_rows().name)] = _long(laboratory_rows())
    return found


def short_name(sheet: str) -> str:
    """`patient` of 01_患者_patient, `lab_wide` of 03b_检验_lab_wide."""
    return sheet.split("_", 2)[2]


def _long(sheet: Sheet) -> KnownKind:
    """Of the columns of the tests each row fills the one that its test names; the value is written as any of them is."""
    whole, tests = _kind(sheet), [column.name for column in analytes_of(sheet)]
    own = {name: one for name, one in whole.variables.items() if name not in tests}
    own[VALUE] = replace(own[VALUE], type=Kind.ANALYTE.value)
    title = in_both(_("Laboratory, one result per row"))
    return replace(whole, title=title, variables=own, results={name: whole.variables[name] for name in tests})


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
