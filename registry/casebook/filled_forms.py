"""The records of a patient as they are printed: what is recorded, what is missing and why, and what was asked about it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from registry.choices import AnalyteCode, MissingReason
from registry.clinical.applicability import applies, rules_of
from registry.clinical.ranges import RANGES
from registry.fields import EncryptedTextField
from registry.models import CenterRecord, LabResult, Patient, PatientIdentity, Query
from registry.models.base.record import MISSING_REASON, PRECISION
from registry.models.hierarchy import child_models, entity_of, model_of, parents_of
from registry.records.history import shown
from registry.records.laboratory_values import shown_unit
from registry.workbook.sheets import entered_fields, sheets

LABORATORY_HEAD = (
    gettext_lazy("Analyte"),
    gettext_lazy("Value"),
    gettext_lazy("As submitted"),
    gettext_lazy("Limits of normal"),
    gettext_lazy("Sampling time"),
)
ALWAYS = 3  # of its columns


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTable:
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRecord:
    """`unanswered` names the variables that hold neither a value nor a reason for being without one, though they apply."""

    form: str
    title: str
    state: str
    values: tuple[tuple[str, str], ...]  # label and value
    unanswered: tuple[str, ...]
    tables: tuple[PrintedTable, ...]


def casebook_records(patient: Patient) -> list[PrintedRecord]:
    """The patient, then every record with a form of its own in the order of the workbook, each kind by date."""
    found = [printed_record(patient)]
    for entity in (entity for sheet in sheets() for entity in sheet.entities):
        model = model_of(entity)
        if model not in (Patient, PatientIdentity) and not parents_of(model):
            found += [printed_record(record) for record in model.objects.filter(patient=patient)]
    return found


def printed_record(record: CenterRecord) -> PrintedRecord:
    fields = [field for field in entered_fields(type(record)) if not isinstance(field, EncryptedTextField)]
    told = [(str(field.verbose_name), _told(record, field=field)) for field in fields]
    return PrintedRecord(
        form=capfirst(str(type(record)._meta.verbose_name)),
        title=str(record),
        state=str(record.get_record_status_display()),
        values=tuple((label, value) for label, value in told if value),
        unanswered=tuple(
            label for (label, value), field in zip(told, fields, strict=True) if not value and _is_asked(record, field)
        ),
        tables=tuple(_tables(record)),
    )


def _is_asked(record: CenterRecord, field: models.Field) -> bool:
    """Not what its codes say does not apply, nor how precise a date is: one that is not, says so."""
    row = {
        name: getattr(record, name, None) for name in (rule.depends_on for rule in rules_of(entity_of(type(record))))
    }
    return not field.name.endswith(PRECISION) and applies(field.name, entity=entity_of(type(record)), row=row)


def _told(record: CenterRecord, *, field: models.Field) -> str:
    """Empty where nothing is recorded."""
    value = getattr(record, field.attname)
    reason = getattr(record, f"{field.name}{MISSING_REASON}", None)
    if reason:
        return _("missing: %(reason)s") % {"reason": dict(MissingReason.choices).get(reason, reason)}
    if value in (None, "", []):
        return ""
    known = RANGES.get(field.name)
    return f"{shown(field, value=value)} {shown_unit(known.unit) if known else ''}".strip()


def _tables(record: CenterRecord) -> Iterator[PrintedTable]:
    """What is entered with the record: laboratory values, drugs, lesions. A patient's other records have forms of their own."""
    if isinstance(record, Patient):
        return
    for model, column in child_models(type(record)):
        rows = list(model.objects.filter(**{column: record.pk}))
        if rows:
            yield _laboratory(rows) if model is LabResult else _table(model, rows=rows)


def _laboratory(results: Sequence[LabResult]) -> PrintedTable:
    """In the order of the form; limits of normal and the time of the sample where any result has them."""
    order = {code: place for place, code in enumerate(AnalyteCode.values)}
    rows = [_result_row(result) for result in sorted(results, key=lambda result: order[result.analyte_code])]
    used = [place for place in range(len(LABORATORY_HEAD)) if place < ALWAYS or any(row[place] for row in rows)]
    return PrintedTable(
        title=_("Laboratory values"),
        head=tuple(str(LABORATORY_HEAD[place]) for place in used),
        rows=tuple(tuple(row[place] for place in used) for row in rows),
    )


def _result_row(result: LabResult) -> tuple[str, ...]:
    name = str(result.get_analyte_code_display())
    value = str(result).removeprefix(name).removesuffix(result.unit).strip()
    unit = "" if result.value is None else shown_unit(result.unit)
    normal = "–".join("" if limit is None else f"{limit:g}" for limit in (result.lln, result.uln))
    taken = "" if result.sample_datetime is None else f"{timezone.localtime(result.sample_datetime):%Y-%m-%d %H:%M}"
    submitted = f"{result.raw_value} {result.raw_unit}".strip()
    return name, f"{value} {unit}".strip(), submitted, normal.strip("–") and normal, taken


def _table(model: type[CenterRecord], *, rows: Sequence[CenterRecord]) -> PrintedTable:
    """A column for each variable that any of the rows holds."""
    fields = entered_fields(model)
    cells = [[_told(row, field=field) for field in fields] for row in rows]
    used = [place for place in range(len(fields)) if any(row[place] for row in cells)]
    return PrintedTable(
        title=capfirst(str(model._meta.verbose_name if len(rows) == 1 else model._meta.verbose_name_plural)),
        head=tuple(str(fields[place].verbose_name) for place in used),
        rows=tuple(tuple(row[place] or "–" for place in used) for row in cells),
    )


def printed_queries(queries: Iterable[Query]) -> PrintedTable:
    is_english = (get_language() or "en").startswith("en")
    rows = tuple(
        (str(query.pk), query.text_en if is_english else query.text_zh, str(query.get_state_display()))
        for query in queries
    )
    return PrintedTable(title=_("Queries"), head=(_("No."), _("Question"), _("State")), rows=rows)
