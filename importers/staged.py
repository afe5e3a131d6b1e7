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
from importers.records import Record
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
    model = apps.get_model("registry", entity)
    values = [record.values for record in records]
    variables = list(dict.fromkeys(name for row in _different(values) for name in row))
    columns: dict[str, pa.Array] = {}
    for place, word in enumerate(parent_words(model)):
        columns[PARENT + word] = pa.array([record.key[place] for record in records], type=_word_type(word))
    for name in variables:
        given = [row.get(name) for row in values]
        columns[name] = pa.array(given, type=_type(model._meta.get_field(name)))
    if entity == IDENTITY:
        purpose = f"hospital_no:{center}"
        hashes = [keyed_hash(row["hospital_no"], purpose=purpose) for row in values]
        columns["local_id_hash"] = pa.array(hashes, type=pa.string())
    columns |= _places(records, variables=variables)
    return Staged(
        entity=entity, sheet=records[0].table.sheet.name, columns=_letters(records, variables), table=pa.table(columns)
    )


def _different(values: Sequence[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """All records of a kind on one sheet have the same variables; only the first of each shape is looked at."""
    return {tuple(row): row for row in values}.values()


def _places(records: Sequence[Record], *, variables: Sequence[str]) -> dict[str, pa.Array]:
    """A value of a record on several rows may stand on another row than the first: those places are kept apart."""
    elsewhere = [_other_rows(record) for record in records]
    columns = {
        "at_row": pa.array([record.rows[0] for record in records], type=pa.int32()),
        "at_group": pa.array([record.group for record in records], type=pa.int8()),
        "at_other": pa.array([json.dumps(rows) if rows else None for rows in elsewhere], type=pa.string()),
    }
    if records[0].entity == LABORATORY and "value" not in records[0].table.cells:
        columns[f"{RAW}value"] = pa.array([_raw(record, record.key[3], row=record.rows[0]) for record in records])
        return columns
    for name in variables:
        raw = [
            _raw(record, record.column_of(name), row=rows.get(name, record.rows[0]) if rows else record.rows[0])
            for record, rows in zip(records, elsewhere, strict=True)
        ]
        columns[RAW + name] = pa.array(raw, type=pa.string())
    return columns


def _other_rows(record: Record) -> dict[str, int]:
    if len(record.parts) == 1:
        return {}
    first, found = record.rows[0], {}
    for name in record.parts[0][1]:
        row = next((row for row, values in record.parts if values.get(name) is not None), first)
        if row != first:
            found[name] = row
    return found


def _raw(record: Record, column: str, *, row: int) -> str | None:
    cells = record.table.cells.get(column)
    return (cells[record.table.index_of[row]].raw or None) if cells else None


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
