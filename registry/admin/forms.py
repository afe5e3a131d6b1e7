"""The form of every record: edit checks beside the fields, why a value is missing, and that no edit undoes another's."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.admin.helpers import InlineAdminFormSet
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.forms import PaginationInlineFormSet

from registry.admin.context import PageContext, enter_form
from registry.admin.cross_record_checks import is_consistent
from registry.admin.entry.drafts import resumed
from registry.admin.entry.nested_rows import (
    NestedKind,
    StoredBelow,
    formsets_below,
    rows_below,
    shown_rows,
)
from registry.admin.entry.precision import show_partial_dates, take_precisions
from registry.admin.lost_update import JsonField, Outcome, VersionField, is_changed_despite_lock, outcome_of
from registry.admin.missing_reasons import ReasonsField, keep_reasons, reasons_of
from registry.admin.record_links import page_of
from registry.admin.states.corrections import says_why
from registry.admin.types import FormBase
from registry.choices import RecordStatus
from registry.models import Patient, PatientRecord
from registry.records.drafts import status_of_new
from registry.records.withdrawal import withdrawn_twin
from registry.rules import Finding, Severity, findings, row_of

ABOVE = ("patient", "center")
HIDDEN = ("row_version", "missing_reasons", "shown_values")


class RecordForm(FormBase):
    """An ERROR stands beside its field and nothing is saved; the softer findings are kept for a message after saving."""

    parent: Patient | PatientRecord | None = None  # of a row below another record; set by its formset
    page_request: HttpRequest | None = None  # of a page's own form; see Note [The forms of a page]
    context: PageContext  # of a form that comes back
    below: Sequence["RecordFormSet"] = ()  # see Note [Rows of a row]
    reason_refusal = ""  # what the page lacks; see registry.admin.states.corrections
    row_version = VersionField()
    missing_reasons = ReasonsField()
    shown_values = JsonField()  # of the boxes that belong to other records than the form's own

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.page_request is not None:
            enter_form(self, request=self.page_request)
        self.soft_findings: list[Finding] = []
        self.boxes_in_question: list[str | None] = []  # of each soft finding, where it belongs to one box
        if self.instance.pk:
            self.initial["row_version"] = self.instance.row_version
            self.initial["missing_reasons"] = reasons_of(self.instance)
        show_partial_dates(self)
        if self.instance.record_status == RecordStatus.LOCKED:
            for name in self.guarded_names():
                self.fields[name].disabled = True  # what a browser posts for it is not read

    def show_as_stored(self, texts: Mapping[str, Any]) -> None:
        """Boxes of other records: what they hold now, and for the next edit that this is what was seen."""
        self.initial.update(texts)
        if self.instance.pk:
            self.initial["shown_values"] = {name: text or "" for name, text in texts.items()}

    def guarded_names(self) -> list[str]:
        return [name for name in self.fields if name not in HIDDEN and name not in {"id", "patient", "center"}]

    def posted(self, name: str) -> Any:
        return super()._widget_data_value(self.fields[name].widget, self.add_prefix(name))

    @cached_property
    def outcome(self) -> Outcome:
        """What becomes of an edit that began from another version of the record than stands now."""
        return outcome_of(self) if self.is_bound and self.instance.pk else Outcome()

    def _widget_data_value(self, widget: forms.Widget, html_name: str) -> Any:
        posted = super()._widget_data_value(widget, html_name)
        if not self.is_bound or not self.outcome.kept:
            return posted
        name = html_name.removeprefix(f"{self.prefix}-") if self.prefix else html_name
        if name == "missing_reasons":
            return keep_reasons(posted, stored=self.initial.get(name) or {}, kept=self.outcome.kept)
        return self.get_initial_for_field(self.fields[name], name) if name in self.outcome.kept else posted

    def _get_validation_exclusions(self) -> set[str]:
        # Center and patient are often not on the form, yet what must be unique is unique within them.
        known = {name for name in ("center", "patient") if getattr(self.instance, f"{name}_id", None)}
        return super()._get_validation_exclusions() - known

    def has_changed(self) -> bool:
        return super().has_changed() or any(rows.has_changed() for rows in self.below)

    def is_valid(self) -> bool:
        """The page's own form also asks what only all forms of the page can answer, or leaves that to the last rows."""
        valid = all([super().is_valid(), *(rows.is_valid() for rows in self.below)])
        if resumed(self.page_request):
            return False  # Note [A draft is continued by its own form]
        if not valid or self.context.form is not self or self.context.formsets:
            return valid
        return is_consistent(self.context) and says_why(self.context)

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        self._take_defaults()
        self.join_parent()
        if not self.instance.pk:
            self.instance.record_status = status_of_new(self.parent)
        self._refuse_locked()
        self._refuse_conflict()
        self._take_reasons()
        take_precisions(self)
        for finding in findings(self.instance._meta.model_name or "", self.row()):
            self.note(finding)
        return self.cleaned_data

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors and self.has_changed():
            self._refuse_key_of_withdrawn()

    def _take_defaults(self) -> None:
        """A blank says what the variable is unless somebody says otherwise, here as in a workbook."""
        for field in self.instance._meta.concrete_fields:
            if field.has_default() and field.name in self.cleaned_data and self.cleaned_data[field.name] is None:
                self.cleaned_data[field.name] = field.default

    def join_parent(self) -> None:
        # Not before: the parent's own form is read after the rows below it are made.
        if self.parent is None:
            return
        self.instance.center_id = self.parent.center_id
        patient = self.parent.pk if isinstance(self.parent, Patient) else self.parent.patient_id
        if patient:
            self.instance.patient_id = patient

    def _refuse_locked(self) -> None:
        """A page that was opened before its record was locked posts values; one opened since has none to post."""
        is_locked = self.instance.record_status == RecordStatus.LOCKED
        if is_locked and is_changed_despite_lock(self):
            self.add_error(
                None,
                _(
                    "Another user locked this record while you were editing it. Your changes "
                    "cannot be saved unless it is unlocked."
                ),
            )

    def _refuse_conflict(self) -> None:
        if self.outcome.conflict:
            self.add_error(
                None, _("Another user changed this record while you were editing it. Choose which values to keep.")
            )

    def _take_reasons(self) -> None:
        reasons = self.cleaned_data.get("missing_reasons")
        for name in self.fields:
            if not hasattr(self.instance, f"{name}_missing_reason"):
                continue
            is_filled = self.cleaned_data.get(name) not in (None, "", [])
            reason = None if reasons is None else reasons.get(name)
            if is_filled and reason:
                self.add_error(name, _("Both a value and a missing reason were entered. Keep only one of them."))
            elif is_filled or reasons is not None:
                setattr(self.instance, f"{name}_missing_reason", reason)

    def _refuse_key_of_withdrawn(self) -> None:
        """A withdrawn record keeps its natural key: it is restored, not entered a second time."""
        is_new = self.instance.pk is None
        if (is_new and self.parent and not self.parent.pk) or not (
            is_new or {*self.changed_data} & {*self.instance.natural_key}
        ):
            return
        other = withdrawn_twin(self.instance)
        if other is None:
            return
        said = _("A withdrawn record already has these values. Restore it instead of entering it again.")
        link = page_of(other)
        self.add_error(
            None,
            format_html('{} <a class="caliper-link" href="{}">{}</a>', said, link, _("Open the withdrawn record"))
            if link
            else said,
        )

    def note(self, finding: Finding, *, field: str | None = None) -> None:
        if finding.severity != Severity.ERROR:
            self.soft_findings.append(finding)
            self.boxes_in_question.append(field)
            return
        place = field or next((name for name in finding.fields if name in self.fields), None)
        if place is None or not self.has_error(place):  # one sentence per field is enough to act on
            self.add_error(place, finding.text)

    def row(self) -> dict[str, Any]:
        """The record's variables as they will be stored, None where missing, and what the checks may ask besides."""
        own = self.variables()
        known = {**self._above(), **self.context.known(besides=self.instance, own=own, above=self.parent)}
        return dict(row_of(own, known=known, today=timezone.localdate()))

    def variables(self) -> dict[str, Any]:
        stored = {field.name: getattr(self.instance, field.attname) for field in self.instance._meta.concrete_fields}
        entered = {
            name: value if value not in ("", []) else None
            for name, value in self.cleaned_data.items()
            if name not in HIDDEN
        }
        return {**stored, **entered}

    def _above(self) -> dict[str, Any]:
        """The variables of the assessment or session that a row hangs below."""
        if not isinstance(self.parent, PatientRecord):
            return {}
        return {field.name: getattr(self.parent, field.attname) for field in self.parent._meta.concrete_fields}

    def as_stored(self) -> dict[str, Any]:
        """The columns of the record once the form is clean, by the names that the checks of a whole patient know."""
        columns = {
            field.attname: getattr(self.instance, field.attname) for field in self.instance._meta.concrete_fields
        }
        return {name: value for name, value in columns.items() if name not in self.instance.bookkeeping}

    def parents(self) -> dict[str, models.Model]:
        """The record above, where it is not the patient, by the name of the reference."""
        above = [field for field in self.instance._meta.concrete_fields if field.related_model is type(self.parent)]
        return {field.name: self.parent for field in above if self.parent is not None and field.name != "patient"}

    def records_behind(self) -> Iterable[tuple[str, dict[str, Any], str]]:
        """Records that are entered in boxes of this form: kind, variables and the name of the box."""
        return ()

    def places_behind(self) -> dict[str, tuple[str, int, str]]:
        """The record and variable of each box that belongs to another record, by the name of the box."""
        return {}

    def patient(self) -> Patient | None:
        record = self.parent or self.instance
        if isinstance(record, Patient):
            return record
        return record.patient if getattr(record, "patient_id", None) else None

    def label_of(self, finding: Finding) -> str:
        subject = getattr(finding.check, "subject", "")
        if subject and isinstance(self.parent, PatientRecord):
            field: Any = self.parent._meta.get_field(subject)
            return str(field.verbose_name)
        named = (subject, *finding.fields)
        labels = [str(self.fields[name].label) for name in named if name in self.fields]
        return labels[0] if labels else capfirst(str(self.instance._meta.verbose_name))


