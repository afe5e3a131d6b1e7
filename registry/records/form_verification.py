"""A form is verified as a whole: it ceases to be when what is entered on it changes, and may be so again when all is as it was (ADR 49)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from registry.choices import RecordStatus
from registry.models import CenterRecord, Patient
from registry.models.hierarchy import (
    child_models,
    entity_of,
    form_records_of,
    parents_of,
    patient_id_of,
    patient_models,
)
from registry.queries import queries_of


def end_verifications(patient_id: int) -> None:
    """Of forms on which a part, such as a laboratory result, was changed since. A part withdrawn before changes nothing."""
    for model in patient_models():
        for child, column in child_models(model) if model is not Patient else ():
            changed: Any = child.including_withdrawn.filter(
                **{column: OuterRef("pk")}, record_status=RecordStatus.SUBMITTED, updated_at__gte=OuterRef("updated_at")
            )
            verified = model.objects.filter(patient=patient_id, record_status=RecordStatus.VERIFIED)
            verified.filter(Exists(changed)).update(record_status=RecordStatus.SUBMITTED, updated_at=timezone.now())


def verify_again(records: Iterable[CenterRecord]) -> list[CenterRecord]:
    """Records whose values are again what they were when they were verified; gives those that nobody may verify as yet.

    These are asked about, or something else on their form was changed since.
    """
    left = []
    for record in sorted(records, key=_parts_first):
        form = _form_of(record)
        queries = queries_of(Patient.including_withdrawn.get(pk=patient_id_of(record)))
        entered = [
            (entity_of(found.model), pk) for found in form_records_of(form) for pk in found.values_list("pk", flat=True)
        ]
        if any(place in queries for place in entered) or (record == form and _has_other_changes(form)):
            left.append(record)
            continue
        type(record).objects.filter(pk=record.pk, record_status=RecordStatus.SUBMITTED).update(
            record_status=RecordStatus.VERIFIED, updated_at=timezone.now()
        )
    return left


def _parts_first(record: CenterRecord) -> int:
    return -len(parents_of(type(record)))


def _form_of(record: CenterRecord) -> CenterRecord:
    above = parents_of(type(record))
    return above[0][1].including_withdrawn.get(pk=getattr(record, above[0][0])) if above else record


def _has_other_changes(form: CenterRecord) -> bool:
    parts = form_records_of(form)[1:]
    return any(
        found.filter(withdrawn_at__isnull=True).exclude(record_status=RecordStatus.VERIFIED).exists() for found in parts
    )
