"""Where a stored value came from: upload, sheet, row, column and text of its cell.

The audit trail tells which write gave a record each of its values. Where that write was an upload, what the upload said is kept
as it was submitted (Note [The preview is the upload]), and the record is found in it by the words that name it, as they were at that time.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.urls import reverse

from registry.models import CenterRecord, PatientIdentity
from registry.models.base.record import BOOKKEEPING, MISSING_REASON
from registry.models.hierarchy import entity_of, model_of
from registry.workbook.stored_keys import PARENT_KEYS
from registry.workbook.submissions import entries_of

RAW, ABOVE = "cell_", "above_"
HIDDEN = "•••"
ROW = ""  # asked for instead of a variable: the row itself
ONE_CELL = ("value", "value_code", "missing_reason", "comparator", "raw_value", "raw_unit")  # of a laboratory result


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a center's workbook, as Excel names it."""

    upload: int
    filename: str
    entity: str
    sheet: str
    row: int
    column: str
    raw: str

    @property
    def address(self) -> str:
        return f"{self.column}{self.row}"

    def get_absolute_url(self) -> str:
        if not self.column:
            return reverse("importers:row", args=[self.upload, self.entity, self.row])
        return reverse("importers:cell", args=[self.upload, self.entity, self.row, self.column])


def provenance_of(record: CenterRecord) -> dict[str, Cell]:
    """{variable: its cell} for the values that stand as an upload gave them. Call it inside a scope of the record's center."""
    given = _given_by(record)
    found: dict[str, Cell] = {}
    for upload, event in {(source.upload, source.event) for source in given.values()}:
        variables = [name for name, source in given.items() if source.upload == upload and source.event is event]
        found |= _cells(record, upload=upload, event=event, variables=variables)
    return {name: found[name] for name in given if name in found}


def cell_of_write(record: CenterRecord, *, variable: str, event_id: int) -> Cell | None:
    """The cell by which an upload wrote a value once, whatever stands there now; its row where no column says the value.

    None where no upload wrote it, or where what it submitted was forgotten.
    """
    trail = type(record).pgh_event_model.objects.filter(pgh_obj_id=record.pk)
    event = trail.select_related("pgh_context").filter(pgh_id=event_id).first()
    about: Mapping[str, Any] = event.pgh_context.metadata if event and event.pgh_context else {}
    if not about.get("upload") or about.get("source") == "undo":
        return None
    found = _cells(record, upload=about["upload"], event=event, variables=[variable, ROW])
    return found.get(variable) or found.get(ROW)


@dataclass(frozen=True, slots=True)
class _Source:
    """An upload, and the event that shows the record as the upload left it."""

    upload: int
    event: Any


def _given_by(record: CenterRecord) -> dict[str, _Source]:
    """By variable, who gave its present value, where that was an upload; what an undo brought back came from before it."""
    trail = type(record).pgh_event_model.objects.filter(pgh_obj_id=record.pk)
    names = [
        field.attname
        for field in record._meta.local_concrete_fields
        if not field.is_relation and field.name not in {"id", "registry_id", *BOOKKEEPING}
    ]
    sources: dict[str, _Source] = {}
    before_upload: dict[int, dict[str, _Source]] = {}
    former: Any = None
    for event in trail.select_related("pgh_context").order_by("pgh_id"):
        about: Mapping[str, Any] = event.pgh_context.metadata if event.pgh_context else {}
        changed = [name for name in names if _value(former, name) != _value(event, name)]
        upload = about.get("upload")
        is_undo = about.get("source") == "undo"
        earlier = before_upload.get(upload, {}) if upload and is_undo else {}
        if upload and not is_undo:
            before_upload[upload] = dict(sources)
        for name in changed:
            sources.pop(name, None)
            if upload and not is_undo and _value(event, name) is not None:
                sources[name] = _Source(upload, event)
            elif name in earlier:
                sources[name] = earlier[name]
        former = event
    return sources


