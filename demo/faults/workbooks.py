"""A second, spoiled set of workbooks: every fault is planted at a known cell, and manifest-dirty.json lists them all.

C01 has faults of single cells and rows, C02 sheets that are wrong as a whole; C03 and C04 are refused at the door.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from demo.centers import SEED, CenterRows, make_centers
from demo.fault import ERROR, WARNING, Fault, Kind, Row
from demo.faults.kinds import KINDS
from demo.faults.row_faults import FIRST_ROW, PLANTS, Spoiling
from demo.sheet_names import ABLATION, ADVERSE_EVENT, ASSESSMENT, IMAGING, PATIENT, RESECTION, SYSTEMIC, TRANSARTERIAL
from demo.sheet_rows import Page, about, pages, write_pages
from importers.files.workbook import column_letters
from importers.workbooks.sheet_writer import HEADER_ROWS

MANIFEST = "manifest-dirty.json"
CENTERS, PATIENTS = 4, 760


def write_dirty_workbooks(folder: Path, *, seed: int = SEED) -> tuple[Path, ...]:
    """Four workbooks and manifest-dirty.json, in a folder made where it is missing. The same seed makes the same files."""
    folder.mkdir(parents=True, exist_ok=True)
    first, second, third, fourth = make_centers(centers=CENTERS, patients=PATIENTS, seed=seed)
    written = [_write_cells(folder, center=first), _write_sheets(folder, center=second)]
    elsewhere, outdated = about("C99"), {**about(fourth.code), "template_version": "0"}
    written += [
        _write_refused(folder, center=third, facts=elsewhere, kind="a workbook of another center", code="F-CENTER"),
        _write_refused(folder, center=fourth, facts=outdated, kind="a template of another version", code="V-B01"),
    ]
    listed = {"seed": seed, "faults": [asdict(fault) for _, faults in written for fault in faults]}
    (folder / MANIFEST).write_text(json.dumps(listed, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return tuple(path for path, _ in written)


Written = tuple[Path, Sequence[Fault]]


def _write_cells(folder: Path, *, center: CenterRows) -> Written:
    spoiling = Spoiling(
        file=f"{center.code}.xlsx", sheets={name: [dict(row) for row in rows] for name, rows in center.sheets.items()}
    )
    people = spoiling.people()
    for kind in KINDS:
        _plant(kind, spoiling=spoiling, people=people)
    for plant in PLANTS:
        plant(spoiling)
    path = write_pages(folder / spoiling.file, facts=about(center.code), content=pages(spoiling.sheets))
    return path, spoiling.faults


def _plant(kind: Kind, *, spoiling: Spoiling, people: Mapping[str, Mapping[str, Sequence[Row]]]) -> None:
    rows = spoiling.sheets[kind.sheet]
    for place, row in enumerate(rows):
        person = people[row["local_id"]]
        if row["local_id"] not in spoiling.spoiled and kind.where(row, person):
            rows[place] = kind.changed(row, person=person)
            spoiling.spoiled.add(row["local_id"])
            spoiling.add(kind.name, sheet=kind.sheet, place=place, name=kind.at, code=kind.code, severity=kind.severity)
            return
    raise ValueError(f"no row is left for the fault: {kind.name}")


def _write_sheets(folder: Path, *, center: CenterRows) -> Written:
    """Each sheet with one fault of its own; some cannot be read at all."""
    file = f"{center.code}.xlsx"
    found = {page.name: page for page in pages(center.sheets)}
    faults = []
    for name, spoil in (
        (PATIENT, _unknown_column),
        (ASSESSMENT, _misspelt),
        (TRANSARTERIAL, _unnamed_column),
        (ABLATION, _merge),
        (RESECTION, _without_column),
        (SYSTEMIC, _twice),
        (IMAGING, _blank_row),
        (ADVERSE_EVENT, _headless),
    ):
        found[name], fault = spoil(found[name])
        faults.append(replace(fault, file=file))
    stray = Page(name="Notes", rows=[["remember", "to call"], ["on", "Monday"]])
    faults.append(replace(_of_sheet("an unknown sheet", sheet=stray.name, code="S-UNKNOWN"), file=file))
    content = [*found.values(), stray]
    return write_pages(folder / file, facts=about(center.code), content=content), faults


def _of_sheet(
    kind: str,
    *,
    sheet: str,
    code: str | None,
    severity: str = ERROR,
    row: int | None = None,
    column: int | None = None,
) -> Fault:
    return Fault(
        file="",
        kind=kind,
        sheet=sheet,
        row=row,
        column=column_letters(column) if column else None,
        name="",
        code=code,
        severity=severity if code else None,
    )


Spoiled = tuple[Page, Fault]


def _with_column(page: Page, *, header: Sequence[Any]) -> tuple[Page, int]:
    """One more column at the right, with something in every row of data; and its number."""
    width = len(page.rows[0])
    cells = [*header, *["see file"] * (len(page.rows) - len(header))]
    return replace(page, rows=[[*row, cell] for row, cell in zip(page.rows, cells, strict=True)]), width + 1


def _unknown_column(page: Page) -> Spoiled:
    wider, column = _with_column(page, header=["remarks", "Remarks", "备注", ""])
    kind = "an unknown column"
    return wider, _of_sheet(kind, sheet=page.name, code="S-COLUMN", severity=WARNING, row=1, column=column)


def _unnamed_column(page: Page) -> Spoiled:
    wider, column = _with_column(page, header=[None] * HEADER_ROWS)
    return wider, _of_sheet("a column without a header", sheet=page.name, code="S-UNNAMED", row=1, column=column)


def _renamed(page: Page, *, old: str, new: str) -> tuple[Page, int]:
    """The machine name and the labels, so that nothing tells what the column is."""
    place = list(page.rows[0]).index(old)
    heads = [
        [*row[:place], new if number == 0 else None, *row[place + 1 :]] for number, row in enumerate(page.rows[:3])
    ]
    return replace(page, rows=[*heads, *page.rows[3:]]), place + 1


def _misspelt(page: Page) -> Spoiled:
    renamed, column = _renamed(page, old="height_cm", new="hieght_cm")
    kind = "a misspelled column"
    return renamed, _of_sheet(kind, sheet=page.name, code="S-COLUMN", severity=WARNING, row=1, column=column)


def _without_column(page: Page) -> Spoiled:
    place = list(page.rows[0]).index("resection_margin")
    narrower = replace(page, rows=[[*row[:place], *row[place + 1 :]] for row in page.rows])
    return narrower, _of_sheet("a missing required column", sheet=page.name, code="V-B01", row=1)


def _twice(page: Page) -> Spoiled:
    place = list(page.rows[0]).index("dose")
    wider = replace(page, rows=[[*row, row[place]] for row in page.rows])
    column = len(page.rows[0]) + 1
    return wider, _of_sheet("a duplicate column", sheet=page.name, code="S-COLUMNS", row=1, column=column)


def _merge(page: Page) -> Spoiled:
    merged = replace(page, merged=(f"A{FIRST_ROW}:A{FIRST_ROW + 1}",))
    return merged, _of_sheet("merged cells", sheet=page.name, code="S-MERGED", row=1)


def _blank_row(page: Page) -> Spoiled:
    """Accepted: people leave a line between patients."""
    rows = [*page.rows[:FIRST_ROW], [], *page.rows[FIRST_ROW:]]
    return replace(page, rows=rows), _of_sheet("a blank row", sheet=page.name, code=None, row=FIRST_ROW + 1)


def _headless(page: Page) -> Spoiled:
    headless = replace(page, rows=page.rows[HEADER_ROWS:])
    return headless, _of_sheet("a sheet without a header", sheet=page.name, code="S-HEADER")


def _write_refused(folder: Path, *, center: CenterRows, facts: Mapping[str, str], kind: str, code: str) -> Written:
    file = f"{center.code}.xlsx"
    path = write_pages(folder / file, facts=facts, content=pages(center.sheets))
    return path, [replace(_of_sheet(kind, sheet="", code=code), file=file)]
