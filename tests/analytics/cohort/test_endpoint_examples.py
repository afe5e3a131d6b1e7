"""Each endpoint of the registry on a few patients, worked by hand: what happened on which day, what the endpoint says."""

from typing import Any

import pandas as pd
import pytest

from analytics.cohort.dates import DATES
from analytics.cohort.outcomes import outcome_of
from analytics.cohort.values import VALUES
from analytics.protocol.endpoints.catalog import RATES, TIMES
from analytics.protocol.endpoints.declaration import Rule
from analytics.protocol.endpoints.plans import StudyEndpoint, StudyResponse
from analytics.protocol.events import Noun
from analytics.protocol.population import Selection, StudyProtocol

START = pd.Timestamp("2020-01-01")
COLUMNS: dict[Noun, tuple[str, ...]] = {
    Noun.IMAGING: ("response_mrecist", "response_recist11", "response_irecist", "entered_response_mrecist"),
    Noun.PROGRESSION: ("progression_type", "recurrence_type", "untaceable", "progression_criteria"),
    Noun.ASSESSMENT: (
        "ctp_class", "whole_max_diameter_cm", "whole_tumor_number", "whole_macrovascular_invasion", "whole_extrahepatic_metastasis",
        "viable_max_diameter_cm", "viable_tumor_number", "viable_macrovascular_invasion", "viable_extrahepatic_metastasis",
    ),
    Noun.TRANSARTERIAL: ("is_tace",),
    Noun.SYSTEMIC: ("agent_stop_date",),
    Noun.RESECTION: ("viable_tumor_pct",),
    Noun.ABLATION: ("complete_ablation_1m",),
    Noun.ADVERSE_EVENT: ("sir_class",),
}  # fmt: skip


def day(number: float | None) -> pd.Timestamp:
    return pd.NaT if number is None else START + pd.Timedelta(days=number)


def patient(
    *,
    death: float | None = None,
    died: bool | None = None,
    progression: float | tuple[float, ...] | None = None,
    extrahepatic: float | None = None,
    last_contact: float = 400,
    later: float | None = None,
    index: str = "UNRES_TECH",
    **records: list[tuple[float, dict[str, Any]]],
) -> Selection:
    """One patient; days are counted from time zero. `later` is the day of the event the protocol calls later."""
    frame = pd.DataFrame(
        {
            "start.date": [START],
            "later.date": pd.to_datetime([day(later)]),
            "death_date": pd.to_datetime([day(death)]),
            "died": [death is not None if died is None else died],
            "last_contact_date": [day(last_contact if death is None else min(last_contact, death))],
            "resectability_index": [index],
        },
        index=pd.Index(["P"], name="patient"),
    )
    records["progression"] = records.pop("progression_records", [])
    tables = {
        noun: pd.DataFrame(
            [{"patient": "P", "date": day(when), **values} for when, values in records.get(noun.value, [])],
            columns=["patient", "date", *names],
        ).astype({"date": "datetime64[ns]"})
        for noun, names in COLUMNS.items()
    }
    days = progression if isinstance(progression, tuple) else (progression,)
    seen = [(when, "INTRA_NEW") for when in days] + [(extrahepatic, "EXTRA_NEW")]
    rows = [{"patient": "P", "date": day(when), "progression_type": kind} for when, kind in seen if when is not None]
    if rows:
        tables[Noun.PROGRESSION] = pd.DataFrame(rows).reindex(columns=tables[Noun.PROGRESSION].columns)
    return Selection(patients=frame, records=tables, steps=())


class _Study:
    """The two things of a protocol an endpoint asks for."""

    time_zero = "start"
    cutoff = pd.Timestamp("2022-12-31")


STUDY: StudyProtocol = _Study()  # type: ignore[assignment]


def told(who: Selection, **plan: Any) -> tuple[float, float] | str:
    """Days and event, or the reason why there is none. Only the records that the endpoint declares can be read."""
    asked = StudyEndpoint.model_validate(plan)
    found = outcome_of(asked, selection=only(asked.nouns, who=who), protocol=STUDY)
    if found.reason.notna().all():
        return str(found.reason.iloc[0])
    return round(found.months.iloc[0] * 30.4375, 6), found.event.iloc[0]


