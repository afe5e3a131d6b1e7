"""Checked records as columns: what is previewed, kept on the upload as Parquet, and stored once confirmed.

A line is a record. Its columns: `above_…` are the words that name the records above it, then its variables; `at_row`, `at_group`
and `at_other` say where in the sheet it stands; `cell_…` is the text of each cell; `status` and what follows it is what
the comparison with the registry found. Note [Natural keys].
"""

import hashlib
import io
import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from importers.checks.records import Form, Record, Records, first_line
from importers.files.cells import Cell
from importers.files.workbook import column_letters
from importers.layout.known_sheets import LABORATORY
from importers.layout.origins import GROUPS_PER_BLOCK, Origin
from registry.encryption import keyed_hash
from registry.workbook.provenance import PARENT_MODELS
from registry.workbook.stored_keys import PARENT_KEYS

IDENTITY = "patientidentity"
RAW = "cell_"
PARENT = "above_"
LINES_AT_ONCE = 50_000  # written together: the more, the more memory
PLACES = (RAW, "at_")  # how the columns begin that say where a record stands and what was written there
FOUND = ("status", "record_id", "row_version", "changes", "attested")


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """The records of one kind in one upload. `columns` are the letters of the sheet's columns by group and variable."""

    entity: str
    sheet: str
    columns: Mapping[str, Mapping[str, str]]
    table: pa.Table

    @property
    def model(self) -> Any:
        return apps.get_model("registry", self.entity)

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(
            name for name in self.table.column_names if name not in FOUND and not name.startswith((PARENT, *PLACES))
        )

    def with_columns(self, **columns: pa.Array) -> "Staged":
        table = self.table
        for name, values in columns.items():
            known = name in table.column_names
            table = table.set_column(table.column_names.index(name), name, values) if known else table
            table = table if known else table.append_column(name, values)
        return replace(self, table=table)


def parents_of_entity(model: Any) -> tuple[str, ...]:
    """What a record of this kind hangs below, the patient first."""
    if model._meta.model_name == "patient":
        return ()
    return tuple(dict.fromkeys(("patient", *(name for name in model.natural_key if name in PARENT_KEYS))))


def parent_words(model: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for parent in parents_of_entity(model) for word in PARENT_KEYS[parent]))


def key_fields(model: Any) -> Iterator[tuple[str, Any]]:
    """What names a record of this kind, by the columns of what was submitted: the words of its parents, then its own."""
    for parent in parents_of_entity(model):
        for word in PARENT_KEYS[parent]:
            owner = "patient" if word == "local_id" else PARENT_MODELS[parent]
            yield PARENT + word, apps.get_model("registry", owner)._meta.get_field(word)
    for name in model.natural_key:
        yield name, model._meta.get_field(name)


def stage(accepted: Mapping[str, Records], *, entities: Iterable[str], center: int) -> Iterator[Staged]:
    """In the order of the sheets, so that parents come before what hangs below them."""
    return (_staged(entity, records=accepted[entity], center=center) for entity in entities if accepted.get(entity))


def _staged(entity: str, *, records: Records, center: int) -> Staged:
    """Column by column, so that no more than one of them is ever held as Python's own values."""
    model, forms = apps.get_model("registry", entity), records.forms
    variables = list(dict.fromkeys(name for form in forms for name in form.values))
    columns: dict[str, pa.Array] = {}
    for place, word in enumerate(parent_words(model)):
        columns[PARENT + word] = pa.array(_words(records, place=place), type=_word_type(word))
    for name in variables:
        columns[name] = pa.array(_values(records, name=name), type=_type(model._meta.get_field(name)))
    if entity == IDENTITY:
        purpose = f"hospital_no:{center}"
        hashes = [keyed_hash(number, purpose=purpose) for number in _values(records, name="hospital_no")]
        columns["local_id_hash"] = pa.array(hashes, type=pa.string())
    columns |= _places(records, variables=variables)
    sheet, letters = forms[0].table.source_sheet, _letters(forms, variables)
    return Staged(entity=entity, sheet=sheet, columns=letters, table=pa.table(columns))


def _words(records: Records, *, place: int) -> list[Any]:
    return records.column(lambda form: form.key[place])


def _values(records: Records, *, name: str) -> list[Any]:
    """All records of a kind on one sheet have the same variables."""
    values = records.column(lambda form: form.values[name])
    for place, (form, at) in records.several.items():
        values[place] = form.values[name][first_line(form.values[name], at)]
    return values


def _raw(records: Records, *, name: str) -> list[str | None]:
    nothing = [Cell()] * max(len(form.table.rows) for form in records.forms)
    cells = {form: form.table.cells.get(form.column_of(name), nothing) for form in records.forms}
    raw = [cell.raw or None for cell in records.column(cells.__getitem__)]
    for place, (form, at) in records.several.items():
        raw[place] = cells[form][first_line(form.values[name], at)].raw or None
    return raw


