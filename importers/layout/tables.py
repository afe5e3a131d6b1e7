"""A raw sheet → a table of values by variable, with the place of each cell. Values are still as odd as the file's."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.utils import timezone

from importers.files import cells, messages
from importers.files.cells import Cell, says_nothing
from importers.files.dates import with_order_seen
from importers.files.findings import Collector, Place
from importers.files.messages import Problem
from importers.files.raw import NUMBERS, RawSheet
from importers.layout.columns import Layout, code_names
from importers.layout.event_terms import TERM, in_their_versions, read_term
from importers.layout.origins import Origin
from importers.layout.records import needed_places, note_in
from registry.clinical.personal_numbers import HIDDEN, names_a_person
from registry.models.base.companion_columns import PRECISION
from registry.rules.record.staging import THROMBUS as TELLING_WORD
from registry.workbook.sheets import Column, Kind, Sheet

Reader = Callable[[Any], Cell]

WHOLE = "D"
IDENTIFIERS = ("local_id", "hospital_no")
TEXTS: Mapping[str, Reader] = {
    **dict.fromkeys(IDENTIFIERS, cells.read_identifier),
    TERM: read_term,
}  # others as they are
# Of these ND is as often “not detected” as “not done”
WITH_DETECTION_LIMIT = frozenset(
    {
        "afp",
        "afp_l3",
        "pivka2",
        "cea",
        "ca199",
        "hbsag_iu",
        "hbv_dna",
        "hcv_rna",
        "tni",
        "tnt",
        "nt_probnp",
        "d_dimer",
        "crp",
    }
    | {"afp_at_imaging"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Parallel lists: `cells[name][i]` was read on Excel row `rows[i]`. A column the file lacks is absent.

    `texts` are cells, of any column, known or not, that speak of what a check asks for, by row. Of a sheet of the hospital's own
    the rows are numbered by themselves, and `origin` says where they stand in the file. `date_orders` are the columns whose
    dates can only be DMY, or MDY: what a center may be asked to confirm once for the whole column.
    """

    sheet: Sheet
    rows: tuple[int, ...]
    index_of: Mapping[int, int]
    cells: Mapping[str, list[Cell]]
    places: Mapping[str, int]
    texts: Mapping[int, str]
    origin: Origin | None = None
    date_orders: Mapping[str, str] = field(default_factory=dict)

    def place(self, row: int | None, *, name: str) -> Place:
        return Place(sheet=self.sheet.name, row=row, column=self.places.get(name), name=name)

    @property
    def source_sheet(self) -> str:
        """As the file calls it."""
        return self.origin.sheet if self.origin else self.sheet.name

    @property
    def source_rows(self) -> Sequence[int]:
        """As the file counts them."""
        return self.origin.rows if self.origin else self.rows

    def cell(self, row: int, *, name: str) -> Cell:
        return self.cells[name][self.index_of[row]]

    def cells_of(self, rows: Iterable[int], *, entity: str) -> list[Cell]:
        names = [column.name for column in self.sheet.columns if column.entity == entity and column.name in self.cells]
        return [self.cell(row, name=name) for row in rows for name in names]

    def found(self, row: int, *, name: str) -> str:
        return shown_to_uploader(self.cell(row, name=name).raw, column=self.sheet.column(name))


def shown_to_uploader(raw: str, *, column: Column) -> str:
    return HIDDEN if raw and column.entity == "patientidentity" else raw[: messages.LONGEST_QUOTE]


