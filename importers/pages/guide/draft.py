"""The draft of a mapping: kept on the server with the upload it is made for, until it is saved as a version."""

import json
import re
from pathlib import PurePath

from importers.mapping.language import SheetMapping
from importers.mapping.refusals import MappingRefused, Sentence
from importers.mapping.text import read_mapping
from importers.models import Upload
from importers.pages.guide.content import Content
from importers.storage.center_mappings import parts_of


def draft_of(upload: Upload) -> Content:
    """What was made so far, else the mapping that the file was read with, else a beginning."""
    if upload.mapping_draft:
        return dict(upload.mapping_draft)
    parts = parts_of(upload.mapping)
    return as_content(parts) if parts is not None else {"mapping": 1, "name": _name(upload.filename), "records": []}


def keep_draft(upload: Upload, *, content: Content | None) -> None:
    """None once it is saved as a version."""
    upload.mapping_draft = content
    upload.save(update_fields=["mapping_draft"])


def as_content(parts: SheetMapping) -> Content:
    return parts.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def parts_in(content: Content) -> tuple[SheetMapping | None, tuple[Sentence, ...]]:
    """The draft as a mapping, or what it still lacks."""
    try:
        return read_mapping(json.dumps(content, ensure_ascii=False)), ()
    except MappingRefused as refused:
        return None, refused.problems


def _name(filename: str) -> str:
    found = re.sub(r"[^a-z0-9]+", "-", PurePath(filename).stem.lower()).strip("-")
    return found[:60] or "workbook"
