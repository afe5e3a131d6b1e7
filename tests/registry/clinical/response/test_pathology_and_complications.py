from datetime import date, timedelta

import pytest

from registry.clinical.adverse_events.complications import (
    Event,
    is_major,
    post_embolization_syndrome,
    sir_agrees,
    sir_classes,
)
from registry.clinical.response.pathology import (
    conversion_surgery,
    major_pathological_response,
    pathological_complete_response,
)

SESSION = date(2021, 3, 1)


def event(term: str, *, begins: int, ends: int | None) -> Event:
    resolution = None if ends is None else SESSION + timedelta(days=ends)
    return Event(term=term, onset=SESSION + timedelta(days=begins), resolution=resolution)


FEVER = event("Fever", begins=0, ends=10)


@pytest.mark.parametrize(
    ("viable", "complete"),
    [([0], True), ([0, 0], True), ([0, 1], False), ([1, None], False), ([0, None], None), ([None], None), ([], None)],
)
def test_a_complete_response_leaves_nothing_viable_anywhere(viable: list[float | None], complete: bool | None) -> None:
    assert pathological_complete_response(viable) is complete


def test_a_major_response_leaves_at_most_10_percent_or_as_configured() -> None:
    assert major_pathological_response(10) is True
    assert major_pathological_response(10.1) is False
    assert major_pathological_response(30, most_pct=30) is True
    assert major_pathological_response(None) is None


@pytest.mark.parametrize(
    ("resectability", "earlier", "converted"),
    [
        ("UNRES_TECH", ["TAT"], True),
        ("REFUSED", ["SYS"], True),
        ("UNRES_FLR", ["RT", "TCM"], True),
        ("UNRES_FLR", ["TCM"], False),
        ("UNRES_ONC", [], False),
        ("RES", ["TAT"], False),
        (None, ["TAT"], None),
        ("UNK", ["TAT"], None),
    ],
)
def test_conversion_needs_an_unresectable_start_and_treatment(
    resectability: str | None, earlier: list[str], converted: bool | None
) -> None:
    assert conversion_surgery(resectability, earlier_types=earlier) is converted


@pytest.mark.parametrize(
    ("sir", "grade", "agrees"),
    [
        ("A", 2, True),
        ("B", 3, False),
        ("C", 3, True),
        ("D", 1, False),
        ("E", 4, True),
        ("E", 2, False),
        ("F", 5, True),
        ("F", 4, False),
        (None, 3, None),
        ("C", None, None),
    ],
)
def test_sir_class_and_grade_agree_or_not(sir: str | None, grade: int | None, agrees: bool | None) -> None:
    assert sir_agrees(sir, grade=grade) is agrees


def test_each_grade_has_its_sir_classes() -> None:
    assert {grade: "".join(sorted(sir_classes(grade))) for grade in (1, 2, 3, 4, 5, None)} == {
        1: "AB",
        2: "ABCD",
        3: "CDE",
        4: "E",
        5: "F",
        None: "",
    }
    assert [is_major(code) for code in ("B", "C", "F", None)] == [False, True, True, None]


@pytest.mark.parametrize(
    ("events", "syndrome"),
    [
        ([FEVER, event("Vomiting", begins=3, ends=5)], True),
        ([FEVER, event("Vomiting", begins=4, ends=5)], False),
        ([FEVER, event("Vomiting", begins=-1, ends=5)], False),
        ([FEVER, event("Abdominal pain", begins=1, ends=11)], False),
        ([event("Nausea", begins=0, ends=2), event("Vomiting", begins=0, ends=2)], False),
        ([FEVER, event("Alanine aminotransferase increased", begins=1, ends=None)], None),
        ([FEVER, event("Anemia", begins=1, ends=2)], False),
        ([], False),
    ],
)
def test_the_syndrome_needs_two_kinds_within_3_days_over_within_10(events: list[Event], syndrome: bool | None) -> None:
    assert post_embolization_syndrome(events, session_date=SESSION) is syndrome
    assert post_embolization_syndrome(events, session_date=None) is None
