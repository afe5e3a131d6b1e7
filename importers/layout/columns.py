"""Which sheet is which, which column is which, and where the data begin.

A sheet or column is known by its machine name or by its label in either language, however it is cased, spaced or widened.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from importers.files import cells, messages
from importers.files.cells import is_blank, normalized
from importers.files.messages import Problem
from importers.files.raw import RawSheet, column_letters
from importers.files.unit_words import usual_unit
from importers.layout.everyday_words import everyday_words
from importers.layout.former_labels import former_spellings
from importers.layout.known_sheets import laboratory_rows, sheet_named
from registry.clinical.laboratory.quantities import folded_unit
from registry.languages import in_both
from registry.workbook.sheets import Column, Kind, Sheet, sheets

SEARCHED_ROWS = 15
IGNORED = "-"  # what a center says of a header whose column is not to be read
NOTHING: Mapping[str, str] = MappingProxyType({})
NO_UNITS: Mapping[str, frozenset[str]] = MappingProxyType({})
WITH_UNIT = re.compile(r"(?P<name>[^()\[\]]+)[(\[](?P<unit>[^()\[\]]+)[)\]]")
YEARS = "a"  # the unit of pack-years and of years
LIKELY, LIKENESS = 5, 0.75
README_SHEET = "00_README"
LISTS_SHEET = "99_lists"
EXAMPLE_SHEET = "98_example"
SUMMARY_SHEET = "00_summary"
OWN_SHEETS = (README_SHEET, SUMMARY_SHEET, EXAMPLE_SHEET, LISTS_SHEET)  # of our workbooks, and not for reading
ROW_TOKEN = "_row"  # noqa: S105  # the name of a column
OWN_COLUMNS = (
    "_rule_id",
    "_severity",
    "_message_en",
    "_message_zh",
    ROW_TOKEN,
)  # of a workbook sent back with findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the columns of a sheet stand (column numbers from 1) and on which Excel row its data begin."""

    sheet: Sheet
    places: Mapping[str, int]
    header_row: int
    first_row: int
    problems: tuple[tuple[Problem, int | None], ...]  # with the column number it is about
    is_readable: bool
    unmatched: tuple["Unmatched", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A header that is no column's, with the columns it may mean, likeliest first. Nothing is taken for another unasked."""

    sheet: str
    number: int
    header: str
    suggestions: tuple[str, ...]

    @property
    def column(self) -> str:
        return column_letters(self.number)


def spellings(text: object) -> set[str]:
    return set(map(normalized, in_both(lambda: str(text))))


@cache
def sheet_names() -> dict[str, str]:
    """{normalized spelling: sheet name}. `01_患者_patient` is also known as 患者, patient and Patients."""
    known: dict[str, str] = {}
    for sheet in (*sheets(), laboratory_rows()):
        _, chinese, machine = sheet.name.split("_", 2)
        for spelling in {normalized(sheet.name), normalized(chinese), normalized(machine)} | spellings(sheet.title):
            known.setdefault(spelling, sheet.name)
    return known


@cache
def column_names(sheet: str) -> dict[str, str]:
    """{normalized spelling: column name} of one sheet. A machine name wins over another column's label."""
    columns = sheet_named(sheet).columns
    known = {normalized(column.name): column.name for column in columns}
    for column in columns:
        for spelling in spellings(column.label):
            known.setdefault(spelling, column.name)
    former = {spelling: column.name for column in columns for spelling in former_spellings(column.label)}
    return {**former, **known}


@cache
def code_names(sheet: str, *, column: str) -> dict[str, str]:
    """{normalized spelling: code} of one column's list: the code itself and its label in each language."""
    described = sheet_named(sheet).column(column)
    known = {normalized(code): code for code in described.codes}
    for code, label in described.codes.items():
        for spelling in spellings(label):
            known.setdefault(spelling, code)
    other = {spelling: code for code, label in described.codes.items() for spelling in everyday_words(label)}
    other |= {spelling: code for code, label in described.codes.items() for spelling in former_spellings(label)}
    other |= {normalized(spelling): code for spelling, code in described.spellings.items()}
    return {**other, **known}


def lay_out(raw: RawSheet, *, sheet: Sheet, header_mapping: Mapping[str, str] = NOTHING) -> Layout:
    """`header_mapping` is what this center said before of headers that are no column's: a column, or IGNORED."""
    names = Names({**header_mapping, **column_names(sheet.name)}, units=units_of(sheet.name))
    rows = _with_labels(raw, names=names)
    header = _header_row(rows, names=names)
    if header is None:
        problem = (messages.NO_HEADER.about(rows=SEARCHED_ROWS), None)
        return Layout(sheet=sheet, places={}, header_row=0, first_row=1, problems=(problem,), is_readable=False)
    places, problems = _places(rows[header], names=names)
    unmatched = _unmatched(rows[header], names=names, sheet=sheet, places=places)
    problems += [(_about_unknown(one), one.number) for one in unmatched]
    repeated = [problem for problem, _ in problems if problem.message is messages.REPEATED_COLUMN]
    missing = [
        messages.MISSING_COLUMN.about(column=c.name)
        for c in sheet.columns
        if (c.required or c.name in sheet.key[:1]) and c.name not in places
    ]
    first = _first_data_row(rows, header=header, names=names, sheet=sheet, places=places)
    unnamed = _columns_without_header(rows, header=header, first=first)
    merged = _merges_in_body(raw.merged, first_row=first + 1)
    return Layout(
        sheet=sheet,
        places=places,
        header_row=header + 1,
        first_row=first + 1,
        problems=(*problems, *((problem, None) for problem in (*missing, *merged)), *unnamed),
        is_readable=not (missing or repeated or merged),
        unmatched=tuple(unmatched),
    )


def _spelled(cell: Any) -> str:
    return normalized(cell).rstrip("*:").rstrip() if isinstance(cell, str) else ""


class Names(dict[str, str]):
    """{normalized spelling: column name}, and what else a header may say: the unit of its column, in brackets behind the name."""

    def __init__(self, names: Mapping[str, str], *, units: Mapping[str, frozenset[str]] = NO_UNITS) -> None:
        super().__init__(names)
        self.units = units

    def of(self, cell: Any) -> str | None:
        spelled = _spelled(cell)
        name = self.get(spelled)
        found = WITH_UNIT.fullmatch(spelled) if name is None else None
        if found is None:
            return name
        name = self.get(found["name"].rstrip())
        return name if name and folded_unit(usual_unit(found["unit"])) in self.units.get(name, ()) else None


@cache
def units_of(sheet: str) -> Mapping[str, frozenset[str]]:
    """Of each column its unit, and others that say the same; a number in any other would be read as one in its unit."""
    units = {}
    for column in sheet_named(sheet).columns:
        if column.range is not None and column.range.unit:
            same = [unit for unit, factor in column.range.factors.items() if factor == 1]
            units[column.name] = frozenset(map(folded_unit, (column.range.unit, usual_unit(column.range.unit), *same)))
            if column.range.unit == YEARS:
                units[column.name] |= {YEARS, "pack-years", "年"}
    return units


def _with_labels(raw: RawSheet, *, names: Names) -> Sequence[Sequence[Any]]:
    """A data set's header says the label of each column whose name nobody knows but whose label is known."""
    if not raw.labels or not raw.rows:
        return raw.rows
    pairs = zip_longest(raw.rows[0], raw.labels, fillvalue="")
    header = [label if names.of(name) is None and names.of(label) is not None else name for name, label in pairs]
    return [header, *raw.rows[1:]]


def _header_row(rows: Sequence[Sequence[Any]], *, names: Names) -> int | None:
    """The row with most known headers among the first rows; the first of equals."""
    counts = [headers_in([row], names=names) for row in rows[:SEARCHED_ROWS]]
    best = max(counts, default=0)
    return counts.index(best) if best >= 2 else None


def headers_in(rows: Sequence[Sequence[Any]], *, names: Mapping[str, str]) -> int:
    """How many different columns the row with most of them names."""
    known = names if isinstance(names, Names) else Names(names)
    return max((len({name for cell in row if (name := known.of(cell)) is not None}) for row in rows), default=0)


def _places(header: Sequence[Any], *, names: Names) -> tuple[dict[str, int], list[tuple[Problem, int | None]]]:
    places: dict[str, int] = {}
    problems: list[tuple[Problem, int | None]] = []
    for number, cell in enumerate(header, start=1):
        name = names.of(cell)
        if name is None or name == IGNORED:
            continue
        if name in places:
            problem = messages.REPEATED_COLUMN.about(
                column=name, first=column_letters(places[name]), second=column_letters(number)
            )
            problems.append((problem, number))
        else:
            places[name] = number
    return places, problems


def _unmatched(header: Sequence[Any], *, names: Names, sheet: Sheet, places: Mapping[str, int]) -> list[Unmatched]:
    free = {spelling: name for spelling, name in names.items() if name not in places and name != IGNORED}
    found = []
    for number, cell in enumerate(header, start=1):
        if is_blank(cell) or cell in OWN_COLUMNS or names.of(cell) is not None:
            continue
        close = get_close_matches(_spelled(cell), free, n=LIKELY, cutoff=LIKENESS)
        suggestions = tuple(dict.fromkeys(free[spelling] for spelling in close))
        unmatched = Unmatched(sheet=sheet.name, number=number, header=cells.shown(cell), suggestions=suggestions)
        found.append(unmatched)
    return found


def _about_unknown(unmatched: Unmatched) -> Problem:
    if unmatched.suggestions:
        return messages.SUGGESTED_COLUMN.about(found=unmatched.header, suggested=unmatched.suggestions[0])
    return messages.UNKNOWN_COLUMN.about(found=unmatched.header)


def _first_data_row(
    rows: Sequence[Sequence[Any]], *, header: int, names: Names, sheet: Sheet, places: Mapping[str, int]
) -> int:
    """Below the machine names the template has labels in two languages and a row of hints."""
    row = header + 1
    while row < len(rows) and _repeats_header(rows[row], names=names, places=places):
        row += 1
    if row > header + 1 and row < len(rows) and not _holds_data(rows[row], sheet=sheet, places=places):
        row += 1
    return row


def _repeats_header(row: Sequence[Any], *, names: Names, places: Mapping[str, int]) -> bool:
    given = [number for number in places.values() if number <= len(row) and not is_blank(row[number - 1])]
    same = sum(1 for name, number in places.items() if number in given and names.of(row[number - 1]) == name)
    return bool(given) and same * 2 > len(given)


def _holds_data(row: Sequence[Any], *, sheet: Sheet, places: Mapping[str, int]) -> bool:
    """A hint such as YYYY-MM-DD or g/L reads neither as a date nor as a code."""
    return any(
        _is_data(row[number - 1], sheet=sheet, column=sheet.column(name))
        for name, number in places.items()
        if number <= len(row)
    )


def _is_data(cell: Any, *, sheet: Sheet, column: Column) -> bool:
    if is_blank(cell):
        return False
    if column.kind is Kind.DATE:
        return cells.read_date(cell).value is not None
    return column.kind is Kind.CODE and normalized(cells.shown(cell)) in code_names(sheet.name, column=column.name)


def _columns_without_header(
    rows: Sequence[Sequence[Any]], *, header: int, first: int
) -> list[tuple[Problem, int | None]]:
    named = {number for number, cell in enumerate(rows[header]) if not is_blank(cell)}
    used = {
        number for row in rows[first:] for number, cell in enumerate(row) if number not in named and not is_blank(cell)
    }
    return [(messages.UNNAMED_COLUMN.about(found=column_letters(number + 1)), number + 1) for number in sorted(used)]


def _merges_in_body(merged: Sequence[str], *, first_row: int) -> list[Problem]:
    inside = [
        reference
        for reference in merged
        if int(reference.split(":")[1].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) >= first_row
    ]
    return [messages.MERGED.about(found=", ".join(inside[:5]))] if inside else []
