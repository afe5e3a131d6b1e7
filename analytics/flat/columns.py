"""A CSV file as columns of text, with what is wrong in its shape."""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import DataError, FaultyDataError, UnreadableTableError
from analytics.flat.cells import MOST_LINES_LISTED, Column
from analytics.messages import Message


@dataclass(frozen=True)
class CsvTable:
    """The columns of a file by name (of a repeated name the first), and the SHA-256 of its bytes."""

    columns: dict[str, Column]
    name: str
    sha256: str
    rows: int


def read_csv(path: Path, *, needed: Sequence[str], faults: list[DataError]) -> CsvTable:
    """A CSV file (UTF-8, comma, header in line 1); missing and repeated columns of those needed are added to `faults`.

    UnreadableTableError where it is no such file, FaultyDataError where its lines have different numbers of cells.
    """
    content = _read_bytes(path)
    header, lines, rows = _parse(content, name=path.name)
    faults += _faults_of_header(header, needed=needed)
    ragged = tuple(line for line, row in zip(lines, rows, strict=True) if len(row) != len(header))
    if ragged:
        en = f"{len(ragged)} line(s) do not have {len(header)} cells like the header, first on line {ragged[0]}."
        zh = f"{len(ragged)} 行的单元格数与标题行（{len(header)}）不符；首先出现在第 {ragged[0]} 行。"
        raise FaultyDataError(*faults, DataError("ragged_row", Message(en, zh), None, ragged[:MOST_LINES_LISTED]))
    columns = {
        name: Column(name=name, cells=tuple(row[place] for row in rows), lines=lines)
        for place, name in reversed(list(enumerate(header)))
    }
    return CsvTable(columns=columns, name=path.name, sha256=hashlib.sha256(content).hexdigest(), rows=len(rows))


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise UnreadableTableError(
            Message(
                en=f"The table {path.name} cannot be opened: {reason}.", zh=f"无法打开数据表 {path.name}：{reason}。"
            )
        ) from None


def _parse(content: bytes, *, name: str) -> tuple[list[str], tuple[int, ...], list[list[str]]]:
    """Header, line number of each row, rows; wholly blank lines are no rows."""
    records = _records(content, name=name)
    if not records:
        raise UnreadableTableError(
            Message(
                en=f"The table {name} is empty. Its first line must be a header.",
                zh=f"数据表 {name} 为空；需要标题行。",
            )
        )
    header = [cell.strip() for cell in records[0][1]]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise UnreadableTableError(
            Message(
                en=f"The columns of {name} are not separated by commas. Save it as comma-separated CSV.",
                zh=f"{name} 的各列不是以逗号分隔；请另存为逗号分隔的 CSV。",
            )
        )
    return header, tuple(line for line, _ in records[1:]), [record for _, record in records[1:]]


def _records(content: bytes, *, name: str) -> list[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UnreadableTableError(
            Message(
                en=f"The table {name} is not CSV text in UTF-8. Save it as CSV UTF-8.",
                zh=f"数据表 {name} 不是 UTF-8 编码的 CSV 文本；请另存为 CSV UTF-8。",
            )
        )
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(reader.line_num, record) for record in reader if any(cell.strip() for cell in record)]
    except csv.Error as error:
        raise UnreadableTableError(_about_csv(error, name=name, line=reader.line_num)) from None


def _about_csv(error: csv.Error, *, name: str, line: int) -> Message:
    """The reader's complaints: a cell beyond its limit, a quote that is never closed or closed too early."""
    if "field larger" in str(error):
        return Message(
            en=f"The table {name} has a cell with more than {csv.field_size_limit():,} characters on line {line}. Shorten it.",
            zh=f"数据表 {name} 第 {line} 行有单元格超过 {csv.field_size_limit():,} 个字符；请缩短。",
        )
    return Message(
        en=f"A quotation mark in {name} is not closed, or is closed too early, before line {line}. Save it as CSV again.",
        zh=f"{name} 第 {line} 行之前的引号没有闭合或提前闭合；请重新另存为 CSV。",
    )


def _faults_of_header(header: list[str], *, needed: Sequence[str]) -> list[DataError]:
    faults = []
    for name in dict.fromkeys(needed):
        if header.count(name) == 0:
            found = ", ".join(header[:20])
            en = f"The column {name} is missing. Columns found: {found}."
            faults.append(DataError("missing_column", Message(en, f"缺少列 {name}；已有的列：{found}。"), name, (1,)))
        elif header.count(name) > 1:
            en = f"The column {name} appears {header.count(name)} times. Keep only one."
            zh = f"列 {name} 出现了 {header.count(name)} 次；请只保留一列。"
            faults.append(DataError("duplicate_column", Message(en, zh), name, (1,)))
    return faults
