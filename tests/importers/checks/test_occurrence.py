"""Several events of one term and one day: counted where the workbook counts them, one where it says nothing of it."""

from typing import Any

import pytest

from importers.checks.check import check_workbook
from registry.access.scope import center_scope
from registry.models import AdverseEvent
from tests.conftest import Cast
from tests.importers import books
from tests.importers.loading import load_workbook

EVENTS = "11_不良事件_ae"
FEVER = {"local_id": "0001", "ae_term": "Fever", "ctcae_version": "5.0", "ae_grade": "1", "ae_onset_date": "2015-04-03"}


def workbook(*events: dict[str, Any]) -> bytes:
    return books.workbook(books.whole_center(1) | {EVENTS: list(events)})


def occurrences(*events: dict[str, Any]) -> list[int]:
    report = check_workbook(workbook(*events), center="C01")
    return [record.values["ae_occurrence"] for record in report.accepted["adverseevent"]]


@pytest.mark.parametrize("blank", [{}, {"ae_occurrence": None}, {"ae_occurrence": 1}])
def test_an_event_is_the_only_one_of_its_day_unless_it_says_otherwise(blank: dict[str, Any]) -> None:
    assert occurrences(FEVER | blank) == [1]


def test_a_second_event_of_a_day_is_counted() -> None:
    assert occurrences(FEVER, FEVER | {"ae_occurrence": 2, "ae_grade": "2"}) == [1, 2]


def test_two_equal_rows_are_still_told() -> None:
    report = check_workbook(workbook(FEVER, FEVER | {"ae_grade": "2"}), center="C01")
    assert any(finding.place.sheet == EVENTS and finding.place.row == 3 for finding in report.findings)
    assert not report.accepted["adverseevent"]


@pytest.mark.django_db
def test_the_workbook_before_the_column_finds_the_events_stored_since(cast: Cast) -> None:
    given = {"center": cast.center, "by": cast.uploader, "reason": "a test"}
    load_workbook(workbook(FEVER, FEVER | {"ae_occurrence": 2, "ae_grade": "2"}), **given)
    counts = load_workbook(workbook(FEVER), **given).counts["adverseevent"]
    assert (counts.new, counts.unchanged) == (0, 1)
    with center_scope([cast.center.pk]):
        assert AdverseEvent.objects.count() == 2
