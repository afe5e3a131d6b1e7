"""What a record has been through: draft, submitted, verified, locked; and queried while a query stands on it.

One table says which act leads from where to where. A record's status is that of its form: what is entered with it, such as
the drugs of a session, goes along.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from registry.access.permissions import centers_where
from registry.access.scope import because
from registry.choices import RecordStatus
from registry.errors import NotAllowed, Refused
from registry.models import CenterRecord, Patient, Query
from registry.models.hierarchy import entity_of, form_records_of, patient_id_of, records_of
from registry.queries import OpenQueries, queries_of, refresh_queries
from registry.queries.findings import found_in
from registry.queries.records import active_rows
from registry.records.drafts import drafts_among
from registry.rules import Severity

MOST_SENTENCES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`takes` are the statuses it starts from; `despite_queries` where a standing query does not forbid it.

    Without a `reason` of its own the person is asked for theirs.
    """

    name: str
    label: str | Promise
    verb: str
    takes: frozenset[str]
    gives: str
    reason: str
    despite_queries: bool = False


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act(
            name="submit",
            label=gettext_lazy("Submit"),
            verb="enter_records",
            takes=frozenset({RecordStatus.DRAFT}),
            gives=RecordStatus.SUBMITTED,
            reason=gettext_noop("submitted"),
            despite_queries=True,
        ),
        Act(
            name="verify",
            label=gettext_lazy("Verify"),
            verb="verify_records",
            takes=frozenset({RecordStatus.SUBMITTED}),
            gives=RecordStatus.VERIFIED,
            reason=gettext_noop("verified"),
        ),
        Act(
            name="lock",
            label=gettext_lazy("Lock"),
            verb="lock_records",
            takes=frozenset({RecordStatus.SUBMITTED, RecordStatus.VERIFIED}),
            gives=RecordStatus.LOCKED,
            reason="",
        ),
        Act(
            name="unlock",
            label=gettext_lazy("Unlock"),
            verb="lock_records",
            takes=frozenset({RecordStatus.LOCKED}),
            gives=RecordStatus.SUBMITTED,
            reason="",
            despite_queries=True,
        ),
    )
}


def submit_record(record: CenterRecord, *, by: Any) -> None:
    """A draft says that it is complete; what an error check finds in it must be mended first."""
    _hold(record)
    _demand(ACTS["submit"], record=record, by=by)
    _demand_without_errors([record], patient_id=patient_id_of(record))
    _move(ACTS["submit"], record=record, by=by)
    refresh_queries([patient_id_of(record)], by=by)


def verify_record(record: CenterRecord, *, by: Any) -> None:
    _move(ACTS["verify"], record=record, by=by)


def lock_record(record: CenterRecord, *, by: Any, reason: str) -> None:
    _move(ACTS["lock"], record=record, by=by, reason=_given(reason))


def unlock_record(record: CenterRecord, *, by: Any, reason: str) -> None:
    _move(ACTS["unlock"], record=record, by=by, reason=_given(reason))


def submit_patient(patient: Patient, *, by: Any) -> int:
    """All that are drafts; gives the number of their forms."""
    count = drafts_among([patient.pk]).get(patient.pk, 0)
    drafts = [record for found in records_of(patient) for record in found.filter(record_status=RecordStatus.DRAFT)]
    _demand_without_errors(drafts, patient_id=patient.pk)
    _move_all(ACTS["submit"], patient=patient, by=by)
    refresh_queries([patient.pk], by=by)
    return count


def verify_patient(patient: Patient, *, by: Any) -> int:
    return _move_all(ACTS["verify"], patient=patient, by=by)


def lock_patient(patient: Patient, *, by: Any, reason: str) -> int:
    """All standing records. A draft among them says that something is not finished."""
    said = _given(reason)
    if any(found.filter(record_status=RecordStatus.DRAFT).exists() for found in records_of(patient)):
        raise Refused(_("This patient has draft records. Submit or withdraw them first."))
    return _move_all(ACTS["lock"], patient=patient, by=by, reason=said)


def unlock_patient(patient: Patient, *, by: Any, reason: str) -> int:
    return _move_all(ACTS["unlock"], patient=patient, by=by, reason=_given(reason))


