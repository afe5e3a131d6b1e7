"""An OpenDocument spreadsheet (.ods) is looked into before the reader sees it, as a package of Excel's is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from importers.files import messages
from importers.files.inspection import Inspected, InspectedBook, about_what_is_hidden
from importers.files.number_formats import NumberFormat
from importers.files.package import Package, prove
from importers.files.raw import WorkbookRefused, column_letters
from importers.files.sheet_part import ALL_COLUMNS, ALL_ROWS, LINK, Seen

MIME_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
CONTENT = "content.xml"
PERCENT = NumberFormat(after="%", is_percent=True)
MACRO_FOLDERS = ("basic/", "scripts/")
HIDDEN_STATES = frozenset({"collapse", "filter"})


def inspect_open_document(package: Package) -> InspectedBook:
    """Raises WorkbookRefused, and one of inspection.UNREADABLE."""
    names = package.names
    if any(name.startswith(MACRO_FOLDERS) for name in names):
        raise WorkbookRefused(messages.MACROS.about())
    manifest = names.get("meta-inf/manifest.xml")
    if manifest and b"encryption-data" in package.archive.read(manifest):
        raise WorkbookRefused(messages.ENCRYPTED.about())
    parsing = _Parsing()
    for name, part in names.items():
        chunks = prove(package, part=part)
        if name == CONTENT:
            parser = _parser(parsing)
            for chunk in chunks:
                parser.Parse(chunk, False)  # noqa: FBT003  # it takes no keywords
            parser.Parse(b"", True)  # noqa: FBT003
        else:
            for _chunk in chunks:
                pass
    links = (messages.LINKED.about(),) if any(table.seen.is_linked for table in parsing.tables) else ()
    return InspectedBook(sheets={table.name: _inspected(table) for table in parsing.tables}, notices=links)


@dataclass(slots=True)
class _Table:
    name: str
    is_hidden: bool
    seen: Seen = field(default_factory=Seen)
    percents: list[tuple[int, int]] = field(default_factory=list)


def _inspected(table: _Table) -> Inspected:
    seen = table.seen
    return Inspected(
        cells=seen.left_out,
        formats=dict.fromkeys(table.percents, PERCENT),
        merged=tuple(seen.merged),
        hidden_columns=tuple(seen.hidden_columns),
        notices=about_what_is_hidden(seen.hidden_rows, is_hidden=table.is_hidden),
    )


def _parser(parsing: "_Parsing") -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = parsing.start
    parser.EndElementHandler = parsing.end
    parser.CharacterDataHandler = parsing.text
    return parser


@dataclass(slots=True)
class _Parsing:
    tables: list[_Table] = field(default_factory=list)
    unseen_styles: set[str] = field(default_factory=set)
    style: str = ""
    row: int = 0
    rows: int = 1
    column: int = 0
    cell: Mapping[str, str] | None = None
    has_text: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rsplit(" ", 1)[-1]
        given = {key.rsplit(" ", 1)[-1]: value for key, value in attributes.items()}
        if local == "style":
            self.style = given.get("name", "")
        elif local == "table-properties" and given.get("display") == "false":
            self.unseen_styles.add(self.style)
        elif local == "table" and "name" in given:
            self.tables.append(_Table(given["name"], is_hidden=given.get("style-name", "") in self.unseen_styles))
            self.row, self.rows, self.column = 0, 1, 0
        elif self.tables:
            self._start_inside(local, given)

    def _start_inside(self, local: str, given: Mapping[str, str]) -> None:
        seen = self.tables[-1].seen
        if local == "table-column":
            first = self.column + 1
            self.column += _times(given, "number-columns-repeated", most=ALL_COLUMNS)
            if given.get("visibility") in HIDDEN_STATES:
                seen.hide_columns(first, self.column)
        elif local == "table-row":
            self.row, self.column = self.row + 1, 0
            self.rows = _times(given, "number-rows-repeated", most=ALL_ROWS)
            if given.get("visibility") in HIDDEN_STATES and self.rows < ALL_COLUMNS:
                seen.hidden_rows += range(self.row, self.row + self.rows)
        elif local in {"table-cell", "covered-table-cell"}:
            self.cell, self.has_text = given, False

    def text(self, _text: str) -> None:
        self.has_text = True

    def end(self, name: str) -> None:
        local = name.rsplit(" ", 1)[-1]
        if local in {"table-cell", "covered-table-cell"} and self.cell is not None:
            self._end_cell(self.cell)
            self.cell = None
        elif local == "table-row":
            self.row += self.rows - 1

    def _end_cell(self, given: Mapping[str, str]) -> None:
        table, times = self.tables[-1], _times(given, "number-columns-repeated", most=ALL_COLUMNS)
        at = (self.row, self.column + 1)
        self.column += times
        across, down = (_times(given, f"number-{way}-spanned", most=ALL_ROWS) for way in ("columns", "rows"))
        if across > 1 or down > 1:
            last = f"{column_letters(at[1] + across - 1)}{at[0] + down - 1}"
            table.seen.merged.append(f"{column_letters(at[1])}{at[0]}:{last}")
        if self.has_text or "value-type" in given or "formula" in given:
            self._look_at(given, table=table, at=at, times=times)

    def _look_at(self, given: Mapping[str, str], *, table: _Table, at: tuple[int, int], times: int) -> None:
        seen = table.seen
        seen.rows, seen.columns = max(seen.rows, at[0] + self.rows - 1), max(seen.columns, at[1] + times - 1)
        if seen.is_too_wide:
            found = f"{column_letters(seen.columns)}{seen.rows}"
            raise WorkbookRefused(messages.TOO_WIDE.about(sheet=table.name, cell=found))
        places = [(at[0] + down, at[1] + right) for down in range(self.rows) for right in range(times)]
        if given.get("value-type") == "percentage":
            table.percents += places
        formula = given.get("formula", "")
        seen.is_linked = seen.is_linked or "file://" in formula or LINK.search(formula) is not None
        if formula and "value-type" not in given:
            seen.left_out |= dict.fromkeys(places, messages.NO_RESULT.about())


def _times(given: Mapping[str, str], name: str, *, most: int) -> int:
    text = given.get(name, "1")
    return min(int(text), most) if text.isdecimal() and int(text) else 1
