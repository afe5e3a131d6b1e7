"""Rows of text become printed tables.

Note [The shapes of a printed table]
A table is read in either of two shapes. *Wide*: a column per arm, under a heading of one
or two rows; a heading may name a cohort ("After matching"), the arm with its n ("SR (n = 219)") and a part ("grade 3–4"), in
two rows or joined by " · ". A row without numbers opens a variable, and the rows below it are its levels, until a row has a
P value of its own again. *Long*: a column called Arm, and what is printed of that arm in the columns beside it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analytics.audit.cells import Cell, read_cell
from analytics.audit.entries import Entry, PrintedTable, Tested
from analytics.audit.headings import SIZE, Heading, cohort_of, heading_of, headings_of

Rows = Sequence[Sequence[str]]
COLUMNS = {
    "arm": ("arm", "group", "组别", "组", "治疗组"),
    "cohort": ("cohort", "队列"),
    "endpoint": ("endpoint", "终点"),
}
GRADES = re.compile(r"(grade|级)?\s*\d\s*[-–]\s*\d|grade", re.IGNORECASE)
WITHOUT_P = Cell(text="")


@dataclass(frozen=True)
class _Line:
    row: int
    cells: tuple[Cell, ...]
    variable: str
    opened: int
    level: str


def read_tables(rows: Rows, *, name: str) -> Iterator[PrintedTable]:
    """Tables stand apart by an empty row; a row of one cell above a table is its title. What has no number is left out."""
    for start, block in _blocks(rows):
        title, first = name, 0
        if len(block) > 1 and sum(map(bool, block[0])) == 1 < sum(map(bool, block[1])):
            title, first = next(cell for cell in block[0] if cell), 1
        table = _read(block[first:], title=title, above=start + first)
        if not table.is_empty:
            yield table


def _blocks(rows: Rows) -> Iterator[tuple[int, list[list[str]]]]:
    block: list[list[str]] = []
    start = 0
    for place, row in enumerate([*rows, []]):
        cells = [str(cell).strip() for cell in row]
        if any(cells):
            start = start if block else place
            block.append(cells)
        elif block:
            width = max(len(one) for one in block)
            yield start, [one + [""] * (width - len(one)) for one in block]
            block = []


def _read(block: list[list[str]], *, title: str, above: int) -> PrintedTable:
    if any(cell.lower() in COLUMNS["arm"] for cell in block[0]):
        return _long(block, title=title, above=above)
    heading = 2 if len(block) > 1 and _is_heading(block[1]) else 1
    headings = headings_of(block[:heading], title=title)
    lines = list(_lines(block[heading:], headings=headings, above=above + heading))
    return PrintedTable(
        title=title,
        entries=tuple(entry for line in lines for entry in _entries(line, headings=headings, title=title)),
        tested=tuple(tested for line in lines for tested in _tested(line, headings=headings, title=title)),
    )


def _is_heading(row: list[str]) -> bool:
    """The second row of a heading: nothing before it, and no number but an n or grades."""
    return not row[0] and not any(read_cell(SIZE.sub("", cell)).first for cell in row[1:] if not GRADES.match(cell))


def _lines(rows: list[list[str]], *, headings: Sequence[Heading], above: int) -> Iterator[_Line]:
    variable, opened, has_p = "", 0, False
    for place, row in enumerate(rows, above + 1):
        cells = tuple(read_cell(text) for text in row)
        roles = {heading.role for cell, heading in zip(cells[1:], headings[1:], strict=True) if cell.first}
        if not roles & {"arm", "ratio"}:
            variable, opened, has_p = row[0], place, "p" in roles
        elif "p" in roles and has_p and "ratio" not in roles:
            variable, opened, has_p = "", place, False
        has_p = has_p or "p" in roles
        is_level = bool(variable) and opened != place
        of = variable if is_level else row[0]
        yield _Line(place, cells, of, opened if is_level else place, row[0] if is_level else "")


def _entries(line: _Line, *, headings: Sequence[Heading], title: str) -> Iterator[Entry]:
    for cell, heading in zip(line.cells[1:], headings[1:], strict=True):
        if heading.role == "arm" and cell.first:
            yield Entry(
                table=title,
                row=line.row,
                opened=line.opened,
                cohort=heading.cohort,
                arm=heading.arm,
                part=heading.part,
                n=heading.n,
                variable=line.variable,
                level=line.level,
                cell=cell,
            )


def _tested(line: _Line, *, headings: Sequence[Heading], title: str) -> Iterator[Tested]:
    """A ratio without a P beside it is still a ratio."""
    beside = [(cell, heading) for cell, heading in zip(line.cells, headings, strict=True) if cell.first]
    ratios = {heading.group: (cell, heading) for cell, heading in beside if heading.role == "ratio"}
    found = {heading.group: (cell, heading) for cell, heading in beside if heading.role == "p"}
    for group in dict.fromkeys((*ratios, *found)):
        ratio = ratios.get(group, ratios.get(""))
        p, heading = found.get(group) or (WITHOUT_P, ratios[group][1])
        yield Tested(
            table=title,
            row=line.row,
            opened=line.opened,
            cohort=heading.cohort,
            variable=line.variable,
            level=line.level,
            p=p,
            ratio=ratio[0] if ratio else None,
        )


def _long(block: list[list[str]], *, title: str, above: int) -> PrintedTable:
    """Cohort and endpoint are the title's where no column names them; n is the column of that name."""
    names = [cell.lower() for cell in block[0]]
    at = {
        key: next((place for place, name in enumerate(names) if name in known), None) for key, known in COLUMNS.items()
    }
    size = names.index("n") if "n" in names else None
    headings = [heading_of([cell], title=title) for cell in block[0]]
    entries: list[Entry] = []
    tested: list[Tested] = []
    for place, row in enumerate(block[1:], above + 2):
        text = {key: row[where] if where is not None else "" for key, where in at.items()}
        cohort = cohort_of(text["cohort"]) or cohort_of(title)
        n = read_cell(row[size]).count if size is not None else None
        own = [replace(one, cohort=cohort, arm=text["arm"] if one.role == "arm" else "", n=n) for one in headings]
        keys = {*at.values(), size}
        cells = tuple(WITHOUT_P if where in keys else read_cell(cell) for where, cell in enumerate(row))
        line = _Line(place, (WITHOUT_P, *cells), text["endpoint"], place, "")
        own = [own[0], *own]
        for where, entry in zip(
            _filled(line.cells, headings=own), _entries(line, headings=own, title=title), strict=True
        ):
            entries.append(replace(entry, level=block[0][where - 1]))
        tested += _tested(line, headings=own, title=title)
    return PrintedTable(title=title, entries=tuple(entries), tested=tuple(tested))


def _filled(cells: Sequence[Cell], *, headings: Sequence[Heading]) -> list[int]:
    return [
        place
        for place, (cell, heading) in enumerate(zip(cells, headings, strict=True))
        if place and heading.role == "arm" and cell.first
    ]