def effective_status(record: CenterRecord, *, queries: OpenQueries | None = None) -> RecordStatus:
    """What to show: queried where a standing query names a field of the record or of what is entered with it."""
    status = RecordStatus(record.record_status)
    if status not in {RecordStatus.SUBMITTED, RecordStatus.VERIFIED}:
        return status
    return RecordStatus.QUERIED if _is_queried(record, queries=queries) else status


def acts_on(record: CenterRecord, *, by: Any, queries: OpenQueries | None = None) -> tuple[str, ...]:
    """What this person may do with the record now: names of ACTS, and withdraw or restore."""
    if record.withdrawn_at:
        return ("restore",) if record.center_id in centers_where(by, may="enter_records") else ()
    is_queried = _is_queried(record, queries=queries)
    names = [
        act.name
        for act in ACTS.values()
        if record.record_status in act.takes
        and (act.despite_queries or not is_queried)
        and record.center_id in centers_where(by, may=act.verb)
    ]
    is_free = record.record_status != RecordStatus.LOCKED
    if is_free and record.center_id in centers_where(by, may="enter_records"):
        names.append("withdraw")
    return tuple(names)


def _is_queried(record: CenterRecord, *, queries: OpenQueries | None) -> bool:
    if queries is None:
        queries = queries_of(Patient.including_withdrawn.get(pk=patient_id_of(record)))
    if not queries:
        return False
    if (entity_of(record), record.pk) in queries:
        return True
    named = {entity for entity, _record in queries}
    forms = [found for found in form_records_of(record)[1:] if entity_of(found.model) in named]
    return any((entity_of(found.model), pk) in queries for found in forms for pk in found.values_list("pk", flat=True))


def _move(act: Act, *, record: CenterRecord, by: Any, reason: str = "") -> None:
    _hold(record)
    _demand(act, record=record, by=by)
    if not act.despite_queries and _is_queried(record, queries=None):
        raise Refused(_("This record has open queries. They must be answered and closed first."))
    with because(reason or act.reason, by=by):
        for found in form_records_of(record):
            _write(found, act=act)
    record.refresh_from_db(fields=["record_status"])


def _hold(record: CenterRecord) -> None:
    """Until the transaction ends nobody else acts on it, and it is seen as it stands."""
    type(record).including_withdrawn.select_for_update().get(pk=record.pk)
    record.refresh_from_db(
        fields=["record_status", "withdrawn_at"], from_queryset=type(record).including_withdrawn.all()
    )


def _move_all(act: Act, *, patient: Patient, by: Any, reason: str = "") -> int:
    _demand_role(act, center=patient.center_id, by=by)
    Patient.including_withdrawn.select_for_update(no_key=True).get(pk=patient.pk)
    if not act.despite_queries and Query.objects.not_closed().filter(patient=patient).exists():
        raise Refused(_("This patient has open queries. They must be answered and closed first."))
    with because(reason or act.reason, by=by):
        return sum(_write(found, act=act) for found in records_of(patient))


def _write(records: Any, *, act: Act) -> int:
    changed = records.filter(withdrawn_at__isnull=True, record_status__in=act.takes)
    return changed.update(record_status=act.gives, updated_at=timezone.now())


def _demand(act: Act, *, record: CenterRecord, by: Any) -> None:
    _demand_role(act, center=record.center_id, by=by)
    if record.withdrawn_at:
        raise Refused(_("This record is withdrawn. Restore it first."))
    if record.record_status not in act.takes:
        label = RecordStatus(record.record_status).label
        raise Refused(
            _("This action is not available because the record is {status}.").format(status=str(label).lower())
        )


def _demand_role(act: Act, *, center: int, by: Any) -> None:
    if center not in centers_where(by, may=act.verb):
        raise NotAllowed(_("Your role in this center does not allow this."))


def _given(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Enter a reason."))
    return reason.strip()


def _demand_without_errors(records: Iterable[CenterRecord], *, patient_id: int) -> None:
    forms = {
        (entity_of(found.model), pk)
        for record in records
        for found in form_records_of(record)
        for pk in found.values_list("pk", flat=True)
    }
    (patient,) = active_rows([patient_id])
    errors = [
        found.finding.text
        for found in found_in(patient, today=timezone.localdate())
        if found.finding.severity is Severity.ERROR and any(place[:2] in forms for place in found.places)
    ]
    if errors:
        raise Refused(" ".join(dict.fromkeys(errors[:MOST_SENTENCES])))
