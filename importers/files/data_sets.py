"""Data sets of statistics programs (SAS, SPSS, Stata) → one raw sheet. A value with a label is read as its label.

ReadStat, in C, reads them: within the limits of the child process, and never more cells than of a workbook.
"""

import hashlib
import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from importers.files import messages
from importers.files.raw import MOST_CELLS_IN_RANGE, MOST_COLUMNS, RawSheet, Workbook, WorkbookRefused, column_letters

SAS = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
TRANSPORT = (b"HEADER RECORD*******LIBRARY HEADER RECORD", b"HEADER RECORD*******LIBV8")
SPSS = (b"$FL2", b"$FL3")
STATA = b"<stata_dta>"
OLD_STATA = frozenset({105, 108, 110, 111, 112, 113, 114, 115})
MOST_ROWS = 1_048_576

Labels = Mapping[Any, str]


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    reader: str  # of pyreadstat
    keeps_declared: bool = False  # whether values declared as missing are given, so that their labels can be read


def kind_of_data_set(content: bytes) -> Kind | None:
    """By its first bytes."""
    if content.startswith(SAS):
        return Kind("SAS", "read_sas7bdat")
    if content.startswith(TRANSPORT):
        return Kind("SAS (.xpt)", "read_xport")
    if content.startswith(SPSS):
        return Kind("SPSS", "read_sav", keeps_declared=True)
    is_old = len(content) > 4 and content[0] in OLD_STATA and content[1] in {1, 2} and content[2] == 1
    return Kind("Stata", "read_dta") if content.startswith(STATA) or is_old else None


def read_data_set(content: bytes, *, kind: Kind, name: str) -> Workbook:
    """One sheet called `name`: the variables' names on top, their labels beside it. Raises WorkbookRefused."""
    read = _reader(kind)
    about = _safely(read, content, metadataonly=True)[1]
    rows, columns = about.number_rows or MOST_ROWS, len(about.column_names)
    if columns > MOST_COLUMNS or max(rows, 0) * columns > max(MOST_CELLS_IN_RANGE, MOST_ROWS):
        raise WorkbookRefused(messages.TOO_WIDE.about(sheet=name, cell=f"{column_letters(columns)}{rows}"))
    options = {"user_missing": True} if kind.keeps_declared else {}
    found, about = _safely(read, content, row_limit=MOST_ROWS, output_format="dict", **options)
    labels = about.variable_value_labels
    missing = about.missing_ranges if kind.keeps_declared else {}
    told = [_column(found[name], labels=labels.get(name, {}), missing=missing.get(name, ())) for name in found]
    sheet = RawSheet(
        name=name,
        rows=[list(found), *map(list, zip(*told, strict=True))],
        labels=tuple(label or "" for label in about.column_labels),
    )
    notices = (messages.DATA_SET.about(kind=kind.name),) if any(labels.values()) or missing else ()
    digest = hashlib.sha256(content).hexdigest()
    return Workbook(sha256=digest, sheets=(sheet,), is_text=True, notices=notices)


def _reader(kind: Kind) -> Callable[..., tuple[Any, Any]]:
    import pyreadstat  # noqa: PLC0415  # it takes longer to load than most workbooks to read

    reader: Callable[..., tuple[Any, Any]] = getattr(pyreadstat, kind.reader)
    return reader


def _safely(read: Callable[..., tuple[Any, Any]], content: bytes, **options: Any) -> tuple[Any, Any]:
    try:
        return read(io.BytesIO(content), **options)
    except MemoryError:
        raise
    except Exception as error:  # each of its readers has errors of its own, in C and in Python
        raise WorkbookRefused(messages.DAMAGED_DATA_SET.about()) from error


def _column(values: Any, *, labels: Labels, missing: Any) -> list[Any]:
    known: dict[Any, Any] = {}
    cells = []
    for value in values.tolist() if hasattr(values, "tolist") else values:
        plain = _plain(value)
        key = (type(plain), plain)
        if key not in known:
            known[key] = _meant(plain, labels=labels, missing=missing)
        cells.append(known[key])
    return cells


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _meant(value: Any, *, labels: Labels, missing: Any) -> Any:
    if value in labels and value != "":
        return str(labels[value])
    return "" if any(_within(value, span=span) for span in missing) else value


def _within(value: Any, *, span: Mapping[str, Any]) -> bool:
    low, high = span["lo"], span["hi"]
    return isinstance(value, type(low)) and bool(low <= value <= high)
