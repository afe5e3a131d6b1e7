"""What a center has stored, as the rows of its workbook: the way back from records to the cells that would say them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps

from registry.models import CenterRecord, LabResult, Patient, PatientIdentity, ProgressionEvent
from registry.models.base.record import MISSING_REASON
from registry.workbook.sheets import Column, Sheet

Row = dict[str, Any]  # by column; a date is a date, several codes are one text, a missing value is its reason
LABORATORY = LabResult._meta.model_name


def rows_of(sheet: Sheet, *, center: int) -> Iterator[Row]:
    """Call it inside a scope of this center. Hospital numbers stay where they are: a blank cell changes nothing."""
    if sheet.entities == (LABORATORY,):
        yield from _laboratory(center)
        return
    first, *others = (entity for entity in sheet.entities if entity != PatientIdentity._meta.model_name)
    own = [column for column in sheet.columns if column.entity == first]
    below = _below(sheet, entities=others, center=center)
    for record in _records(apps.get_model("registry", first), center=center):
        row = {"local_id": _local_id(record), **_cells(record, columns=own)}
        named = {name: row[name] for name in ("local_id", *(column.name for column in own if column.required))}
        pieces = below.get((_patient_id(record), record.pk)) or [{}]
        yield {**row, **pieces[0]}
        yield from ({**named, **piece} for piece in pieces[1:])


def patient_names(center: int) -> list[str]:
    """The study numbers that a center has given."""
    return sorted(Patient.objects.filter(center=center).values_list("local_id", flat=True))


def _below(sheet: Sheet, *, entities: Sequence[str], center: int) -> dict[tuple[int, int], list[Row]]:
    """By patient and record: the further records of the sheet, as pieces of its rows."""
    found: dict[tuple[int, int], list[Row]] = {}
    for entity in entities:
        columns = [column for column in sheet.columns if column.entity == entity]
        model = apps.get_model("registry", entity)
        if model is ProgressionEvent:
            found |= _beside_contacts(sheet, columns=columns, center=center)
            continue
        parent = next(f.attname for f in model._meta.local_fields if f.name == model.natural_key[0])
        together: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for record in _records(model, center=center):
            together[record.patient_id, getattr(record, parent)].append(record)
        found |= {key: list(_pieces(records, columns=columns)) for key, records in together.items()}
    return found


def _pieces(records: Sequence[Any], *, columns: Sequence[Column]) -> Iterator[Row]:
    """A row each, or side by side where the sheet has groups of columns: there no more than it has groups."""
    groups = sorted({column.group for column in columns})
    if groups == [0]:
        yield from (_cells(record, columns=columns) for record in records)
        return
    yield {
        name: value
        for group, record in zip(groups, records, strict=False)
        for name, value in _cells(record, columns=[c for c in columns if c.group == group]).items()
    }


def _beside_contacts(sheet: Sheet, *, columns: Sequence[Column], center: int) -> dict[tuple[int, int], list[Row]]:
    """A progression stands in the row of the first contact from its day on that is free, else of the last one free."""
    contacts: dict[int, list[Any]] = defaultdict(list)
    for contact in _records(apps.get_model("registry", sheet.entities[0]), center=center):
        contacts[contact.patient_id].append(contact)
    found: dict[tuple[int, int], list[Row]] = {}
    for event in _records(ProgressionEvent, center=center):
        free = [c for c in contacts[event.patient_id] if (event.patient_id, c.pk) not in found]
        later = [c for c in free if c.follow_up_date >= event.progression_date]
        if free:
            found[event.patient_id, (later or free[-1:])[0].pk] = [_cells(event, columns=columns)]
    return found


def _laboratory(center: int) -> Iterator[Row]:
    """A row per visit. Read without making records: they are by far the most."""
    place = ("assessment_id", "patient__local_id", "assessment__assessment_date", "assessment__assessment_type")
    said = ("analyte_code", "raw_value", "raw_unit", "missing_reason")
    rows: dict[int, Row] = {}
    found = LabResult.objects.filter(center=center).order_by("pk").values_list(*place, *said)
    for visit, local_id, day, kind, analyte, value, unit, reason in found.iterator(chunk_size=10_000):
        about = {"local_id": local_id, "assessment_date": day, "assessment_type": kind}
        rows.setdefault(visit, about)[analyte] = reason or f"{value} {unit}".strip()
    yield from rows.values()


def _records(model: type[CenterRecord], *, center: int) -> Iterator[Any]:
    found = model.objects.filter(center=center)
    yield from found.order_by("pk") if model is Patient else found.select_related("patient").order_by("patient", "pk")


def _cells(record: Any, *, columns: Sequence[Column]) -> Row:
    return {column.name: _cell(record, variable=column.variable) for column in columns}


def _cell(record: Any, *, variable: str) -> Any:
    value = getattr(record, variable)
    if value is None or value == []:
        return getattr(record, f"{variable}{MISSING_REASON}", None)
    return ";".join(value) if isinstance(value, list) else value


def _local_id(record: Any) -> str:
    return str(record.local_id if isinstance(record, Patient) else record.patient.local_id)


def _patient_id(record: Any) -> int:
    return int(record.pk if isinstance(record, Patient) else record.patient_id)
