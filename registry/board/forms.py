"""The forms of a patient, in the order of the timeline: each is one kind of record with what is entered below it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst

from registry.clinical.timeline import SOURCES
from registry.models import CenterRecord, Patient
from registry.models.hierarchy import entity_of, model_of, parents_of, patient_models

PATIENT = entity_of(Patient)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`entities` are its own kind of record, then those below it, which share its fate and count with it."""

    entity: str
    entities: tuple[str, ...]

    @property
    def model(self) -> type[CenterRecord]:
        return model_of(self.entity)

    @property
    def label(self) -> str:
        name = self.model._meta.verbose_name if self.entity == PATIENT else self.model._meta.verbose_name_plural
        return str(capfirst(str(name)))

    @property
    def is_of_patient(self) -> bool:
        return self.entity == PATIENT

    def link(self, patient_id: int) -> str:
        """The tab of this form on the patient's page."""
        page = reverse("admin:registry_patient_change", args=[patient_id])
        if self.is_of_patient:
            return page
        relation: Any = self.model._meta.get_field("patient").remote_field  # type: ignore[misc]
        return f"{page}#{relation.get_accessor_name()}"


@cache
def forms() -> tuple[Form, ...]:
    below: dict[str, list[str]] = {entity: [] for entity in dict.fromkeys(source.entity for source in SOURCES)}
    for model in patient_models():
        for _column, parent in parents_of(model):
            below[entity_of(parent)].append(entity_of(model))
    return tuple(Form(entity=entity, entities=(entity, *names)) for entity, names in below.items())


@cache
def form_of() -> dict[str, Form]:
    """The form on which each kind of record is entered."""
    return {entity: form for form in forms() for entity in form.entities}
