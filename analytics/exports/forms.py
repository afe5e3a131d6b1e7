from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.formats import ExportFormat

INPUT = {"class": "caliper-input"}


class ExportForm(forms.Form):
    """In which format, and why: the reason stands in the audit trail and in the file."""

    file_format = forms.ChoiceField(
        label=_("Format"), choices=ExportFormat.choices, initial=ExportFormat.CSV, widget=forms.Select(attrs=INPUT)
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.TextInput(attrs=INPUT))

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="export_%s")
