"""Whose page it is: the head that every page of a patient has, and the parts of the patient's record as one navigation."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import admin
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.clinical.date_text import shortened
from registry.models import CenterRecord, Patient
from registry.models.hierarchy import entity_of, parents_of
from registry.records.overview import Overview, overview_of

TIMELINE, GRID, HISTORY = "timeline", "grid", "history"  # by which a page names itself that shows all records together


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a patient's record. `is_current` where the page belongs to it; `count` None where nothing is counted."""

    label: str
    url: str
    is_current: bool
    count: int | None = None
    withdrawn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientHeader:
    patient: Patient
    diagnosed: str
    state: str
    state_label: str
    overview: Overview
    current: str
    parts: tuple[Part, ...]  # those with records; what there is to read of all together follows in the template

    @property
    def age(self) -> int | None:
        """At diagnosis: the age of today says nothing of a patient who has died since."""
        return self.patient.age_on(self.patient.diagnosis_date)

    @property
    def withdrawn(self) -> int:
        return sum(self.overview.withdrawn.values())


def patient_header(patient: Patient, *, current: str = "", queries: int | None = None) -> PatientHeader:
    """`current` names the part that the page belongs to; `queries` is the number of standing queries where a page knows it."""
    overview = overview_of(patient, queries=queries)
    return PatientHeader(
        patient=patient,
        diagnosed=shortened(patient.diagnosis_date, precision=patient.diagnosis_date_precision),
        state=overview.state,
        state_label=str(overview.state.label),
        overview=overview,
        current=current,
        parts=tuple(_parts(patient, current=current, overview=overview)),
    )


def part_of(record: CenterRecord) -> str:
    """The part in which a record is found: that of the record it is entered with."""
    above = parents_of(type(record))
    return entity_of(above[0][1] if above else record)


def _parts(patient: Patient, *, current: str, overview: Overview) -> Iterator[Part]:
    form = reverse("admin:registry_patient_change", args=[patient.pk])
    yield Part(label=_("General"), url=form, is_current=current == entity_of(patient))
    for model in (inline.model for inline in admin.site._registry[Patient].inlines):
        entity = entity_of(model)
        yield Part(
            label=capfirst(str(model._meta.verbose_name_plural)),
            url=f"{form}#{entity}_set",
            is_current=current == entity,
            count=overview.counts.get(entity, 0),
            withdrawn=overview.withdrawn.get(entity, 0),
        )
