"""Two extracts → the records of some patients that came, went or changed between them, cell by cell."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from analytics.cohort.extract import Extract

NAMES_THE_RECORD = {"id", "patient_id", "center_id", "registry_id"}


class Fate(StrEnum):
    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedCell:
    variable: str
    old: Any  # None where there was none
    new: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRecord:
    """`patient` is the registry identifier. A record that came or went has its filled cells on one side."""

    entity: str
    record_id: int
    patient: str
    fate: Fate
    cells: tuple[ChangedCell, ...]


def changed_records(before: Extract, after: Extract, *, patients: Collection[str]) -> list[ChangedRecord]:
    """Of these patients, in the order of patient, kind of record and record."""
    identifiers = _identifiers(before) | _identifiers(after)
    wanted = {patient_id for patient_id, registry_id in identifiers.items() if registry_id in set(patients)}
    found = [
        record
        for entity, table in after.tables.items()
        for record in _of_entity(
            _indexed(before.tables[entity], entity=entity, wanted=wanted),
            _indexed(table, entity=entity, wanted=wanted),
            entity=entity,
            identifiers=identifiers,
        )
    ]
    return sorted(found, key=lambda record: (record.patient, record.entity, record.record_id))


def _identifiers(extract: Extract) -> dict[int, str]:
    return dict(zip(extract.tables["patient"]["id"], extract.tables["patient"]["registry_id"], strict=True))


def _indexed(table: pd.DataFrame, *, entity: str, wanted: set[int]) -> pd.DataFrame:
    """By record, every value an object that can be compared, None where there is none."""
    owner = table["id"] if entity == "patient" else table["patient_id"]
    part = table[owner.isin(wanted)].assign(owner=owner).set_index("id").astype(object)
    return part.map(lambda value: tuple(value) if isinstance(value, list) else None if pd.isna(value) else value)


def _of_entity(
    before: pd.DataFrame, after: pd.DataFrame, *, entity: str, identifiers: dict[int, str]
) -> Iterator[ChangedRecord]:
    columns = [name for name in after.columns if name not in NAMES_THE_RECORD | {"owner"}]
    then = before.reindex(before.index.union(after.index), columns=after.columns)
    now = after.reindex(then.index)
    then, now = (side.astype(object).where(side.notna(), None) for side in (then, now))
    differs = (then[columns] != now[columns]) & ~(then[columns].isna() & now[columns].isna())
    rows = zip(then.index, *(side.to_dict("records") for side in (then, now, differs)), strict=True)
    for key, former, later, cells_differ in rows:
        is_new, is_gone = former["owner"] is None, later["owner"] is None
        names = [name for name in columns if cells_differ[name]]
        if not (names or is_new or is_gone):
            continue
        owner = later["owner"] if is_new else former["owner"]
        cells = [ChangedCell(variable=name, old=former[name], new=later[name]) for name in names]
        yield ChangedRecord(
            entity=entity,
            record_id=int(key),
            patient=identifiers[owner],
            fate=Fate.NEW if is_new else Fate.GONE if is_gone else Fate.CHANGED,
            cells=tuple(cells),
        )