def rate(who: Selection, **plan: Any) -> str | None:
    asked = StudyResponse.model_validate({"type": "binary", "success": ["yes"], **plan})
    return value(who, plan=asked)


def value(who: Selection, *, plan: StudyResponse) -> str | None:
    return VALUES[plan.declared.value.name](only(plan.nouns, who=who), plan=plan, protocol=STUDY).iloc[0]


def only(nouns: frozenset[Noun], *, who: Selection) -> Selection:
    records = {noun: table for noun, table in who.records.items() if noun in nouns}
    return Selection(patients=who.patients, records=records, steps=())


SCANS = [(60, {}), (120, {}), (330, {})]
SMALL = {"viable_max_diameter_cm": 2.0, "viable_tumor_number": 1, "viable_macrovascular_invasion": "0", "viable_extrahepatic_metastasis": "0"}  # fmt: skip
LARGE = {"whole_max_diameter_cm": 8.0, "whole_tumor_number": 1, "whole_macrovascular_invasion": "0", "whole_extrahepatic_metastasis": "0"}  # fmt: skip


# mRECIST says PD on day 90, its record follows on day 100; RECIST 1.1 on day 180 and 200. By iRECIST the suspicion of day 50 is taken
# back on day 90, and that of day 180 is confirmed on day 215.
COURSE = {
    "progression_records": [(100, {"progression_criteria": "MRECIST", "progression_type": "INTRA_NEW"}), (200, {"progression_criteria": "RECIST11", "progression_type": "EXTRA_NEW"})],
    "imaging": [
        (50, {"response_mrecist": "PR", "response_recist11": "SD", "response_irecist": "iUPD"}),
        (90, {"response_mrecist": "PD", "response_recist11": "SD", "response_irecist": "iSD"}),
        (180, {"response_mrecist": "PD", "response_recist11": "PD", "response_irecist": "iUPD"}),
        (215, {"response_mrecist": "PD", "response_recist11": "PD", "response_irecist": "iCPD"}),
    ],
}  # fmt: skip
# PR on day 40, not on day 60, again from day 80; PD on a scan on day 170, recorded on day 150
RESPONSES = {
    "progression": 150,
    "imaging": [
        (40, {"response_mrecist": "PR", "response_recist11": "SD"}),
        (60, {"response_mrecist": "SD", "response_recist11": "SD"}),
        (80, {"response_mrecist": "PR", "response_recist11": "SD"}),
        (90, {"response_mrecist": "PR", "response_recist11": "PR"}),
        (110, {"response_mrecist": "CR", "response_recist11": "PR"}),
        (170, {"response_mrecist": "PD", "response_recist11": "SD"}),
    ],
}
# PR 40 days after the first TACE, CR 50 days after the second
TREATED = {
    "transarterial": [(0, {"is_tace": True}), (40, {"is_tace": True})],
    "imaging": [(40, {"response_mrecist": "PR"}), (90, {"response_mrecist": "CR"}), (150, {"response_mrecist": "CR"})],
}


