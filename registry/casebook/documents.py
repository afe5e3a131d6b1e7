"""The PDFs that a person asks for: forms to fill in by hand, one record, or all of a patient."""

from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.casebook.blank_forms import blank_forms, code_lists
from registry.casebook.filled_forms import casebook_records, printed_queries, printed_record
from registry.casebook.pdf import Sheaf, pdf_of
from registry.models import CenterRecord, Patient, Query
from registry.records.sign_off import latest_sign_off


def print_blank_forms(*, name: str = "", is_annotated: bool = False, by: Any) -> bytes:
    """Annotated, each question names its variable, its codes and its limits."""
    title = _("Annotated case report forms") if is_annotated else _("Case report forms")
    forms = tuple(blank_forms(name=name))
    lists = tuple(code_lists(name=name)) if is_annotated else ()
    sheaf = Sheaf(title=title, subject="", blank=forms, code_lists=lists, is_annotated=is_annotated)
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
        (_("Sign-off"), signature_of(patient)),
    )
    sheaf = Sheaf(
        title=_("Casebook"),
        subject=_subject(patient),
        about=about,
        records=tuple(casebook_records(patient)),
        tables=(queries,) if queries.rows else (),
    )
    return pdf_of(sheaf, printed_by=by.get_username())


def signature_of(patient: Patient) -> str:
    signed = latest_sign_off(patient)
    if signed is None:
        return _("not signed")
    told = _("signed by %(by)s, %(at)s") if signed.is_current else _("signed by %(by)s, %(at)s, changed since")
    return told % {
        "by": signed.sign_off.signed_by.get_full_name() or signed.sign_off.signed_by.get_username(),
        "at": f"{timezone.localtime(signed.sign_off.signed_at):%Y-%m-%d %H:%M}",
    }


def _subject(patient: Patient) -> str:
    return f"{patient.local_id} · {patient.registry_id} · {patient.center}"
