"""The first page of a workbook sent back: what was found, rule by rule and place by place, with links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from importers.workbooks.sheet_writer import Style
from registry.languages import in_both
from registry.workbook.sheets import Kind

MOST_LINKS = 60_000  # Excel takes 65,530 of a sheet
WIDTHS = (14, 12, 26, 12, 20, 70, 70)
TITLES = (_("Rule"), _("Severity"), _("Sheet"), _("Original cell"), _("Variable"), _("English"), _("Chinese"))
INTRODUCTION = _(
    "Correct the highlighted cells and upload this workbook again; each row is matched to its "
    "original row automatically. Rows without findings are not included."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Where a finding's cell stands in the workbook sent back."""

    sheet: str
    cell: str


def write_summary(
    page: Any, *, report: Mapping[str, Any], noted: Mapping[int, Noted], filename: str, style: Style
) -> None:
    """`noted` by the identity of each finding of the report."""
    for number, width in enumerate(WIDTHS):
        page.set_column(number, number, width)
    page.write_string(0, 0, filename, style.required)
    for row, sentence in enumerate(in_both(INTRODUCTION), start=1):
        page.write_string(row, 0, sentence)
    first = _write_table(
        page, row=4, titles=(_("Rule"), _("Severity"), _("Occurrences")), lines=_totals(report), style=style
    )
    titles = [" ".join(dict.fromkeys(in_both(title))) for title in TITLES]
    for number, title in enumerate(titles):
        page.write_string(first, number, title, style.name)
    page.freeze_panes(0, 2)
    for row, finding in enumerate(report.get("findings", ()), start=first + 1):
        _write_line(page, row=row, finding=finding, noted=noted.get(id(finding)), style=style)


def _write_table(page: Any, *, row: int, titles: Sequence[Any], lines: Sequence[Sequence[Any]], style: Style) -> int:
    for number, title in enumerate(titles):
        page.write_string(row, number, " ".join(dict.fromkeys(in_both(title))), style.name)
    for place, line in enumerate(lines, start=row + 1):
        for number, value in enumerate(line):
            write = page.write_number if isinstance(value, int) else page.write_string
            write(place, number, value)
    return row + len(lines) + 2


def _totals(report: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [(rule["code"], rule["severity"], rule["total"]) for rule in report.get("rules", ())]


def _write_line(page: Any, *, row: int, finding: Mapping[str, Any], noted: Noted | None, style: Style) -> None:
    cell = f"{finding['column'] or ''}{finding['row'] or ''}"
    fill = style.body[Kind.TEXT, finding["severity"]]
    page.write_string(row, 0, finding["code"], fill)
    page.write_string(row, 1, finding["severity"])
    page.write_string(row, 2, finding["sheet"])
    if noted is not None and row < MOST_LINKS:
        page.write_url(row, 3, f"internal:'{noted.sheet}'!{noted.cell}", string=cell or noted.cell)
    else:
        page.write_string(row, 3, cell)
    page.write_string(row, 4, finding["name"])
    page.write_string(row, 5, finding["en"])
    page.write_string(row, 6, finding["zh"])
