"""The National Cancer Institute's spreadsheet of CTCAE terms → its terms, or one refusal that says what to do.

Columns are found by name, which differs between versions: "MedDRA v12.0 Code", "CTCAE v4.0 SOC", "CTCAE v4.0 Term" in 4.03;
"MedDRA Code", "MedDRA SOC", "CTCAE Term" in 5.0; "CTCAE v6.0 MedDRA 28.0 LLT Code", "... SOC", "... Term" in 6.0. A grade is
defined where its cell holds more than a dash.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from registry.clinical.adverse_events.ctcae import folded, graded_as
from registry.clinical.messages import Message

LARGEST_FILE = 20 * 1024 * 1024
HEADER_WITHIN_ROWS = 20
MOST_ROWS_NAMED = 5
GRADES = ("1", "2", "3", "4", "5")
NO_GRADE = frozenset({"", "-", "–", "—"})  # dashes as the institute prints them
CODE = re.compile(r"\d{8}")
VERSION_NAMED = re.compile(r"ctcae[ _]?v?(\d\.\d{1,2})")
NEEDED: Mapping[str, re.Pattern[str]] = {
    "code": re.compile(r".*\bcode"),
    "soc": re.compile(r".*\bsoc"),
    "term": re.compile(r"(?:.*\b)?term"),
    **{grade: re.compile(rf"grade {grade}") for grade in GRADES},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialTerm:
    """`grades` are the digits of the grades that the version defines for the term, `definitions` their words, "" of the others."""

    term: str
    soc: str
    grades: str
    code: str
    definitions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialList:
    version: str
    terms: tuple[OfficialTerm, ...]


class NotACtcaeFile(Exception):
    """The file cannot be used; `message` says why in both languages."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The rows below a header; `first_row` is the Excel row of the first of them."""

    sheet: str
    columns: Mapping[str, int]
    versions: frozenset[str]
    rows: Sequence[Sequence[Any]]
    first_row: int


def read_ctcae_file(path: Path, *, version: str) -> OfficialList:
    """Every term of the file (.xlsx, or the .xls of 4.03). Raises NotACtcaeFile."""
    asked = graded_as(version)
    table = _table(path, version=asked)
    if table.versions and asked not in table.versions:
        found = ", ".join(sorted(table.versions))
        raise NotACtcaeFile(
            Message(
                f"Sheet {table.sheet} is CTCAE {found}, not {asked}. Specify the version of the file, or choose another file.",
                f"工作表 {table.sheet} 是 CTCAE {found}，不是 {asked}。请给出该文件的版本，或换一个文件。",
            )
        )
    terms = tuple(_terms(table))
    _refuse_twice(terms, sheet=table.sheet)
    return OfficialList(version=asked, terms=terms)


def _table(path: Path, *, version: str) -> _Table:
    found = [table for name, rows in _sheets(path) if (table := _below_header(name, rows=rows, version=version))]
    if not found:
        raise NotACtcaeFile(
            Message(
                f"{path.name} has no sheet with columns for code, SOC, term and grades 1 to 5. "
                "Use the spreadsheet of CTCAE terms published by the National Cancer Institute.",
                f"{path.name} 中没有包含代码、SOC、术语和 1 至 5 级各列的工作表。请使用美国国家癌症研究所发布的 CTCAE 术语表。",
            )
        )
    return min(found, key=lambda table: "clean" not in table.sheet.casefold())  # beside it stand tracked changes


def _sheets(path: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise NotACtcaeFile(
                Message(
                    f"{path.name} is larger than 20 MB; the list of CTCAE terms is much smaller.",
                    f"{path.name} 大于 20 MB；CTCAE 术语表远小于此。",
                )
            )
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            yield name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise NotACtcaeFile(
            Message(
                f"{path.name} cannot be read as a workbook. Use the .xlsx or .xls file of CTCAE terms.",
                f"无法将 {path.name} 作为工作簿读取。请提供 CTCAE 术语的 .xlsx 或 .xls 文件。",
            )
        ) from error


def _below_header(sheet: str, *, rows: Sequence[Sequence[Any]], version: str) -> _Table | None:
    for number, row in enumerate(rows[:HEADER_WITHIN_ROWS], start=1):
        names = [_plain(cell) for cell in row]
        columns = {what: _column(names, pattern=pattern, version=version) for what, pattern in NEEDED.items()}
        if None not in columns.values():
            known = {what: column for what, column in columns.items() if column is not None}
            named = _versions([sheet, *names])
            return _Table(sheet=sheet, columns=known, versions=named, rows=rows[number:], first_row=number + 1)
    return None


def _column(names: Sequence[str], *, pattern: re.Pattern[str], version: str) -> int | None:
    """The one column of this name; of several the one that names the version, as in a table that compares two."""
    fitting = [column for column, name in enumerate(names) if pattern.fullmatch(name)]
    of_version = [column for column in fitting if version in _versions([names[column]])]
    chosen = of_version or fitting
    return chosen[0] if len(chosen) == 1 else None


def _versions(names: Iterable[str]) -> frozenset[str]:
    return frozenset(graded_as(found) for name in names for found in VERSION_NAMED.findall(_plain(name)))


def _terms(table: _Table) -> Iterator[OfficialTerm]:
    soc, faulty = "", []
    for number, row in enumerate(table.rows, start=table.first_row):
        cells = {what: _text(row[column]) if column < len(row) else "" for what, column in table.columns.items()}
        soc = cells["soc"] or soc  # merged cells name their class once
        if not cells["term"]:
            continue
        definitions = tuple("" if cells[grade] in NO_GRADE else cells[grade] for grade in GRADES)
        grades = "".join(grade for grade, words in zip(GRADES, definitions, strict=True) if words)
        if not (soc and grades and CODE.fullmatch(cells["code"])):
            faulty.append(str(number))
            continue
        yield OfficialTerm(term=cells["term"], soc=soc, grades=grades, code=cells["code"], definitions=definitions)
    if faulty:
        raise NotACtcaeFile(_faulty_rows(faulty, sheet=table.sheet))


def _faulty_rows(rows: Sequence[str], *, sheet: str) -> Message:
    shown = ", ".join(rows[:MOST_ROWS_NAMED]) + (", …" if len(rows) > MOST_ROWS_NAMED else "")
    return Message(
        f"Sheet {sheet}, row {shown}: each term requires an SOC, an eight-digit MedDRA code and at least one grade. "
        "Use the file as published.",
        f"工作表 {sheet} 第 {shown} 行：术语必须有 SOC、八位 MedDRA 代码和至少一个分级。请使用发布时的原文件。",
    )


def _refuse_twice(terms: Sequence[OfficialTerm], *, sheet: str) -> None:
    names = [folded(term.term) for term in terms]
    twice = next((term.term for term in terms if names.count(folded(term.term)) > 1), None)
    if twice or not terms:
        problem = (
            Message(f'"{twice}" appears twice', f"“{twice}”出现两次")
            if twice
            else Message("no terms were found", "没有术语")
        )
        raise NotACtcaeFile(
            Message(
                f"Sheet {sheet}: {problem.en}. Use the file as published.",
                f"工作表 {sheet}：{problem.zh}。请使用发布时的原文件。",
            )
        )


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a code that Excel holds as a number
    return " ".join(str(cell).split())


def _plain(cell: Any) -> str:
    return folded(unicodedata.normalize("NFKC", str(cell)))
