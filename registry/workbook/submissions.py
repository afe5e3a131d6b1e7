"""The records of an upload as it submitted them, kept and read within the scope of their center."""

from collections.abc import Iterator, Mapping
from typing import Any

from registry.models import SubmittedRecords


def store_entry(upload: int, *, center: int, entity: str, **values: Any) -> None:
    SubmittedRecords.objects.update_or_create(upload=upload, entity=entity, defaults={"center_id": center, **values})


def forget_entries(upload: int) -> None:
    """Nothing is deleted; what was in it goes."""
    SubmittedRecords.objects.filter(upload=upload).update(content=None, sha256="")


def entries_of(upload: int, *, entity: str = "") -> Iterator[Any]:
    """Those that still say something: sheet, columns and content of each kind of record."""
    found = SubmittedRecords.objects.filter(upload=upload, content__isnull=False)
    yield from found.filter(**_of(entity))


def _of(entity: str) -> Mapping[str, str]:
    return {"entity": entity} if entity else {}
