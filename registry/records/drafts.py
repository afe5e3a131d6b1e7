"""A record entered by a person begins as a draft, and becomes submitted by their act (ADR 35)."""

from collections.abc import Iterable

from django.db import connection

from registry.choices import RecordStatus
from registry.models import CenterRecord, Patient
from registry.models.hierarchy import parents_of, patient_models


def status_of_new(above: CenterRecord | None) -> str:
    """Of a record that a person begins: a form of its own is a draft, what is entered on the form of another goes with it."""
    return RecordStatus.DRAFT if above is None or isinstance(above, Patient) else status_of_new_part(above)


def status_of_new_part(form: CenterRecord) -> str:
    """Of a value entered on the form of this record. A verified form gains something that nobody has verified yet."""
    return RecordStatus.DRAFT if form.record_status == RecordStatus.DRAFT else RecordStatus.SUBMITTED


def drafts_among(patient_ids: Iterable[int]) -> dict[int, int]:
    """How many forms of each patient are drafts, in one SQL query; what is entered with a record is not counted apart."""
    selects = " UNION ALL ".join(
        f'SELECT {owner} AS patient_id FROM "{table}" '
        f"WHERE {owner} = ANY (%(ids)s) AND record_status = %(draft)s AND withdrawn_at IS NULL"
        for table, owner in form_tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT patient_id, count(*) FROM ({selects}) s GROUP BY patient_id",
            {"ids": list(patient_ids), "draft": RecordStatus.DRAFT.value},
        )
        return dict(cursor.fetchall())


def form_tables() -> list[tuple[str, str]]:
    """The table of each kind of record with a form of its own, and its column that names the patient."""
    return [(model._meta.db_table, "id" if model is Patient else "patient_id") for model in form_models()]


def form_models() -> list[type[CenterRecord]]:
    """The kinds of record with a form of their own."""
    return [model for model in patient_models() if model.identifying is not None and not parents_of(model)]
