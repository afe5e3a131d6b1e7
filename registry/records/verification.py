"""Ticks on single values, each good while its value is the same."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from registry.access.permissions import may
from registry.encryption import keyed_hash
from registry.errors import NotAllowed, Refused
from registry.models import CenterRecord, Patient, VerifiedValue
from registry.models.hierarchy import entity_of, model_of, patient_id_of

Ticks = Mapping[tuple[str, int], Mapping[str, VerifiedValue]]


def verify_value(record: CenterRecord, *, variable: str, by: Any) -> VerifiedValue:
    """The value stored now was compared with its source, a stated absence included."""
    _demand(record, variable=variable, by=by)
    tick, _is_new = VerifiedValue.objects.update_or_create(
        center_id=record.center_id,
        entity=entity_of(record),
        record_id=record.pk,
        variable=variable,
        defaults={
            "patient_id": patient_id_of(record),
            "value_hash": _hash(record, variable=variable),
            "verified_by": by,
            "verified_at": timezone.now(),
        },
    )
    return tick


def unverify_value(record: CenterRecord, *, variable: str, by: Any) -> None:
    """The tick stays in the trail; an empty hash is that of no value."""
    _demand(record, variable=variable, by=by)
    ticks = VerifiedValue.objects.filter(entity=entity_of(record), record_id=record.pk, variable=variable)
    ticks.update(value_hash="", verified_by=by, verified_at=timezone.now())


def verified_values(patient: Patient) -> Ticks:
    """The ticks that still hold, by record and variable; one SQL query, and one more per kind of record ticked."""
    ticks = list(VerifiedValue.objects.filter(patient=patient).exclude(value_hash="").select_related("verified_by"))
    records: dict[tuple[str, int], CenterRecord] = {}
    for entity in {tick.entity for tick in ticks}:
        ids = [tick.record_id for tick in ticks if tick.entity == entity]
        records |= {(entity, pk): record for pk, record in model_of(entity).objects.in_bulk(ids).items()}
    good: dict[tuple[str, int], dict[str, VerifiedValue]] = {}
    for tick in ticks:
        record = records.get((tick.entity, tick.record_id))
        if record is not None and _hash(record, variable=tick.variable) == tick.value_hash:
            good.setdefault((tick.entity, tick.record_id), {})[tick.variable] = tick
    return good


def ticked_among(entity: str, *, records: Collection[int]) -> dict[int, set[str]]:
    """The variables whose ticks still hold, by record, of those records of one kind that have any."""
    ticks = VerifiedValue.objects.filter(entity=entity, record_id__in=list(records)).exclude(value_hash="")
    told = list(ticks.values_list("record_id", "variable", "value_hash"))
    stored = model_of(entity).including_withdrawn.in_bulk({record_id for record_id, *_ in told}) if told else {}
    good: dict[int, set[str]] = {}
    for record_id, variable, value_hash in told:
        if record_id in stored and _hash(stored[record_id], variable=variable) == value_hash:
            good.setdefault(record_id, set()).add(variable)
    return good


def _hash(record: CenterRecord, *, variable: str) -> str:
    field = next(field for field in record._meta.local_concrete_fields if field.name == variable)
    return keyed_hash(repr(getattr(record, field.attname)), purpose=f"{entity_of(record)}.{record.pk}.{variable}")


def _demand(record: CenterRecord, *, variable: str, by: Any) -> None:
    if not may(by, verb="verify_records", center=record.center_id):
        raise NotAllowed(_("Your role in this center does not allow this."))
    if variable not in {field.name for field in record._meta.local_concrete_fields}:
        raise Refused(_("This record has no such field."))
    record.refresh_from_db()