@pytest.mark.parametrize(
    ("who", "plan", "expected"),
    [
        (patient(death=100), {"kind": "OS"}, (100, 1)),
        (patient(last_contact=90), {"kind": "OS"}, (90, 0)),
        (patient(died=True), {"kind": "OS"}, "EVENT_DATE_UNKNOWN"),
        (patient(death=300, later=150), {"kind": "OS", "censor_at": ["later"]}, (150, 0)),
        (patient(progression=50, death=100), {"kind": "PFS"}, (50, 1)),
        (patient(death=100), {"kind": "PFS"}, (100, 1)),
        (patient(death=100), {"kind": "PFS", "death": "censored"}, (100, 0)),
        (patient(progression=200, later=150), {"kind": "PFS", "censor_at": ["later"]}, (150, 0)),
        (patient(progression=200, later=150), {"kind": "PFS"}, (200, 1)),
        (patient(imaging=SCANS), {"kind": "PFS"}, (400, 0)),
        (patient(imaging=SCANS), {"kind": "PFS", "assessment": "imaging"}, (330, 0)),
        (patient(), {"kind": "PFS", "assessment": "imaging"}, (0, 0)),
        (patient(imaging=SCANS, later=200), {"kind": "PFS", "assessment": "imaging", "censor_at": ["later"]}, (120, 0)),
        (patient(imaging=SCANS, progression=330), {"kind": "PFS", "missed_after_days": 180}, (120, 0)),
        (patient(imaging=SCANS, progression=330), {"kind": "PFS", "missed_after_days": 240}, (330, 1)),
        (patient(progression=-3), {"kind": "PFS"}, (400, 0)),
        (patient(progression=-3), {"kind": "PFS", "events": "ever"}, "EVENT_BEFORE_T0"),
        (patient(progression=(0, 150)), {"kind": "PFS"}, (150, 1)),
        (patient(progression=(0, 150)), {"kind": "PFS", "events": "ever"}, (0.5, 1)),
        (patient(progression=(0, 150)), {"kind": "TTP"}, (150, 1)),
        (patient(progression=(-200, 387)), {"kind": "PFS"}, (387, 1)),
        (patient(progression=(-200, 100), death=250), {"kind": "PPS"}, (150, 1)),
        (patient(progression=(-200, 100), death=250), {"kind": "PPS", "events": "ever"}, "NO_TIME_ZERO"),
        (patient(progression=(10, 150), later=30), {"kind": "PFS", "since": "later"}, (120, 1)),
        (patient(progression=50, death=100), {"kind": "TTP"}, (50, 1)),
        (patient(death=100), {"kind": "TTP"}, (100, 0)),
        (patient(death=100), {"kind": "TTP", "death": "competing"}, (100, 2)),
        (patient(progression=50, death=100), {"kind": "TTP", "death": "competing"}, (50, 1)),
        (patient(progression=50, extrahepatic=80), {"kind": "EPFS"}, (80, 1)),
        (patient(progression=50), {"kind": "EPFS"}, (400, 0)),
        (patient(extrahepatic=-50, progression=90), {"kind": "EPFS"}, (400, 0)),
        (patient(extrahepatic=-50), {"kind": "EPFS", "events": "ever"}, "EVENT_BEFORE_T0"),
        (patient(progression=50, death=100), {"kind": "EPFS", "death": "censored"}, (100, 0)),
        (patient(progression=50, death=100), {"kind": "PPS"}, (50, 1)),
        (patient(death=100), {"kind": "PPS"}, "NO_TIME_ZERO"),
        (patient(assessment=[(-2, LARGE), (90, {"whole_max_diameter_cm": 10.0})]), {"kind": "TTUP"}, (90, 1)),
        (patient(assessment=[(-2, LARGE), (90, {"whole_max_diameter_cm": 9.9})]), {"kind": "TTUP"}, (400, 0)),
        (patient(assessment=[(-2, LARGE), (90, {"whole_max_diameter_cm": 9.9})]), {"kind": "TTUP", "growth_pct": 20}, (90, 1)),
        (patient(assessment=[(-2, LARGE), (90, {"ctp_class": "C"})], transarterial=[(0, {"is_tace": True})]), {"kind": "TTUP"}, (90, 1)),
        (patient(assessment=[(-2, LARGE), (90, {"ctp_class": "C"})]), {"kind": "TTUP"}, (400, 0)),
        (patient(assessment=[(-2, LARGE), (90, {"whole_macrovascular_invasion": "1"})]), {"kind": "TTUP"}, (90, 1)),
        (patient(assessment=[(-2, LARGE | {"whole_macrovascular_invasion": None}), (90, {"whole_macrovascular_invasion": "1"})]), {"kind": "TTUP"}, (400, 0)),
        (patient(assessment=[(-2, LARGE | {"whole_macrovascular_invasion": "1"}), (90, {"whole_macrovascular_invasion": "1"})]), {"kind": "TTUP"}, (400, 0)),
        (patient(assessment=[(90, {"whole_extrahepatic_metastasis": "1"})]), {"kind": "TTUP"}, (400, 0)),
        (patient(death=100), {"kind": "TTUP"}, (100, 0)),
        (patient(death=100), {"kind": "TACE_PFS"}, (100, 1)),
        (patient(progression=50, later=90, death=200), {"kind": "RFS", "since": "later"}, (110, 1)),
        (patient(progression=130, later=90), {"kind": "RFS", "since": "later"}, (40, 1)),
        (patient(progression=130), {"kind": "RFS", "since": "later"}, "NO_TIME_ZERO"),
        (patient(imaging=[(40, {"response_mrecist": "PR"}), (80, {"response_mrecist": "CR"})], progression=140), {"kind": "DOR"}, (100, 1)),
        (patient(imaging=[(40, {"response_mrecist": "SD"})]), {"kind": "DOR"}, "NO_TIME_ZERO"),
        (patient(imaging=[(90, {"response_mrecist": "PR"})], progression=60), {"kind": "DOR"}, "NO_TIME_ZERO"),
        (patient(imaging=[(40, {"response_mrecist": "PR"})], progression=(-60, 140)), {"kind": "DOR"}, (100, 1)),
        (patient(imaging=[(40, {"response_mrecist": "PR"})], progression=(-60, 140)), {"kind": "DOR", "events": "ever"}, "NO_TIME_ZERO"),
        (patient(later=30, progression=100), {"kind": "LTP", "since": "later"}, (370, 0)),
        (patient(later=30, death=100), {"kind": "LTP", "since": "later"}, (70, 2)),
        # progression by criteria, from records, scans or either
        (patient(**COURSE), {"kind": "PFS"}, (100, 1)),
        (patient(**COURSE), {"kind": "PFS", "criteria": "RECIST11"}, (200, 1)),
        (patient(**COURSE), {"kind": "TTP", "criteria": "RECICL"}, (400, 0)),
        (patient(**COURSE), {"kind": "PFS", "progression": "scans"}, (90, 1)),
        (patient(**COURSE), {"kind": "PFS", "progression": "scans", "criteria": "RECIST11"}, (180, 1)),
        (patient(**COURSE), {"kind": "PFS", "progression": "either", "criteria": "RECIST11"}, (180, 1)),
        (patient(**COURSE), {"kind": "PFS", "progression": "scans", "criteria": "iRECIST"}, (50, 1)),
        (patient(**COURSE), {"kind": "PFS", "progression": "scans", "criteria": "iRECIST", "confirmed": True}, (180, 1)),
        (patient(**COURSE, death=300), {"kind": "PPS", "progression": "scans", "criteria": "iRECIST", "confirmed": True}, (120, 1)),
        (patient(**COURSE, later=30), {"kind": "PFS", "progression": "scans", "criteria": "iRECIST", "confirmed": True, "since": "later"}, (150, 1)),
        (patient(**COURSE), {"kind": "EPFS", "criteria": "RECIST11"}, (200, 1)),
        (patient(**COURSE), {"kind": "EPFS", "criteria": "mRECIST"}, (400, 0)),
        (patient(**RESPONSES), {"kind": "DOR"}, (110, 1)),
        (patient(**RESPONSES), {"kind": "DOR", "confirmed": True}, (110, 1)),
        (patient(**RESPONSES), {"kind": "DOR", "criteria": "RECIST11"}, (310, 0)),
        (patient(**RESPONSES), {"kind": "DOR", "criteria": "RECIST11", "confirmed": True}, "NO_TIME_ZERO"),
        (patient(**RESPONSES), {"kind": "DOR", "progression": "scans", "confirmed": True}, (130, 1)),
    ],
)  # fmt: skip
def test_times_to_an_event(who: Selection, plan: dict[str, Any], expected: tuple[float, float] | str) -> None:
    assert told(who, **plan) == expected


