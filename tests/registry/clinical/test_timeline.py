import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from registry.access.deidentified_views import nouns
from registry.clinical.dosing.agents import is_anti_angiogenic, is_pd1_or_pdl1
from registry.clinical.sequence import haic_courses, haic_sequence
from registry.clinical.timeline import (
    ENTITIES,
    SOURCES,
    Kind,
    build_timeline,
    first_agent_start,
    haic_dates,
    tace_dates,
)

ROOT = Path(__file__).resolve().parents[3]
DAY = date(2020, 1, 1)
LATER = date(2020, 2, 1)

RECORDS = {
    "followup": [
        {"follow_up_date": date(2021, 1, 1), "death_date": None},
        {"follow_up_date": date(2021, 7, 1), "death_date": date(2021, 6, 1)},
        {"follow_up_date": date(2021, 8, 1), "death_date": date(2021, 6, 3)},
    ],
    "resection": [{"start_date": DAY, "resection_margin": "R0"}],
    "transarterialsession": [
        {"start_date": LATER, "modality": "CTACE"},
        {"start_date": DAY, "modality": "HAIC"},
        {"start_date": LATER, "modality": "TACE_HAIC"},
        {"start_date": date(2020, 3, 1), "modality": "TAE"},
    ],
    "assessment": [{"assessment_date": DAY, "assessment_type": "BASE"}],
    "patient": [{"diagnosis_date": DAY}],
}


def test_events_come_by_day_and_of_one_day_findings_before_acts() -> None:
    story = [(event.day, event.kind) for event in build_timeline(RECORDS).events]
    assert story == [
        (DAY, "DIAGNOSIS"),
        (DAY, "ASSESSMENT"),
        (DAY, "TRANSARTERIAL"),
        (DAY, "RESECTION"),
        (LATER, "TRANSARTERIAL"),
        (LATER, "TRANSARTERIAL"),
        (date(2020, 3, 1), "TRANSARTERIAL"),
        (date(2021, 1, 1), "FOLLOW_UP"),
        (date(2021, 6, 1), "DEATH"),
        (date(2021, 7, 1), "FOLLOW_UP"),
        (date(2021, 8, 1), "FOLLOW_UP"),
    ]


def test_an_event_carries_its_record_and_cannot_be_changed() -> None:
    event = build_timeline(RECORDS).first(Kind.RESECTION)
    assert event is not None
    assert event.record["resection_margin"] == "R0"
    with pytest.raises(TypeError):
        event.record["resection_margin"] = "R1"  # type: ignore[index]


def test_a_timeline_is_of_the_records_as_they_were() -> None:
    row = {"start_date": DAY, "modality": "HAIC"}
    built = build_timeline({"transarterialsession": [row]})
    row["modality"] = "TAE"
    assert haic_dates(built) == (DAY,)


def test_records_of_one_day_and_kind_keep_their_order() -> None:
    sessions = build_timeline(RECORDS).between(LATER, end=LATER).of(Kind.TRANSARTERIAL)
    assert [session.record["modality"] for session in sessions] == ["CTACE", "TACE_HAIC"]


def test_a_span_holds_both_its_ends() -> None:
    built = build_timeline(RECORDS)
    assert [event.kind for event in built.between(date(2021, 6, 1), end=date(2021, 7, 1)).events] == [
        "DEATH",
        "FOLLOW_UP",
    ]


def test_the_first_and_the_last_of_some_kinds_are_found() -> None:
    built = build_timeline(RECORDS)
    first, last = built.first(Kind.RESECTION, Kind.TRANSARTERIAL), built.last(Kind.RESECTION, Kind.TRANSARTERIAL)
    assert first is not None
    assert last is not None
    assert (first.record["modality"], last.record["modality"]) == ("HAIC", "TAE")
    assert built.first(Kind.TRANSPLANT) is None
    assert built.last(Kind.TRANSPLANT) is None


def test_tace_and_haic_are_told_apart_and_a_day_counts_once() -> None:
    built = build_timeline(RECORDS)
    assert tace_dates(built) == (LATER,)
    assert haic_dates(built) == (DAY, LATER)


def test_a_record_without_its_date_is_set_aside_not_lost() -> None:
    built = build_timeline({"ablationsession": [{"start_date": None}], "systemicagent": [{"agent_start_date": DAY}]})
    assert [event.kind for event in built.events] == ["SYSTEMIC_START"]
    assert [(left.kind, left.record) for left in built.undated] == [("ABLATION", {"start_date": None})]


def test_an_agent_given_once_starts_before_it_stops() -> None:
    built = build_timeline({"systemicagent": [{"agent_start_date": DAY, "agent_stop_date": DAY}]})
    assert [event.kind for event in built.events] == ["SYSTEMIC_START", "SYSTEMIC_STOP"]


def test_an_unknown_entity_is_refused() -> None:
    with pytest.raises(ValueError, match="timeline: death, typo"):
        build_timeline({"typo": [], "patient": [], "death": []})


def test_no_records_are_an_empty_timeline() -> None:
    assert build_timeline({}).events == ()
    assert build_timeline({}).first(*Kind) is None


def test_a_timeline_gives_rule_s1_what_it_asks_for() -> None:
    built = build_timeline(
        {
            "transarterialsession": [
                {"start_date": day, "modality": "HAIC"} for day in (DAY, date(2020, 1, 22), date(2020, 2, 12))
            ],
            "systemicagent": [
                {"agent_code": "CAMRELIZUMAB", "agent_start_date": date(2020, 1, 20)},
                {"agent_code": "SORAFENIB", "agent_start_date": date(2020, 5, 1)},
                {"agent_code": "LENVATINIB", "agent_start_date": date(2020, 1, 10)},
            ],
        }
    )
    (course,) = haic_courses(haic_dates(built))
    anti_angiogenic = first_agent_start(built, counts=is_anti_angiogenic)
    pd1_or_pdl1 = first_agent_start(built, counts=is_pd1_or_pdl1)
    assert (anti_angiogenic, pd1_or_pdl1) == (date(2020, 1, 10), date(2020, 1, 20))
    found = haic_sequence(course, anti_angiogenic_start=anti_angiogenic, pd1_or_pdl1_start=pd1_or_pdl1)
    assert (found.relation, course.cycles) == ("SI", 3)
    assert first_agent_start(build_timeline({}), counts=is_anti_angiogenic) is None


def test_a_timeline_knows_no_django() -> None:
    code = "import sys, registry.clinical.timeline; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


def test_what_a_patient_record_names_as_its_date_is_the_date_of_its_event() -> None:
    models = {name: model for name, model in nouns().items() if name in ENTITIES}
    assert len(models) >= 8
    for source in SOURCES:
        if source.entity in models:
            models[source.entity]._meta.get_field(source.date_field)