class RecordFormSet(PaginationInlineFormSet):
    """Rows below a record: each knows its parent before it is checked, and what is below itself."""

    nested: Sequence[NestedKind] = ()
    kind: NestedKind | None = None  # of a formset that is itself below a row
    context: PageContext  # of a formset that comes back

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.parent = self.instance
        if self.nested:
            form.below = rows_below(form, kinds=self.nested, stored=self._stored_below)

    @property
    def errors(self) -> list[Any]:
        """With those of the rows below: the tab counts them, and the page says that there are some."""
        return [*super().errors, *(error for rows in formsets_below(self.forms) for error in rows.errors)]

    def shown(self) -> InlineAdminFormSet:
        return shown_rows(self)

    @cached_property
    def _stored_below(self) -> StoredBelow:
        return StoredBelow(self.nested, above=[record.pk for record in self.get_queryset()])

    def save_new(self, form: Any, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        form.join_parent()  # which may have been stored only now
        record = super().save_new(form, commit=commit)
        _save_below(form)
        return record

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        record = super().save_existing(form, obj, commit=commit) if form.changed_data else obj
        _save_below(form)
        return record

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        """Two rows of this page with one natural key: by the labels of the boxes, not the names of the variables."""
        labels = [str(self.model._meta.get_field(name).verbose_name) for name in unique_check]
        return _("Two rows have the same values here: %(labels)s. Change one of them, or empty the row.") % {
            "labels": ", ".join(label for name, label in zip(unique_check, labels, strict=True) if name not in ABOVE)
        }

    def is_valid(self) -> bool:
        """The last rows of a page also ask what only all forms of the page can answer."""
        valid = super().is_valid()
        if self is not self.context.formsets[-1]:
            return bool(valid)
        if self.context.form.errors:  # perhaps noted here the first time: Django asks twice
            return False
        return is_consistent(self.context) and bool(valid) and says_why(self.context)


def _save_below(form: RecordForm) -> None:
    for rows in form.below:
        rows.save()
