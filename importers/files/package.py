"""A package (.xlsx and its kin): its parts by the names and relations that the standard gives them, whatever their case.

Every markup part is parsed by expat after a document type declaration was refused, so nothing in it can expand or fetch.
"""

import html
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from xml.etree import ElementTree as ET

from importers.files import messages
from importers.files.raw import LARGEST_UNPACKED, MEGABYTE, MOST_PARTS, WorkbookRefused

CHUNK = 2 * MEGABYTE
LARGEST_MARKUP = 16 * MEGABYTE  # of a part that is read as a whole
MARKUP = (".xml", ".rels", ".vml", ".rdf")
WORKBOOK = "xl/workbook.xml"
OTHER_FOLDERS = ("word/", "ppt/", "visio/")
LOOKED_FOR = frozenset({"worksheet", "chartsheet", "dialogsheet", "sharedStrings", "styles"})
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """`part` is None where the workbook lists a sheet that the package does not hold."""

    name: str
    part: str | None
    kind: str
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BookParts:
    """`is_usual` where each part bears the name by which the reader looks for it."""

    workbook: str
    sheets: tuple[SheetPart, ...]
    others: Mapping[str, str]  # part by the last word of its relation's type, such as styles
    epoch_1904: bool
    is_usual: bool


@dataclass(slots=True)
class Package:
    """`names` are the parts by their names in lower case, with slashes."""

    archive: zipfile.ZipFile
    names: dict[str, str] = field(default_factory=dict)

    def find(self, part: str) -> str | None:
        return self.names.get(_folded(part))

    def markup(self, part: str) -> ET.Element:
        """Raises WorkbookRefused for a part with declarations or one too large to be what it is called."""
        if self.archive.getinfo(part).file_size > LARGEST_MARKUP:
            raise WorkbookRefused(messages.DAMAGED.about())
        content = self.archive.read(part)
        refuse_declarations(content)
        return ET.fromstring(content)  # noqa: S314  # a document type declaration was refused before

    def chunks(self, part: str) -> Iterator[bytes]:
        with self.archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk


def open_package(content: bytes) -> Package:
    """Raises WorkbookRefused for a package that no registry should unpack."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise WorkbookRefused(messages.TOO_MANY_PARTS.about(count=len(parts), limit=MOST_PARTS))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST_UNPACKED:
        raise WorkbookRefused(messages.BOMB.about(megabytes=unpacked // MEGABYTE, limit=LARGEST_UNPACKED // MEGABYTE))
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookRefused(messages.ENCRYPTED.about())
    names = {_folded(part.filename): part.filename for part in parts}
    if len(names) < len(parts):  # two parts of one name: nobody can say which of them counts
        raise WorkbookRefused(messages.DAMAGED.about())
    return Package(archive, names)


def _folded(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").casefold()


def refuse_declarations(piece: bytes) -> None:
    """Entities could inflate or fetch what they name; in UTF-16 a declaration would be hidden from this search."""
    if b"\x00" in piece:
        raise WorkbookRefused(messages.DAMAGED.about())
    if b"<!" in piece and (b"<!DOCTYPE" in piece or b"<!ENTITY" in piece):
        raise WorkbookRefused(messages.DOCTYPE.about())


def prove(package: Package, *, part: str) -> Iterator[bytes]:
    """The part in chunks, each looked at for declarations. To unpack it also proves its checksum and declared size."""
    is_markup, end = part.lower().endswith(MARKUP), b""
    for chunk in package.chunks(part):
        if is_markup:
            refuse_declarations(end + chunk if end else chunk)
            end = chunk[-16:]
        yield chunk


def workbook_part(package: Package) -> str | None:
    """By the relation of the package; None where it holds no workbook in markup."""
    relations = package.find("_rels/.rels")
    if relations:
        for element in package.markup(relations):
            if element.get("Type", "").endswith("/officeDocument"):
                part = package.find(element.get("Target", ""))
                if part and _folded(part).endswith(".xml") and not _folded(part).startswith(OTHER_FOLDERS):
                    return part
    return package.find(WORKBOOK)


def book_parts(package: Package, *, workbook: str) -> BookParts:
    """Raises KeyError where the workbook has no relations."""
    book = package.markup(workbook)
    folder = dirname(_slashed(workbook))
    of_book = package.find(f"{folder}/_rels/{_slashed(workbook).rsplit('/', 1)[-1]}.rels")
    if of_book is None:
        raise KeyError("relations")
    targets, others = dict[str, tuple[str, str]](), dict[str, str]()
    is_usual = workbook == WORKBOOK and package.find("_rels/.rels") == "_rels/.rels"
    for element in package.markup(of_book):
        target, kind = element.get("Target", ""), element.get("Type", "").rsplit("/", 1)[-1]
        part = package.find(_resolved(target, folder=folder))
        if part and element.get("TargetMode") != "External":
            targets[element.get("Id", "")] = part, kind
            others.setdefault(kind, part)
            is_usual = is_usual and (kind not in LOOKED_FOR or part == _expected(target, kind=kind))
    sheets = tuple(_sheets(book, targets=targets))
    return BookParts(
        workbook=workbook,
        sheets=sheets,
        others=others,
        epoch_1904=_counts_from_1904(book),
        is_usual=is_usual and of_book == "xl/_rels/workbook.xml.rels" and all(sheet.part for sheet in sheets),
    )


def _slashed(part: str) -> str:
    return part.replace("\\", "/")


def _resolved(target: str, *, folder: str) -> str:
    path = _slashed(target)
    return path if path.startswith("/") else normpath(join(folder, path))


def _expected(target: str, *, kind: str) -> str:
    """Where the reader looks: two parts by their names, the others where their targets say."""
    fixed = {"sharedStrings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
    path = target.lstrip("/") if target.startswith("/") else target if target.startswith("xl/") else f"xl/{target}"
    return fixed.get(kind, path)


def _sheets(book: ET.Element, *, targets: Mapping[str, tuple[str, str]]) -> Iterator[SheetPart]:
    for element in _sheet_elements(book):
        part, kind = targets.get(element.get(RELATION) or element.get(STRICT_RELATION) or "", (None, ""))
        is_hidden = element.get("state", "visible") != "visible"
        yield SheetPart(name=element.get("name", ""), part=part, kind=kind, is_hidden=is_hidden)


def _sheet_elements(book: ET.Element) -> list[ET.Element]:
    return [element for element in book.iter() if element.tag.rsplit("}", 1)[-1] == "sheet"]


def _counts_from_1904(book: ET.Element) -> bool:
    properties = (element for element in book.iter() if element.tag.rsplit("}", 1)[-1] == "workbookPr")
    return any(element.get("date1904") in {"1", "true"} for element in properties)


def in_usual_names(package: Package, *, parts: BookParts) -> bytes:
    """The same workbook with each part where the reader looks for it, without the sheets that the package does not hold."""
    target, sheets, relations = io.BytesIO(), list[str](), list[str]()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for number, sheet in enumerate(parts.sheets, start=1):
            if sheet.part is None:
                continue
            place, name = f"worksheets/sheet{number}.xml", html.escape(sheet.name)
            copy.writestr(f"xl/{place}", package.archive.read(sheet.part))
            sheets.append(f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>')
            relations.append(f'<Relationship Id="rId{number}" Type="{KINDS}/{sheet.kind}" Target="{place}"/>')
        for kind, part in (("sharedStrings", "xl/sharedStrings.xml"), ("styles", "xl/styles.xml")):
            if kind in parts.others:
                copy.writestr(part, package.archive.read(parts.others[kind]))
        days = f'<workbookPr date1904="{int(parts.epoch_1904)}"/>'
        book = f'<workbook xmlns="{MAIN}" xmlns:r="{KINDS}">{days}<sheets>{"".join(sheets)}</sheets></workbook>'
        copy.writestr("[Content_Types].xml", f'<Types xmlns="{TYPES}"/>')
        copy.writestr("_rels/.rels", f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{KINDS}/officeDocument" Target="xl/workbook.xml"/></Relationships>')  # fmt: skip
        copy.writestr("xl/workbook.xml", book)
        copy.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{RELATIONS}">{"".join(relations)}</Relationships>')  # fmt: skip
    return target.getvalue()
