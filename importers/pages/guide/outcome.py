"""What the draft makes of the file's own rows: records by kind, the first as they would be read, and what is wrong with them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from importers.files.raw import Workbook
from importers.mapping.refusals import Sentence
from importers.mapping.trial import TriedKind, TriedRecord, try_mapping
from importers.pages.guide.content import rules_of
from importers.pages.guide.draft import parts_in
from importers.pages.guide.names import rule_name, spoken, variable_named
from importers.pages.guide.workspace import Workspace

RULE = re.compile(r"records\[(\d+)\](?:\.(?:variables|constants))?")
TRIED_ROWS = 3_000  # of a longer sheet the first are tried while somebody waits
SHOWN_RECORDS, SHOWN_PROBLEMS, SHOWN_WORDS = 3, 8, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCell:
    label: str
    cell: str
    raw: str
    value: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecord:
    row: int
    cells: tuple[ReadCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadKind:
    title: str
    total: int
    records: tuple[ReadRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`unread` columns are neither read nor ignored; `unknown` values have no code yet; `is_part` of a long sheet."""

    kinds: tuple[ReadKind, ...]
    problems: tuple[str, ...]
    unread: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]
    is_part: bool


def outcome_of(work: Workspace) -> Outcome:
    if not work.content.get("records"):
        told = _("No kind of record has been chosen yet.")
        return Outcome(kinds=(), problems=(told,), unread=(), unknown=(), is_part=False)
    parts, problems = parts_in(work.content)
    if parts is None:
        return Outcome(kinds=(), problems=in_words(problems, work=work), unread=(), unknown=(), is_part=False)
    book, is_part = _first_rows(work.book)
    trial = try_mapping(book, mapping=parts, catalog=work.catalog, shown=SHOWN_RECORDS)
    return Outcome(
        kinds=tuple(_kind(kind, work=work) for kind in trial.kinds),
        problems=in_words(trial.problems[:SHOWN_PROBLEMS], work=work),
        unread=trial.unread,
        unknown=tuple((one.header, ", ".join(text for text, _n in one.values[:SHOWN_WORDS])) for one in trial.unknown),
        is_part=is_part,
    )


def in_words(problems: Sequence[Sentence], *, work: Workspace) -> tuple[str, ...]:
    """With the rules called as the page calls them: Imaging 2 instead of records[4]."""
    titles = [rule_name(name, catalog=work.catalog, every="") for name in rules_of(work.content)]

    def title(found: re.Match[str]) -> str:
        number = int(found[1])
        return titles[number - 1] if number <= len(titles) else found[0]

    return tuple(RULE.sub(title, spoken((one.en, one.zh))) for one in problems)


def _first_rows(book: Workbook) -> tuple[Workbook, bool]:
    is_long = any(len(raw.rows) > TRIED_ROWS for raw in book.sheets)
    sheets = tuple(replace(raw, rows=raw.rows[:TRIED_ROWS]) for raw in book.sheets)
    return (replace(book, sheets=sheets), True) if is_long else (book, False)


def _kind(kind: TriedKind, *, work: Workspace) -> ReadKind:
    records = tuple(_record(record, kind=kind.kind, work=work) for record in kind.records)
    title = rule_name(kind.kind, catalog=work.catalog, every="")
    return ReadKind(title=title, total=kind.total, records=records)


def _record(record: TriedRecord, *, kind: str, work: Workspace) -> ReadRecord:
    cells = []
    for cell in record.cells:
        known = variable_named(f"{kind}.{cell.variable}", catalog=work.catalog)
        label = spoken(known.label) if known else cell.variable
        problem = spoken(cell.problem) if cell.problem else ""
        cells.append(ReadCell(label=label, cell=cell.cell, raw=cell.raw, value=cell.value, problem=problem))
    return ReadRecord(row=record.row, cells=tuple(cells))