def _value(event: Any, name: str) -> Any:
    return getattr(event, name) if event is not None else None


def _cells(record: CenterRecord, *, upload: int, event: Any, variables: list[str]) -> dict[str, Cell]:
    for entry in entries_of(upload, entity=entity_of(record)):
        line = _line(entry.content, key=_key(record, event=event))
        if line is None:
            continue
        letters = entry.columns.get(str(line["at_group"]), {})
        return {
            name: cell
            for name in variables
            if (cell := _cell(entry, line=line, letters=letters, name=name)) is not None
        }
    return {}


def _cell(entry: Any, *, line: Mapping[str, Any], letters: Mapping[str, str], name: str) -> Cell | None:
    if name == ROW:
        return _place(entry, row=line["at_row"])
    analyte = str(line.get("analyte_code"))
    if analyte in letters and name in ONE_CELL:
        column, shown = letters[analyte], "value"
    else:
        shown = name if name in letters else name.removesuffix(MISSING_REASON)
        shown = "hospital_no" if name == "local_id_hash" else shown
        column = letters.get(shown, "")
    if not column:
        return None
    other = _rows_elsewhere(line)
    raw = line.get(RAW + shown) or ""
    hidden = raw and entry.entity == PatientIdentity._meta.model_name
    return _place(entry, row=other.get(shown, line["at_row"]), column=column, raw=HIDDEN if hidden else raw)


def _place(entry: Any, *, row: int, column: str = "", raw: str = "") -> Cell:
    return Cell(
        upload=entry.upload,
        filename=entry.filename,
        entity=entry.entity,
        sheet=entry.sheet,
        row=row,
        column=column,
        raw=raw,
    )


def _rows_elsewhere(line: Mapping[str, Any]) -> Mapping[str, int]:
    return json.loads(line["at_other"]) if line["at_other"] else {}


def _line(content: bytes, *, key: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Only the row groups and columns that are asked for are read; of the key first.

    An upload that is older than a part of the key could not tell two such records apart, and had one of them.
    """
    source = pq.ParquetFile(io.BytesIO(content))
    key = {name: value for name, value in key.items() if name in source.schema_arrow.names}
    table = source.read(columns=list(key))
    wanted = None
    for name, value in key.items():
        same = pc.equal(table.column(name), value)
        wanted = same if wanted is None else pc.and_(wanted, same)
    places = pc.indices_nonzero(wanted).to_pylist()
    if not places:
        return None
    return source.read().slice(places[0], 1).to_pylist()[0]


def _key(record: CenterRecord, *, event: Any) -> dict[str, Any]:
    """The words that named the record when the event was written, as columns of what was submitted."""
    names = record.natural_key or ("patient",)
    above: dict[str, Any] = {}
    if entity_of(record) != "patient":
        above = _words("patient", pk=event.patient_id, at=event.pgh_created_at)
    own: dict[str, Any] = {}
    for name in names:
        if name in PARENT_KEYS and name not in {"patient", "center"}:
            above |= _words(name, pk=getattr(event, f"{name}_id"), at=event.pgh_created_at)
        elif name not in PARENT_KEYS:
            own[name] = getattr(event, name)
    return {**{ABOVE + word: value for word, value in above.items()}, **own}


PARENT_MODELS = {
    "patient": "patient",
    "assessment": "assessment",
    "session": "transarterialsession",
    "ablation": "ablationsession",
    "imaging": "imagingassessment",
}


def _words(parent: str, *, pk: int, at: Any) -> dict[str, Any]:
    """What named the parent at that time; the patient's own word is asked of the patient."""
    trail = model_of(PARENT_MODELS[parent]).pgh_event_model.objects
    then = trail.filter(pgh_obj_id=pk, pgh_created_at__lte=at).order_by("-pgh_id").first()
    own = [word for word in PARENT_KEYS[parent] if word != "local_id" or parent == "patient"]
    return {word: getattr(then, word) for word in own}
