"""The summary says who was compared and how alike they are, and nothing of any outcome."""

import copy
from typing import Any

import pytest
from django.utils import translation

from analytics.protocol.library import protocol_text
from analytics.protocol.population import read_study_protocol
from analytics.report.numbers import number
from analytics.report.presentation import MOST_WARNINGS, Presentation, present
from analytics.report.summary import summary_facts
from analytics.studies.acceptance import without_outcomes


def shown(result: dict[str, Any]) -> Presentation:
    return present(result, protocol=read_study_protocol(protocol_text("an-2025")))


def test_the_facts_are_size_centers_difference_and_what_is_kept(result: dict[str, Any]) -> None:
    facts = {fact.label: fact.text for fact in summary_facts(result)}
    after = [abs(row["smd_after"]) for row in result["balance"] if row["smd_after"] is not None]
    kept = result["flow"][-1]["arms"]["Resection"]
    assert f"{result['matching']['n_pairs']} matched pairs" in facts["Compared"]
    assert facts["Centers"] == "2"
    assert f"{number(max(after), digits=2)} after matching" in facts["Largest standardized mean difference"]
    assert f"Resection {kept} of {result['arms']['n']['Resection']}" in facts["Kept by matching"]


def test_weights_have_an_effective_size(result: dict[str, Any]) -> None:
    weighted = copy.deepcopy(result)
    weighted["matching"]["method"] = "weighting"
    weighted["propensity"]["weights"] = {"ess": {"Resection": 40.25, "Ablation": 80.5}, "mean": 1, "max": 2}
    facts = {fact.label: fact.text for fact in summary_facts(weighted)}
    assert f"Resection 40.2 of {result['arms']['n']['Resection']}" in facts["Effective sample size"]


def test_the_gravest_warnings_come_first_and_lead_to_their_section(result: dict[str, Any]) -> None:
    many = copy.deepcopy(result)
    said = {"en": "Said. And more of it.", "zh": "说。还有。"}
    codes = ["excluded_events"] * 6 + ["imbalance", "immortal_time"]
    many["warnings"] = [
        {"code": code, "ok": False, "message": {key: f"{place} {text}" for key, text in said.items()}, "where": where}
        for place, (code, where) in enumerate(zip(codes, ["safety"] * 6 + ["balance", "endpoints"], strict=True))
    ]
    found = shown(many)
    first = found.first_warnings
    assert [warning.section for warning in first][:2] == ["immortal-time", "design"]
    assert first[0].short == "7 Said."
    assert len(first) == MOST_WARNINGS
    assert len(found.further_warnings) == 3
    assert {warning.section for warning in first} <= {part.slug for part in found.parts}
    with translation.override("zh-hans"):
        assert shown(many).first_warnings[0].short == "7 说。"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_before_the_design_is_accepted_the_summary_has_no_outcome(result: dict[str, Any], language: str) -> None:
    with translation.override(language):
        found = shown(without_outcomes(result))
        parts = {part.slug: part for part in found.parts}
        assert parts["summary"].blocks == ()
        assert "outcomes" not in parts
        ratio = f"{result['endpoints']['OS']['matched']['hazard_ratio']['hr']:.2f}"
        assert not any(ratio in fact.text for fact in found.facts)
