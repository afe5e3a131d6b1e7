"""A data set as the bytes of one file, in the format asked for; the same data give the same bytes."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pyreadstat
import xlsxwriter

from analytics.exports.cells import number_text
from analytics.exports.codebook import CODEBOOK_HEAD, codebook_rows
from analytics.exports.dataset import DataSet, ExportColumn, Kind
from analytics.formats import ExportFormat
from analytics.messages import Message

NUMERIC = {Kind.NUMBER, Kind.CLAIM}
SAV_STAMP = slice(92, 109)  # day and time of writing, in a file header that is otherwise all data
NO_STAMP = b"01 Jan 7000:00:00"
LONGEST_LABEL, LONGEST_VALUE_LABEL = 255, 120  # bytes that SPSS keeps


def write_data(data: DataSet, *, file_format: ExportFormat) -> bytes:
    writers: Mapping[ExportFormat, Callable[[DataSet], bytes]] = {
        ExportFormat.CSV: _csv,
        ExportFormat.XLSX: _xlsx,
        ExportFormat.PARQUET: _parquet,
        ExportFormat.SAV: _sav,
    }
    return writers[file_format](data)


def csv_bytes(head: Sequence[str], *, rows: Iterable[Sequence[str]], encoding: str) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return buffer.getvalue().encode(encoding)


def _csv(data: DataSet) -> bytes:
    """UTF-8 without a byte-order mark: base R would glue the mark to the first name. Excel needs none for codes in ASCII."""
    columns = [
        [number_text(value) for value in data.table[c.name]] if c.kind in NUMERIC else _texts(data, column=c)
        for c in data.columns
    ]
    return csv_bytes([c.name for c in data.columns], rows=zip(*columns, strict=True), encoding="utf-8")


def _xlsx(data: DataSet) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": datetime(1970, 1, 1, tzinfo=UTC)})
        bold = book.add_format({"bold": True})
        values = [data.table[column.name].tolist() for column in data.columns]
        _sheet(
            book.add_worksheet("data"), head=[c.name for c in data.columns], rows=zip(*values, strict=True), bold=bold
        )
        _sheet(book.add_worksheet("codebook"), head=CODEBOOK_HEAD, rows=codebook_rows(data), bold=bold)
    return buffer.getvalue()


def _sheet(sheet: Any, *, head: Sequence[str], rows: Iterable[Sequence[Any]], bold: Any) -> None:
    sheet.freeze_panes(1, 1)
    for place, name in enumerate(head):
        sheet.write_string(0, place, name, bold)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, place, value)
            elif not pd.isna(value):
                sheet.write_number(number, place, value)


def _parquet(data: DataSet) -> bytes:
    fields = [
        pa.field(c.name, pa.float64() if c.kind in NUMERIC else pa.string(), metadata={"label": _label(c)})
        for c in data.columns
    ]
    arrays = [
        pa.array(data.table[column.name], type=field.type, from_pandas=True)
        for column, field in zip(data.columns, fields, strict=True)
    ]
    buffer = io.BytesIO()
    pa.parquet.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), buffer)
    return buffer.getvalue()


def _sav(data: DataSet) -> bytes:
    table = data.table.assign(**{c.name: _texts(data, column=c) for c in data.columns if c.kind not in NUMERIC})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.sav"
        pyreadstat.write_sav(
            table,
            path,
            column_labels={column.name: _label(column) for column in data.columns},
            variable_value_labels={column.name: _value_labels(column) for column in data.columns if column.codes},
            variable_measure={c.name: "scale" if c.kind is Kind.NUMBER else "nominal" for c in data.columns},
        )
        content = bytearray(path.read_bytes())
    content[SAV_STAMP] = NO_STAMP
    return bytes(content)


def _texts(data: DataSet, *, column: ExportColumn) -> list[str]:
    return ["" if value is None else value for value in data.table[column.name]]


def _value_labels(column: ExportColumn) -> dict[Any, str]:
    return {
        float(code) if column.kind is Kind.CLAIM else code: _cut(_both(meaning), length=LONGEST_VALUE_LABEL)
        for code, meaning in column.codes.items()
    }


def _label(column: ExportColumn) -> str:
    return _cut(_both(column.label), length=LONGEST_LABEL)


def _both(text: Message) -> str:
    return text.en if text.en == text.zh else f"{text.en} · {text.zh}"


def _cut(text: str, *, length: int) -> str:
    return text.encode()[:length].decode(errors="ignore")