def read_table(raw: RawSheet, *, layout: Layout, epoch_1904: bool, collector: Collector) -> Table:
    width = max(layout.places.values(), default=0)
    body = [(number, row) for number, row in enumerate(raw.rows, start=1) if number >= layout.first_row]
    used = [(number, row) for number, row in body if _is_used(row, number=number, layout=layout, raw=raw)]
    used = _without_notes(used, layout=layout, collector=collector)
    rows = tuple(number for number, _ in used)
    padded = [row if len(row) >= width else [*row, *[""] * (width - len(row))] for _, row in used]
    read = {}
    for name, place in layout.places.items():
        read_one = reader(layout.sheet, column=layout.sheet.column(name), epoch_1904=epoch_1904)
        read[name] = _read_column([row[place - 1] for row in padded], read_one=read_one)
    read |= in_their_versions(read)
    date_orders = _see_date_orders(read, rows=rows, layout=layout)
    places = {**layout.places, **say_how_exact(read, sheet=layout.sheet, places=layout.places)}
    index_of = {row: index for index, row in enumerate(rows)}
    texts = {number: text for number, row in used if (text := telling(row))}
    table = Table(
        sheet=layout.sheet,
        rows=rows,
        index_of=index_of,
        cells=read,
        places=places,
        texts=texts,
        date_orders=date_orders,
    )
    tell_cells(table, hidden=raw.hidden, collector=collector)
    for name in filter(lambda name: is_identifier(table.sheet.column(name)), table.cells):
        _warn_of_numbers(table, name=name, raw=raw, collector=collector)
    return replace(table, cells={**read, **by_default(read, sheet=layout.sheet, count=len(rows))})


def _without_notes(
    used: list[tuple[int, list[Any]]], *, layout: Layout, collector: Collector
) -> list[tuple[int, list[Any]]]:
    """A total, a heading or a footnote is told once, not once for each value that it lacks."""
    kept, needed = [], needed_places(layout)
    for number, row in used:
        note = note_in(row, needed=needed)
        if note is None:
            kept.append((number, row))
        else:
            told = HIDDEN if names_a_person(note) else note
            collector.add(
                messages.NOT_A_RECORD.about(row=number, found=told), at=Place(sheet=layout.sheet.name, row=number)
            )
    return kept


def _see_date_orders(read: dict[str, list[Cell]], *, rows: tuple[int, ...], layout: Layout) -> dict[str, str]:
    orders: dict[str, str] = {}
    for name in read:
        if layout.sheet.column(name).kind is Kind.DATE and any(cell.problem for cell in read[name]):
            order, read[name] = with_order_seen(zip(rows, read[name], strict=True))
            orders |= {name: order} if order else {}
    return orders


def by_default(read: Mapping[str, list[Cell]], *, sheet: Sheet, count: int) -> dict[str, list[Cell]]:
    """What a blank cell says, and a workbook that is older than the column."""
    blank = [Cell()] * count
    return {
        column.name: [
            Cell(value=column.default) if cell.value is None and not (cell.problem or cell.missing) else cell
            for cell in read.get(column.name, blank)
        ]
        for column in sheet.columns
        if column.default is not None
    }


def telling(row: list[Any]) -> str:
    return next((cell for cell in row if isinstance(cell, str) and TELLING_WORD in cell), "")


def _is_used(row: list[Any], *, number: int, layout: Layout, raw: RawSheet) -> bool:
    return any(place <= len(row) and not says_nothing(row[place - 1]) for place in layout.places.values()) or (
        bool(raw.hidden) and any((number, place) in raw.hidden for place in layout.places.values())
    )


def _read_column(raw: list[Any], *, read_one: Reader) -> list[Cell]:
    """Each different cell is read once. To Python True, 1 and 1.0 are equal: where there may be several of these they are told apart."""
    if len(NUMBERS.intersection(map(type, raw))) <= 1:
        known = {value: read_one(value) for value in set(raw)}
        return [known[value] for value in raw]
    by_kind = {(kind, value): read_one(value) for kind, value in {(type(value), value) for value in raw}}
    return [by_kind[type(value), value] for value in raw]


def reader(sheet: Sheet, *, column: Column, epoch_1904: bool) -> Reader:
    if column.kind is Kind.DATE:
        may_be_partial = precision_of(sheet, column=column) is not None
        zone = timezone.get_default_timezone()
        return partial(cells.read_date, epoch_1904=epoch_1904, may_be_partial=may_be_partial, zone=zone)
    if column.kind is Kind.MOMENT:
        return partial(cells.read_moment, zone=timezone.get_default_timezone(), epoch_1904=epoch_1904)
    if column.kind in {Kind.CODE, Kind.CODES}:
        read = cells.read_code if column.kind is Kind.CODE else cells.read_codes
        return partial(read, names=code_names(sheet.name, column=column.name))
    if column.kind is Kind.TEXT:
        return TEXTS.get(column.name, cells.read_text)
    unit, factors = (column.range.unit, column.range.factors) if column.range else ("", {})
    has_limit = column.name in WITH_DETECTION_LIMIT
    is_measured = column.kind is Kind.ANALYTE
    return partial(cells.read_number, unit=unit, factors=factors, may_compare=is_measured, has_limit=has_limit)


