"""Which sheet is which, which column is which, and where the data begin.

A sheet or column is known by its machine name or by its label in either language, however it is cased, spaced or widened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any

from importers.files import cells, messages
from importers.files.cells import is_blank, normalized
from importers.files.messages import Problem
from importers.files.raw import RawSheet, column_letters
from importers.layout.former_labels import former_spellings
from importers.layout.known_sheets import laboratory_rows, sheet_named
from registry.languages import in_both
from registry.workbook.sheets import Column, Kind, Sheet, sheets

SEARCHED_ROWS = 15
IGNORED = "-"  # what a center says of a header whose column is not to be read
NOTHING: Mapping[str, str] = MappingProxyType({})
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
    other = {spelling: code for code, label in described.codes.items() for spelling in former_spellings(label)}
    other |= {normalized(spelling): code for spelling, code in described.spellings.items()}
    return {**other, **known}


def lay_out(raw: RawSheet, *, sheet: Sheet, header_mapping: Mapping[str, str] = NOTHING) -> Layout:
    """`header_mapping` is what this center said before of headers that are no column's: a column, or IGNORED."""
    names = {**header_mapping, **column_names(sheet.name)}
    header = _header_row(raw.rows, names=names)
    if header is None:
        problem = (messages.NO_HEADER.about(rows=SEARCHED_ROWS), None)
        return Layout(sheet=sheet, places={}, header_row=0, first_row=1, problems=(problem,), is_readable=False)
    places, problems = _places(raw.rows[header], names=names)
    unmatched = _unmatched(raw.rows[header], names=names, sheet=sheet, places=places)
    problems += [(_about_unknown(one), one.number) for one in unmatched]
    repeated = [problem for problem, _ in problems if problem.message is messages.REPEATED_COLUMN]
    missing = [
        messages.MISSING_COLUMN.about(column=c.name)
        for c in sheet.columns
        if (c.required or c.name in sheet.key[:1]) and c.name not in places
    ]
    first = _first_data_row(raw.rows, header=header, names=names, sheet=sheet, places=places)
    unnamed = _columns_without_header(raw.rows, header=header, first=first)
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
    return normalized(cell).rstrip("*").rstrip() if isinstance(cell, str) else ""


def _header_row(rows: Sequence[Sequence[Any]], *, names: Mapping[str, str]) -> int | None:
    """The row with most known headers among the first rows; the first of equals."""
    counts = [headers_in([row], names=names) for row in rows[:SEARCHED_ROWS]]
    best = max(counts, default=0)
    return counts.index(best) if best >= 2 else None


def headers_in(rows: Sequence[Sequence[Any]], *, names: Mapping[str, str]) -> int:
    """How many different columns the row with most of them names."""
    return max((len({names[_spelled(cell)] for cell in row if _spelled(cell) in names}) for row in rows), default=0)


def _places(
    header: Sequence[Any], *, names: Mapping[str, str]
) -> tuple[dict[str, int], list[tuple[Problem, int | None]]]:
    places: dict[str, int] = {}
    problems: list[tuple[Problem, int | None]] = []
    for number, cell in enumerate(header, start=1):
        name = names.get(_spelled(cell))
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


def _unmatched(
    header: Sequence[Any], *, names: Mapping[str, str], sheet: Sheet, places: Mapping[str, int]
) -> list[Unmatched]:
    free = {spelling: name for spelling, name in names.items() if name not in places and name != IGNORED}
    found = []
    for number, cell in enumerate(header, start=1):
        if is_blank(cell) or cell in OWN_COLUMNS or _spelled(cell) in names:
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
    rows: Sequence[Sequence[Any]], *, header: int, names: Mapping[str, str], sheet: Sheet, places: Mapping[str, int]
) -> int:
    """Below the machine names the template has labels in two languages and a row of hints."""
    row = header + 1
    while row < len(rows) and _repeats_header(rows[row], names=names, places=places):
        row += 1
    if row > header + 1 and row < len(rows) and not _holds_data(rows[row], sheet=sheet, places=places):
        row += 1
    return row


def _repeats_header(row: Sequence[Any], *, names: Mapping[str, str], places: Mapping[str, int]) -> bool:
    given = [number for number in places.values() if number <= len(row) and not is_blank(row[number - 1])]
    same = sum(1 for name, number in places.items() if number in given and names.get(_spelled(row[number - 1])) == name)
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
