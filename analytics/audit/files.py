"""The bytes of a file, or a text that was pasted, become rows of cells: CSV, tab-separated text, or a workbook."""

import csv
import io
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from analytics.audit.entries import PrintedTable
from analytics.audit.reader import read_tables
from analytics.errors import UnreadableTableError
from analytics.messages import Message

MOST_BYTES = 2_000_000
MOST_INFLATED_BYTES = 40_000_000
MOST_ROWS = 2_000
NO_TABLE = Message(
    "No table was found. Give each table a heading with the arms, such as “SR (n=219)”, and its rows below it.",
    "未找到表格。请在每个表的表头写明各组及例数（如“SR (n=219)”），其下为各行。",
)
TOO_LARGE = Message(
    f"The file is larger than {MOST_BYTES // 1_000_000} MB or has more than {MOST_ROWS:,} rows; keep only the tables to be checked.",
    f"文件超过 {MOST_BYTES // 1_000_000} MB 或多于 {MOST_ROWS:,} 行；请只保留要核查的表格。",
)
UNREADABLE = Message(
    "The file cannot be read. Save it as .xlsx, or as CSV or tab-separated text in UTF-8.",
    "文件无法读取。请另存为 .xlsx，或 UTF-8 编码的 CSV、制表符分隔文本。",
)


def tables_of_file(content: bytes, *, name: str) -> list[PrintedTable]:
    """Raises UnreadableTableError, which says what to do."""
    if len(content) > MOST_BYTES:
        raise UnreadableTableError(TOO_LARGE)
    if content.startswith(b"PK"):
        return _found([table for sheet, rows in _sheets(content) for table in read_tables(rows, name=sheet)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableTableError(UNREADABLE) from None
    return tables_of_text(text, name=name)


def tables_of_text(text: str, *, name: str) -> list[PrintedTable]:
    """Tabs where there are any, as a spreadsheet pastes them; else commas, or semicolons where there are more of them."""
    if "\0" in text:
        raise UnreadableTableError(UNREADABLE)
    separator = "\t" if "\t" in text else ";" if text.count(";") > text.count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        raise UnreadableTableError(UNREADABLE) from None
    if len(rows) > MOST_ROWS:
        raise UnreadableTableError(TOO_LARGE)
    return _found(list(read_tables(rows, name=name)))


def _found(tables: list[PrintedTable]) -> list[PrintedTable]:
    if not tables:
        raise UnreadableTableError(NO_TABLE)
    return tables


def _sheets(content: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    """Each sheet as text; a number as a person sees it where its format is plain."""
    try:
        with ZipFile(io.BytesIO(content)) as package:
            if sum(part.file_size for part in package.infolist()) > MOST_INFLATED_BYTES:
                raise UnreadableTableError(TOO_LARGE)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = [(sheet.title, list(sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1))) for sheet in book]
    except (BadZipFile, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError):
        raise UnreadableTableError(UNREADABLE) from None
    if sum(len(rows) for _, rows in sheets) > MOST_ROWS:
        raise UnreadableTableError(TOO_LARGE)
    for title, rows in sheets:
        yield title, [["" if cell is None else str(cell) for cell in row] for row in rows]
