"""One command renews every page that is made from the code, and tells which are out of date."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.generated_pages import PAGES, outdated_pages


def test_every_generated_page_is_up_to_date(settings: Settings) -> None:
    """Otherwise: manage.py refresh_docs."""
    assert list(outdated_pages(settings.BASE_DIR)) == []


def test_pages_are_written_and_those_out_of_date_named(tmp_path: Path, settings: Settings) -> None:
    settings.BASE_DIR = tmp_path
    for page in PAGES:
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
    call_command("refresh_docs")
    assert all((tmp_path / page).read_text(encoding="utf-8") for page in PAGES)
    call_command("refresh_docs", check=True)

    (tmp_path / "docs/edit-checks.md").write_text("# Edit checks\n", encoding="utf-8")
    (tmp_path / "docs/protocol-schema/study.json").unlink()
    with pytest.raises(CommandError, match=r"Out of date: docs/edit-checks\.md, docs/protocol-schema/study\.json\."):
        call_command("refresh_docs", check=True)
    assert (tmp_path / "docs/edit-checks.md").read_text(encoding="utf-8") == "# Edit checks\n"
    call_command("refresh_docs")
    assert outdated_pages(tmp_path) == {}
