"""Nothing is deleted: a record is withdrawn with a reason, keeps its natural key, and can come back."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from registry.access.permissions import may
from registry.access.scope import because
from registry.choices import QueryAct, QueryClosing, RecordStatus
from registry.errors import NotAllowed, Refused
from registry.models import CenterRecord, Patient, Query, QueryMessage
from registry.models.hierarchy import children_of, entity_of, model_of, parents_of, patient_id_of
from registry.queries import refresh_queries


def withdraw(record: CenterRecord, *, by: Any, reason: str) -> int:
    """The record and all below it, in one moment by which they are known to belong together. Gives their number."""
    _demand(record, by=by, reason=reason)
    if record.withdrawn_at:
        raise Refused(_("This record has already been withdrawn."))
    family = [found.filter(withdrawn_at__isnull=True) for found in _family(record)]
    if any(found.filter(record_status=RecordStatus.LOCKED).exists() for found in family):
        raise Refused(_("This record or one of its sub-records is locked. Unlock it with a reason first."))
    at = timezone.now()
    gone = {entity_of(found.model): list(found.values_list("pk", flat=True)) for found in family}
    with because(reason.strip(), by=by):
        for entity, ids in gone.items():
            model_of(entity).objects.filter(pk__in=ids).update(withdrawn_at=at, updated_at=at)
        for entity, ids in gone.items():
            _close_queries(entity, ids=ids, by=by, reason=reason.strip())
    record.withdrawn_at = at
    refresh_queries([patient_id_of(record)], by=by)  # what was held against this record stands alone now
    return sum(len(ids) for ids in gone.values())


def restore(record: CenterRecord, *, by: Any, reason: str) -> int:
    """The record and what was withdrawn with it; what had been withdrawn before stays so. Its queries are asked anew."""
    _demand(record, by=by, reason=reason)
    if not record.withdrawn_at:
        raise Refused(_("This record is not withdrawn."))
    if _is_below_withdrawn(record):
        raise Refused(_("The parent record is also withdrawn. Restore it first."))
    with because(reason.strip(), by=by):
        back = sum(
            found.filter(withdrawn_at=record.withdrawn_at).update(withdrawn_at=None, updated_at=timezone.now())
            for found in _family(record)
        )
    record.withdrawn_at = None
    refresh_queries([patient_id_of(record)], by=by)
    return back


def withdrawn_twin(record: CenterRecord) -> CenterRecord | None:
    """The withdrawn record that holds the natural key which this one would take."""
    key = {name: getattr(record, name) for name in record.natural_key}
    return type(record).including_withdrawn.filter(**key, withdrawn_at__isnull=False).exclude(pk=record.pk).first()


def _family(record: CenterRecord) -> list[Any]:
    return [type(record).including_withdrawn.filter(pk=record.pk), *children_of(record)]


def _is_below_withdrawn(record: CenterRecord) -> bool:
    above: list[tuple[type[CenterRecord], int]] = [
        (parent, getattr(record, column)) for column, parent in parents_of(type(record))
    ]
    if not isinstance(record, Patient):
        above.append((Patient, patient_id_of(record)))
    return any(
        parent.including_withdrawn.filter(pk=pk, withdrawn_at__isnull=False).exists() for parent, pk in above if pk
    )


def _close_queries(entity: str, *, ids: list[int], by: Any, reason: str) -> None:
    for query in Query.objects.not_closed().filter(entity=entity, record_id__in=ids):
        query.close(because=QueryClosing.WITHDRAWN, by=by)
        query.save()
        QueryMessage.objects.create(query=query, center_id=query.center_id, by=by, act=QueryAct.CLOSED, text=reason)


def _demand(record: CenterRecord, *, by: Any, reason: str) -> None:
    if not may(by, verb="enter_records", center=record.center_id):
        raise NotAllowed(_("Your role in this center does not allow this."))
    if not reason.strip():
        raise Refused(_("Enter a reason."))
    type(record).including_withdrawn.select_for_update().get(pk=record.pk)
    record.refresh_from_db(
        fields=["record_status", "withdrawn_at"], from_queryset=type(record).including_withdrawn.all()
    )
