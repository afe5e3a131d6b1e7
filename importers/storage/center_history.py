"""What a check of a workbook may know: what the center has stored, and how large its upload before was."""

from collections.abc import Collection
from dataclasses import replace

from importers.models import Upload, UploadState
from registry.workbook.stored_keys import Stored, stored_in


def stored_of(local_ids: Collection[str], *, center: int) -> Stored:
    """Of those whom a workbook names. Call it inside a scope of this center."""
    stored = stored_in(center, of=local_ids)
    before = Upload.objects.filter(center_id=center, state=UploadState.STORED).values_list("report", flat=True).first()
    rows = {sheet["sheet"]: sheet["rows"] for sheet in (before or {}).get("sheets", ())}
    return replace(stored, uploaded_rows=rows)
