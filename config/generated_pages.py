"""The committed pages that a command makes from the code: what each must hold. A page more is one line here."""

from collections.abc import Callable, Mapping
from functools import partial
from io import StringIO
from pathlib import Path

from django.core.management import call_command


def _printed(*command: str) -> str:
    printed = StringIO()
    call_command(*command, stdout=printed)
    return printed.getvalue()


# {page: its text}, in the order in which they are made
PAGES: Mapping[str, Callable[[], str]] = {
    "docs/data-dictionary.md": partial(_printed, "codebook"),
    "docs/edit-checks.md": partial(_printed, "edit_checks"),
    "docs/protocol-schema/study.json": partial(_printed, "protocol_schema", "study"),
    "docs/mapping-schema.json": partial(_printed, "mapping_schema"),
    "docs/protocol-schema/table.json": partial(_printed, "protocol_schema", "table"),
}


def outdated_pages(root: Path) -> dict[str, str]:
    """{page: what it should hold}, of those below `root` that are missing or hold something else."""
    texts = {page: text() for page, text in PAGES.items()}
    return {page: text for page, text in texts.items() if _held(root / page) != text}


def _held(page: Path) -> str | None:
    return page.read_text(encoding="utf-8") if page.exists() else None
