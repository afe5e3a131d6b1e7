"""Figures and tables laid out in sections: what is of one thing before and after the design stands side by side."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from analytics.report.figures.figure import Figure
from analytics.report.sections import (
    ALWAYS,
    COHORTS,
    LAST,
    SECTIONS,
    Section,
    is_closed,
    pattern_of,
    place_in,
    row_of,
    section_of,
)
from analytics.report.tables.table import Table

Item = Figure | Table
BETWEEN = " · "  # the parts of a title


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`short` is its first sentence, `section` the anchor of what it is about, `weight` is small where it is grave."""

    text: str
    where: str
    ok: bool
    is_of_models: bool
    section: str
    weight: int

    @property
    def short(self) -> str:
        ends = [place for end in (". ", "。") if 0 <= (place := self.text.find(end)) < len(self.text) - 1]
        return self.text[: min(ends) + 1] if ends else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What shares a line. A detail stays closed until it is wanted."""

    title: str
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    is_detail: bool

    @property
    def is_pair(self) -> bool:
        return len(self.figures) + len(self.tables) > 1

    @property
    def anchor(self) -> str:
        """Of a table that stands alone; figures and pairs have anchors of their own."""
        return "" if self.is_pair or self.figures else f"table-{self.tables[0].name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section with what there is for it."""

    slug: str
    title: str
    blocks: tuple[Block, ...]
    notices: tuple[Notice, ...]


def arrange(figures: Sequence[Figure], tables: Sequence[Table], *, notices: Sequence[Notice]) -> tuple[Part, ...]:
    """Every section that has something; what no section names stands in the last."""
    items: tuple[Item, ...] = (*figures, *tables)
    return tuple(
        part
        for section in (*SECTIONS, LAST)
        if (part := _part(section, items=items, notices=notices)).blocks or part.notices or part.slug in ALWAYS
    )


def _part(section: Section, *, items: Iterable[Item], notices: Iterable[Notice]) -> Part:
    own = [item for item in items if section_of(item.name) == section]
    return Part(
        slug=section.slug,
        title=str(section.title),
        blocks=tuple(_blocks(_lines(own, section=section), section=section)),
        notices=tuple(notice for notice in notices if notice.section == section.slug),
    )


def _lines(items: Sequence[Item], *, section: Section) -> list[list[Item]]:
    """In the order of the declaration, a figure before a table of its name."""
    lines: dict[tuple[bool, str], list[Item]] = {}
    for item in items:
        stem = _stem(item.name)
        key = stem if isinstance(item, Table) else row_of(stem)[0]
        lines.setdefault((isinstance(item, Table), key), []).append(item)
    for first, second in section.beside:
        left, right = (next(_keys(lines, name=name), None) for name in (first, second))
        if left and right:
            lines[left] += lines.pop(right)
    found = [sorted(line, key=_moment) for line in lines.values()]
    return sorted(found, key=lambda line: min(place_in(section, name=item.name) for item in line))


def _keys(lines: Iterable[tuple[bool, str]], *, name: str) -> Iterator[tuple[bool, str]]:
    """A figure is meant where a table has the same name."""
    yield from (key for key in sorted(lines) if key[1] == name)


def _stem(name: str) -> str:
    """The name without the cohort it is of."""
    found = next((cohort for cohort in COHORTS if name.endswith(f"-{cohort}")), None)
    return name.removesuffix(f"-{found}") if found else name


def _moment(item: Item) -> int:
    """Before the design, then after it; what is of neither keeps its order."""
    return next((place for place, cohort in enumerate(COHORTS) if item.name.endswith(f"-{cohort}")), 0)


def _blocks(lines: Iterable[Sequence[Item]], *, section: Section) -> Iterator[Block]:
    seen: set[str] = set()
    for line in lines:
        figures = tuple(item for item in line if isinstance(item, Figure))
        tables = tuple(item for item in line if isinstance(item, Table))
        name = line[0].name
        is_first = pattern_of(name, section=section) not in seen
        seen.update(pattern_of(item.name, section=section) for item in line)
        yield Block(
            title=(len(line) > 1 and row_of(_stem(name))[1]) or _shared_title([item.title for item in line]),
            figures=figures,
            tables=tables,
            is_detail=is_closed(name, is_first=is_first) or (not figures and all(table.is_detail for table in tables)),
        )


def _shared_title(titles: Sequence[str]) -> str:
    """The parts that all of them begin with."""
    parts = zip(*(title.split(BETWEEN) for title in titles), strict=False)
    return BETWEEN.join(of[0] for of in takewhile(lambda of: len(set(of)) == 1, parts))
