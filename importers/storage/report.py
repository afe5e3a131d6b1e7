"""A check and a load as JSON and as CSV: what the page shows, the commands write and the uploader downloads."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from importers.checks.check import CheckReport
from importers.files.messages import Problem
from importers.models import CenterMapping
from importers.storage.comparison import Counts
from registry.rules import Severity
from registry.spreadsheet import harmless

CSV_COLUMNS = ("sheet", "row", "column", "name", "severity", "code", "found", "en", "zh")


def check_as_json(report: CheckReport, *, mapping: CenterMapping | None = None) -> dict[str, Any]:
    """`mapping` is the version that read the file."""
    return {
        "center": report.center,
        **({"mapping": {"name": mapping.name, "version": mapping.version}} if mapping else {}),
        "sha256": report.sha256,
        "counts": {severity.name.lower(): report.count(severity) for severity in Severity},
        "sheets": [{**asdict(sheet), "accepted": sheet.accepted} for sheet in report.sheets],
        "unmatched": [
            {"sheet": one.sheet, "column": one.column, "header": one.header, "suggestions": list(one.suggestions)}
            for one in report.unmatched
        ],
        "held": {name: asdict(rows) for name, rows in report.held.items() if rows.own or rows.with_parent},
        "corrects": sorted({place.upload for rows in report.former.values() for place in rows.values()}),
        "former": {
            name: [[row, place.upload, place.row] for row, place in rows.items()]
            for name, rows in report.former.items()
            if rows
        },
        "accepted": {entity: len(records) for entity, records in report.accepted.items()},
        "rules": [
            {"code": rule.code, "severity": rule.severity.name.lower(), "total": rule.total, "shown": rule.shown}
            for rule in report.totals
        ],
        "findings": [finding.as_json() for finding in report.findings],
    }


def refusal_as_json(problem: Problem, *, center: str) -> dict[str, Any]:
    """A file of which nothing could be read, in the same form."""
    finding = {"sheet": "", "row": None, "column": None, "name": "", "found": ""}
    finding |= {"code": problem.code, "severity": "error", "en": problem.en, "zh": problem.zh}
    return {
        "center": center,
        "counts": {"error": 1, "query": 0, "warning": 0},
        "sheets": [],
        "accepted": {},
        "rules": [{"code": problem.code, "severity": "error", "total": 1, "shown": 1}],
        "findings": [finding],
    }


def preview_as_json(report: CheckReport, counts: Mapping[str, Counts]) -> dict[str, Any]:
    """What confirming would do: records by what becomes of them, rows held back, fields about which it would be asked."""
    return {
        "records": {entity: those.as_json() for entity, those in counts.items()},
        "verified_or_signed": sum(those.verified_or_signed for those in counts.values()),
        "held_back": sum(sheet.with_errors + sheet.held_back for sheet in report.sheets),
        "questions": report.count(Severity.QUERY),
    }


def findings_as_csv(findings: Sequence[Mapping[str, Any]]) -> str:
    """With a byte order mark, so that Excel reads the Chinese; a cell that could run as a formula is quoted."""
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target)
    writer.writerow(CSV_COLUMNS)
    writer.writerows([_plain(finding.get(name)) for name in CSV_COLUMNS] for finding in findings)
    return target.getvalue()


def _plain(value: Any) -> Any:
    return harmless(value) if isinstance(value, str) else value
