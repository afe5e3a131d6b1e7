"""What a sheet that nobody knows looks like: its first rows, where headers may stand, and what each column holds. PURE."""

from dataclasses import dataclass

from importers.files.raw import RawSheet, Workbook
from importers.mapping.language import HeaderRows

FIRST_ROWS = 20
MOST_VALUES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLook:
    """`header` is how a mapping names the column. `values` are the different texts, most frequent first, with their counts.

    `numbers` are the lowest, middle and highest of those that read as numbers, of which there are `numeric`.
    """

    number: int  # from 1
    letter: str
    header: str
    filled: int
    blank: int
    distinct: int
    values: tuple[tuple[str, int], ...]
    numeric: int
    dates: int
    numbers: tuple[float, float, float] | None
    unit: str  # read from the header's brackets, "" where it says none


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLook:
    """`first` are its first rows as texts, as Excel shows them; columns that name persons are masked."""

    name: str
    rows: int
    width: int
    first: tuple[tuple[str, ...], ...]
    header: HeaderRows  # as found, or as asked
    columns: tuple[ColumnLook, ...]


def look_at_workbook(book: Workbook) -> tuple[SheetLook, ...]:
    """Every sheet that holds something, with the headers where they seem to stand."""
    raise NotImplementedError


def look_at_sheet(raw: RawSheet, *, header: HeaderRows | None = None) -> SheetLook:
    """One sheet, with the headers where they are said to stand, or seem to."""
    raise NotImplementedError
