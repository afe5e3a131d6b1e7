"""The second, third … record as an event, and events made of other events; worked by hand."""

from typing import Any

import pandas as pd
import pytest

from analytics.errors import ProtocolError
from analytics.protocol.errors import validate_plan
from analytics.protocol.events import EventRule, Noun, attach_events
from analytics.protocol.population import Population

PATIENTS = pd.DataFrame({"center": ["C01"] * 4}, index=pd.Index(["a", "b", "c", "d"], name="patient"))


def dated(rows: list[tuple[str, str]], **variables: list[Any]) -> pd.DataFrame:
    dates = pd.to_datetime([day for _, day in rows]).astype("datetime64[s]")
    return pd.DataFrame({"patient": [patient for patient, _ in rows], "date": dates, **variables})


SESSIONS = [("a", "2020-03-01"), ("a", "2020-01-10"), ("a", "2020-02-01"), ("b", "2020-02-01"), ("b", "2020-04-01")]
RECORDS = {
    Noun.TRANSARTERIAL: dated(SESSIONS, modality=["HAIC", "CTACE", "CTACE", "CTACE", "CTACE"]),
    Noun.RESECTION: dated([("a", "2020-05-01")], margin=["R0"]),
    Noun.SYSTEMIC: dated([("a", "2020-01-20"), ("b", "2020-02-20"), ("c", "2020-01-05")], line=[1.0, None, 1.0]),
}
INDEX = {"records": ["transarterial"]}


def found(**rules: dict[str, Any]) -> pd.DataFrame:
    events = validate_plan(Population, content={"events": rules}).events
    return attach_events(PATIENTS, records=RECORDS, rules=events)


def days(frame: pd.DataFrame, name: str) -> list[str | None]:
    return [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in frame[f"{name}.date"]]


def claims(frame: pd.DataFrame, name: str) -> list[bool | None]:
    return [None if pd.isna(claim) else bool(claim) for claim in frame[f"{name}.found"]]


def test_a_number_takes_the_second_and_third_record_in_time_order() -> None:
    frame = found(second={**INDEX, "number": 2}, third={**INDEX, "number": 3})
    assert days(frame, "second") == ["2020-02-01", "2020-04-01", None, None]
    assert days(frame, "third") == ["2020-03-01", None, None, None]
    assert frame["third.modality"].to_list()[0] == "HAIC"
    assert claims(frame, "third") == [True, False, False, False]


def test_of_the_last_records_a_number_counts_from_the_end() -> None:
    frame = found(last_but_one={**INDEX, "which": "last", "number": 2})
    assert days(frame, "last_but_one") == ["2020-02-01", "2020-02-01", None, None]


def test_a_number_counts_only_records_that_fit_and_are_in_time() -> None:
    tace = {**INDEX, "where": {"variable": "modality", "operator": "eq", "value": "CTACE"}}
    assert days(found(second={**tace, "number": 2}), "second") == ["2020-02-01", "2020-04-01", None, None]
    later = found(index=INDEX, second={**INDEX, "after": "index", "number": 2})
    assert days(later, "second") == ["2020-03-01", None, None, None]


@pytest.mark.parametrize(("modality", "expected"), [(None, None), ("HAIC", False), ("CTACE", True)])
def test_the_nth_record_is_undecided_where_an_undecided_record_could_make_it(
    modality: str | None, *, expected: bool | None
) -> None:
    """One certain TACE and one session of that modality: is there a second TACE?"""
    records = {Noun.TRANSARTERIAL: dated([("a", "2020-01-10"), ("a", "2020-02-01")], modality=["CTACE", modality])}
    tace = {"variable": "modality", "operator": "eq", "value": "CTACE"}
    rules = {"second": EventRule(records=("transarterial",), where=tace, number=2)}
    rules |= {"third": EventRule(records=("transarterial",), where=tace, number=3)}
    frame = attach_events(PATIENTS, records=records, rules=rules)
    assert claims(frame, "second") == [expected, False, False, False]
    assert claims(frame, "third") == [False] * 4


BOTH = {"tace": INDEX, "drug": {"records": ["systemic"]}}


def test_the_later_of_two_events_needs_both_and_the_earlier_either() -> None:
    frame = found(**BOTH, together={"later_of": ["tace", "drug"]}, either={"earlier_of": ["tace", "drug"]})
    assert days(frame, "together") == ["2020-01-20", "2020-02-20", None, None]
    assert days(frame, "either") == ["2020-01-10", "2020-02-01", "2020-01-05", None]
    assert claims(frame, "together") == [True, True, False, False]
    assert claims(frame, "either") == [True, True, True, False]
    assert frame["together.event"].to_list()[:2] == ["drug", "drug"]
    assert frame["either.record"].to_list() == ["transarterial", "transarterial", "systemic", None]


def test_days_are_added_to_an_event_made_of_events_and_others_may_rest_on_it() -> None:
    frame = found(**BOTH, landmark={"later_of": ["tace", "drug"], "plus_days": 14}, next={**INDEX, "after": "landmark"})
    assert days(frame, "landmark") == ["2020-02-03", "2020-03-05", None, None]
    assert days(frame, "next") == ["2020-03-01", "2020-04-01", None, None]


def test_an_undecided_event_leaves_the_later_of_two_undecided_unless_the_other_never_happened() -> None:
    """Line 1 of b's drug is not recorded; b had a TACE. d has neither, and c has the drug for certain."""
    first_line = {"records": ["systemic"], "where": {"variable": "line", "operator": "eq", "value": 1}}
    cut = {"records": ["resection"]}
    frame = found(
        tace=INDEX,
        drug=first_line,
        cut=cut,
        together={"later_of": ["tace", "drug"]},
        with_surgery={"later_of": ["cut", "drug"]},
        either={"earlier_of": ["cut", "drug"]},
    )
    assert claims(frame, "drug") == [True, None, True, False]
    assert claims(frame, "together") == [True, None, False, False]
    assert claims(frame, "with_surgery") == [True, False, False, False]
    assert claims(frame, "either") == [True, None, True, False]
    assert days(frame, "together")[1] is None


def test_of_two_events_on_one_day_the_one_named_first_is_it() -> None:
    frame = found(tace=INDEX, same=INDEX, first={"earlier_of": ["same", "tace"]}, last={"later_of": ["tace", "same"]})
    assert frame["first.event"].to_list()[:2] == ["same", "same"]
    assert frame["last.event"].to_list()[:2] == ["tace", "tace"]


@pytest.mark.parametrize(
    ("event", "complaint"),
    [
        ({"later_of": ["tace"], "earlier_of": ["tace"]}, "takes either later_of or earlier_of"),
        ({"later_of": ["cure"]}, "the event x refers to cure, which is not defined before it"),
        ({"later_of": []}, r"events\.x\.later_of"),
        ({"later_of": ["tace"], "records": ["systemic"]}, "Unknown key records in events.x"),
        ({"later_of": ["tace"], "plus_days": -3}, r"events\.x\.plus_days"),
        ({"records": ["systemic"], "number": 0}, r"events\.x\.number"),
        ({"records": ["systemic"], "plus_days": 14}, "Unknown key plus_days in events.x"),
    ],
)
def test_an_event_that_says_two_things_is_refused_by_its_key(event: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ProtocolError, match=complaint):
        found(tace=INDEX, x=event)