def precision_of(sheet: Sheet, *, column: Column) -> Column | None:
    """The column that says how exactly the date of this one is known."""
    name = f"{column.name}{PRECISION}"
    return next((c for c in sheet.columns if c.name == name and c.entity == column.entity), None)


def say_how_exact(read: dict[str, list[Cell]], *, sheet: Sheet, places: Mapping[str, int]) -> dict[str, int]:
    """Where a date is known to the month or year, the column of its precision says so, unless the file does; and its place."""
    added = {}
    for name in [name for name in read if any(cell.precision for cell in read[name])]:
        precision = precision_of(sheet, column=sheet.column(name))
        if precision is None:
            continue
        if precision.name not in read:
            read[precision.name] = [Cell(missing="")] * len(read[name])
            added[precision.name] = places[name]
        dates, own = read[name], read[precision.name]
        read[precision.name] = [_how_exact(date, own=given) for date, given in zip(dates, own, strict=True)]
        read[name] = [_agreed(date, own=given) for date, given in zip(dates, own, strict=True)]
    return added


def _how_exact(date: Cell, *, own: Cell) -> Cell:
    """Beside partial dates a whole one is said to be whole, so that it can take the place of a partial one."""
    if own.value is not None or date.value is None:
        return own
    return Cell(value=date.precision or WHOLE, raw=own.raw)


def _agreed(date: Cell, *, own: Cell) -> Cell:
    """A date without its day cannot be exact to the day."""
    if not date.precision or own.value in {None, date.precision}:
        return date
    return Cell(raw=date.raw, problem=messages.PARTIAL_DATE.about(found=date.raw))


def is_identifier(column: Column) -> bool:
    return column.name in IDENTIFIERS


def tell_cells(table: Table, *, hidden: Mapping[tuple[int, int], Problem], collector: Collector) -> None:
    """What is wrong with single cells. `hidden` says what the reader left out."""
    for name in table.cells:
        _collect_problems(table, name=name, hidden=hidden, collector=collector)
        if table.sheet.column(name).kind is Kind.TEXT:
            _tell_of_persons(table, name=name, collector=collector)


def _collect_problems(
    table: Table, *, name: str, hidden: Mapping[tuple[int, int], Problem], collector: Collector
) -> None:
    for row, cell in zip(table.rows, table.cells[name], strict=True):
        if cell.problem is not None:
            collector.add(cell.problem, at=table.place(row, name=name), found=table.found(row, name=name))
        if cell.notice is not None:
            collector.add(cell.notice, at=table.place(row, name=name), found=table.found(row, name=name))
    for row in table.rows if hidden else ():
        if problem := hidden.get((row, table.places[name])):
            collector.add(problem, at=table.place(row, name=name))


def _tell_of_persons(table: Table, *, name: str, collector: Collector) -> None:
    is_own = is_identifier(table.sheet.column(name))
    for row, cell in zip(table.rows, table.cells[name], strict=True):
        if cell.raw and names_a_person(cell.raw, is_identifier=is_own):
            collector.add(messages.NAMES_A_PERSON.about(), at=table.place(row, name=name), found=HIDDEN)


def _warn_of_numbers(table: Table, *, name: str, raw: RawSheet, collector: Collector) -> None:
    place = table.places[name]
    first = next(
        (
            row
            for row in table.rows
            if place <= len(raw.rows[row - 1]) and isinstance(raw.rows[row - 1][place - 1], float)
        ),
        None,
    )
    if first is not None:
        collector.add(messages.NUMERIC_IDENTIFIER.about(), at=table.place(first, name=name))
