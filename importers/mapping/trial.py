"""What a mapping makes of a file, tried on its rows before anything is checked or stored: the live preview of a step. PURE."""

from dataclasses import dataclass

from importers.files.raw import Workbook
from importers.mapping.catalog import Catalog
from importers.mapping.language import SheetMapping
from importers.mapping.refusals import Sentence

SHOWN = 10


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
    raise NotImplementedError
