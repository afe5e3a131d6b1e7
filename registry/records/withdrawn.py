"""The withdrawn records of a patient: which, by whom, when and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.models import CenterRecord, Patient
from registry.models.hierarchy import entity_of, model_of, parents_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    entity: str
    record: CenterRecord
    form: str
    at: datetime
    by: str
    reason: str


def withdrawn_of(patient: Patient, *, entities: Iterable[str]) -> list[Withdrawn]:
    """Latest first; `entities` are the kinds of which some are withdrawn, as an overview tells.

    What went with another record is not told apart: it comes back with it.
    """
    found = [
        (model_of(entity), record) for entity in entities for record in _withdrawn(model_of(entity), patient=patient)
    ]
    moments = {(entity_of(model), record.pk): record.withdrawn_at for model, record in found}
    alone = [(model, record) for model, record in found if not _went_along(record, moments=moments)]
    people = dict(User.objects.values_list("pk", "username")) if alone else {}
    told = [_told(model, record=record, people=people) for model, record in alone]
    return sorted(told, key=lambda each: each.at, reverse=True)


def _withdrawn(model: Any, *, patient: Patient) -> QuerySet[Any]:
    found: QuerySet[Any] = model.including_withdrawn.filter(patient_id=patient.pk, withdrawn_at__isnull=False)
    return found


def _went_along(record: CenterRecord, *, moments: dict[tuple[str, int], Any]) -> bool:
    above = [(entity_of(parent), getattr(record, column)) for column, parent in parents_of(type(record))]
    return any(moments.get(place) == record.withdrawn_at for place in above)


def _told(model: type[CenterRecord], *, record: Any, people: dict[int, str]) -> Withdrawn:
    about = next(_acts(model, record=record), {})
    return Withdrawn(
        entity=entity_of(model),
        record=record,
        form=capfirst(str(model._meta.verbose_name)),
        at=record.withdrawn_at,
        by=people.get(about.get("user", 0), _("unknown")),
        reason=str(about.get("reason", "")),
    )


def _acts(model: type[CenterRecord], *, record: Any) -> Iterator[dict[str, Any]]:
    trail = model.pgh_event_model.objects.filter(pgh_obj_id=record.pk, withdrawn_at=record.withdrawn_at)
    for event in trail.select_related("pgh_context").order_by("pgh_id"):
        yield event.pgh_context.metadata if event.pgh_context else {}
