"""Numbers of records and days covered by them, as variables of a patient; worked by hand."""

from typing import Any

import pandas as pd
import pytest

from analytics.errors import ProtocolError
from analytics.protocol.errors import validate_plan
from analytics.protocol.events import Noun, attach_events
from analytics.protocol.population import Population
from analytics.protocol.quantities import attach_quantities
from tests.analytics.protocol.test_events import dated

CUTOFF = pd.Timestamp("2021-01-01")
DAYS = ["death_date", "last_contact_date"]
PATIENTS = pd.DataFrame(
    {"death_date": [None, None, "2020-06-01"], "last_contact_date": ["2020-12-31", "2020-09-01", None]},
    index=pd.Index(["a", "b", "c"], name="patient"),
).astype(dict.fromkeys(DAYS, "datetime64[s]"))
SESSIONS = [("a", "2020-01-10"), ("a", "2020-02-01"), ("a", "2020-05-01"), ("b", "2020-02-01")]
AGENTS = [
    ("a", "2020-01-01", "2020-01-31", "SORAFENIB"),
    ("a", "2020-01-21", "2020-02-10", "CAMRELIZUMAB"),
    ("a", "2020-04-01", "2020-04-15", "SORAFENIB"),
    ("b", "2020-02-11", None, "SORAFENIB"),
    ("c", "2020-05-02", None, "SORAFENIB"),
]
RECORDS = {
    Noun.TRANSARTERIAL: dated(SESSIONS, modality=["CTACE", "HAIC", "CTACE", "CTACE"]),
    Noun.RESECTION: dated([("a", "2020-04-01")]),
    Noun.IMAGING: dated([("a", "2020-03-01"), ("a", "2020-03-01"), ("a", "2020-03-02")]),
    Noun.SYSTEMIC: dated(
        [(patient, start) for patient, start, _, _ in AGENTS],
        agent_stop_date=pd.to_datetime([end for _, _, end, _ in AGENTS]).astype("datetime64[s]").to_list(),
        agent_code=[code for _, _, _, code in AGENTS],
    ).astype({"agent_stop_date": "datetime64[s]"}),
}
EVENTS: dict[str, Any] = {
    "index": {"records": ["transarterial"]},
    "cut": {"records": ["resection"]},
    "drug": {"records": ["systemic"]},
}
SORAFENIB = {"variable": "agent_code", "operator": "eq", "value": "SORAFENIB"}


def numbers(records: Any = RECORDS, *, events: dict[str, Any] = EVENTS, **asked: Any) -> list[float | None]:
    """Of the one count or exposure asked for, `x`."""
    population = validate_plan(Population, content={"events": events, **asked})
    frame = attach_events(PATIENTS, records=records, rules=population.events)
    frame = attach_quantities(frame, records=records, rules=population.quantities, cutoff=CUTOFF)
    return [None if pd.isna(value) else value for value in frame["x"]]


def count(**rule: Any) -> dict[str, Any]:
    return {"counts": {"x": {"records": ["transarterial"], **rule}}}


def exposure(**rule: Any) -> dict[str, Any]:
    return {"exposures": {"x": {"records": ["systemic"], "end": "agent_stop_date", "from": "drug", **rule}}}


def test_records_are_counted_and_nobody_has_none_of_them_missing() -> None:
    assert numbers(**count()) == [3, 1, 0]


def test_a_count_heeds_the_condition_and_the_events_around_it() -> None:
    tace = {"variable": "modality", "operator": "eq", "value": "CTACE"}
    assert numbers(**count(where=tace)) == [2, 1, 0]
    assert numbers(**count(where=tace, until="cut")) == [1, 1, 0]
    assert numbers(**count(before="cut")) == [2, 0, 0]  # b was never resected
    assert numbers(**count(window={"event": "index", "days": [1, 60]})) == [1, 0, 0]


def test_records_of_one_day_may_count_once() -> None:
    scans = {"records": ["imaging"]}
    assert numbers(counts={"x": scans}) == [3, 0, 0]
    assert numbers(counts={"x": {**scans, "days": "distinct"}}) == [2, 0, 0]


