from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from importers.models import UploadMode
from importers.workbook import LARGEST_FILE, MEGABYTE


class UploadForm(forms.Form):
    """Which center, which file, and what to store of it. The centers are the user's own."""

    center = forms.TypedChoiceField(label=_("Center"), coerce=int)
    file = forms.FileField(
        label=_("Workbook"),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"empty": _("The file is empty. Send the workbook again.")},
    )
    mode = forms.ChoiceField(
        label=_("What to store"), choices=UploadMode.choices, initial=UploadMode.WHOLE, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, centers: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["center"].choices = [(center.pk, str(center)) for center in centers]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                _("The file has %(megabytes)s MB; at most %(limit)s MB are accepted. Split it into several workbooks."),
                params={"megabytes": f"{file.size / MEGABYTE:.1f}", "limit": LARGEST_FILE // MEGABYTE},
            )
        return file
