"""The page of keys names every key of the scripts and none besides, and so does the user guide."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from config.home.keys import KEY_GROUPS
from tests.conftest import Cast

CHORD = re.compile(r"\b(?:Alt|Ctrl)\+[A-Za-z/]+(?:\+[A-Z])?")
OF_THE_COMPUTER = {"Ctrl+C", "Ctrl+V", "Ctrl+Z"}  # known everywhere
DECLARED = {key for group in KEY_GROUPS for each in group.keys for key in each.keys}


def _chords(*folders: str) -> set[str]:
    files = [path for folder in folders for path in sorted((settings.BASE_DIR / folder).rglob("*"))]
    texts = [path.read_text() for path in files if path.suffix in {".js", ".html"}]
    return {key for text in texts for key in CHORD.findall(text)} - OF_THE_COMPUTER


def test_the_keys_of_the_scripts_are_those_declared() -> None:
    assert {key for key in DECLARED if "+" in key} == _chords("static", "templates")


def test_the_guide_names_every_key_pressed_with_another() -> None:
    guide = Path(settings.BASE_DIR / "docs" / "user-guide.md").read_text()
    assert [key for key in DECLARED if "+" in key and key not in guide] == []


@pytest.mark.django_db
def test_the_page_shows_each_key_and_what_it_does_and_is_in_the_side_bar(client: Client, cast: Cast) -> None:
    client.force_login(cast.outsider)
    assert 'href="/keys/"' in client.get("/").content.decode()
    page = client.get("/keys/").content.decode()
    for group in KEY_GROUPS:
        for key in group.keys:
            assert str(key.does) in page
            assert all(f'<kbd lang="en">{each}</kbd>' in page for each in key.keys)
