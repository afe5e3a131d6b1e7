"""The codebook: what each variable of a record is called, holds and may be, read from the sheets and so from the models."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import groupby

from django.utils.functional import Promise

from registry.clinical.laboratory.loinc import LOINC, LOINC_OF_FINDINGS
from registry.derived.variables import DERIVED_VARIABLES, DerivedVariable
from registry.languages import in_both
from registry.requirements.catalog import requirements_of
from registry.workbook.sheets import Column, Kind, Sheet, sheets

BYTE_ORDER_MARK = "\ufeff"  # without it Excel shows Chinese text as noise
BETWEEN_CODES = " | "


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One variable on one sheet. `soft` and `hard` are limits such as 25–55; `codes` reads M = Male 男 | F = Female 女."""

    sheet: str
    record: str
    name: str
    label_en: str
    label_zh: str
    type: str
    required: str
    unit: str
    soft: str
    hard: str
    codes: str
    required_when: str = ""
    vocabulary: str = ""
    formula: str = ""


HEAD = tuple(field.name for field in fields(Entry))
TITLES: Mapping[str, str] = {
    "name": "Name",
    "label_en": "Label",
    "label_zh": "中文",
    "type": "Type",
    "required": "Required",
    "required_when": "Required when",
    "unit": "Unit",
    "soft": "Expected",
    "hard": "Accepted",
    "codes": "Codes",
    "vocabulary": "Vocabulary",
}
INTRODUCTION = "Every variable a center records, as the workbook has it, and at the end what is derived from them."
DERIVED_TITLES: Mapping[str, str] = {
    "name": "Name",
    "record": "Record",
    "label_en": "Label",
    "label_zh": "中文",
    "unit": "Unit",
    "formula": "Formula",
}


def entries() -> Iterator[Entry]:
    """Every column of every sheet, in the order of the workbook."""
    for sheet in sheets():
        for column in sheet.columns:
            yield _entry(column, sheet=sheet)


def derived_entries() -> Iterator[Entry]:
    """What nobody enters: computed from the record each time it is asked for."""
    for variable in DERIVED_VARIABLES:
        yield _derived_entry(variable)


def all_entries() -> list[Entry]:
    return [*entries(), *derived_entries()]


def as_csv() -> str:
    """With a byte-order mark, for spreadsheets."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows([getattr(entry, name) for name in HEAD] for entry in all_entries())
    return BYTE_ORDER_MARK + buffer.getvalue()


def as_markdown() -> str:
    """One table per sheet."""
    parts = [
        "# Data dictionary",
        f"{INTRODUCTION} Written by `manage.py codebook`; a test holds it to the code.",
    ]
    for name, rows in groupby(entries(), key=lambda entry: entry.sheet):
        parts += [f"## {name}", _table(rows, titles=TITLES)]
    parts += ["## Derived", _table(derived_entries(), titles=DERIVED_TITLES)]
    return "\n\n".join(parts) + "\n"


def _table(rows: Iterable[Entry], *, titles: Mapping[str, str]) -> str:
    lines = [_line(titles.values()), _line("---" for _ in titles)]
    return "\n".join([*lines, *(_line(_escaped(getattr(row, key)) for key in titles) for row in rows)])


def _derived_entry(variable: DerivedVariable) -> Entry:
    label_en, label_zh = in_both(variable.label)
    return Entry(
        sheet="",
        record=variable.entity,
        name=variable.name,
        label_en=label_en,
        label_zh=label_zh,
        type="derived",
        required="",
        unit=variable.unit,
        soft="",
        hard="",
        codes="",
        vocabulary=f"LOINC {LOINC_OF_FINDINGS[variable.name]}" if variable.name in LOINC_OF_FINDINGS else "",
        formula=variable.formula,
    )


def _entry(column: Column, *, sheet: Sheet) -> Entry:
    label_en, label_zh = in_both(column.label)
    limits = column.range
    return Entry(
        sheet=sheet.name,
        record=column.entity or "reference",
        name=column.name,
        label_en=label_en,
        label_zh=label_zh,
        type=column.kind.value,
        required="yes" if column.required else "",
        unit=limits.unit if limits else "",
        soft=_limits(limits.soft) if limits else "",
        hard=_limits(limits.hard) if limits else "",
        codes=BETWEEN_CODES.join(_code(code, label=label) for code, label in column.codes.items()),
        required_when=_required_when(column),
        vocabulary=_vocabulary(column),
    )


def _required_when(column: Column) -> str:
    """In words, as the record's page asks for it on submission; the laboratory's requirements name analytes."""
    name = column.name if column.kind is Kind.ANALYTE or column.name in LOINC else column.variable
    whens = [in_both(asked.when) for asked in requirements_of(column.entity) if asked.variable == name]
    return BETWEEN_CODES.join(f"{en} {zh}" for en, zh in whens)


def _vocabulary(column: Column) -> str:
    known = LOINC.get(column.name)
    codes = [known.mass, known.moles] if known else [LOINC_OF_FINDINGS.get(column.name)]
    return " / ".join(f"LOINC {code}" for code in codes if code)


def _limits(pair: tuple[float, float]) -> str:
    low, high = pair
    return f"{low:.12g}–{high:.12g}"


def _code(code: str, *, label: str | Promise) -> str:
    en, zh = in_both(label)
    return f"{code} = {en}" if en == zh else f"{code} = {en} {zh}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(cell: str) -> str:
    """A bar would end the cell."""
    return cell.replace(BETWEEN_CODES, "; ").replace("|", "\\|")
