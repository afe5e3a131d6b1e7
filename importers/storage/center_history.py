"""What a check of a workbook may know: what the center has stored, and how large its upload before was."""

from collections.abc import Collection
from dataclasses import replace

from importers.models import Upload, UploadState
from registry.workbook.stored_keys import Stored, stored_in

LOOKED_BACK = 5  # uploads


def stored_of(local_ids: Collection[str], *, center: int) -> Stored:
    """Of those whom a workbook names. Call it inside a scope of this center."""
    stored = stored_in(center, of=local_ids)
    rows = _rows_before(center)
    return replace(stored, uploaded_rows=rows)


def _rows_before(center: int) -> dict[str, int]:
    """Of the largest of the last uploads: what was sent after it may have been a part, or a correction of a few rows."""
    stored = Upload.objects.filter(center_id=center, state=UploadState.STORED).order_by("-stored_at")
    reports = stored.values_list("report__sheets", flat=True)[:LOOKED_BACK]
    counts = [{sheet["sheet"]: sheet["rows"] for sheet in sheets or ()} for sheets in reports]
    return max(counts, key=lambda rows: sum(rows.values()), default={})
