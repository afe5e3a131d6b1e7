"""What scripts send and get about uploads. Kinds of record and variables have the names of the data dictionary."""

from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from importers.models import ConflictChoice, Upload, UploadMode, UploadState
from importers.pages.forms import as_pairs
from importers.pages.preview import blank_columns
from importers.storage.comparison import RecordOutcome
from registry.languages import in_both
from registry.workbook.sheets import kinds_in_order


class Sending(serializers.Serializer):
    center = serializers.CharField(max_length=16, help_text="C01")
    file = extend_schema_field(OpenApiTypes.BINARY)(serializers.FileField)(max_length=200)
    mapping = serializers.CharField(
        max_length=60,
        default="",
        allow_blank=True,
        help_text=_("name of a mapping of the center, for a workbook that is not the template"),
    )


class Confirming(serializers.Serializer):
    mode = serializers.ChoiceField(UploadMode.choices, default=UploadMode.VALID)
    conflicts = serializers.ChoiceField(ConflictChoice.choices, default=ConflictChoice.STORED)
    blanks = serializers.ListField(
        child=serializers.CharField(max_length=120),
        default=list,
        help_text=_("columns whose empty cells overwrite stored values, for example assessment.child_pugh_class"),
    )
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")

    def validate_blanks(self, names: list[str]) -> list[tuple[str, str]]:
        upload = self.context["upload"]
        if upload.can_be_confirmed and not blank_columns(upload).keys() >= set(names):
            raise serializers.ValidationError(code="invalid_choice")
        return as_pairs(names)


class Meaning(serializers.Serializer):
    """The mapping of one of the center's own headers."""

    sheet = serializers.CharField(max_length=40)
    header = serializers.CharField(max_length=200)
    column = serializers.CharField(max_length=80, help_text=_("a column of this sheet, or - to ignore the header"))


class Saying(serializers.Serializer):
    headers = Meaning(many=True, allow_empty=False)


class Version(serializers.Serializer):
    version = serializers.IntegerField(min_value=1, max_value=2_000_000_000, required=False)


class SavingMapping(serializers.Serializer):
    text = serializers.CharField(help_text=_("the mapping as YAML or JSON"), trim_whitespace=False)
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


class ChoosingMapping(serializers.Serializer):
    mapping = serializers.CharField(max_length=60, help_text=_("name of a mapping of the center"))


