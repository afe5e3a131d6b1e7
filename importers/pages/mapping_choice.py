"""Which of a center's mappings a file may be read with: chosen by somebody, or proposed because its headers fit."""

from collections.abc import Collection
from dataclasses import dataclass

from importers.files.raw import Workbook, WorkbookRefused
from importers.mapping.headers import located
from importers.models import CenterMapping, Upload
from importers.storage.center_mappings import mappings_of, parts_of
from importers.storage.originals import stored_workbook

FITTING = 0.8  # of the headers that a mapping reads stand in the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`found` of `asked` headers stand in the file. Somebody decides; nothing is read with it unasked."""

    mapping: CenterMapping
    found: int
    asked: int


def last_mappings(centers: Collection[int]) -> list[CenterMapping]:
    """The last version of each mapping of these centers."""
    found = CenterMapping.objects.filter(center_id__in=centers).select_related("center", "saved_by")
    return list(found.order_by("center__center_code", "name", "-version").distinct("center__center_code", "name"))


def proposals_for(upload: Upload) -> list[Proposal]:
    """The best first. Call it for a file of which nothing was read: the file is opened for it."""
    saved = [one for one in mappings_of(upload.center_id) if one.pk != upload.mapping_id]
    if not saved:
        return []
    try:
        book = stored_workbook(upload)
    except WorkbookRefused:
        return []
    found = [proposal for one in saved if (proposal := _proposal(one, book=book)) is not None]
    return sorted(found, key=lambda one: -one.found / one.asked)


def _proposal(saved: CenterMapping, *, book: Workbook) -> Proposal | None:
    parts = parts_of(saved)
    sheet = located(book, mapping=parts) if parts is not None else None
    if parts is None or sheet is None:
        return None
    asked = parts.all_headers
    found = len(asked) - len(sheet.lacking(asked))
    return Proposal(mapping=saved, found=found, asked=len(asked)) if asked and found >= FITTING * len(asked) else None
