"""The form of every record: edit checks beside the fields, and what they need to know of the patient."""

from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from unfold.forms import PaginationInlineFormSet

from registry.models import Assessment, FollowUp, Patient, PatientRecord
from registry.rules import Finding, Severity, body_on, findings, row_of


def facts_of(patient: Patient | None, *, besides: models.Model) -> dict[str, Any]:
    """What the checks of any record may ask about its patient, besides what the record itself says."""
    if patient is None:
        return {}
    death_date = getattr(patient, "death_date_being_entered", None)
    if death_date is None and patient.pk:
        told = FollowUp.objects.filter(patient=patient, death_date__isnull=False)
        if isinstance(besides, FollowUp):
            told = told.exclude(pk=besides.pk)  # it may be the one being corrected
        death_date = told.values_list("death_date", flat=True).order_by("death_date").first()
    return {"birth_date": patient.birth_date, "diagnosis_date": patient.diagnosis_date, "death_date": death_date}


def _body_on(day: date | None, *, of: Patient | None) -> dict[str, float]:
    if day is None or of is None or of.pk is None:
        return {}
    measured = Assessment.objects.filter(patient=of).values("assessment_date", "weight_kg", "height_cm")
    return body_on(day, assessments=measured)


class RecordForm(forms.ModelForm):
    """An ERROR stands beside its field and nothing is saved; the softer findings are kept for a message after saving."""

    parent: Patient | PatientRecord | None = None  # of a row below another record; set by its formset

    def _get_validation_exclusions(self) -> set[str]:
        # Center and patient are often not on the form, yet what must be unique is unique within them.
        known = {name for name in ("center", "patient") if getattr(self.instance, f"{name}_id", None)}
        return super()._get_validation_exclusions() - known  # type: ignore[misc, no-any-return]

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        self._join_parent()
        self.soft_findings: list[Finding] = []
        for finding in findings(self.instance._meta.model_name or "", self.row()):
            self.note(finding)
        return self.cleaned_data

    def _join_parent(self) -> None:
        # Not before: the parent's own form is read after the rows below it are made.
        if self.parent is None:
            return
        self.instance.center_id = self.parent.center_id
        patient = self.parent.pk if isinstance(self.parent, Patient) else self.parent.patient_id
        if patient:
            self.instance.patient_id = patient

    def note(self, finding: Finding, *, field: str | None = None) -> None:
        if finding.severity != Severity.ERROR:
            self.soft_findings.append(finding)
            return
        place = field or next((name for name in finding.fields if name in self.fields), None)
        if place is None or not self.has_error(place):  # one sentence per field is enough to act on
            self.add_error(place, finding.text)

    def row(self) -> dict[str, Any]:
        """The record's variables as they will be stored, None where missing, and what the checks may ask besides."""
        stored = {field.name: getattr(self.instance, field.attname) for field in self.instance._meta.concrete_fields}
        entered = {name: value if value not in ("", []) else None for name, value in self.cleaned_data.items()}
        own = {**stored, **entered}
        patient = self.patient()
        known = {**self._above(), **facts_of(patient, besides=self.instance)}
        known |= _body_on(own.get("agent_start_date") or own.get("start_date") or known.get("start_date"), of=patient)
        return dict(row_of(own, known=known, today=timezone.localdate()))

    def _above(self) -> dict[str, Any]:
        """The variables of the assessment or session that a row hangs below."""
        if not isinstance(self.parent, PatientRecord):
            return {}
        return {field.name: getattr(self.parent, field.attname) for field in self.parent._meta.concrete_fields}

    def patient(self) -> Patient | None:
        record = self.parent or self.instance
        if isinstance(record, Patient):
            return record
        return record.patient if getattr(record, "patient_id", None) else None

    def label_of(self, finding: Finding) -> str:
        labels = [str(self.fields[name].label) for name in finding.fields if name in self.fields]
        return capfirst(labels[0]) if labels else capfirst(str(self.instance._meta.verbose_name))


class RecordFormSet(PaginationInlineFormSet):
    """Rows below a record: each knows its parent before it is checked."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.parent = self.instance  # type: ignore[attr-defined]