@pytest.mark.parametrize(("days", "expected"), [("records", [None, 1, 0]), ("distinct", [None, 1, 0])])
def test_a_record_that_cannot_be_decided_leaves_the_number_unknown(days: str, expected: list[float | None]) -> None:
    records = {**RECORDS, Noun.TRANSARTERIAL: dated(SESSIONS, modality=["CTACE", None, "CTACE", "CTACE"])}
    tace = {"variable": "modality", "operator": "eq", "value": "CTACE"}
    assert numbers(records, **count(where=tace, days=days)) == expected


def test_an_undecided_record_on_a_day_that_counts_anyway_changes_no_number_of_days() -> None:
    same_day = dated([("a", "2020-01-10"), ("a", "2020-01-10"), ("a", "2020-01-10")], modality=["HAIC", None, "CTACE"])
    tace = {"variable": "modality", "operator": "eq", "value": "CTACE"}
    records = {**RECORDS, Noun.TRANSARTERIAL: same_day}
    assert numbers(records, **count(where=tace, days="distinct")) == [1, 0, 0]
    assert numbers(records, **count(where=tace)) == [None, 0, 0]


def test_where_the_event_a_count_refers_to_is_undecided_so_is_the_number() -> None:
    margin = {"variable": "margin", "operator": "eq", "value": "R0"}
    events = {**EVENTS, "cut": {"records": ["resection"], "where": margin}}
    records = {**RECORDS, Noun.RESECTION: dated([("a", "2020-04-01")], margin=[None])}
    assert numbers(records, events=events, **count(before="cut")) == [None, 0, 0]


def test_days_of_exposure_are_those_from_start_to_stop_and_overlap_counts_once() -> None:
    """a: 1 January to 10 February are 40 days, 1 to 15 April 14. b: to the last contact, c: to the death."""
    assert numbers(**exposure()) == [40 + 14, 203, 30]
    assert numbers(**exposure(where=SORAFENIB)) == [30 + 14, 203, 30]


def test_exposure_begins_and_ends_with_the_events_named() -> None:
    assert numbers(**exposure(**{"from": "index", "where": SORAFENIB})) == [21 + 14, 203, 0]  # c never had the index
    assert numbers(**exposure(**{"from": "index", "to": "cut"})) == [31, 203, 0]


def test_exposure_is_unknown_only_where_an_undecided_record_would_add_days() -> None:
    agents = RECORDS[Noun.SYSTEMIC]
    unknown = agents.assign(agent_code=agents["agent_code"].replace("CAMRELIZUMAB", None))
    assert numbers({**RECORDS, Noun.SYSTEMIC: unknown}, **exposure(where=SORAFENIB)) == [None, 203, 30]
    inside = unknown.assign(agent_stop_date=agents["agent_stop_date"].clip(upper=pd.Timestamp("2020-04-10")))
    inside.loc[1, "agent_stop_date"] = pd.Timestamp("2020-01-30")  # within the time of the first drug
    assert numbers({**RECORDS, Noun.SYSTEMIC: inside}, **exposure(where=SORAFENIB))[0] == 30 + 9


def test_no_exposure_lasts_beyond_the_data_cutoff() -> None:
    late = PATIENTS.assign(last_contact_date=pd.Timestamp("2022-01-01"), death_date=pd.NaT)
    population = validate_plan(Population, content={"events": EVENTS, **exposure()})
    frame = attach_events(late, records=RECORDS, rules=population.events)
    frame = attach_quantities(frame, records=RECORDS, rules=population.quantities, cutoff=CUTOFF)
    assert frame.loc["b", "x"] == (CUTOFF - pd.Timestamp("2020-02-11")).days


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        (count(before="cure"), "x refers to cure, which is not an event of the population"),
        (exposure(to="cure"), "x refers to cure, which is not an event"),
        (exposure(end="stopped"), "The records systemic have no date stopped"),
        (count(which="first"), r"Unknown key which in counts\.x"),
        ({**count(), **exposure()}, "x is both a count and an exposure"),
        (
            {"counts": {"x": {"records": ["imaging"]}, "death_date": {"records": ["imaging"]}}},
            "death_date is already a",
        ),
    ],
)
def test_a_quantity_that_rests_on_nothing_is_refused_in_words(asked: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ProtocolError, match=complaint):
        numbers(**asked)
