"""What an upload says, kept with it as Parquet: the preview until it is confirmed, the source of every stored value after."""

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from importers.files.garbage_collection import garbage_collection_paused
from importers.models import Upload
from importers.storage.comparison import Counts
from importers.storage.load import Compared
from importers.storage.staging import Staged, as_parquet, from_parquet
from registry.workbook.sheets import kinds_in_order
from registry.workbook.submissions import entries_of, forget_entries, store_entry

Item = TypeVar("Item")

# Note [The preview is the upload]
# ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
# An upload is checked once, and its checked records are kept as one Parquet file per kind of record, encrypted, with
# a SHA-256. Preview, load, provenance and undo all read these bytes, never the workbook again. So what a person
# confirmed is what is stored, even if the code that reads workbooks changes between the two, and the cell behind any
# stored value can be found years later. Columns rather than objects, because an upload may hold hundreds of thousands
# of laboratory values. The digest is compared on every reading, because a preview that is not the one shown must
# never be loaded.


class Changed(RuntimeError):
    """What is kept is not what was previewed."""


@garbage_collection_paused()
def write_records(upload: Upload, records: Iterable[Compared]) -> dict[str, Counts]:
    """In the place of those of an earlier check of the same upload; what becomes of them, by kind."""
    forget_entries(upload.pk)
    counts = {}
    for one in records:
        entity, counts[one.staged.entity] = one.staged.entity, one.counts
        values: dict[str, Any] = {"sheet": one.staged.sheet, "columns": one.staged.columns}
        content, digest = as_parquet(one.staged.table)
        del one  # a large table is not held while it is written away
        values |= {"filename": upload.filename, "content": content, "sha256": digest}
        store_entry(upload.pk, center=upload.center_id, entity=entity, **values)
    return counts


def drop_records(upload: Upload) -> None:
    forget_entries(upload.pk)


def stored_records(upload: Upload, *, entity: str = "", leave_out: tuple[str, ...] = ()) -> Iterator[Staged]:
    """In the order of the sheets, without the columns whose names start so. Raises Changed where a preview is not as it was shown."""
    kept = sorted(entries_of(upload.pk, entity=entity), key=lambda entry: kinds_in_order().index(entry.entity))
    yield from one_ahead(map(partial(_staged, leave_out=leave_out), kept))


def _staged(entry: Any, *, leave_out: tuple[str, ...]) -> Staged:
    if hashlib.sha256(entry.content).hexdigest() != entry.sha256:
        raise Changed(entry.entity)
    table = from_parquet(entry.content, leave_out=leave_out)
    return Staged(entity=entry.entity, sheet=entry.sheet, columns=entry.columns, table=table)


def one_ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The next item is made in a thread of its own while the database is busy with this one. What makes them must not ask the database."""
    following = iter(items)
    with ThreadPoolExecutor(max_workers=1) as pool:
        promised = pool.submit(next, following, None)
        while (item := promised.result()) is not None:
            promised = pool.submit(next, following, None)
            yield item
