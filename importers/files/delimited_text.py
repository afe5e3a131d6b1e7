"""Text with separators (CSV) → one raw sheet. All its cells are text; what they mean is decided where any cell's is."""

import csv
import hashlib
import io
from collections.abc import Iterator

from importers.files import messages
from importers.files.personal_columns import personal_columns_anywhere
from importers.files.raw import MOST_COLUMNS, RawSheet, Workbook, WorkbookRefused, column_letters

NAMES = (".csv", ".tsv", ".txt")
SEPARATORS = ",\t;|"
MOST_ROWS = 1_048_576  # as many as a sheet of Excel has
LONGEST_CELL = 32_767
LOOKED_AT = 4_096
SAMPLE = 3  # cells quoted where the encoding was guessed


def is_named_as_text(name: str) -> bool:
    return name.lower().endswith(NAMES)


def read_separated(content: bytes, *, name: str) -> Workbook:
    """One sheet called `name`. Raises WorkbookRefused."""
    text, is_guessed = _decoded(content)
    rows = list(_rows(text))
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    notices = (messages.GUESSED_ENCODING.about(found=_sample(rows)),) if is_guessed else ()
    digest = hashlib.sha256(content).hexdigest()
    return Workbook(sha256=digest, sheets=(RawSheet(name=name, rows=rows),), is_text=True, notices=notices)


def _decoded(content: bytes) -> tuple[str, bool]:
    """A byte order mark says it; UTF-8 can hardly be met by chance; else what Chinese Excel writes, and the person is asked."""
    for encoding, is_guessed in ((wide_encoding(content) or "utf-8-sig", False), ("gb18030", True)):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, is_guessed
    raise WorkbookRefused(messages.UNKNOWN_ENCODING.about())


def wide_encoding(content: bytes) -> str:
    """UTF-16 by its mark or, without one, by the zeros beside the letters, digits and separators of any table; else ""."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start = content[:LOOKED_AT]
    before, behind = start[::2].count(0), start[1::2].count(0)
    if len(content) % 2 or max(before, behind) * 5 < len(start) // 2 or min(before, behind):
        return ""
    return "utf-16-le" if behind else "utf-16-be"


def _rows(text: str) -> Iterator[list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    former = csv.field_size_limit(LONGEST_CELL)  # of the process: whoever else reads a table there has another
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            if number > MOST_ROWS or len(row) > MOST_COLUMNS:
                found = f"{column_letters(len(row))}{number}"
                raise WorkbookRefused(messages.TOO_WIDE.about(sheet="CSV", cell=found))
            yield row
    except csv.Error as error:
        raise WorkbookRefused(messages.DAMAGED.about()) from error
    finally:
        csv.field_size_limit(former)


def _sample(rows: list[list[str]]) -> str:
    """What shows best whether the guess is right: the first row with other letters than ASCII. It names no person."""
    personal = {number - 1 for number in personal_columns_anywhere(rows)}
    telling = ([c for n, c in enumerate(row) if n not in personal and not c.isascii()] for row in rows)
    return ", ".join([cell.strip() for cell in next(filter(None, telling), [])][:SAMPLE])
