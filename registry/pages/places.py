"""The records and fields of a query, as its page and its list name them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils.text import capfirst

from registry.models import CenterRecord, Query
from registry.models.hierarchy import entity_of, model_of
from registry.records.history import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceShown:
    """One record that a query is about: where it is entered, and what stands in the fields."""

    form: str
    record: str
    url: str
    is_withdrawn: bool
    values: tuple[tuple[str, str], ...]  # label and value


def form_of(query: Query) -> str:
    return capfirst(str(model_of(query.entity)._meta.verbose_name))


def fields_named(query: Query) -> str:
    """Labels of the fields to point at first."""
    model = model_of(query.entity)
    return ", ".join(capfirst(str(field.verbose_name)) for field in _fields(model, names=query.variables))


def places_shown(query: Query) -> Iterator[PlaceShown]:
    for place in query.places:
        model = model_of(place["entity"])
        record = model.including_withdrawn.filter(pk=place["record"]).first()
        if record is None:
            continue
        values = tuple(
            (capfirst(str(field.verbose_name)), shown(field, value=getattr(record, field.attname)))
            for field in _fields(model, names=place["variables"])
        )
        yield PlaceShown(
            form=capfirst(str(model._meta.verbose_name)),
            record=str(record),
            url=_address(record),
            is_withdrawn=record.withdrawn_at is not None,
            values=values,
        )


def _fields(model: type[CenterRecord], *, names: list[str]) -> list[models.Field]:
    own = {field.name: field for field in model._meta.local_concrete_fields}
    return [own[name] for name in names if name in own]


def _address(record: Any) -> str:
    """The form of the record, or that of what it is entered with."""
    if type(record) in admin.site._registry:
        return reverse(f"admin:registry_{entity_of(record)}_change", args=[record.pk])
    above = getattr(record, "assessment_id", None)
    if above:
        return reverse("admin:registry_assessment_change", args=[above])
    return reverse("admin:registry_patient_change", args=[record.patient_id])
