"""Workbooks and data sets of other programs than Excel, for the tests: each of one table, or of a few sheets."""

import datetime
import io
import struct
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd
import pyreadstat

Grid = Sequence[Sequence[Any]]

NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
SHEETS = "application/vnd.oasis.opendocument.spreadsheet"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return target.getvalue()


def open_document(sheets: Mapping[str, Grid], *, markup: str = "", **parts: bytes) -> bytes:
    """An .ods. A cell that begins with < is taken for the markup of a cell."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>{_rows(rows)}</table:table>" for name, rows in sheets.items()
    )
    content = (
        f'<?xml version="1.0"?>{markup}<office:document-content {NAMESPACES}>'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return packed({"mimetype": SHEETS, "META-INF/manifest.xml": manifest, "content.xml": content, **parts})


def _rows(rows: Grid) -> str:
    return "".join(f"<table:table-row>{''.join(map(open_cell, row))}</table:table-row>" for row in rows)


def open_cell(value: Any, *, kind: str = "") -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        is_markup = value.startswith("<table:")
        text = f"<text:p>{escape(value)}</text:p>"
        return value if is_markup else f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
    if isinstance(value, datetime.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    return f'<table:table-cell office:value-type="{kind or "float"}" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'


def binary_workbook(sheets: Mapping[str, Grid], **parts: bytes) -> bytes:
    """An .xlsb."""
    relations, sheet_parts, bundle = "", {}, b""
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        kind = f"{KINDS}/worksheet"
        relations += f'<Relationship Id="rId{number}" Type="{kind}" Target="worksheets/sheet{number}.bin"/>'
        bundle += _record(156, struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(name))
        sheet_parts[f"xl/worksheets/sheet{number}.bin"] = _binary_sheet(rows)
    book = _record(131) + _record(143) + bundle + _record(144) + _record(132)
    top = f'<Relationship Id="rId1" Type="{KINDS}/officeDocument" Target="xl/workbook.bin"/>'
    return packed(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">{top}</Relationships>',
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
            **sheet_parts,
            **parts,
        }
    )


def _record(kind: int, content: bytes = b"") -> bytes:
    size, sizes = len(content), bytearray()
    while True:
        size, low = divmod(size, 128)
        sizes.append(low | (128 if size else 0))
        if not size:
            break
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes(sizes) + content


def _wide(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded


def _binary_sheet(rows: Grid) -> bytes:
    """`rows` may be a mapping of row numbers, of which others are empty."""
    numbered = dict(rows) if isinstance(rows, Mapping) else dict(enumerate(rows))
    width = max((len(row) for row in numbered.values()), default=1)
    body = b"".join(_binary_row(number, row) for number, row in numbered.items())
    size = struct.pack("<IIII", 0, max(numbered, default=0), 0, max(width - 1, 0))
    return _record(129) + _record(148, size) + _record(145) + body + _record(146) + _record(130)


def _binary_row(number: int, row: Sequence[Any]) -> bytes:
    head = struct.pack("<IIHBBB", number, 0, 300, 0, 0, 0) + struct.pack("<I", 0)
    return _record(0, head) + b"".join(
        _binary_cell(place, value) for place, value in enumerate(row) if value is not None
    )


def _binary_cell(place: int, value: Any) -> bytes:
    start = struct.pack("<II", place, 0)
    if isinstance(value, bool):
        return _record(4, start + bytes([value]))
    if isinstance(value, int | float):
        return _record(5, start + struct.pack("<d", value))
    return _record(6, start + _wide(str(value)))


WRITERS: Mapping[str, tuple[str, Callable[..., Any]]] = {
    "SPSS": (".sav", pyreadstat.write_sav),
    "Stata": (".dta", pyreadstat.write_dta),
    "SAS": (".xpt", pyreadstat.write_xport),
}


def data_set(kind: str, rows: Sequence[Mapping[str, Any]], **options: Any) -> bytes:
    """Of SPSS, Stata, or SAS for transport."""
    ending, write = WRITERS[kind]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{ending}"
        write(pd.DataFrame(list(rows)), str(path), **options)
        return path.read_bytes()
