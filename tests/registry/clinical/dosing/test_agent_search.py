"""A drug is found by name, trade name or class; arterial drugs begin with the cytotoxic ones."""

import pytest

from registry.clinical.dosing.agent_search import CLASSES, in_order, resolve_agent, search_agents
from registry.clinical.dosing.agents import agents


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("doxo", "DOXORUBICIN"),
        ("阿霉素", "DOXORUBICIN"),
        ("adriamycin", "DOXORUBICIN"),
        ("５-FU", "FLUOROURACIL"),
        ("K药", "PEMBROLIZUMAB"),
        ("IODIZED_OIL", "IODIZED_OIL"),
        ("仑伐", "LENVATINIB"),
    ],
)
def test_a_drug_is_resolved_by_any_of_its_names(typed: str, code: str) -> None:
    found = resolve_agent(typed)
    assert found is not None
    assert found.agent_code == code


@pytest.mark.parametrize("typed", ["", "铂", "umab", "PD-1", "no such drug"])
def test_what_leaves_a_choice_is_not_resolved(typed: str) -> None:
    assert resolve_agent(typed) is None


def test_every_drug_is_resolved_from_what_is_shown_of_it_in_either_language() -> None:
    for agent in agents():
        assert [resolve_agent(name) for name in (agent.en, agent.zh, agent.agent_code)] == [agent] * 3
        assert agent.agent_class in CLASSES


def test_through_an_artery_the_cytotoxic_drugs_come_first() -> None:
    classes = [agent.agent_class for agent in in_order(cytotoxic_first=True)]
    first_other = next(place for place, name in enumerate(classes) if name != "CHEMO")
    assert "CHEMO" not in classes[first_other:]
    assert [agent.agent_code for agent in search_agents("", among=in_order(cytotoxic_first=True), most=1)] == [
        "OXALIPLATIN"
    ]
    assert search_agents("", among=in_order(cytotoxic_first=False))[0].agent_code == "SORAFENIB"


def test_a_class_or_a_misspelling_finds_drugs() -> None:
    among = in_order(cytotoxic_first=False)
    assert {agent.agent_class for agent in search_agents("酪氨酸", among=among)} == {"TKI"}
    assert search_agents("lenvatnib", among=among)[0].agent_code == "LENVATINIB"
