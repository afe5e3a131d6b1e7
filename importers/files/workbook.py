"""read_workbook: a file → raw cells with their Excel rows, or one clear refusal."""

from pathlib import Path

from importers.files import messages
from importers.files.garbage_collection import garbage_collection_paused
from importers.files.raw import LARGEST_FILE, MEGABYTE, RawSheet, Workbook, WorkbookRefused, column_letters
from importers.files.subprocess_reader import MOST_SECONDS, read_in_child

__all__ = [
    "LARGEST_FILE",
    "MEGABYTE",
    "RawSheet",
    "Workbook",
    "WorkbookRefused",
    "column_letters",
    "contents",
    "read_workbook",
]


@garbage_collection_paused()
def read_workbook(source: Path | bytes, *, name: str = "", seconds: float = MOST_SECONDS) -> Workbook:
    """Every row is read, whatever the sheet says of its own size. `name` is the file's. Raises WorkbookRefused."""
    called = name or (source.name if isinstance(source, Path) else "")
    return read_in_child(contents(source), name=called, seconds=seconds)


def contents(source: Path | bytes) -> bytes:
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > LARGEST_FILE:
        raise WorkbookRefused(
            messages.TOO_LARGE.about(megabytes=f"{size / MEGABYTE:.1f}", limit=LARGEST_FILE // MEGABYTE)
        )
    return source.read_bytes() if isinstance(source, Path) else source
