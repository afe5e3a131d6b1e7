"""The laboratory panel of an assessment: one box per analyte, in groups, and what is typed into each."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from registry.admin.entry.fields import TextField
from registry.choices import AnalyteCode, LabQuality, MissingReason
from registry.clinical.laboratory.analyte_ranges import ANALYTE_CODES
from registry.clinical.ranges import ANALYTE_RANGES
from registry.models import LabResult
from registry.records.laboratory_values import shown_unit, shown_value

PREFIX = "laboratory_"
BOXES_A_ROW = 4
COLLAPSED = ("collapse",)

# Title, whether it is open at first, and the analyte that begins it; a group reaches to where the next begins.
GROUPS: tuple[tuple[Any, bool, AnalyteCode], ...] = (
    (_("Laboratory: liver function"), True, AnalyteCode.ALBUMIN),
    (_("Laboratory: coagulation"), True, AnalyteCode.PROTHROMBIN_TIME),
    (_("Laboratory: blood count and inflammation"), True, AnalyteCode.WHITE_CELLS),
    (_("Laboratory: renal function, electrolytes, metabolism"), True, AnalyteCode.CREATININE),
    (_("Laboratory: tumor markers"), True, AnalyteCode.AFP),
    (_("Laboratory: viral hepatitis"), False, AnalyteCode.HBSAG),
    (_("Laboratory: cardiac, muscle, pancreatic, endocrine"), False, AnalyteCode.CREATINE_KINASE),
)


def _inputs() -> dict[str, forms.Field]:
    return {f"{PREFIX}{code}": _input(code, label=label) for code, label in AnalyteCode.choices}


def _input(code: str, *, label: Any) -> forms.Field:
    """A comparator or another unit may be typed with the number, and a reason, such as ND, in its place."""
    if code in ANALYTE_CODES:
        qualities = [(quality, LabQuality(quality).label) for quality in ANALYTE_CODES[code]]
        choices = [("", _("Select value")), *qualities, *MissingReason.choices]
        return forms.ChoiceField(label=label, required=False, choices=choices, widget=UnfoldAdminSelectWidget())
    named = _labeled(label, unit=ANALYTE_RANGES[code].unit)
    return TextField(label=named, required=False, max_length=64, widget=UnfoldAdminTextInputWidget())


def _labeled(label: str | Promise, *, unit: str) -> Any:
    return format_lazy("{} ({})", label, shown_unit(unit)) if shown_unit(unit) else label


LaboratoryPanel = type("LaboratoryPanel", (forms.Form,), _inputs())


def shown_result(result: LabResult) -> str:
    """What stands in the box of a stored result."""
    if result.value is None:
        return result.value_code or result.missing_reason or ""
    return shown_value(result.value, comparator=result.comparator)


def laboratory_fieldsets() -> Iterator[tuple[Any, dict[str, Any]]]:
    every = AnalyteCode.values
    starts = [every.index(first.value) for _title, _is_open, first in GROUPS]
    for (title, is_open, _first), start, end in zip(GROUPS, starts, [*starts[1:], len(every)], strict=True):
        names = [f"{PREFIX}{code}" for code in every[start:end]]
        rows = tuple(tuple(names[at : at + BOXES_A_ROW]) for at in range(0, len(names), BOXES_A_ROW))
        yield title, {"fields": rows, "classes": () if is_open else COLLAPSED}
