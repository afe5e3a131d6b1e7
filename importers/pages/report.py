"""A stored report as the upload page shows it: by rule, in the reader's language, with names instead of codes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from registry.languages import is_chinese
from registry.workbook.sheets import kinds_in_order, sheets

LINES_PER_RULE = 100
LABELS = 3
OUTCOMES = ("new", "changed", "unchanged", "restored", "conflict")
SEVERITIES = {"error": gettext_lazy("Error"), "query": gettext_lazy("Query"), "warning": gettext_lazy("Warning")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    sheet: str
    cell: str
    label: str | Promise
    found: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    code: str
    severity: str
    severity_name: str | Promise
    total: int
    lines: tuple[Line, ...]

    @property
    def about(self) -> str:
        """Which variables, so that a closed rule tells more than its code."""
        labels = list(dict.fromkeys(str(line.label) for line in self.lines if line.label))
        return ", ".join(labels[:LABELS]) + (" …" if len(labels) > LABELS else "")

    @property
    def has_places(self) -> bool:
        """A finding about the whole file names no sheet, so its columns of places would be empty."""
        return any(line.sheet for line in self.lines)


def rules_on_page(report: Mapping[str, Any]) -> list[Rule]:
    findings: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for finding in report.get("findings", []):
        findings[finding["code"], finding["severity"]].append(finding)
    return [
        Rule(
            code=rule["code"],
            severity=rule["severity"],
            severity_name=SEVERITIES[rule["severity"]],
            total=rule["total"],
            lines=tuple(_line(finding) for finding in findings[rule["code"], rule["severity"]][:LINES_PER_RULE]),
        )
        for rule in report.get("rules", [])
    ]


def _line(finding: Mapping[str, Any]) -> Line:
    return Line(
        sheet=finding["sheet"],
        cell=f"{finding['column'] or ''}{finding['row'] or ''}",
        label=_label(finding["sheet"], name=finding["name"]),
        found=finding["found"],
        sentence=finding["zh" if is_chinese() else "en"],
    )


def _label(sheet: str, *, name: str) -> str | Promise:
    return next(
        (column.label for known in sheets() if known.name == sheet for column in known.columns if column.name == name),
        name,
    )


def sheets_on_page(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    titles = {sheet.name: sheet.title for sheet in sheets()}
    return [
        {**count, "title": titles.get(count["sheet"], count["sheet"])}
        for count in report.get("sheets", [])
        if count["rows"]
    ]


def nothing_was_read(report: Mapping[str, Any]) -> bool:
    """No row of any sheet, so that nothing can be said of what would change."""
    return not sheets_on_page(report)


def nothing_can_be_stored(report: Mapping[str, Any]) -> bool:
    return not any(sheet["accepted"] for sheet in sheets_on_page(report))


def stored_on_page(result: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Rows by kind of record in the order of the sheets, and their sums for the banner."""
    entities = [entity for entity in kinds_in_order() if entity in result]
    kinds = [{**result[entity], "name": _model(entity)._meta.verbose_name_plural} for entity in entities]
    return {
        "kinds": kinds,
        **{name: sum(counts.get(name, 0) for counts in result.values()) for name in OUTCOMES},
    }


def undone_on_page(result: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """How many records went back, and what was kept, with its kind and variable in words."""
    if result is None:
        return None
    kept = [
        {**one, "form": capfirst(str(_model(one["entity"])._meta.verbose_name)), "label": _variable(one)}
        for one in result["kept"]
    ]
    sums = {name: sum(result[name].values()) for name in ("withdrawn", "changed_back")}
    return {**sums, "kept": kept}


def _variable(kept: Mapping[str, Any]) -> str | Promise:
    if not kept["variable"]:
        return ""
    return _model(kept["entity"])._meta.get_field(kept["variable"].removesuffix("_id")).verbose_name


def _model(entity: str) -> Any:
    return apps.get_model("registry", entity)
