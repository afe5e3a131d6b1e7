"""The synthetic centers as upload workbooks, and a manifest that tells the truth behind them."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from importers.columns import README_SHEET
from importers.demo.centers import SEED, CenterRows, make_centers
from importers.demo.core import Scenario
from importers.demo.margins import ARMS, CUTOFF
from importers.demo.outcomes import EFFECTS
from importers.demo.screening import SCREENED
from importers.demo.truth import read_truths
from importers.languages import in_both
from importers.template import HEADER_ROWS, hint
from registry.sheets import TEMPLATE_VERSION, Sheet, sheets

MANIFEST = "manifest.json"
CREATED = datetime(2023, 9, 1, tzinfo=UTC)  # fixed, so that the same rows make the same file


def write_workbooks(folder: Path, *, centers: int = 12, patients: int = SCREENED, seed: int = SEED) -> tuple[Path, ...]:
    """One workbook per center and manifest.json, in a folder made where it is missing. Files of the same name are replaced."""
    made = make_centers(centers=centers, patients=patients, seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(_write_workbook(folder / f"{center.code}.xlsx", center=center) for center in made)
    manifest = {"seed": seed, **_truth(made), "files": [path.name for path in paths]}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return paths


def _truth(centers: Sequence[CenterRows]) -> dict[str, Any]:
    total: Counter[str] = sum((Counter(center.patients) for center in centers), Counter())
    return {
        "protocol": "an-2025",
        "cutoff_date": CUTOFF.isoformat(),
        "hazard_ratios": _hazard_ratios(),
        "log_hazard_ratios": EFFECTS,
        "expected_arms": {arm: total[arm] for arm in ARMS},
        "screen_failures": {reason: count for reason, count in sorted(total.items()) if reason not in ARMS},
        "patients": total.total(),
        "centers": {center.code: sum(center.patients.values()) for center in centers},
    }


def _hazard_ratios() -> dict[str, Any]:
    """The marginal ones belong to cohorts of the published size, whatever the number of patients written."""
    truths, scenario = read_truths(), Scenario()
    return {
        "of": truths.of,
        "n_resection": scenario.n_focal,
        "n_ablation": scenario.n_reference,
        "design": dict(truths.design),
        "seeds": truths.seeds,
        **{endpoint: asdict(truth) for endpoint, truth in truths.scenario(scenario).items()},
    }


def _write_workbook(path: Path, *, center: CenterRows) -> Path:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        book.set_properties({"created": CREATED.replace(tzinfo=None), "title": f"Synthetic center {center.code}"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        readme = book.add_worksheet(README_SHEET)
        facts = {"template_version": TEMPLATE_VERSION, "center_code": center.code, "cutoff_date": CUTOFF.isoformat()}
        for place, fact in enumerate(facts.items()):
            readme.write_row(place, 0, fact)
        for sheet in sheets():
            _write_sheet(book.add_worksheet(sheet.name), sheet=sheet, rows=center.sheets.get(sheet.name, ()), day=day)
    return path


def _write_sheet(page: Worksheet, *, sheet: Sheet, rows: Sequence[Mapping[str, Any]], day: Any) -> None:
    for place, header in enumerate(_headers(sheet)):
        page.write_row(place, 0, header)
    for place, row in enumerate(rows, start=HEADER_ROWS):
        for across, column in enumerate(sheet.columns):
            _write_cell(page, place, across, row.get(column.name), day)


def _headers(sheet: Sheet) -> tuple[list[str], ...]:
    """Machine names, English labels, Chinese labels, hints: the four header rows of the template."""
    labels = [in_both(lambda column=column: str(column.label)) for column in sheet.columns]  # type: ignore[misc]
    names = [column.name for column in sheet.columns]
    hints = [hint(column) for column in sheet.columns]
    return names, [english for english, _ in labels], [chinese for _, chinese in labels], hints


def _write_cell(page: Worksheet, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, date):
        page.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 (a cell has no zone)
    elif isinstance(value, list):
        page.write_string(row, column, ";".join(value))
    elif isinstance(value, str):
        page.write_string(row, column, value)
    elif value is not None:
        page.write_number(row, column, value)
