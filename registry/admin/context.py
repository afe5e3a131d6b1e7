"""What the forms of one page know beside their own fields.

Note [The forms of a page]
A page has one form of its own and, below it, formsets of rows; the checks of each ask what stands in the others and in the
stored records of the patient. Django makes the page's form, then its formsets, then validates the form before them, and tells
neither of the other. So the class of the form carries the request it is made for (get_form), the form enters itself there,
and where the formsets are made (_create_formsets) all are at hand for the first time: one PageContext is made of them and
given to each. Nothing else passes between the forms of a page.
"""

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from django import forms
from django.db import models
from django.http import HttpRequest

from registry.admin.entry.nested_rows import formsets_below, with_rows_below
from registry.models import Assessment, FollowUp, Patient
from registry.models.base.record import MISSING_REASON, PRECISION
from registry.models.hierarchy import model_of
from registry.rules import Finding, Row, body_on
from registry.rules.facts import DEATH_DATE, facts_of_patient, treatment_starts

BESIDE = (PRECISION, MISSING_REASON)
FORM = "record_form"  # on a request: the form of its page


class PageForm(Protocol):
    """What the checks over a page ask of each of its forms; see registry.admin.forms."""

    instance: Any
    fields: dict[str, forms.Field]
    data: Mapping[str, Any]
    cleaned_data: dict[str, Any]
    initial: MutableMapping[str, Any]
    soft_findings: list[Finding]
    context: "PageContext"
    reason_refusal: str

    @property
    def changed_data(self) -> list[str]: ...
    @property
    def errors(self) -> Mapping[str, Any]: ...

    def has_changed(self) -> bool: ...
    def has_error(self, field: str, code: str | None = None) -> bool: ...
    def add_error(self, field: str | None, error: Any) -> None: ...
    def guarded_names(self) -> list[str]: ...
    def note(self, finding: Finding, *, field: str | None = None) -> None: ...
    def patient(self) -> Patient | None: ...
    def parents(self) -> Mapping[str, models.Model]: ...
    def as_stored(self) -> dict[str, Any]: ...
    def records_behind(self) -> Iterable[tuple[str, dict[str, Any], str]]: ...


class PageRows(Protocol):
    """A formset below the form of a page."""

    model: Any
    context: "PageContext"

    @property
    def forms(self) -> Sequence[Any]: ...


class PatientRecords:
    """What the checks of one record ask of the patient's others, as stored; read when first asked, once for all rows of a page."""

    def __init__(self, patient: Patient | None) -> None:
        self._patient = patient if patient is not None and patient.pk is not None else None

    @cached_property
    def dated(self) -> Mapping[str, list[Row]]:
        """When each treatment began and which contacts tell a death, by entity."""
        wanted = {**{entity: (start,) for entity, start in treatment_starts().items()}, "followup": (DEATH_DATE,)}
        return {entity: self._rows(entity, names=names) for entity, names in wanted.items()} if self._patient else {}

    @cached_property
    def sizes(self) -> list[Row]:
        """Weight and height by visit."""
        found = Assessment.objects.filter(patient=self._patient) if self._patient else Assessment.objects.none()
        return list(found.values("assessment_date", "weight_kg", "height_cm"))

    def _rows(self, entity: str, *, names: tuple[str, ...]) -> list[Row]:
        model = model_of(entity)
        columns = {field.name for field in model._meta.concrete_fields}
        also = [f"{name}{ending}" for name in names for ending in BESIDE if f"{name}{ending}" in columns]
        return list(model.objects.filter(patient=self._patient).values("id", *names, *also))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """See Note [The forms of a page]. `death_date` is the first death typed into this very page: it counts for all its rows."""

    form: PageForm
    formsets: tuple[PageRows, ...]
    patient: Patient | None
    stored: PatientRecords
    death_date: date | None

    def forms(self) -> list[PageForm]:
        return [self.form, *(row for formset in self.formsets for row in with_rows_below(formset.forms))]

    def known(self, *, besides: models.Model, own: Row, above: Any) -> dict[str, Any]:
        """Birth, diagnosis, death, first treatment and sex, and for a dose the size of the body on its day."""
        if self.patient is None:
            return {}
        day = own.get("agent_start_date") or own.get("start_date") or getattr(above, "start_date", None)
        size = body_on(day, assessments=self.stored.sizes) if day is not None else {}
        return {**self._facts(self.patient, besides=besides), **size}

    def _facts(self, patient: Patient, *, besides: models.Model) -> dict[str, Any]:
        rows = {entity: [row for row in found if not _is(row, besides)] for entity, found in self.stored.dated.items()}
        own = {field.name: getattr(patient, field.attname) for field in patient._meta.concrete_fields}
        entered = {DEATH_DATE: self.death_date} if self.death_date else {}
        return {**facts_of_patient({**rows, "patient": [own]}), **entered}


def enter_form(form: PageForm, *, request: HttpRequest) -> None:
    request.__dict__[FORM] = form


def hand_context(request: HttpRequest, *, formsets: Sequence[PageRows]) -> None:
    """To the form of this request's page, to the formsets and to their rows."""
    form = request.__dict__[FORM]
    context = _context(form, formsets=formsets)
    for rows in (*formsets, *(below for formset in formsets for below in formsets_below(formset.forms))):
        rows.context = context
    for each in context.forms():
        each.context = context


@dataclass(slots=True, kw_only=True)
class LooseRows:
    """Forms of one kind that no formset has made."""

    model: Any
    forms: Sequence[Any]
    context: PageContext = field(init=False)


def bring_together(forms: Sequence[PageForm]) -> PageContext:
    """Forms that no page has made, such as those of the lines of a sheet: the first stands for the page, all know each other."""
    first, *others = forms
    rows = LooseRows(model=type(first.instance), forms=others)
    context = _context(first, formsets=[rows], also=forms)
    rows.context = context
    for each in forms:
        each.context = context
    return context


def _context(form: PageForm, *, formsets: Sequence[PageRows], also: Sequence[Any] = ()) -> PageContext:
    patient = form.patient()
    rows = [*also, *(row for formset in formsets if formset.model is FollowUp for row in formset.forms)]
    return PageContext(
        form=form,
        formsets=tuple(formsets),
        patient=patient,
        stored=PatientRecords(patient),
        death_date=_first_death(rows),
    )


def _is(row: Row, record: models.Model) -> bool:
    # A contact that tells the death may be the very one being corrected; a treatment counts among the first even so.
    return isinstance(record, FollowUp) and DEATH_DATE in row and row["id"] == record.pk


def _first_death(rows: Iterable[Any]) -> date | None:
    dates = []
    for row in (row for row in rows if DEATH_DATE in row.fields):
        with suppress(forms.ValidationError):  # the row itself says what is wrong with it
            dates.append(row.fields[DEATH_DATE].clean(row[DEATH_DATE].value()))
    return min(filter(None, dates), default=None)
