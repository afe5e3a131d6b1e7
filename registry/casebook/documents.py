"""The PDFs that a person asks for: forms to fill in by hand, one record, or all of a patient."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.casebook.blank_forms import blank_forms
from registry.casebook.filled_forms import casebook_records, printed_queries, printed_record
from registry.casebook.pdf import Sheaf, pdf_of
from registry.models import CenterRecord, Patient, Query


def print_blank_forms(*, name: str = "", is_annotated: bool = False, by: Any) -> bytes:
    """Annotated, each question names its variable, its codes and its limits."""
    title = _("Annotated case report forms") if is_annotated else _("Case report forms")
    forms = tuple(blank_forms(name=name))
    sheaf = Sheaf(title=title, subject=forms[0].title if name else "", blank=forms, is_annotated=is_annotated)
    return pdf_of(sheaf, printed_by=by.get_username())


def print_record(record: CenterRecord, *, patient: Patient, by: Any) -> bytes:
    title = capfirst(str(type(record)._meta.verbose_name))
    sheaf = Sheaf(title=title, subject=_subject(patient), records=(printed_record(record),))
    return pdf_of(sheaf, printed_by=by.get_username())


def print_casebook(patient: Patient, *, by: Any) -> bytes:
    queries = printed_queries(Query.objects.filter(patient=patient).order_by("pk"))
    about = (
        (_("Center's study number"), patient.local_id),
        (_("Registry ID"), patient.registry_id),
        (_("Center"), str(patient.center)),
        (_("Record status"), str(patient.get_record_status_display())),
    )
    sheaf = Sheaf(
        title=_("Casebook"),
        subject=_subject(patient),
        about=about,
        records=tuple(casebook_records(patient)),
        tables=(queries,) if queries.rows else (),
    )
    return pdf_of(sheaf, printed_by=by.get_username())


def _subject(patient: Patient) -> str:
    return f"{patient.local_id} · {patient.registry_id} · {patient.center}"
