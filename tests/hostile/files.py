"""Files that no center should send and some center will: each made here, none kept."""

import io
import struct
import zipfile
from collections.abc import Callable

from tests.importers import books

SHEET = "xl/worksheets/sheet1.xml"


def whole() -> bytes:
    return books.workbook(books.whole_center(2))


def rebuilt(
    content: bytes,
    *,
    change: dict[str, Callable[[bytes], bytes]] | None = None,
    add: dict[str, bytes] | None = None,
    drop: tuple[str, ...] = (),
) -> bytes:
    """The same package with some parts changed, added or dropped."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in drop:
                new.writestr(name, (change or {}).get(name, bytes)(old.read(name)))
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return target.getvalue()


def cut_off() -> bytes:
    return whole()[:-2000]


def with_flipped_bytes() -> bytes:
    content = bytearray(whole())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as package:
        start = package.getinfo(SHEET).header_offset + 80
    content[start : start + 60] = bytes(255 - byte for byte in content[start : start + 60])
    return bytes(content)


def with_broken_markup() -> bytes:
    return rebuilt(whole(), change={"xl/workbook.xml": lambda part: part[: len(part) // 2]})


def empty_zip() -> bytes:
    target = io.BytesIO()
    zipfile.ZipFile(target, "w").close()
    return target.getvalue()


def a_word_document() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", "<document/>")
    return target.getvalue()


def encrypted() -> bytes:
    """An encrypted workbook is a compound file with a stream of this name."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 1000


def legacy() -> bytes:
    return (
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 1000 + "Root Entry Workbook".encode("utf-16-le") + b"\x00" * 1000
    )


def zip_bomb() -> bytes:
    """About 0.4 MB that unpack to 400 MB."""
    row = b"<row>" + b'<c t="inlineStr"><is><t>a</t></is></c>' * 200 + b"</row>"
    count = 400 * 1024 * 1024 // len(row)
    return rebuilt(
        whole(),
        change={
            SHEET: lambda part: (
                part.split(b"<sheetData>")[0] + b"<sheetData>" + row * count + b"</sheetData></worksheet>"
            )
        },
    )


def lying_bomb() -> bytes:
    """The directory declares one byte; the part holds more."""
    content = bytearray(whole())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as package:
        size = package.getinfo(SHEET).file_size
    place = content.rfind(SHEET.encode()) - 46 + 24
    assert struct.unpack_from("<I", content, place)[0] == size
    struct.pack_into("<I", content, place, 1)
    return bytes(content)


def with_doctype() -> bytes:
    entity = b'<!DOCTYPE worksheet [<!ENTITY x "xxxxxxxxxx">]>'
    return rebuilt(whole(), change={SHEET: lambda part: part.replace(b"<worksheet", entity + b"<worksheet", 1)})


def with_macros() -> bytes:
    return rebuilt(whole(), add={"xl/vbaProject.bin": b"\x00"})


def with_a_value_in_the_last_cell() -> bytes:
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return rebuilt(whole(), change={SHEET: lambda part: part.replace(b"</sheetData>", cell)})


def with_five_thousand_columns() -> bytes:
    return books.grid({books.PATIENT: [["local_id", "sex", *[f"extra_{number}" for number in range(5000)]]]})


def with_no_known_sheet() -> bytes:
    return books.grid({"Sheet1": [["name", "age"], ["a", 5]], "Sheet2": [["b"]]})
