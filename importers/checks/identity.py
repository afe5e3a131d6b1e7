"""Rows that may be about somebody else: of another center, or another person than the one stored under the study number."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from importers.checks.records import Records
from importers.files import cells, messages
from importers.files.cells import is_blank, normalized
from importers.files.findings import Collector, Place
from importers.files.raw import RawSheet, Workbook
from importers.layout.columns import Unmatched, sheet_names
from importers.layout.recognition import RecognizedWorkbook
from importers.layout.tables import Table
from registry.rules.partial_dates import may_be_one_day
from registry.workbook.stored_keys import Stored

OF_THE_CENTER = frozenset(
    map(normalized, ("center", "center_code", "center code", "centre", "中心", "中心代码", "中心编号"))
)
OF_THE_PERSON = ("sex", "birth_date", "diagnosis_date")
UNKNOWN = "UNK"


def report_other_centers(book: Workbook, *, found: RecognizedWorkbook, center: str, collector: Collector) -> None:
    """The template has the center's code on its first sheet; in a column beside the rows it can be another one's."""
    for unmatched in found.unmatched:
        if normalized(unmatched.header) not in OF_THE_CENTER:
            continue
        table = next((table for table in found.tables.values() if table.sheet.name == unmatched.sheet), None)
        for row, said in _said(book, unmatched=unmatched, table=table):
            if said != center.upper() and _shape(said) == _shape(center.upper()):
                place = Place(sheet=unmatched.sheet, row=row, column=unmatched.number, name=unmatched.header)
                problem = messages.NAMES_OTHER_CENTER.about(row=row, found=said, center=center)
                collector.add(problem, at=place, found=said)


def _said(book: Workbook, *, unmatched: Unmatched, table: Table | None) -> Iterator[tuple[int, str]]:
    raw = next((sheet for sheet in book.sheets if _is_of(sheet, unmatched=unmatched, book=book)), None)
    for row in table.rows if raw is not None and table is not None else ():
        line = raw.rows[row - 1] if raw is not None and row <= len(raw.rows) else []
        cell = line[unmatched.number - 1] if unmatched.number <= len(line) else ""
        if not is_blank(cell):
            yield row, cells.shown(cell).strip().upper()


def _is_of(sheet: RawSheet, *, unmatched: Unmatched, book: Workbook) -> bool:
    return book.is_text or sheet_names().get(normalized(sheet.name)) == unmatched.sheet


def _shape(code: str) -> str:
    """C01 and C07 are codes of centers; a ward's name in the same column is none."""
    return re.sub(r"[A-Z]", "A", re.sub(r"[0-9]", "0", code))


def report_other_persons(records: Records, *, stored: Stored, collector: Collector) -> None:
    """A study number under which somebody of another sex, birth or diagnosis is stored may have been given twice."""
    known = stored.rows.get("patient", {})
    for record in records.of("patient") if known else ():
        before, said = known.get((record.local_id,)), record.values
        differing = [name for name in OF_THE_PERSON if before and _differs(name, said=said, before=before)]
        if before is None or not differing:
            continue
        sides = {"stored": _listed(differing, row=before), "given": _listed(differing, row=said)}
        problem = messages.OTHER_PERSON.about(patient=record.local_id, **sides)
        collector.add(problem, at=record.table.place(record.rows[0], name=record.column_of(differing[0])))


def _differs(name: str, *, said: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    pair = (said.get(name), before.get(name))
    if None in pair or UNKNOWN in pair:
        return False
    if name.endswith("_date"):
        return not may_be_one_day(said, before, name=name)
    return pair[0] != pair[1]


def _listed(names: list[str], *, row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {row[name]}" for name in names)
