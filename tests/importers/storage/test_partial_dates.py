"""A date known to the month gives way to the whole one, and never takes its place unasked."""

import pytest

from importers.services import load_file
from registry.access.scope import center_scope
from registry.models import Patient
from tests.importers import books


@pytest.fixture
def load(cast):
    """Stores a patient with these variables; gives what became of the record."""

    def run(**variables) -> dict[str, int]:
        content = books.workbook({books.PATIENT: [books.patient(**variables)]})
        upload = load_file(content, filename="a.xlsx", center=cast.center.pk, by=cast.uploader, mode="VALID")
        assert upload.state == "STORED", upload.report["findings"]
        return {name: n for name, n in upload.result["patient"].items() if n}

    return run


@pytest.fixture
def stored(cast):
    def run() -> tuple[str, str | None]:
        with center_scope([cast.center.pk]):
            patient = Patient.objects.get()
        return patient.diagnosis_date.isoformat(), patient.diagnosis_date_precision

    return run


def test_a_whole_date_takes_the_place_of_a_month_and_says_so(load, stored):
    load(diagnosis_date="2015-03")
    assert stored() == ("2015-03-15", "M")
    assert load(diagnosis_date="2015-03-05") == {"changed": 1, "changed_values": 2}
    assert stored() == ("2015-03-05", "D")


def test_even_the_very_day_that_stood_for_the_month(load, stored):
    load(diagnosis_date="2015-03")
    assert load(diagnosis_date="2015-03-15") == {"changed": 1, "changed_values": 1}
    assert stored() == ("2015-03-15", "D")


@pytest.mark.parametrize("coarser", ["2015-03", "2015"])
def test_the_month_or_year_of_a_day_that_is_known_is_no_news(coarser, load, stored):
    load(diagnosis_date="2015-03-05")
    assert load(diagnosis_date=coarser) == {"unchanged": 1}
    assert stored() == ("2015-03-05", None)


def test_the_year_of_a_month_that_is_known_is_no_news(load, stored):
    load(diagnosis_date="2015-03")
    assert load(diagnosis_date="2015") == {"unchanged": 1}
    assert stored() == ("2015-03-15", "M")


def test_another_month_is_news_and_shown_with_what_it_no_longer_says(load, stored):
    load(diagnosis_date="2015-03-05")
    assert load(diagnosis_date="2015-04") == {"changed": 1, "changed_values": 2}
    assert stored() == ("2015-04-15", "M")


def test_a_month_takes_the_place_of_its_year(load, stored):
    load(diagnosis_date="2015")
    load(diagnosis_date="2015-03")
    assert stored() == ("2015-03-15", "M")


def test_the_same_again_touches_nothing(load):
    for given in ("2015-03", "2015-03-05"):
        load(diagnosis_date=given)
        assert load(diagnosis_date=given) == {"unchanged": 1}


def test_the_column_itself_may_say_that_a_day_is_not_known_after_all(load, stored):
    load(diagnosis_date="2015-03-05")
    assert load(diagnosis_date="2015-03-05", diagnosis_date_precision="M") == {"changed": 1, "changed_values": 1}
    assert stored() == ("2015-03-05", "M")


def test_a_partial_date_on_another_row_changes_nothing_here(cast, load, stored):
    load(diagnosis_date="2015-03-05")
    rows = [books.patient(diagnosis_date="2015-03-05"), books.patient("0002", diagnosis_date="2015")]
    content = books.workbook({books.PATIENT: rows})
    upload = load_file(content, filename="b.xlsx", center=cast.center.pk, by=cast.uploader, mode="VALID")
    assert (upload.result["patient"]["new"], upload.result["patient"]["unchanged"]) == (1, 1)
