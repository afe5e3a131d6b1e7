"""How a record's page is stored: one edit of a patient at a time, its forms checked together, its queries brought up to date."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from registry.admin.base.access import RecordAccess
from registry.admin.context import hand_context
from registry.admin.entry.drafts import RESUME, address_of, forget_saved, resume, without_errors
from registry.admin.entry.nested_rows import with_rows_below
from registry.admin.forms import RecordForm, RecordFormSet
from registry.admin.permissions import allows
from registry.admin.record_links import patient_of
from registry.admin.states.corrections import state_reason
from registry.admin.types import PageBase
from registry.models import Patient
from registry.queries import refresh_queries
from registry.records.form_verification import end_verifications

MOST_MESSAGES = 8
LOCKED = "record_is_locked"  # the name by which registry.models.base.audit refuses a change of a locked record


class RecordSaving(RecordAccess, PageBase):
    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """While one edit of a patient is being stored, the next one waits: it must see what the first has changed."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        Patient.including_withdrawn.select_for_update(no_key=True).get(pk=patient_of(found).pk)
        self.model.including_withdrawn.select_for_update(no_key=True).get(pk=found.pk)
        return super().get_object(request, object_id, from_field)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """A record closed while its form was open is told of on its page, which now only shows it."""
        if request.method == "POST" and RESUME in request.POST:
            return self._resume_draft(request, object_id, *args, **kwargs)
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except PermissionDenied:
            if not (object_id and request.method == "POST" and self._is_closed(request, object_id)):
                raise
        except IntegrityError as refused:
            if constraint_of(refused) != LOCKED:
                raise
        messages.error(
            request, _("Another user locked or withdrew this record while you were editing it. Nothing was saved.")
        )
        return redirect(request.path)

    def _resume_draft(self, request: HttpRequest, object_id: str | None, *args: Any, **kwargs: Any) -> HttpResponse:
        if not resume(request):
            messages.info(request, _("This draft no longer exists. It was saved, discarded or too old."))
            return redirect(address_of(request))
        return without_errors(super().changeform_view(request, object_id, *args, **kwargs))

    def _is_closed(self, request: HttpRequest, object_id: str) -> bool:
        found = self.get_queryset(request).filter(pk=object_id) if object_id.isdecimal() else []
        return any(
            allows(request, verb="enter_records", center=record.center_id)
            and not self.has_change_permission(request, record)
            for record in found
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        """The first step of a page; see Note [The forms of a page]."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.page_request = request  # Django has made this class for this call alone
        return form

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:  # noqa: FBT001
        """The last step before the forms of a page are checked; see Note [The forms of a page]."""
        formsets, inlines = super()._create_formsets(request, obj, change)
        if request.method == "POST":
            hand_context(request, formsets=[formset for formset in formsets if isinstance(formset, RecordFormSet)])
        return formsets, inlines

    def save_model(self, request: HttpRequest, obj: Any, form: RecordForm, change: bool) -> None:  # noqa: FBT001
        """The first write of a page that is in order."""
        state_reason(request)
        self.store(obj, form=form)

    def store(self, record: Any, *, form: RecordForm) -> None:
        record.save()

    def save_related(self, request: HttpRequest, form: RecordForm, formsets: list[Any], change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        _warn(
            request,
            forms=[form, *(row for formset in formsets for row in with_rows_below(formset.forms) if row.has_changed())],
        )
        forget_saved(request)
        end_verifications(patient_of(form.instance).pk)
        refresh_queries([patient_of(form.instance).pk], by=request.user)

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """The audit trail says it better, and a log entry would keep a study number outside the records."""

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """See log_addition."""


def constraint_of(refused: IntegrityError) -> str | None:
    return getattr(getattr(refused.__cause__, "diag", None), "constraint_name", None)


def _warn(request: HttpRequest, *, forms: Sequence[RecordForm]) -> None:
    found = [(form, finding) for form in forms for finding in form.soft_findings]
    sentences = list(dict.fromkeys(f"{form.label_of(finding)}: {finding.text}" for form, finding in found))
    for sentence in sentences[:MOST_MESSAGES]:
        messages.warning(request, sentence)
    if len(sentences) > MOST_MESSAGES:
        left = len(sentences) - MOST_MESSAGES
        messages.warning(request, _("%(count)d more values need review.") % {"count": left})
