"""The records of a preview for scripts, by the names of the data dictionary."""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow.compute as pc

from importers.models import Upload
from importers.storage.parquet import stored_records
from importers.storage.staging import IDENTITY, PARENT, Staged, parent_words


def records_answer(upload: Upload, *, fate: str, entity: str = "") -> list[dict[str, Any]]:
    return [line for staged in stored_records(upload, entity=entity) for line in _lines(staged, fate=fate)]


def _lines(staged: Staged, *, fate: str) -> Iterator[dict[str, Any]]:
    own = () if staged.entity == IDENTITY else staged.model.natural_key
    words = {PARENT + word: word for word in parent_words(staged.model)} | {name: name for name in own}
    keys = {column: name for column, name in words.items() if column in staged.table.column_names}
    chosen = staged.table.filter(pc.equal(staged.table.column("status"), fate))
    for row in chosen.select([*keys, "at_row", "changes"]).to_pylist():
        yield {
            "entity": staged.entity,
            "sheet": staged.sheet,
            "row": row["at_row"],
            "key": {name: row[column] for column, name in keys.items()},
            "changes": json.loads(row["changes"] or "{}"),
        }