class Undoing(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class Searching(serializers.Serializer):
    """A selection of the records of a preview."""

    fate = serializers.ChoiceField([fate.value for fate in RecordOutcome], default=RecordOutcome.CHANGED.value)
    entity = serializers.ChoiceField(sorted(set(kinds_in_order())), required=False)
    page = serializers.IntegerField(min_value=1, default=1)


class Filling(serializers.Serializer):
    filled = serializers.BooleanField(default=False, help_text=_("prefilled with the center's stored data"))


class BothLanguages(serializers.Serializer):
    en = serializers.CharField()
    zh = serializers.CharField()


class Trouble(serializers.Serializer):
    code = serializers.CharField()
    field = serializers.CharField(required=False)
    message = BothLanguages()


class Troubles(serializers.Serializer):
    errors = Trouble(many=True)


class Progress(serializers.Serializer):
    state = serializers.CharField()
    percent = serializers.IntegerField()
    message = BothLanguages()


class Counts(serializers.Serializer):
    error = serializers.IntegerField()
    query = serializers.IntegerField()
    warning = serializers.IntegerField()


class CenterAnswer(serializers.Serializer):
    center = serializers.CharField()
    name = BothLanguages()


class MappingAnswer(serializers.Serializer):
    """A version of a workbook mapping."""

    name = serializers.CharField()
    version = serializers.IntegerField()
    note = serializers.CharField()
    saved_by = serializers.CharField()
    saved_at = serializers.DateTimeField()


class MappingText(MappingAnswer):
    text = serializers.CharField(help_text=_("the mapping as YAML, as it was saved"))


class MappingVersion(serializers.Serializer):
    name = serializers.CharField()
    version = serializers.IntegerField()


class UploadAnswer(serializers.Serializer):
    """Poll until `is_over` is true: then no work is pending."""

    upload = serializers.IntegerField()
    center = serializers.CharField()
    filename = serializers.CharField()
    sha256 = serializers.CharField()
    uploaded_at = serializers.DateTimeField()
    uploaded_by = serializers.CharField()
    state = serializers.ChoiceField(UploadState.choices)
    is_over = serializers.BooleanField()
    job = Progress(allow_null=True)
    mapping = MappingVersion(allow_null=True)
    counts = Counts(allow_null=True)
    result = serializers.DictField(allow_null=True, help_text="number of records by type: new, changed, unchanged")
    undo_result = serializers.DictField(allow_null=True)
    can_undo = serializers.BooleanField(help_text="also true after an undo that kept something")
    failed_step = serializers.CharField(help_text="check, store or undo where that failed last; nothing was changed")
    stale = serializers.ListField(
        child=serializers.DictField(),
        help_text="for STALE: up to 20 of the records that were entered, changed or locked since the preview",
    )


class PreviewAnswer(serializers.Serializer):
    upload = serializers.IntegerField()
    state = serializers.ChoiceField(UploadState.choices)
    records = serializers.DictField(help_text="number of records by type: new, changed, unchanged, conflict, restored")
    held_back = serializers.IntegerField()
    questions = serializers.IntegerField()
    verified_or_signed = serializers.IntegerField(help_text="records touched that are verified, ticked or signed off")
    sheets = serializers.ListField(child=serializers.DictField())


class HeaderAnswer(serializers.Serializer):
    """A header that matches no column. `suggestions` are columns of its sheet, best match first."""

    sheet = serializers.CharField()
    column = serializers.CharField(help_text="column letter")
    header = serializers.CharField()
    suggestions = serializers.ListField(child=serializers.CharField())


class RecordAnswer(serializers.Serializer):
    entity = serializers.CharField()
    sheet = serializers.CharField()
    row = serializers.IntegerField()
    key = serializers.DictField(help_text="fields that identify the record, such as local_id")
    changes = serializers.DictField(help_text="[old, new] by variable; for a conflict [old, new, last uploaded]")


class RecordsAnswer(serializers.Serializer):
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    total = serializers.IntegerField()
    records = RecordAnswer(many=True)


class FindingAnswer(serializers.Serializer):
    sheet = serializers.CharField()
    row = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    code = serializers.CharField()
    severity = serializers.CharField()
    en = serializers.CharField()
    zh = serializers.CharField()
    found = serializers.CharField()


class RuleAnswer(serializers.Serializer):
    code = serializers.CharField()
    severity = serializers.CharField()
    total = serializers.IntegerField()
    shown = serializers.IntegerField()


class FindingsAnswer(serializers.Serializer):
    """At most 1,000 findings are listed for each rule; `total` counts all of them."""

    counts = Counts()
    rules = RuleAnswer(many=True)
    findings = FindingAnswer(many=True)


def upload_answer(upload: Upload) -> dict[str, Any]:
    job = upload.job
    return {
        "upload": upload.pk,
        "center": upload.center.center_code,
        "filename": upload.filename,
        "sha256": upload.sha256,
        "uploaded_at": upload.uploaded_at,
        "uploaded_by": upload.uploaded_by.get_username(),
        "state": upload.state_now,
        "is_over": upload.is_over and (job is None or job.is_over),
        "job": job and {"state": job.state, "percent": job.percent, "message": _both(job.message)},
        "mapping": upload.mapping and {"name": upload.mapping.name, "version": upload.mapping.version},
        "counts": (upload.report or {}).get("counts"),
        "result": upload.result,
        "undo_result": upload.undo_result,
        "can_undo": upload.can_be_undone,
        "failed_step": upload.failed_step,
        "stale": (upload.preview or {}).get("stale", []),
    }


def center_answer(center: Any) -> dict[str, Any]:
    return {"center": center.center_code, "name": {"en": center.center_name_en, "zh": center.center_name_zh}}


def _both(message: str) -> dict[str, str]:
    en, zh = in_both(gettext_lazy(message)) if message else ("", "")
    return {"en": en, "zh": zh}
