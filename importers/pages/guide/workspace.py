"""What every step of the guided page works on: the draft, the file's sheets as they look, and what the registry knows."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache

from importers.files.cells import normalized
from importers.files.raw import RawSheet, Workbook
from importers.layout.mapping_catalog import mapping_catalog
from importers.mapping.catalog import Catalog
from importers.mapping.language import HeaderRows
from importers.mapping.look import ColumnLook, SheetLook, look_at_sheet, look_at_workbook
from importers.mapping.suggestions import Suggestion, suggest_columns
from importers.models import Upload
from importers.pages.guide.content import Content
from importers.pages.guide.draft import draft_of
from importers.storage.originals import stored_workbook

KEPT_BOOKS = 2  # a person clicks through seven steps of one file


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """`content` is this request's own copy of the draft, which a step changes; `look` is of the chosen sheet."""

    upload: Upload
    content: Content
    book: Workbook
    looks: tuple[SheetLook, ...]
    look: SheetLook
    catalog: Catalog

    @property
    def suggestions(self) -> Mapping[str, tuple[Suggestion, ...]]:
        """What each column may mean, by its header."""
        return _suggested(self.look)

    def columns(self, headers: list[str]) -> list[ColumnLook]:
        wanted = set(map(normalized, headers))
        return [column for column in self.look.columns if normalized(column.header) in wanted]


def workspace_of(upload: Upload, *, content: Content | None = None) -> Workspace:
    """Raises WorkbookRefused where nothing of the file is kept or nothing stands in it."""
    content = deepcopy(draft_of(upload) if content is None else content)
    book, looks = _looked_at(_Kept(upload))
    raw = _sheet(book, name=content.get("sheet"), looks=looks)
    found = next(look for look in looks if look.name == raw.name)
    if len(looks) > 1:  # else next month's only sheet may have another name
        content.setdefault("sheet", found.name)
    header = HeaderRows.model_validate(content["header"]) if content.get("header") else None
    look = look_at_sheet(raw, header=header) if header is not None else found
    return Workspace(upload=upload, content=content, book=book, looks=looks, look=look, catalog=mapping_catalog())


class _Kept:
    """An upload by its content, so that the file is read once for all steps."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload

    def __hash__(self) -> int:
        return hash(self.upload.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self._key == other._key

    @property
    def _key(self) -> tuple[int, int, str, bool]:
        return self.upload.center_id, self.upload.pk, self.upload.sha256, self.upload.is_reduced


@lru_cache(maxsize=KEPT_BOOKS)
def _looked_at(kept: _Kept) -> tuple[Workbook, tuple[SheetLook, ...]]:
    book = stored_workbook(kept.upload)
    return book, look_at_workbook(book)


@lru_cache(maxsize=2 * KEPT_BOOKS)
def _suggested(look: SheetLook) -> Mapping[str, tuple[Suggestion, ...]]:
    return suggest_columns(look, catalog=mapping_catalog())


def _sheet(book: Workbook, *, name: str | None, looks: tuple[SheetLook, ...]) -> RawSheet:
    """The one that the draft names, else the one that holds most."""
    chosen = {look.name for look in looks}
    named = [raw for raw in book.sheets if name is not None and normalized(raw.name) == normalized(name)]
    likely = max(looks, key=lambda look: sum(column.filled for column in look.columns)).name
    return next((raw for raw in named if raw.name in chosen), None) or next(
        raw for raw in book.sheets if raw.name == likely
    )
