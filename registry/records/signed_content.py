"""What was signed, shown as it was then: read from the audit trail, and proven by the digest that the signature holds."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.text import capfirst

from registry.models import CenterRecord, Patient, SignOff
from registry.models.base.record import MISSING_REASON
from registry.models.hierarchy import entity_of, patient_models
from registry.records.history import NOT_SHOWN, filled, name_of, shown_at


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRecord:
    """One record in the version that was signed."""

    form: str
    name: str
    values: tuple[tuple[str, str], ...]  # label and value
    is_changed: bool  # the record says something else by now, or is withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedContent:
    """`is_proven`: the records found are, version by version, those whose digest was signed."""

    records: tuple[SignedRecord, ...]
    is_proven: bool


def signed_content(sign_off: SignOff) -> SignedContent:
    versions: list[str] = []
    records: list[SignedRecord] = []
    for model in patient_models():
        now = dict(_standing(model, patient_id=sign_off.patient_id).values_list("pk", "row_version"))
        for event in _events(model, sign_off=sign_off):
            versions.append(f"{entity_of(model)} {event.pgh_obj_id} {event.row_version}")
            if model.identifying is not None:
                is_changed = now.get(event.pgh_obj_id) != event.row_version
                records.append(_record(model, event=event, is_changed=is_changed))
    return SignedContent(records=tuple(records), is_proven=_digest(versions) == sign_off.digest)


def _events(model: type[CenterRecord], *, sign_off: SignOff) -> list[Any]:
    """The version of each record that stood when it was signed."""
    own = model.including_withdrawn.filter(**_of(model, patient_id=sign_off.patient_id))
    trail = model.pgh_event_model.objects.filter(
        pgh_obj_id__in=own.values("pk"), pgh_created_at__lte=sign_off.signed_at
    )
    latest = trail.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return [event for event in latest if event.withdrawn_at is None]


def _standing(model: type[CenterRecord], *, patient_id: int) -> models.QuerySet[Any]:
    found: models.QuerySet[Any] = model.objects.filter(**_of(model, patient_id=patient_id))
    return found


def _of(model: type[CenterRecord], *, patient_id: int) -> dict[str, int]:
    return {"pk" if model is Patient else "patient_id": patient_id}


def _digest(versions: list[str]) -> str:
    """As registry.records.sign_off.digests has the database compute it."""
    told = sorted((entity, int(pk), version) for entity, pk, version in (each.split(" ") for each in versions))
    return hashlib.sha256(",".join(f"{entity} {pk} {version}" for entity, pk, version in told).encode()).hexdigest()


def _record(model: type[CenterRecord], *, event: Any, is_changed: bool) -> SignedRecord:
    return SignedRecord(
        form=capfirst(str(model._meta.verbose_name)),
        name=name_of(model, event=event),
        values=tuple(_values(model, event=event)),
        is_changed=is_changed,
    )


def _values(model: type[CenterRecord], *, event: Any) -> Iterator[tuple[str, str]]:
    left_out = {*NOT_SHOWN, "record_status", "withdrawn_at"}
    for field in model._meta.local_concrete_fields:
        if field.name in left_out or field.name.endswith(MISSING_REASON) or field.is_relation:
            continue
        has_reason = getattr(event, f"{field.name}{MISSING_REASON}", None)
        if has_reason or filled(getattr(event, field.attname)) is not None:
            yield capfirst(str(field.verbose_name)), shown_at(model, event=event, variable=field.name)
