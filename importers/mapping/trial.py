"""What a mapping makes of a file, tried on its rows before anything is checked or stored: the live preview of a step. PURE."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from importers.files.cells import normalized, shown
from importers.files.raw import Workbook, column_letters
from importers.mapping import messages
from importers.mapping.agreement import problems_of
from importers.mapping.catalog import Catalog
from importers.mapping.headers import LocatedSheet, located
from importers.mapping.language import OTHERS, SheetMapping
from importers.mapping.records import MappedKind, mapped_kinds
from importers.mapping.refusals import Sentence
from importers.mapping.values import BLANK, Given

SHOWN = 10
MOST_UNKNOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedCell:
    """`raw` is the hospital's text, `value` what the checks will read; `problem` in English and Chinese, or None."""

    variable: str
    cell: str  # such as C17, "" for a constant
    raw: str
    value: str
    problem: tuple[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedRecord:
    row: int  # of the hospital's sheet
    cells: tuple[TriedCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedKind:
    """`total` records of all rows, of which the first are shown."""

    kind: str
    total: int
    records: tuple[TriedRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownValues:
    """Values of one column that the mapping does not know, with their counts, most frequent first."""

    kind: str
    variable: str
    header: str
    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`problems` are of the mapping against this file and the registry: an unknown variable, a header there is not."""

    sheet: str
    header_row: int
    first_row: int
    problems: tuple[Sentence, ...]
    unread: tuple[str, ...]  # headers that the mapping neither reads nor ignores
    unknown: tuple[UnknownValues, ...]
    kinds: tuple[TriedKind, ...]


def try_mapping(book: Workbook, *, mapping: SheetMapping, catalog: Catalog, shown: int = SHOWN) -> Trial:
    """Never raises for what a mapping or file says: what is wrong is among the problems."""
    problems = problems_of(mapping, catalog=catalog)
    sheet = located(book, mapping=mapping)
    if sheet is None:
        told = messages.NO_MAPPED_SHEET.about(mapping=mapping.name, found=", ".join(raw.name for raw in book.sheets))
        problems = (*problems, Sentence("sheet", en=told.en, zh=told.zh))
        return Trial(sheet="", header_row=0, first_row=0, problems=problems, unread=(), unknown=(), kinds=())
    if lacking := sheet.lacking(mapping.all_headers):
        told = messages.LACKING_HEADERS.about(found=", ".join(lacking))
        problems = (*problems, Sentence("header", en=told.en, zh=told.zh))
    kinds = mapped_kinds(
        sheet, mapping=known_part(mapping, catalog=catalog), catalog=catalog, epoch_1904=book.epoch_1904
    )
    return Trial(
        sheet=sheet.raw.name,
        header_row=sheet.header_row,
        first_row=sheet.lines[0] if sheet.lines else sheet.header_row + 1,
        problems=problems,
        unread=tuple(name for _, name in unread_headers(sheet, mapping=mapping)),
        unknown=tuple(one for kind in kinds for one in _unknown(kind, sheet=sheet)),
        kinds=tuple(_tried(kind, most=shown) for kind in kinds),
    )


def known_part(mapping: SheetMapping, *, catalog: Catalog) -> SheetMapping:
    """Without what the registry does not know, which is told as a problem."""
    rules = [
        rule.model_copy(
            update={
                "constants": {
                    name: one for name, one in rule.constants.items() if name in catalog[rule.kind].variables
                },
                "variables": {
                    name: one for name, one in rule.variables.items() if name in catalog[rule.kind].variables
                },
            }
        )
        for rule in mapping.records
        if rule.kind in catalog
    ]
    return mapping.model_copy(update={"records": tuple(rules)})


def unread_headers(sheet: LocatedSheet, *, mapping: SheetMapping) -> list[tuple[int, str]]:
    """(column number, header) of the columns that the mapping neither reads nor ignores."""
    if OTHERS in mapping.ignored:
        return []
    known = set(map(normalized, (*mapping.all_headers, *mapping.ignored)))
    return [
        (number, name)
        for number, name in enumerate(sheet.names, start=1)
        if normalized(name) not in known and not name.startswith("(")
    ]


def _tried(kind: MappedKind, *, most: int) -> TriedKind:
    records = tuple(
        TriedRecord(row=row, cells=tuple(_cells(kind, place=place))) for place, row in enumerate(kind.rows[:most])
    )
    return TriedKind(kind=kind.kind.name, total=len(kind.rows), records=records)


def _cells(kind: MappedKind, *, place: int) -> Iterator[TriedCell]:
    for name in (*kind.kind.variables, *kind.kind.results):
        if name in kind.variables and not (name in kind.kind.results and kind.variables[name][place] is BLANK):
            given = kind.variables[name][place]
            number = kind.columns[kind.blocks[place]].get(name)
            row = kind.elsewhere.get((place, name), kind.rows[place])
            yield TriedCell(
                variable=name,
                cell=f"{column_letters(number)}{row}" if number else "",
                raw=given.raw,
                value=shown(given.value),
                problem=(given.problem.en, given.problem.zh) if given.problem else None,
            )


def _unknown(kind: MappedKind, *, sheet: LocatedSheet) -> Iterator[UnknownValues]:
    for name, told in kind.variables.items():
        counts: Counter[str] = Counter(one.raw for one in told if _is_unknown(one))
        if counts:
            number = next((columns[name] for columns in kind.columns if name in columns), 0)
            header = sheet.names[number - 1] if number else ""
            values = tuple(counts.most_common(MOST_UNKNOWN))
            yield UnknownValues(kind=kind.kind.name, variable=name, header=header, values=values)


def _is_unknown(given: Given) -> bool:
    return given.problem is not None and given.problem.message is messages.UNKNOWN_VALUE
