"""The workbook filled with what is stored says what it has no room for, and loses nothing of it when it comes back."""

import io

import openpyxl
import pytest
from django.test import Client

from importers.services import load_file
from importers.workbooks.filled_template import template_of
from registry.access.scope import center_scope
from registry.models import ProgressionEvent, TransarterialAgent
from registry.workbook.omissions import left_out_of
from tests.importers import books
from tests.importers.checks.test_agents import FOLFOX, haic

OTHERS = (("EPIRUBICIN", "IA", 50), ("CISPLATIN", "IA", 60), ("MITOMYCIN", "IA", 10))


@pytest.fixture
def load(cast):
    def run(content: bytes):
        upload = load_file(content, filename="a.xlsx", center=cast.center.pk, by=cast.uploader, mode="VALID")
        assert upload.state == "STORED", upload.report["findings"]
        return upload

    return run


@pytest.fixture
def overfull(load, cast):
    """A session of six drugs and two progressions beside one follow-up: more than the rows of a workbook hold."""
    whole = books.whole_center(1)
    for drugs, day in ((FOLFOX, "2015-09-01"), (OTHERS, "2015-12-01")):
        progression = {"progression_date": day, "progression_basis": "IMAGING", "progression_criteria": "MRECIST"}
        rows = {books.TRANSARTERIAL: [haic(*drugs)], books.FOLLOW_UP: [books.follow_up(**progression)]}
        load(books.workbook(whole | rows))
    with center_scope([cast.center.pk]):
        assert (TransarterialAgent.objects.count(), ProgressionEvent.objects.count()) == (6, 2)
    return cast


def readme(content: bytes) -> list[str]:
    page = openpyxl.load_workbook(io.BytesIO(content))["00_README"]
    return [cell.value for row in page.iter_rows() for cell in row if cell.value]


def test_what_has_no_room_is_counted_by_patient(overfull):
    with center_scope([overfull.center.pk]):
        sentences = [str(one.sentence) for one in left_out_of(overfull.center.pk)]
    assert sentences == [
        "Drugs beyond the first 4 in a session: 2 (patients 0001)",
        "Progressions in excess of a patient's number of follow-ups: 1 (patients 0001)",
    ]


def test_the_first_page_says_it_in_both_languages(overfull):
    told = readme(template_of(overfull.center, filled=True))
    assert "Drugs beyond the first 4 in a session: 2 (patients 0001)" in told
    assert "Stored and retained, but not included in this workbook:" in told
    assert not any("not included in this workbook" in sentence for sentence in readme(template_of(overfull.center)))


def test_the_page_says_it_beside_the_template(overfull):
    client = Client()
    client.force_login(overfull.uploader)
    page = client.get("/uploads/").content.decode()
    assert "Stored, but not included in the filled workbook for C01:" in page
    assert "Drugs beyond the first 4 in a session: 2 (patients 0001)" in page


def test_a_workbook_that_says_everything_has_nothing_to_say(load, cast):
    load(books.workbook(books.whole_center(2)))
    with center_scope([cast.center.pk]):
        assert left_out_of(cast.center.pk) == []


def test_sent_back_it_touches_nothing_and_what_had_no_room_stands(overfull, load):
    upload = load(template_of(overfull.center, filled=True))
    touched = {
        e: n for e, n in upload.result.items() if n["new"] or n["changed"] or n.get("restored") or n.get("conflict")
    }
    assert touched == {}
    with center_scope([overfull.center.pk]):
        assert (TransarterialAgent.objects.count(), ProgressionEvent.objects.count()) == (6, 2)
