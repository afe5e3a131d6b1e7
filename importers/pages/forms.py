from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from importers.files.workbook import LARGEST_FILE, MEGABYTE
from importers.models import CenterMapping, ConflictChoice, UploadMode


class UploadForm(forms.Form):
    """Which center and which file. The centers are the user's own."""

    center = forms.TypedChoiceField(label=_("Center"), coerce=int)
    mapping = forms.ChoiceField(label=_("Read it as"), required=False)
    file = forms.FileField(
        label=_("Workbook"),
        max_length=200,
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xlsx,.xls,.xlsb,.ods,.csv,.tsv,.txt,.sav,.dta,.sas7bdat,.xpt"}
        ),
        error_messages={"empty": _("The file is empty. Upload the workbook again.")},
    )

    def __init__(self, *args: Any, centers: list[Any], mappings: Sequence[CenterMapping], **options: Any) -> None:
        super().__init__(*args, **options)
        self.mappings = {str(one.pk): one for one in mappings}
        field: Any = self.fields["center"]
        field.choices = [(center.pk, str(center)) for center in centers]
        field = self.fields["mapping"]
        field.choices = [("", _("the template, or ask me")), *((pk, _named(one)) for pk, one in self.mappings.items())]
        if not mappings:
            del self.fields["mapping"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        given["mapping"] = self.mappings.get(given.get("mapping", ""))
        if given["mapping"] is not None and given["mapping"].center_id != given.get("center"):
            self.add_error("mapping", _("This mapping belongs to another center. Choose one of the center above."))
        return given

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                _("The file is %(megabytes)s MB; the limit is %(limit)s MB. Split it into several workbooks."),
                params={"megabytes": f"{file.size / MEGABYTE:.1f}", "limit": LARGEST_FILE // MEGABYTE},
            )
        return file


def _named(saved: CenterMapping) -> str:
    return f"{saved.center.center_code} · {saved.name} ({saved.version})"


def as_pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """Kind of record and variable, of columns named as assessment.weight_kg."""
    return [(entity, variable) for entity, _dot, variable in (name.partition(".") for name in names)]


class ConfirmForm(forms.Form):
    """What to store of a preview, why, and whose blanks and conflicts overwrite. `columns` are those that the file has."""

    mode = forms.ChoiceField(
        label=_("What to store"), choices=UploadMode.choices, initial=UploadMode.VALID, widget=forms.RadioSelect
    )
    conflicts = forms.ChoiceField(
        label=_("When values conflict"),
        choices=ConflictChoice.choices,
        initial=ConflictChoice.STORED,
        widget=forms.RadioSelect,
        required=False,
    )
    blanks = forms.MultipleChoiceField(
        label=_("Columns whose empty cells overwrite stored values"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, columns: Sequence[tuple[str, Any]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["blanks"]
        field.choices = list(columns)

    def clean_conflicts(self) -> str:
        return str(self.cleaned_data["conflicts"] or ConflictChoice.STORED)

    def clean_blanks(self) -> list[tuple[str, str]]:
        return as_pairs(self.cleaned_data["blanks"])


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
