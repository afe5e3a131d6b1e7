"""What a protocol says, in words: events made of events, comparisons of two variables, when adverse events count."""

from typing import Any

import pytest
from django.utils import translation
from pydantic import TypeAdapter

from analytics.protocol.conditions import Condition
from analytics.protocol.errors import validate_plan
from analytics.protocol.library import library, protocol_text
from analytics.protocol.population import StudyProtocol, read_study_protocol
from analytics.report.labels import covariate_label
from analytics.report.methods import describe, protocol_sections
from tests.analytics.report.tables.test_secondary import asking, shown

TACE = {"records": ["transarterial"], "text": {"en": "first TACE", "zh": "首次 TACE"}}
DRUG = {"records": ["systemic"]}


def study(**changes: Any) -> StudyProtocol:
    content = read_study_protocol(protocol_text("an-2025")).model_dump(mode="json", by_alias=True, exclude_unset=True)
    return validate_plan(StudyProtocol, content=content | changes)


def with_time_zero(event: dict[str, Any]) -> StudyProtocol:
    plain = study()
    events = plain.population.model_dump(mode="json", by_alias=True, exclude_unset=True)["events"]
    population = plain.population.model_dump(mode="json", by_alias=True, exclude_unset=True)
    population["events"] = {"tace": TACE, "drug": DRUG, **events, "zero": event}
    return study(population=population, time_zero="zero")


def sentences(protocol: StudyProtocol, *, language: str = "en") -> list[str]:
    with translation.override(language):
        return [sentence for section in protocol_sections(protocol) for sentence in section.sentences]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"records": ["transarterial"], "number": 2}, "Time zero: transarterial session no. 2."),
        (
            {"records": ["imaging"], "which": "last", "number": 3},
            "Time zero: imaging no. 3 from the last.",
        ),
        ({"later_of": ["tace", "drug"]}, "Time zero: the later of: first TACE, first systemic agent."),
        (
            {"earlier_of": ["tace", "drug"], "plus_days": 14},
            "Time zero: 14 days after the earlier of: first TACE, first systemic agent.",
        ),
        (
            {"later_of": ["tace", "drug"], "text": {"en": "start of both", "zh": "两者均开始"}},
            "Time zero: start of both.",
        ),
    ],
)
def test_an_event_is_told_in_words(event: dict[str, Any], words: str) -> None:
    assert any(sentence.startswith(words) for sentence in sentences(with_time_zero(event)))


def test_a_variable_compared_with_another_is_told_with_its_days() -> None:
    later = {"variable": "baseline.alb", "operator": "le", "than": "remnant.alb"}
    with translation.override("en"):
        text = describe(TypeAdapter(Condition).validate_python(later))
        dated = describe(TypeAdapter(Condition).validate_python({**later, "plus_days": 14}))
    assert text == "Albumin (g/L) ≤ Albumin (g/L)"
    assert dated == "Albumin (g/L) ≤ Albumin (g/L) + 14 days"


@pytest.mark.parametrize(
    ("safety", "words"),
    [
        ({"ctcae": ["5.0"]}, "Adverse events after time zero, by worst grade for each term, CTCAE 5.0."),
        (
            {"since": "curative", "within_days": 90, "serious": True},
            (
                "Adverse events from first resection or ablation after downstaging on, within 90 days, serious only, "
                "by worst grade for each term."
            ),
        ),
        (
            {"until": "curative", "immune_related": True, "related_to": ["tat", "ici"]},
            (
                "Adverse events after time zero, until first resection or ablation after downstaging, immune-related only, "
                "relatedness at least possible: Related to transarterial treatment or Related to checkpoint inhibitor, "
                "by worst grade for each term."
            ),
        ),
    ],
)
def test_when_adverse_events_count_is_told(safety: dict[str, Any], words: str) -> None:
    assert words in sentences(study(safety=safety))


def test_no_page_shows_the_second_name_of_a_variable() -> None:
    covariates = [
        {"name": "hbv_twice", "variable": "hbv_status", "type": "binary", "positive": "POS"},
        {"name": "age_class", "variable": "age_at_index", "type": "continuous", "cut": [60]},
        {"name": "age_late", "variable": "age_at_index", "type": "continuous", "measured": "after"},
    ]
    design = {
        "method": "nearest",
        "exact": ["hbv_twice"],
        "covariate_caliper": {"age_class": {"width": 1}},
        "caliper": {"width": 0.2},
    }
    asked = {"covariates": covariates, "cox": {"covariates": ["age_class", "hbv_twice"], "selection": "forward"}}
    plan = asked | {"design": design, "subgroups": ["age_class", "hbv_twice"], "sensitivity": []}
    found = shown(**plan)
    cells = [cell for table in found.tables for row in table.rows for cell in row.cells]
    notes = [note for table in found.tables for note in (*table.notes, *table.head)]
    told = [notice.text for notice in (*found.warnings, *found.checks)]
    texts = [*cells, *notes, *told, *found.methods, *sentences(asking(**plan)), *(one.alt for one in found.figures)]
    assert len(texts) > 200
    assert [text for text in texts if any(one["name"] in text for one in covariates)] == []


def test_a_count_is_called_as_the_protocol_calls_it() -> None:
    text = {"en": "TACE sessions", "zh": "TACE 次数"}
    protocol = {
        "covariates": [{"name": "tace_mean", "variable": "sessions"}, {"name": "days"}],
        "population": {"counts": {"sessions": {"text": text}}, "exposures": {"days": {"text": None}}},
    }
    with translation.override("en"):
        assert covariate_label("tace_mean", result={"protocol": protocol}) == "TACE sessions"
        assert covariate_label("days", result={"protocol": protocol}) == "days"
    with translation.override("zh-hans"):
        assert covariate_label("tace_mean", result={"protocol": protocol}) == "TACE 次数"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("protocol", library(), ids=lambda protocol: protocol.id)
def test_every_covariate_of_the_library_is_called_by_words(protocol: StudyProtocol, language: str) -> None:
    result = {"protocol": protocol.model_dump(mode="json")}
    with translation.override(language):
        labels = {covariate.name: covariate_label(covariate.name, result=result) for covariate in protocol.covariates}
    assert not {name: label for name, label in labels.items() if "_" in label or "." in label}
