"""The records of one kind of a patient as lines of texts, each as its box in the form would show it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registry.admin.laboratory_panel import shown_result
from registry.choices import RecordStatus
from registry.clinical.date_text import shortened
from registry.grid.columns import BELOW, LABORATORY, Column, columns_of
from registry.grid.kinds import GridKind
from registry.models import LabResult, Patient, PatientRecord
from registry.models.base.record import MISSING_REASON, PRECISION
from registry.records.sign_off import sign_off_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """`closed` says why nothing of it can be changed. `below` are the records below it by their key, `results` by analyte."""

    id: str
    record: PatientRecord
    day: date | None
    label: str
    texts: Mapping[str, str]
    closed: str = ""
    below: Mapping[str, PatientRecord] = field(default_factory=dict)
    results: Mapping[str, LabResult] = field(default_factory=dict)

    def owner(self, column: Column) -> PatientRecord | None:
        """The record that a cell is of; None where it would be a new one."""
        if column.source == LABORATORY:
            return self.results.get(column.id)
        return self.below.get(column.key) if column.source == BELOW else self.record


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`closed` where nothing of the whole patient can be changed here."""

    patient: Patient
    kind: GridKind
    columns: tuple[Column, ...]
    lines: tuple[SheetLine, ...]
    closed: str = ""

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.id == name), None)

    def line(self, name: str) -> SheetLine | None:
        return next((line for line in self.lines if line.id == name), None)

    @property
    def filled(self) -> set[str]:
        """The columns in which something stands."""
        return {name for line in self.lines for name, text in line.texts.items() if text}


def sheet_of(patient: Patient, *, kind: GridKind, held: QuerySet[Any] | None = None) -> Sheet:
    """`held` are the records, where the caller has locked them for the act that follows."""
    records = kind.model.objects.filter(patient=patient) if held is None else held
    columns = columns_of(kind)
    lines = [
        _line(record, kind=kind, columns=columns) for record in _with_below(records, kind=kind).order_by(kind.day, "pk")
    ]
    return Sheet(patient=patient, kind=kind, columns=columns, lines=tuple(lines), closed=_closed_by_signature(patient))


def _with_below(records: QuerySet[Any], *, kind: GridKind) -> QuerySet[Any]:
    if kind.has_panel:
        return records.prefetch_related("labresult_set", "tumorburden_set")
    if kind.below:
        name = f"{kind.below.model._meta.model_name}_set"
        return records.prefetch_related(Prefetch(name, queryset=kind.below.model.objects.order_by("pk")))
    return records


def _line(record: Any, *, kind: GridKind, columns: tuple[Column, ...]) -> SheetLine:
    below = {str(getattr(each, kind.below.key)): each for each in _below(record, kind=kind)} if kind.below else {}
    results = {each.analyte_code: each for each in record.labresult_set.all()} if kind.has_panel else {}
    return SheetLine(
        id=str(record.pk),
        record=record,
        day=getattr(record, kind.day),
        label=str(record),
        texts={column.id: _text(column, record=record, results=results, below=below) for column in columns},
        closed=closed_by_status(record),
        below=below,
        results=results,
    )


def _below(record: Any, *, kind: GridKind) -> Iterator[Any]:
    if kind.below:
        yield from getattr(record, f"{kind.below.model._meta.model_name}_set").all()


def _text(column: Column, *, record: Any, results: Mapping[str, LabResult], below: Mapping[str, PatientRecord]) -> str:
    if column.source == LABORATORY:
        return shown_result(results[column.id]) if column.id in results else ""
    owner = below.get(column.key) if column.source == BELOW else record
    return text_of(owner, name=column.name) if owner else ""


def text_of(record: Any, *, name: str) -> str:
    """A variable as it would be typed: what the form reads back as the same."""
    return getattr(record, f"{name}{MISSING_REASON}", None) or written(
        getattr(record, name), precision=getattr(record, f"{name}{PRECISION}", None)
    )


def written(value: Any, *, precision: str | None = None) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return shortened(value, precision=precision)
    return f"{Decimal(repr(value)).normalize():f}" if isinstance(value, float) else str(value)


def closed_by_status(record: PatientRecord) -> str:
    if record.record_status == RecordStatus.LOCKED:
        return _("This record is locked. Unlock it with a reason before you change it.")
    return ""


def _closed_by_signature(patient: Patient) -> str:
    signed = sign_off_of(patient)
    if signed is None:
        return ""
    about = {"by": signed.signed_by.username, "at": date_format(signed.signed_at, "DATETIME_FORMAT")}
    return (
        _(
            "%(by)s signed these records off on %(at)s. The grid only shows them; a form changes them, and ends the sign-off."
        )
        % about
    )
