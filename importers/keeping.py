"""What an upload says, kept with it as Parquet: the preview until it is confirmed, the source of every stored value after."""

import hashlib
from collections.abc import Iterable

from importers.models import Upload
from importers.staged import Staged, as_parquet, from_parquet
from registry.sheets import sheets
from registry.submitted import entries_of, forget_entries, keep_entry


class Changed(RuntimeError):
    """What is kept is not what was previewed."""


def keep_records(upload: Upload, records: Iterable[Staged]) -> None:
    """In the place of those of an earlier check of the same upload."""
    forget_entries(upload.pk)
    for staged in records:
        content, digest = as_parquet(staged.table)
        keep_entry(
            upload.pk,
            center=upload.center_id,
            filename=upload.filename,
            entity=staged.entity,
            sheet=staged.sheet,
            columns=staged.columns,
            content=content,
            sha256=digest,
        )


def drop_records(upload: Upload) -> None:
    forget_entries(upload.pk)


def kept_records(upload: Upload, *, entity: str = "") -> list[Staged]:
    """In the order of the sheets. Raises Changed where a preview is not as it was shown."""
    order = [name for sheet in sheets() for name in sheet.entities]
    kept = sorted(entries_of(upload.pk, entity=entity), key=lambda entry: order.index(entry.entity))
    found = []
    for entry in kept:
        if hashlib.sha256(entry.content).hexdigest() != entry.sha256:
            raise Changed(entry.entity)
        table = from_parquet(entry.content)
        found.append(Staged(entity=entry.entity, sheet=entry.sheet, columns=entry.columns, table=table))
    return found