def test_progression_said_to_be_untreatable_or_local_is_told_by_its_record() -> None:
    untreatable = patient()
    untreatable.records[Noun.PROGRESSION] = pd.DataFrame(  # type: ignore[index]
        {"patient": ["P"], "date": [day(70)], "progression_type": ["INTRA_NEW"], "recurrence_type": ["LTP;IDR"], "untaceable": ["1"]}
    )  # fmt: skip
    assert told(untreatable, kind="TTUP") == (70, 1)
    assert told(untreatable, kind="TACE_PFS") == (70, 1)
    later = untreatable.patients.assign(**{"later.date": [day(30)]})
    ablated = Selection(patients=later, records=untreatable.records, steps=())
    assert told(ablated, kind="LTP", since="later") == (40, 1)


RESECTED = {"resection": [(100, {"viable_tumor_pct": 0.0})]}


@pytest.mark.parametrize(
    ("who", "plan", "expected"),
    [
        (patient(**RESECTED, transarterial=[(0, {"is_tace": True})]), {"kind": "CONVERSION"}, "yes"),
        (patient(**RESECTED), {"kind": "CONVERSION"}, "no"),
        (patient(transarterial=[(0, {"is_tace": True})]), {"kind": "CONVERSION"}, "no"),
        (patient(index="RES", **RESECTED), {"kind": "CONVERSION"}, None),
        (patient(index="RES", **RESECTED), {"kind": "CONVERSION", "among": "all"}, "no"),
        (patient(**RESECTED), {"kind": "PCR"}, "yes"),
        (patient(resection=[(100, {"viable_tumor_pct": 5.0})]), {"kind": "PCR"}, "no"),
        (patient(resection=[(100, {"viable_tumor_pct": None})]), {"kind": "PCR"}, None),
        (patient(), {"kind": "PCR"}, None),
        (patient(), {"kind": "PCR", "among": "all"}, "no"),
        (patient(resection=[(100, {"viable_tumor_pct": 10.0})]), {"kind": "MPR"}, "yes"),
        (patient(resection=[(100, {"viable_tumor_pct": 25.0})]), {"kind": "MPR"}, "no"),
        (patient(resection=[(100, {"viable_tumor_pct": 25.0})]), {"kind": "MPR", "most_viable_pct": 30}, "yes"),
        (patient(assessment=[(-3, LARGE), (60, SMALL)], transarterial=[(0, {"is_tace": True})]), {"kind": "DOWNSTAGING"}, "yes"),
        (patient(assessment=[(-3, LARGE), (60, SMALL)]), {"kind": "DOWNSTAGING"}, "no"),
        (patient(assessment=[(-3, LARGE | {"whole_max_diameter_cm": 3.0}), (60, SMALL)]), {"kind": "DOWNSTAGING"}, None),
        (patient(assessment=[(-3, LARGE), (60, SMALL)], transarterial=[(0, {"is_tace": True})], later=50), {"kind": "DOWNSTAGING", "until": "later"}, "no"),
        (patient(ablation=[(10, {"complete_ablation_1m": "1"})]), {"kind": "COMPLETE_ABLATION"}, "yes"),
        (patient(ablation=[(10, {"complete_ablation_1m": "1"}), (10, {"complete_ablation_1m": "0"})]), {"kind": "COMPLETE_ABLATION"}, "no"),
        (patient(ablation=[(10, {"complete_ablation_1m": None})]), {"kind": "COMPLETE_ABLATION"}, None),
        (patient(), {"kind": "COMPLETE_ABLATION"}, None),
        (patient(**RESPONSES), {"kind": "BEST_RESPONSE"}, "CR"),
        (patient(**RESPONSES), {"kind": "BEST_RESPONSE", "confirmed": True}, "PR"),
        (patient(**RESPONSES), {"kind": "BEST_RESPONSE", "criteria": "RECIST11"}, "PR"),
        (patient(**RESPONSES), {"kind": "BEST_RESPONSE", "criteria": "RECIST11", "confirmed": True}, "SD"),
        (patient(**RESPONSES, later=100), {"kind": "BEST_RESPONSE", "until": "later"}, "PR"),
        (patient(**RESPONSES, later=100), {"kind": "BEST_RESPONSE", "since": "later"}, "CR"),
        (patient(**COURSE), {"kind": "BEST_RESPONSE", "criteria": "iRECIST"}, "SD"),
        (patient(imaging=[(60, {"response_mrecist": "PR", "entered_response_mrecist": "CR"})]), {"kind": "BEST_RESPONSE", "response": "entered"}, "CR"),
        (patient(imaging=[(60, {"response_mrecist": "PR", "entered_response_mrecist": None})]), {"kind": "BEST_RESPONSE", "response": "entered"}, None),
        (patient(imaging=[(60, {"response_mrecist": "NN"})]), {"kind": "BEST_RESPONSE"}, "SD"),
        (patient(imaging=[(60, {"response_mrecist": "NN"})]), {"kind": "BEST_RESPONSE", "success": ["CR", "PR", "SD", "NN"]}, "NN"),
        (patient(**TREATED), {"kind": "RESPONSE_TO_TACE"}, "CR"),
        (patient(**TREATED), {"kind": "RESPONSE_TO_TACE", "within_days": 45}, "PR"),
        (patient(**TREATED, later=30), {"kind": "RESPONSE_TO_TACE", "since": "later"}, "CR"),
        (patient(**TREATED, later=30), {"kind": "RESPONSE_TO_TACE", "until": "later"}, None),
        (patient(**TREATED, later=45), {"kind": "RESPONSE_TO_TACE", "until": "later"}, "PR"),
        (patient(**TREATED, later=95), {"kind": "RESPONSE_TO_TACE", "since": "later"}, None),
        (patient(**RESPONSES), {"kind": "RESPONSE_AT_ASSESSMENT"}, None),
        (patient(**RESPONSES), {"kind": "RESPONSE_AT_ASSESSMENT", "window_days": [38, 60]}, "PR"),
        (patient(**RESPONSES), {"kind": "RESPONSE_AT_ASSESSMENT", "window_days": [38, 60], "nearest_day": 52}, "SD"),
        (patient(**RESPONSES, later=60), {"kind": "RESPONSE_AT_ASSESSMENT", "since": "later"}, "CR"),
        (patient(**RESPONSES, later=60), {"kind": "RESPONSE_AT_ASSESSMENT", "since": "later", "criteria": "RECIST11"}, "PR"),
    ],
)  # fmt: skip
def test_rates(who: Selection, plan: dict[str, Any], expected: str | None) -> None:
    assert rate(who, **plan) == expected


