"""Save and submit in one step: the act of a person who says that what they entered is complete (ADR 35)."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registry.choices import RecordStatus
from registry.errors import Refused
from registry.models import CenterRecord, Patient
from registry.records.status import submit_patient, submit_record

SUBMIT = "_submit_record"  # the name of the button
ONE = gettext_lazy("Save and submit")
ALL = gettext_lazy("Save and submit all drafts")


def submit_label(record: CenterRecord | None, *, pages: Sequence[Any]) -> str | Promise:
    """Of the button; nothing where nothing on the page can be a draft. On a patient's page rows may always be added."""
    if isinstance(pages[0].instance, Patient):
        return ONE if record is None else ALL
    return ONE if record is None or record.record_status == RecordStatus.DRAFT else ""


def submit_saved(request: HttpRequest, record: CenterRecord) -> bool:
    """What was just saved, on a patient's page all of the patient's drafts. Refused, it stays saved as a draft."""
    try:
        if isinstance(record, Patient):
            count = submit_patient(record, by=request.user)
        else:
            record.refresh_from_db(fields=["record_status"])
            count = 1 if record.record_status == RecordStatus.DRAFT else 0
            if count:
                submit_record(record, by=request.user)
    except Refused as refused:
        messages.error(request, _("Saved as a draft, but not submitted: %(why)s") % {"why": refused})
        return False
    text = ngettext("%(count)d record was submitted.", "%(count)d records were submitted.", count)
    messages.success(request, text % {"count": count})
    return True
