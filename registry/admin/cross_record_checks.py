"""The checks that need several records of a patient: what a page is about to store is held against what is stored.

An ERROR stands beside the row that the person has entered or changed. What was wrong before and is not touched here is no
reason to refuse the rest: it is asked as a query.
"""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from registry.admin.context import PageContext, PageForm
from registry.models import Patient
from registry.models.hierarchy import entity_of
from registry.queries.findings import Found, found_in
from registry.queries.records import ENTITY, PatientRows, Row, active_rows
from registry.rules import Finding, Severity

NOT_STORED = 0  # the identifier, so to say, of a patient who is being entered

Place = tuple[PageForm, str | None]  # a form, and its box where the record is entered in one
Places = dict[tuple[str, int], Place]  # by the kind of record and its id


def is_consistent(page: PageContext) -> bool:
    """Whether nothing contradicts on this page; else the errors stand beside their fields. Asked once all forms are read."""
    pages = page.forms()
    if page.patient is None or any(each.errors for each in pages):
        return False
    entered = [each for each in pages if each is page.form or each.instance.pk or each.has_changed()]
    places: Places = {}
    rows = patient_rows(page.patient, entered=entered, places=places)
    for found in found_in(rows, today=timezone.localdate()):
        _note(found, places=places)
    return not any(each.errors for each in pages)


def patient_rows(patient: Patient, *, entered: Iterable[PageForm], places: Places) -> PatientRows:
    """All standing records of the patient, those of the page in the place of those stored."""
    (known,) = active_rows([patient.pk]) if patient.pk else (PatientRows(NOT_STORED),)
    rows = dict(known.rows)
    for entity, row, place in _numbered(entered):
        others = [stored for stored in rows.get(entity, ()) if stored["id"] != row["id"]]
        rows[entity] = [*others, row]
        places[entity, row["id"]] = place
    return PatientRows(known.patient_id, rows)


def _numbered(entered: Iterable[PageForm]) -> Iterator[tuple[str, Row, Place]]:
    """Each record being entered with where it stands on the page. One not stored yet gets a number below zero, its parent's too."""
    numbers: dict[int, int] = {}
    for number, form in enumerate(entered, start=1):
        record = form.instance
        entity = entity_of(record)
        numbers[id(record)] = record.pk or (NOT_STORED if isinstance(record, Patient) else -number)
        above = {f"{name}_id": numbers.get(id(parent)) for name, parent in form.parents().items()}
        row = {**form.as_stored(), **above, "id": numbers[id(record)], ENTITY: entity}
        yield entity, {name: value for name, value in row.items() if value is not None}, (form, None)
        for place, (kind, values, name) in enumerate(form.records_behind()):
            pk = values.get("id") or -(number * 1000 + place)
            yield kind, {**values, f"{entity}_id": row["id"], "id": pk, ENTITY: kind}, (form, name)


def _note(found: Found, *, places: Places) -> None:
    finding = found.finding
    for entity, record_id, variable in found.places:
        form, box = places.get((entity, record_id), (None, None))
        if form is not None and form.has_changed():
            field = box or (variable if variable in form.fields else None)
            if not _is_noted(finding, form=form, field=field):
                form.note(finding, field=field)
            return


def _is_noted(finding: Finding, *, form: PageForm, field: str | None) -> bool:
    if finding.severity == Severity.ERROR:
        return field is not None and form.has_error(field)
    return any(known.code == finding.code and known.fields == finding.fields for known in form.soft_findings)
