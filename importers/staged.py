"""Checked records as columns: what is previewed, kept on the upload as Parquet, and stored once confirmed.

A line is a record. Its columns: `above_…` are the words that name the records above it, then its variables; `at_row`, `at_group`
and `at_other` say where in the sheet it stands; `cell_…` is the text of each cell; `status` and what follows it is what
the comparison with the registry found.
"""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from importers.known_sheets import LABORATORY
from importers.records import Form, Record, first_line
from importers.workbook import column_letters
from registry.encryption import keyed_hash
from registry.stored import PARENT_KEYS

IDENTITY = "patientidentity"
RAW = "cell_"
PARENT = "above_"
FOUND = ("status", "record_id", "row_version", "changes")


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
        places = ("at_row", "at_group", "at_other", *FOUND)
        return tuple(
            name for name in self.table.column_names if name not in places and not name.startswith((RAW, PARENT))
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


def stage(accepted: Mapping[str, Sequence[Record]], *, entities: Iterable[str], center: int) -> list[Staged]:
    """In the order of the sheets, so that parents come before what hangs below them."""
    return [_staged(entity, records=accepted[entity], center=center) for entity in entities if accepted.get(entity)]


def _staged(entity: str, *, records: Sequence[Record], center: int) -> Staged:
    """Column by column, so that no more than one of them is ever held as Python's own values."""
    model = apps.get_model("registry", entity)
    variables = list(dict.fromkeys(name for form in _forms(records) for name in form.values))
    columns: dict[str, pa.Array] = {}
    for place, word in enumerate(parent_words(model)):
        words = [form.key[place][at[0]] for form, at in records]
        columns[PARENT + word] = pa.array(words, type=_word_type(word))
    for name in variables:
        columns[name] = pa.array(_values(records, name=name), type=_type(model._meta.get_field(name)))
    if entity == IDENTITY:
        purpose = f"hospital_no:{center}"
        hashes = [keyed_hash(number, purpose=purpose) for number in _values(records, name="hospital_no")]
        columns["local_id_hash"] = pa.array(hashes, type=pa.string())
    columns |= _places(records, variables=variables)
    return Staged(
        entity=entity, sheet=records[0].table.sheet.name, columns=_letters(records, variables), table=pa.table(columns)
    )


def _forms(records: Iterable[Record]) -> list[Form]:
    """In the order met. All records of a kind on one sheet have the same variables."""
    return list(dict.fromkeys(record.form for record in records))


def _values(records: Sequence[Record], *, name: str) -> list[Any]:
    return [form.values[name][at[0] if len(at) == 1 else first_line(form.values[name], at)] for form, at in records]


def _raw(records: Sequence[Record], *, name: str) -> list[str | None]:
    cells = {form: form.table.cells.get(form.column_of(name)) for form in _forms(records)}
    return [
        (own[at[0] if len(at) == 1 else first_line(form.values[name], at)].raw or None)
        if (own := cells[form])
        else None
        for form, at in records
    ]


def _places(records: Sequence[Record], *, variables: Sequence[str]) -> dict[str, pa.Array]:
    """A value of a record on several rows may stand on another row than the first: those places are kept apart."""
    elsewhere = [_other_rows(record) if len(record.at) > 1 else None for record in records]
    columns = {
        "at_row": pa.array([form.table.rows[at[0]] for form, at in records], type=pa.int32()),
        "at_group": pa.array([form.group for form, _ in records], type=pa.int8()),
        "at_other": pa.array([json.dumps(rows) if rows else None for rows in elsewhere], type=pa.string()),
    }
    if records[0].entity == LABORATORY and "value" not in records[0].table.cells:
        variables = ("value",)
    return columns | {RAW + name: pa.array(_raw(records, name=name), type=pa.string()) for name in variables}


def _other_rows(record: Record) -> dict[str, int]:
    lines = {name: first_line(column, record.at) for name, column in record.form.values.items()}
    return {name: record.table.rows[line] for name, line in lines.items() if line != record.at[0]}


def _letters(records: Sequence[Record], variables: Sequence[str]) -> dict[str, dict[str, str]]:
    table, groups = records[0].table, {record.group: record for record in records}
    if records[0].entity == LABORATORY and "value" not in table.cells:
        return {"0": {name: column_letters(place) for name, place in table.places.items()}}
    return {
        str(group): {
            name: column_letters(table.places[column])
            for name in variables
            if (column := record.column_of(name)) in table.places
        }
        for group, record in groups.items()
    }


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
    pq.write_table(table, target, compression="zstd")
    content = target.getvalue()
    return content, hashlib.sha256(content).hexdigest()


def from_parquet(content: bytes, *, columns: Sequence[str] | None = None) -> pa.Table:
    return pq.read_table(io.BytesIO(content), columns=None if columns is None else list(columns))