EVENTFUL = {
    "death": 300, "progression": 150, "extrahepatic": 200, "later": 30,
    "imaging": [(50, {"response_mrecist": "PR"}), (140, {"response_mrecist": "PD"})],
    "assessment": [(-3, LARGE), (60, SMALL)],
    "transarterial": [(0, {"is_tace": True})],
    "systemic": [(5, {"agent_stop_date": day(80)})],
    **RESECTED,
    "ablation": [(30, {"complete_ablation_1m": "1"})],
    "adverse_event": [(10, {"sir_class": "C"})],
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(TIMES))
def test_every_time_to_an_event_is_found_from_the_records_that_it_declares(kind: str) -> None:
    since = {"since": "later"} if TIMES[kind].start.asks_since else {}
    months_or_reason = told(patient(**EVENTFUL), kind=kind, **since)
    assert isinstance(months_or_reason, tuple), months_or_reason
    assert months_or_reason[0] > 0


@pytest.mark.parametrize("kind", sorted(RATES))
def test_every_rate_is_found_from_the_records_that_it_declares(kind: str) -> None:
    plan = StudyResponse.model_validate({"type": "binary", "kind": kind, "success": ["yes"]})
    assert value(patient(**EVENTFUL), plan=plan) is not None


def test_every_rule_that_a_declaration_names_is_written_and_none_is_idle() -> None:
    facts = [fact for time in TIMES.values() for fact in (*time.event, time.start.fact)]
    assert {fact.name for fact in facts if isinstance(fact, Rule)} == set(DATES)
    assert {rate.value.name for rate in RATES.values()} == set(VALUES)
