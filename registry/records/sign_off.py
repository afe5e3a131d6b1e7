"""A principal investigator's word for a patient's records, void as soon as any of them changes (ADR 36)."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from registry.access.permissions import may
from registry.access.scope import because
from registry.choices import RecordStatus
from registry.errors import NotAllowed, Refused
from registry.models import Patient, Query, SignOff
from registry.models.hierarchy import entity_of, patient_models, records_of
from registry.records.drafts import drafts_among

REASON = gettext_noop("signed off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The latest sign-off of a patient, and whether the records are still what was signed."""

    sign_off: SignOff
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signable:
    """Patients of whom none is signed as they are now: those that can be, and those that cannot, each with what is in the way."""

    ready: tuple[Patient, ...]
    held_back: tuple["HeldBack", ...]
    digests: Mapping[int, str]

    @property
    def seen(self) -> str:
        """Changes with any record of those that can be signed: what was looked at is what is signed."""
        told = sorted((patient.pk, self.digests[patient.pk]) for patient in self.ready)
        return hashlib.sha256(repr(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    patient: Patient
    queries: int
    drafts: int


def sign_off(patient: Patient, *, by: Any, statement: str) -> SignOff:
    if not may(by, verb="sign_off", center=patient.center_id):
        raise NotAllowed(_("Only a principal investigator of this center can sign off."))
    if not statement.strip():
        raise Refused(_("Enter the statement you are signing."))
    if Query.objects.not_closed().filter(patient=patient).exists():
        raise Refused(_("This patient has open queries. They must be answered and closed first."))
    if any(found.filter(record_status=RecordStatus.DRAFT).exists() for found in records_of(patient)):
        raise Refused(_("This patient has draft records. Submit or withdraw them first."))
    digest = digests([patient.pk]).get(patient.pk)
    if digest is None:
        raise Refused(_("This record is withdrawn. Restore it first."))
    with because(REASON, by=by):
        return SignOff.objects.create(
            center_id=patient.center_id, patient=patient, signed_by=by, statement=statement.strip(), digest=digest
        )


def signable(patients: Iterable[Patient]) -> Signable:
    """Call it with patients whose records, as they are now, nobody vouches for."""
    asked = list(patients)
    ids = [patient.pk for patient in asked]
    standing = Query.objects.not_closed().filter(patient__in=ids).order_by().values_list("patient_id")
    queries, drafts = dict(standing.annotate(n=Count("pk"))), drafts_among(ids)
    held = tuple(
        HeldBack(patient=patient, queries=queries.get(patient.pk, 0), drafts=drafts.get(patient.pk, 0))
        for patient in asked
        if patient.pk in queries or patient.pk in drafts
    )
    away = {each.patient.pk for each in held}
    now = digests(ids)
    ready = tuple(patient for patient in asked if patient.pk not in away and patient.pk in now)
    return Signable(ready=ready, held_back=held, digests=now)


def sign_off_all(patients: Signable, *, by: Any, statement: str) -> int:
    """All that can be signed, each with a sign-off of its own."""
    if not statement.strip():
        raise Refused(_("Enter the statement you are signing."))
    if not patients.ready:
        raise Refused(_("None of these patients can be signed off. See what is in the way."))
    if any(not may(by, verb="sign_off", center=patient.center_id) for patient in patients.ready):
        raise NotAllowed(_("Only a principal investigator of this center can sign off."))
    with because(REASON, by=by):
        made = SignOff.objects.bulk_create(
            SignOff(
                center_id=patient.center_id,
                patient=patient,
                signed_by=by,
                statement=statement.strip(),
                digest=patients.digests[patient.pk],
            )
            for patient in patients.ready
        )
    return len(made)


def latest_sign_off(patient: Patient) -> Signed | None:
    latest = SignOff.objects.filter(patient=patient).select_related("signed_by").first()
    if latest is None:
        return None
    return Signed(sign_off=latest, is_current=digests([patient.pk]).get(patient.pk) == latest.digest)


def sign_off_of(patient: Patient) -> SignOff | None:
    """The latest, if nothing has changed since."""
    signed = latest_sign_off(patient)
    return signed.sign_off if signed and signed.is_current else None


def unsigned(centers: Collection[int]) -> QuerySet[Patient]:
    """Patients for whose records, as they are now, nobody vouches."""
    latest = SignOff.objects.filter(center_id__in=centers).order_by("patient_id", "-signed_at", "-pk")
    signed = dict(latest.distinct("patient_id").values_list("patient_id", "digest"))
    now = digests(signed)
    good = [patient_id for patient_id, digest in signed.items() if now.get(patient_id) == digest]
    return Patient.objects.filter(center_id__in=centers).exclude(pk__in=good)


def signed_since(centers: Collection[int], *, since: datetime | None = None) -> set[int]:
    """The patients for whose records, as they are now, somebody vouches: by a signature of any day, or of none before `since`."""
    latest = SignOff.objects.filter(center_id__in=centers).order_by("patient_id", "-signed_at", "-pk")
    signed = latest.distinct("patient_id").values_list("patient_id", "digest", "signed_at")
    told = {patient_id: digest for patient_id, digest, at in signed if since is None or at >= since}
    now = digests(told) if told else {}
    return {patient_id for patient_id, digest in told.items() if now.get(patient_id) == digest}


def digests(patient_ids: Collection[int]) -> dict[int, str]:
    """By patient: SHA-256 over which records stand, each with its version."""
    standing = " UNION ALL ".join(
        f"SELECT {'id' if model is Patient else 'patient_id'} AS patient_id, '{entity_of(model)}' AS entity, id, row_version "
        f'FROM "{model._meta.db_table}" WHERE {"id" if model is Patient else "patient_id"} = ANY (%(ids)s) '
        "AND withdrawn_at IS NULL"
        for model in patient_models()
    )
    told = "string_agg(entity || ' ' || id || ' ' || row_version, ',' ORDER BY entity, id)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT patient_id, encode(sha256({told}::bytea), 'hex') FROM ({standing}) s GROUP BY patient_id",
            {"ids": list(patient_ids)},
        )
        return dict(cursor.fetchall())
