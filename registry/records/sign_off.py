"""A principal investigator's word for a patient's records, void as soon as any of them changes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from registry.access.permissions import may
from registry.access.scope import because
from registry.choices import RecordStatus
from registry.errors import NotAllowed, Refused
from registry.models import Patient, Query, SignOff
from registry.models.hierarchy import entity_of, patient_models, records_of


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
    with because("signed off", by=by):
        return SignOff.objects.create(
            center_id=patient.center_id, patient=patient, signed_by=by, statement=statement.strip(), digest=digest
        )


def sign_off_of(patient: Patient) -> SignOff | None:
    """The latest, if nothing has changed since."""
    latest = SignOff.objects.filter(patient=patient).select_related("signed_by").first()
    return latest if latest and digests([patient.pk]).get(patient.pk) == latest.digest else None


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
