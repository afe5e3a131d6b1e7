"""Every kind of file that a center may send without meaning harm, or meaning it: how it is made, and what must be said of it."""

import datetime
import gzip
import io
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import openpyxl
import xlwt

from tests.hostile import files
from tests.hostile.files import SHEET, rebuilt, whole
from tests.importers import books
from tests.importers.other_books import binary_workbook, data_set, open_document


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`codes` must all be among the findings. A file that `is_fine` has no error; any other changes nothing."""

    make: Callable[[], bytes]
    codes: tuple[str, ...]
    filename: str = "center.xlsx"
    is_fine: bool = False


def in_sheet(old: bytes, new: bytes) -> bytes:
    return rebuilt(whole(), change={SHEET: lambda part: part.replace(old, new, 1)})


def with_part(name: str, content: bytes = b"<a/>") -> bytes:
    return rebuilt(whole(), add={name: content})


def compound(*streams: str) -> bytes:
    names = b"\x00" * 64 + b"\x00\x00".join(stream.encode("utf-16-le") for stream in ("Root Entry", *streams))
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 1000 + names + b"\x00" * 1000


def with_a_locked_part() -> bytes:
    """The directory says that the first part needs a password."""
    content = bytearray(whole())
    start = content.find(b"PK\x01\x02")
    struct.pack_into("<H", content, start + 8, 1)
    return bytes(content)


def with_many_parts() -> bytes:
    return rebuilt(whole(), add={f"xl/media/{number}.txt": b"" for number in range(2_500)})


def with_far_corners() -> bytes:
    cells = (
        b'<row r="90"><c r="ALK90"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    )
    return in_sheet(b"</sheetData>", cells)


def without_sheets() -> bytes:
    strip = re.compile(rb"<sheets>.*</sheets>", re.DOTALL)
    return rebuilt(whole(), change={"xl/workbook.xml": lambda part: strip.sub(b"<sheets/>", part)})


def in_sixteen_bits() -> bytes:
    return rebuilt(whole(), change={SHEET: lambda part: part.decode().encode("utf-16")})


def with_rows(sheet: str, *rows: dict[str, Any], patients: int = 1) -> bytes:
    return books.workbook(books.whole_center(patients) | {sheet: list(rows)})


def of_patients(**variables: Any) -> bytes:
    return books.workbook({books.PATIENT: [books.patient(**variables)]})


def changed(change: Callable[[Any], Any]) -> bytes:
    """As somebody with Excel would change it."""
    book = openpyxl.load_workbook(io.BytesIO(whole()))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def set_cell(sheet: str, cell: str, value: Any) -> bytes:
    return changed(lambda book: book[sheet].__setitem__(cell, value))


def hide_rows(book: Any) -> None:
    book[books.PATIENT].row_dimensions[3].hidden = True


def hide_sheet(book: Any) -> None:
    book[books.LABORATORY].sheet_state = "hidden"


def with_dimension(of: bytes) -> bytes:
    return rebuilt(
        whole(), change={SHEET: lambda part: re.sub(rb'<dimension ref="[^"]+"', b'<dimension ref="%s"' % of, part)}
    )


def with_million_rows() -> bytes:
    row = b'<row r="%d" s="1" customFormat="1"><c r="A%d" s="1"/></row>'
    return in_sheet(
        b"</sheetData>", b"".join(row % (number, number) for number in range(4, 1_048_577)) + b"</sheetData>"
    )


def patients_as_text(separator: str = ",", **variables: Any) -> str:
    row = books.patient(**variables)
    return f"{separator.join(row)}\n{separator.join(map(str, row.values()))}\n"


def in_chinese_text(encoding: str) -> bytes:
    return patients_as_text(sex="男").encode(encoding)


def old_workbook() -> bytes:
    book = xlwt.Workbook()
    sheet, row = book.add_sheet(books.PATIENT), books.patient(birth_date=datetime.date(1960, 5, 17))
    for column, (name, value) in enumerate(row.items()):
        sheet.write(0, column, name)
        is_date = isinstance(value, datetime.date)
        sheet.write(1, column, value, xlwt.easyxf(num_format_str="yyyy-mm-dd") if is_date else xlwt.Style.default_style)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def one_patient() -> dict[str, list[list[Any]]]:
    row = books.patient()
    return {books.PATIENT: [list(row), list(row.values())]}


def labeled_data_set() -> bytes:
    row = {**books.patient(), "sex": 1.0}
    return data_set("SPSS", [row], variable_value_labels={"sex": {1.0: "Male", 2.0: "Female"}})


def under_a_title() -> bytes:
    row = books.patient()
    return books.grid(
        {books.PATIENT: [["某医院 2019 年肝癌登记"], [], ["制表人：科室"], list(row), list(row.values())]}
    )


def starting_at_c6() -> bytes:
    row = books.patient()
    return books.grid({books.PATIENT: [list(row), list(row.values())]}, first_row=5, first_column=2)


def with_header_twice() -> bytes:
    row = books.patient()
    return books.grid({books.PATIENT: [[*row, "Sex"], [*row.values(), "F"]]})


def without_a_column(name: str) -> bytes:
    row = books.patient()
    del row[name]
    return books.workbook({books.PATIENT: [row]})


def with_template_of(**about: str) -> bytes:
    sheets = {"00_README": [list(pair) for pair in about.items()]}
    row = books.patient()
    return books.grid(sheets | {books.PATIENT: [list(row), list(row.values())]})


def with_a_command() -> bytes:
    event = {"local_id": "0001", "ae_term": "Fever", "ae_term_verbatim": "=cmd|' /C calc'!A0", "ctcae_version": "5.0"}
    return with_rows("11_不良事件_ae", {**event, "ae_grade": 1, "ae_onset_date": "2015-04-01"})


REFUSED = {
    "nothing": Sent(make=bytes, codes=("F-EMPTY",)),
    "only zeros": Sent(make=partial(bytes, 5000), codes=("F-EMPTY",)),
    "21 MB": Sent(make=lambda: b"PK" + b"\x01" * 21 * 1024 * 1024, codes=("F-LARGE",)),
    "a web page called .xls": Sent(make=lambda: b"<html><table></table></html>", codes=("F-HTML",), filename="a.xls"),
    "a web page called .xlsx": Sent(
        make=lambda: b"\xef\xbb\xbf <html><table><tr><td>1</td></tr></table></html>", codes=("F-HTML",)
    ),
    "a web page called .csv": Sent(make=lambda: b"<!DOCTYPE html><html>", codes=("F-HTML",), filename="a.csv"),
    "text called .xlsx": Sent(make=lambda: patients_as_text().encode(), codes=("F-TEXT",)),
    "text called .xls": Sent(make=lambda: patients_as_text("\t").encode(), codes=("F-TEXT",), filename="a.xls"),
    "text in no known encoding": Sent(
        make=lambda: b"local_id,sex\n\xff\xff\xfe,\x80\n", codes=("F-ENCODING",), filename="a.csv"
    ),
    "text of 5,000 columns": Sent(make=lambda: b"a," * 5000, codes=("F-RANGE",), filename="a.csv"),
    "text with an endless cell": Sent(
        make=lambda: b'local_id,sex\n"' + b"a" * 99_999, codes=("F-DAMAGED",), filename="a.csv"
    ),
    "text about something else": Sent(make=lambda: b"dish,price\nsoup,5\n", codes=("F-SHEETS",), filename="menu.csv"),
    "a picture": Sent(make=lambda: b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 400, codes=("F-TYPE",)),
    "a PDF": Sent(make=lambda: b"%PDF-1.7\n\x00\x01\x02", codes=("F-TYPE",)),
    "a damaged data set": Sent(make=lambda: b"$FL2" + b"\x01" * 4_000, codes=("F-DAMAGED",), filename="a.sav"),
    "packed by gzip": Sent(make=lambda: gzip.compress(whole()), codes=("F-TYPE",)),
    "a sheet as plain XML": Sent(make=lambda: b'<?xml version="1.0"?><Workbook/>', codes=("F-TYPE",), filename="a.xls"),
    "two letters": Sent(make=lambda: b"PK", codes=("F-DAMAGED",)),
    "cut off": Sent(make=files.cut_off, codes=("F-DAMAGED",)),
    "cut off in the middle": Sent(make=lambda: whole()[:4000], codes=("F-DAMAGED",)),
    "flipped bytes": Sent(make=files.with_flipped_bytes, codes=("F-DAMAGED",)),
    "broken markup": Sent(make=files.with_broken_markup, codes=("F-DAMAGED",)),
    "sheet broken off": Sent(
        make=lambda: rebuilt(whole(), change={SHEET: lambda part: part[:600]}), codes=("F-DAMAGED",)
    ),
    "no list of parts": Sent(make=lambda: rebuilt(whole(), drop=("[Content_Types].xml",)), codes=("F-DAMAGED",)),
    "no relations": Sent(make=lambda: rebuilt(whole(), drop=("xl/_rels/workbook.xml.rels",)), codes=("F-DAMAGED",)),
    "in sixteen bits": Sent(make=in_sixteen_bits, codes=("F-DAMAGED",)),
    "an empty zip": Sent(make=files.empty_zip, codes=("F-TYPE",)),
    "a word document": Sent(make=files.a_word_document, codes=("F-TYPE",)),
    "a damaged binary workbook": Sent(
        make=lambda: rebuilt(whole(), drop=("xl/workbook.xml",), add={"xl/workbook.bin": b"\x01"}), codes=("F-DAMAGED",)
    ),
    "encrypted": Sent(make=files.encrypted, codes=("F-ENCRYPTED",)),
    "one part locked": Sent(make=with_a_locked_part, codes=("F-ENCRYPTED",)),
    "an old word document": Sent(make=lambda: compound("WordDocument"), codes=("F-TYPE",), filename="a.xls"),
    "an old workbook with macros": Sent(
        make=lambda: compound("Workbook", "_VBA_PROJECT_CUR"), codes=("F-MACROS",), filename="a.xls"
    ),
    "a damaged old workbook": Sent(make=files.legacy, codes=("F-DAMAGED",), filename="a.xls"),
    "an old workbook cut off": Sent(make=lambda: old_workbook()[:3000], codes=("F-DAMAGED",), filename="a.xls"),
    "macros": Sent(make=files.with_macros, codes=("F-MACROS",), filename="a.xlsm"),
    "macros by declaration": Sent(
        make=lambda: rebuilt(
            whole(),
            change={"[Content_Types].xml": lambda part: part.replace(b"sheet.main", b"sheet.macroEnabled.main")},
        ),
        codes=("F-MACROS",),
    ),
    "a zip bomb": Sent(make=files.zip_bomb, codes=("F-INFLATED",)),
    "a bomb that lies of its size": Sent(make=files.lying_bomb, codes=("F-DAMAGED",)),
    "2,500 parts": Sent(make=with_many_parts, codes=("F-PARTS",)),
    "a document type": Sent(make=files.with_doctype, codes=("F-DOCTYPE",)),
    "an entity in a part nobody reads": Sent(
        make=lambda: with_part("docProps/x.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'), codes=("F-DOCTYPE",)
    ),
    "a value in XFD1048576": Sent(make=files.with_a_value_in_the_last_cell, codes=("F-RANGE",)),
    "values in far corners": Sent(make=with_far_corners, codes=("F-RANGE",)),
    "5,000 columns": Sent(make=files.with_five_thousand_columns, codes=("F-RANGE",)),
    "no known sheet": Sent(make=files.with_no_known_sheet, codes=("F-SHEETS",)),
    "no sheet at all": Sent(make=without_sheets, codes=("F-SHEETS",)),
    "another center's template": Sent(make=lambda: with_template_of(center_code="C02"), codes=("F-CENTER",)),
    "a template of the future": Sent(make=lambda: with_template_of(template_version="99"), codes=("V-B01",)),
}

FAULTY = {
    "a header twice": Sent(make=with_header_twice, codes=("S-COLUMNS",)),
    "no header": Sent(make=lambda: books.grid({books.PATIENT: [["a", "b"], [1, 2]]}), codes=("S-HEADER",)),
    "a required column missing": Sent(make=lambda: without_a_column("birth_date"), codes=("V-B01",)),
    "merged cells": Sent(make=lambda: changed(lambda book: book[books.PATIENT].merge_cells("C2:C3")), codes=("S-MERGED",)),
    "a sheet twice": Sent(make=lambda: with_rows("patient", books.patient("0009")), codes=("S-TWICE",)),
    "an unknown sheet": Sent(make=lambda: with_rows("Notes", {"a": "b"}), codes=("S-UNKNOWN",)),
    "an error cell": Sent(make=lambda: set_cell(books.PATIENT, "B2", "#N/A"), codes=("C-ERROR",)),
    "a formula without result": Sent(make=lambda: set_cell(books.PATIENT, "B2", '=UPPER("m")'), codes=("C-FORMULA",)),
    "the same patient twice": Sent(make=lambda: books.workbook({books.PATIENT: [books.patient(), books.patient()]}), codes=("V-B03",)),
    "rows of nobody": Sent(make=lambda: books.workbook({books.FOLLOW_UP: [books.follow_up("9999")]}), codes=("V-B02",)),
    "a treatment before birth": Sent(make=lambda: with_rows(books.TRANSARTERIAL, books.session(start_date="1950-01-01")), codes=("V-D02",)),
    "an unknown code": Sent(make=lambda: of_patients(sex="X"), codes=("V-B04",)),
    "a date either way round": Sent(make=lambda: of_patients(birth_date="03/04/1960"), codes=("C-DATE-ORDER",)),
    "a day that is none": Sent(make=lambda: of_patients(birth_date="1960-02-30"), codes=("C-DATE",)),
    "a decimal comma": Sent(make=lambda: with_rows(books.LABORATORY, books.laboratory(alt="12,5")), codes=("V-U13",)),
    "a number beyond numbers": Sent(make=lambda: with_rows(books.LABORATORY, books.laboratory(alt="1e400")), codes=("V-U13",)),
    "an unknown unit": Sent(make=lambda: with_rows(books.LABORATORY, books.laboratory(alt="41 stones")), codes=("V-U23",)),
    "an impossible value": Sent(make=lambda: with_rows(books.ASSESSMENT, books.assessment(weight_kg=6500)), codes=("V-U01",)),
    "a sheet that is not there": Sent(make=lambda: rebuilt(whole(), drop=(SHEET,)), codes=("S-LOST",)),
    "an identifier without its last digits": Sent(make=lambda: books.workbook({books.PATIENT: [books.patient(123456789012345678)]}), codes=("C-ID-DIGITS",)),
    "headers only": Sent(make=lambda: books.grid({books.PATIENT: [list(books.patient())]}), codes=("F-NO-ROWS",)),
    "an ID card for a number": Sent(make=lambda: of_patients(local_id="110101196005170012"), codes=("C-PERSONAL",)),
}  # fmt: skip

FINE = {
    "a size said too small": Sent(make=lambda: with_dimension(b"A1"), codes=(), is_fine=True),
    "a size said too large": Sent(make=lambda: with_dimension(b"A1:XFD1048576"), codes=(), is_fine=True),
    "a table at C6": Sent(make=starting_at_c6, codes=(), is_fine=True),
    "a title above": Sent(make=under_a_title, codes=(), is_fine=True),
    "no styles": Sent(make=lambda: rebuilt(whole(), drop=("xl/styles.xml",)), codes=(), is_fine=True),
    "days from 1904": Sent(make=lambda: books.workbook(books.whole_center(1), date_1904=True), codes=(), is_fine=True),
    "a million empty rows": Sent(make=with_million_rows, codes=(), is_fine=True),
    "an old workbook": Sent(make=old_workbook, codes=("F-XLS",), filename="a.xls", is_fine=True),
    "an old workbook called .xlsx": Sent(make=old_workbook, codes=("F-XLS",), is_fine=True),
    "a workbook called .csv": Sent(make=whole, codes=(), filename="a.csv", is_fine=True),
    "an open document": Sent(make=lambda: open_document(one_patient()), codes=(), filename="a.ods", is_fine=True),
    "a binary workbook": Sent(make=lambda: binary_workbook(one_patient()), codes=("F-XLSB",), filename="a.xlsb", is_fine=True),
    "a data set": Sent(make=labeled_data_set, codes=("F-DATASET",), filename="a.sav", is_fine=True),
    "text": Sent(make=lambda: in_chinese_text("utf-8-sig"), codes=(), filename="患者.csv", is_fine=True),
    "text known by its headers": Sent(make=lambda: in_chinese_text("utf-8"), codes=(), filename="a.csv", is_fine=True),
    "text of Chinese Windows": Sent(make=lambda: in_chinese_text("gb18030"), codes=("F-ENCODING",), filename="a.csv", is_fine=True),
    "text in sixteen bits, by tabs": Sent(make=lambda: patients_as_text("\t").encode("utf-16"), codes=(), filename="a.txt", is_fine=True),
    "hidden rows": Sent(make=lambda: changed(hide_rows), codes=("S-HIDDEN",), is_fine=True),
    "a hidden sheet": Sent(make=lambda: changed(hide_sheet), codes=("S-HIDDEN",), is_fine=True),
    "links to other files": Sent(make=lambda: with_part("xl/externalLinks/externalLink1.xml"), codes=("F-LINKS",), is_fine=True),
    "a part outside of the package": Sent(make=lambda: with_part("../../evil.txt", b"x"), codes=(), is_fine=True),
    "names and telephones": Sent(make=lambda: of_patients(**{"姓名": "张三", "电话": "13800138000"}), codes=("S-PERSONAL",), is_fine=True),
    "a command in a column that is kept": Sent(make=with_a_command, codes=(), is_fine=True),
    "text that looks like a formula": Sent(make=lambda: of_patients(remark="=cmd|' /C calc'!A0"), codes=("S-COLUMN",), is_fine=True),
}  # fmt: skip
