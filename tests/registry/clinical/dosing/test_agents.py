import re

import pytest

from registry.clinical.dosing.agents import (
    agent_dose,
    agents,
    is_anti_angiogenic,
    is_ici,
    is_pd1_or_pdl1,
    lookup,
    regimen_class,
)

CLASSES = {"TKI", "VEGF_MAB", "PD1", "PDL1", "CTLA4", "BISPEC", "CHEMO", "CELL", "OTH"}


def test_each_of_the_55_agents_stands_alone() -> None:
    codes = [agent.agent_code for agent in agents()]
    assert len(codes) == len(set(codes)) == 55
    assert {agent.agent_class for agent in agents()} == CLASSES
    assert len({agent.zh for agent in agents()}) == len({agent.en for agent in agents()}) == 55


def test_every_agent_has_a_chinese_name_and_a_well_formed_atc_code_or_none() -> None:
    for agent in agents():
        assert re.search(r"[\u4e00-\u9fff]", agent.zh) or agent.agent_code == "INKT"
        assert agent.atc is None or re.fullmatch(r"[A-Z]\d{2}[A-Z]{2}\d{2}", agent.atc)
    listed = [agent.atc for agent in agents() if agent.atc]
    assert len(listed) == len(set(listed))


def test_expected_doses_lie_within_possible_ones() -> None:
    for agent in agents():
        if agent.dose is not None:
            low, high = agent.dose.soft
            assert low <= high
            assert agent.dose.hard is None or agent.dose.hard[0] <= low <= high <= agent.dose.hard[1]


@pytest.mark.parametrize("code", ["CAMRELIZUMAB", "camrelizumab", " Camrelizumab "])
def test_an_agent_is_found_whatever_its_case_and_spaces(code: str) -> None:
    agent = lookup(code)
    assert agent is not None
    assert (agent.zh, agent.atc) == ("卡瑞利珠单抗", "L01FF14")


@pytest.mark.parametrize("code", ["", None, "CAMRELIZUMA"])
def test_nothing_is_claimed_of_an_unknown_agent(code: str | None) -> None:
    assert lookup(code) is None
    assert (is_anti_angiogenic(code), is_pd1_or_pdl1(code), is_ici(code), agent_dose(code)) == (None, None, None, None)


@pytest.mark.parametrize(
    ("code", "anti_angiogenic", "pd1_or_pdl1", "ici"),
    [
        ("LENVATINIB", True, False, False),
        ("BEVACIZUMAB", True, False, False),
        ("SINTILIMAB", False, True, True),
        ("ATEZOLIZUMAB", False, True, True),
        ("TREMELIMUMAB", False, False, True),
        ("CADONILIMAB", False, False, True),
        ("IVONESCIMAB", True, False, True),
        ("OXALIPLATIN", False, False, False),
        ("THYMALFASIN", False, False, False),
    ],
)
def test_an_agent_counts_by_what_it_blocks(code: str, anti_angiogenic: bool, pd1_or_pdl1: bool, ici: bool) -> None:
    assert (is_anti_angiogenic(code), is_pd1_or_pdl1(code), is_ici(code)) == (anti_angiogenic, pd1_or_pdl1, ici)


def test_anti_angiogenic_are_the_kinase_inhibitors_the_antibodies_and_one_bispecific() -> None:
    marked = {agent.agent_code for agent in agents() if agent.is_anti_angiogenic}
    by_class = {agent.agent_code for agent in agents() if agent.agent_class in {"TKI", "VEGF_MAB"}}
    assert marked == by_class | {"IVONESCIMAB"}


@pytest.mark.parametrize(
    ("codes", "regimen"),
    [
        (["SORAFENIB"], "TKI"),
        (["SORAFENIB", "LENVATINIB"], "TKI"),
        (["BEVACIZUMAB"], "VEGF_MAB"),
        (["TISLELIZUMAB"], "ICI"),
        (["TISLELIZUMAB", "CAMRELIZUMAB"], "ICI"),
        (["NIVOLUMAB", "ATEZOLIZUMAB"], "ICI"),
        (["CADONILIMAB"], "ICI"),
        (["DURVALUMAB", "TREMELIMUMAB"], "ICI+ICI"),
        (["APATINIB", "CAMRELIZUMAB"], "TKI+ICI"),
        (["SINTILIMAB", "BEVACIZUMAB"], "VEGF_MAB+ICI"),
        (["S1", "OXALIPLATIN"], "CHEMO"),
        (["LENVATINIB", "OXALIPLATIN"], "OTH"),
        (["LENVATINIB", "BEVACIZUMAB"], "OTH"),
        (["INKT"], "OTH"),
        (["THYMALFASIN"], "OTH"),
        (["THYMALFASIN", "LENVATINIB"], "TKI"),
        ([], None),
        (["LENVATINIB", "NOT A DRUG"], None),
    ],
)
def test_a_regimen_has_the_class_of_its_agents(codes: list[str], regimen: str | None) -> None:
    assert regimen_class(codes) == regimen
    assert regimen_class(reversed(codes)) == regimen


@pytest.mark.parametrize(
    ("code", "dose", "expected", "allowed"),
    [
        ("LENVATINIB", 12, True, True),
        ("LENVATINIB", 12.1, False, True),
        ("OXALIPLATIN", 65, True, True),
        ("OXALIPLATIN", 64.9, False, True),
        ("OXALIPLATIN", 180, False, True),
        ("OXALIPLATIN", 180.1, False, False),
        ("FLUOROURACIL", 400, False, True),
        ("FLUOROURACIL", 399.9, False, False),
        ("EPIRUBICIN", 80, True, True),
        ("CISPLATIN", 4.9, False, False),
    ],
)
def test_limits_of_a_dose_belong_to_it(code: str, dose: float, expected: bool, allowed: bool) -> None:
    agreed = agent_dose(code)
    assert agreed is not None
    assert (agreed.expects(dose), agreed.allows(dose)) == (expected, allowed)


def test_beads_carry_more_doxorubicin() -> None:
    beads, free = agent_dose("doxorubicin", route="IA_BEAD"), agent_dose("DOXORUBICIN", route="IA")
    assert beads is not None
    assert free is not None
    assert (beads.soft, free.soft) == ((50, 150), (20, 100))
    assert beads.hard == free.hard == (5, 200)


def test_levofolinate_is_half_of_folinate() -> None:
    half, full = agent_dose("LEVOFOLINATE_CA"), agent_dose("FOLINATE_CA")
    assert half is not None
    assert full is not None
    assert tuple(2 * limit for limit in half.soft) == full.soft
    assert full.hard is not None
    assert half.hard == tuple(limit / 2 for limit in full.hard)


def test_a_session_holds_at_most_300_mg_of_oxaliplatin_and_10_g_of_fluorouracil() -> None:
    capped = {agent.agent_code: agent.dose.most_mg for agent in agents() if agent.dose and agent.dose.most_mg}
    assert capped == {"OXALIPLATIN": 300, "FLUOROURACIL": 10_000}