def _places(records: Records, *, variables: Sequence[str]) -> dict[str, pa.Array]:
    """A value of a record on several rows may stand on another row than the first: those places are kept apart."""
    first = records.forms[0]
    groups = {form: _groups(form) for form in records.forms}
    columns = {
        "at_row": pa.array(records.column(lambda form: form.table.source_rows), type=pa.int32()),
        "at_group": pa.array(records.column(groups.__getitem__), type=pa.int16()),
        "at_other": _elsewhere(records),
    }
    if first.entity == LABORATORY and "value" not in first.table.cells:
        variables = ("value",)
    return columns | {RAW + name: pa.array(_raw(records, name=name), type=pa.string()) for name in variables}


def _elsewhere(records: Records) -> pa.Array:
    """Nearly always nothing, for which a list of as many places as records would be held."""
    merged = dict(_merged_rows(records))
    if not records.several and not merged:
        return pa.nulls(len(records), pa.string())
    elsewhere = list[str | None]([None] * len(records))
    for place, record in records.several.items():
        elsewhere[place] = json.dumps(rows) if (rows := _other_rows(record)) else None
    for place, rows in merged.items():
        elsewhere[place] = json.dumps(rows)
    return pa.array(elsewhere, type=pa.string())


def _other_rows(record: Record) -> dict[str, int]:
    lines = {name: first_line(column, record.at) for name, column in record.form.values.items()}
    return {name: record.table.source_rows[line] for name, line in lines.items() if line != record.at[0]}


def _merged_rows(records: Records) -> Iterator[tuple[int, dict[str, int]]]:
    """Of the hospital's own rows that a mapping made one record of: by place, the rows of values that stand elsewhere."""
    if not any(form.table.origin and form.table.origin.elsewhere for form in records.forms):
        return
    for place, record in enumerate(records):
        elsewhere = record.table.origin.elsewhere if record.table.origin else {}
        names = {variable: record.column_of(variable) for variable in record.form.values}
        rows = {
            variable: row
            for variable, name in names.items()
            if (row := elsewhere.get((record.at[0], name))) is not None
        }
        if rows:
            yield place, rows


def _groups(form: Form) -> Sequence[int]:
    """Which letters hold, line by line: those of the form's own group of columns, in the block of the hospital's columns."""
    if form.table.origin is None:
        return array("h", [form.group]) * len(form.table.rows)
    return array("h", [form.group + GROUPS_PER_BLOCK * block for block in form.table.origin.blocks])


def _letters(forms: Sequence[Form], variables: Sequence[str]) -> dict[str, dict[str, str]]:
    table = forms[0].table
    if table.origin is not None:
        return _letters_of_blocks(forms, variables, origin=table.origin)
    if forms[0].entity == LABORATORY and "value" not in table.cells:
        return {"0": {name: column_letters(place) for name, place in table.places.items()}}
    return {
        str(form.group): {
            name: column_letters(table.places[column])
            for name in variables
            if (column := form.column_of(name)) in table.places
        }
        for form in forms
    }


def _letters_of_blocks(forms: Sequence[Form], variables: Sequence[str], *, origin: Origin) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for block, places in enumerate(origin.columns):
        for form in forms:
            group = str(form.group + GROUPS_PER_BLOCK * block)
            if form.entity == LABORATORY:
                found[group] = {name: column_letters(place) for name, place in places.items()}
            else:
                names = {variable: form.column_of(variable) for variable in variables}
                found[group] = {v: column_letters(places[name]) for v, name in names.items() if name in places}
    return found


def _word_type(word: str) -> pa.DataType:
    return pa.date32() if word.endswith("_date") else pa.string()


def _type(field: models.Field) -> pa.DataType:
    if isinstance(field, ArrayField):
        return pa.list_(pa.string())
    kinds: tuple[tuple[type[models.Field], pa.DataType], ...] = (
        (models.DateTimeField, pa.timestamp("us", tz="UTC")),
        (models.DateField, pa.date32()),
        (models.FloatField, pa.float64()),
        (models.IntegerField, pa.int64()),
    )
    return next((kind for kind_of_field, kind in kinds if isinstance(field, kind_of_field)), pa.string())


def as_parquet(table: pa.Table) -> tuple[bytes, str]:
    target = io.BytesIO()
    pq.write_table(table, target, compression="zstd", row_group_size=LINES_AT_ONCE)
    content = target.getvalue()
    return content, hashlib.sha256(content).hexdigest()


def from_parquet(content: bytes, *, leave_out: tuple[str, ...] = ()) -> pa.Table:
    """Without the columns whose names start so."""
    file = pq.ParquetFile(io.BytesIO(content))
    return file.read([name for name in file.schema_arrow.names if not name.startswith(leave_out)])
