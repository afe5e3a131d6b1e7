"""V-E15: a severe laboratory value asks for its adverse event where it is news, during treatment and for 90 days after."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.clinical.timeline import build_timeline
from registry.rules import Severity, patient_findings

INDEX = date(2021, 6, 1)
Row = dict[str, Any]


def day(number: int) -> date:
    return INDEX + timedelta(days=number)


def alt(number: int, value: float | None, **more: Any) -> Row:
    """Normal up to 50 U/L: grade 3 above 250, grade 4 above 1000."""
    return {"assessment_date": day(number), "analyte_code": "alt", "value": value, "uln": 50.0, **more}


def platelets(number: int, value: float) -> Row:
    """Grade 3 below 50, grade 4 below 25."""
    return {"assessment_date": day(number), "analyte_code": "plt", "value": value, "lln": 125.0}


def asked(*panel: Row, **others: list[Row]) -> list[date]:
    """On which days a value is asked about, of somebody resected on day 0."""
    records = {"resection": [{"start_date": INDEX}], "labresult": [*panel], **others}
    found = [each for each in patient_findings(build_timeline(records)) if each.code == "V-E15"]
    assert {each.check.severity for each in found} <= {Severity.QUERY}
    return [each.records[0]["assessment_date"] for each in found]


@pytest.mark.parametrize(("value", "is_asked"), [(250.0, False), (251.0, True), (1001.0, True), (None, False)])
def test_grades_below_3_are_not_asked_about(value: float | None, is_asked: bool) -> None:
    assert asked(alt(-3, 40.0), alt(14, value)) == ([day(14)] if is_asked else [])


@pytest.mark.parametrize(
    ("before", "after", "is_asked"),
    [(45.0, 45.0, False), (45.0, 60.0, False), (45.0, 20.0, True), (60.0, 45.0, True), (20.0, 45.0, False)],
)
def test_what_was_as_low_before_treatment_is_no_event(before: float, after: float, is_asked: bool) -> None:
    assert asked(platelets(-3, before), platelets(40, after)) == ([day(40)] if is_asked else [])


def test_what_stays_as_severe_is_asked_about_once_and_what_comes_back_again() -> None:
    assert asked(alt(-3, 40.0), alt(14, 300.0), alt(28, 400.0)) == [day(14)]
    assert asked(alt(-3, 40.0), alt(14, 300.0), alt(28, 1100.0)) == [day(14), day(28)]
    assert asked(alt(-3, 40.0), alt(14, 300.0), alt(28, 60.0), alt(56, 300.0)) == [day(14), day(56)]


@pytest.mark.parametrize(("number", "is_asked"), [(0, False), (1, True), (90, True), (91, False)])
def test_it_is_asked_from_the_first_treatment_to_90_days_after_the_last(number: int, is_asked: bool) -> None:
    assert asked(alt(-3, 40.0), alt(number, 300.0)) == ([day(number)] if is_asked else [])


@pytest.mark.parametrize(("stopped", "is_asked"), [(None, True), (day(120), True), (day(30), False)])
def test_while_an_agent_is_open_the_treatment_goes_on(stopped: date | None, is_asked: bool) -> None:
    agent = {"agent_code": "LENVATINIB", "agent_start_date": day(10), "agent_stop_date": stopped}
    assert asked(alt(-3, 40.0), alt(200, 300.0), systemicagent=[agent]) == ([day(200)] if is_asked else [])


def event(onset: int, *, resolved: int | None = None, term: str = "Alanine aminotransferase increased") -> Row:
    ends = None if resolved is None else day(resolved)
    return {"ae_term": term, "ae_onset_date": day(onset), "ae_resolution_date": ends, "ae_grade": "3"}


@pytest.mark.parametrize(
    ("told", "is_asked"),
    [
        (event(14), False),
        (event(44), False),
        (event(45), True),
        (event(-20, resolved=10), False),
        (event(14, term="ALANINE AMINOTRANSFERASE INCREASED"), False),
        (event(14, term="Blood bilirubin increased"), True),
    ],
)
def test_an_event_of_the_same_term_within_30_days_answers(told: Row, is_asked: bool) -> None:
    assert asked(alt(-3, 40.0), alt(14, 300.0), adverseevent=[told]) == ([day(14)] if is_asked else [])


def test_nothing_is_asked_of_the_untreated() -> None:
    assert asked(alt(-3, 40.0), alt(14, 300.0), resection=[]) == []


def test_without_the_limit_of_the_laboratory_a_value_has_no_grade_to_ask_about() -> None:
    assert asked(alt(-3, 40.0, uln=None), alt(14, 600.0, uln=None)) == []
