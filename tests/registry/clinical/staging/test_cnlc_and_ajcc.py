from dataclasses import replace

import pytest

from registry.clinical.staging.ajcc import LocalSpread, ajcc_m, ajcc_n, ajcc_stage, ajcc_t, tnm
from registry.clinical.staging.cnlc import cnlc_stage
from registry.clinical.staging.nodules import UNCOUNTABLE
from registry.clinical.staging.thrombus import thrombus_codes_agree

CONFINED = {"macrovascular": False, "extrahepatic": False}
WELL = {"ecog_ps": 0, "ctp_class": "A"}
CLEAR = LocalSpread(pvtt_cheng="0", hvtt_vv="VV0", adjacent_organ=False, rupture=False)


@pytest.mark.parametrize(
    ("number", "diameter", "stage"),
    [
        (1, 5.0, "IA"),
        (1, 5.1, "IB"),
        (2, 3.0, "IB"),
        (3, 3.0, "IB"),
        (3, 3.1, "IIA"),
        (4, 1.0, "IIB"),
        (99, 10.0, "IIB"),
        (UNCOUNTABLE, None, "IIB"),
        (3, None, None),
        (None, 10.0, None),
        (0, 0.0, None),
    ],
)
def test_cnlc_follows_number_and_size(number: int | None, diameter: float | None, stage: str | None) -> None:
    assert cnlc_stage(number, max_diameter_cm=diameter, **CONFINED, **WELL) == stage


@pytest.mark.parametrize(
    ("finding", "stage"),
    [
        ({"macrovascular": True}, "IIIA"),
        ({"extrahepatic": True}, "IIIB"),
        ({"extrahepatic": True, "macrovascular": True}, "IIIB"),
        ({"ecog_ps": 2}, "IA"),
        ({"ecog_ps": 3}, "IV"),
        ({"ctp_class": "B"}, "IA"),
        ({"ctp_class": "C", "extrahepatic": True}, "IV"),
    ],
)
def test_cnlc_takes_the_worst_finding_first(finding: dict[str, object], stage: str) -> None:
    assert cnlc_stage(1, max_diameter_cm=2.0, **{**CONFINED, **WELL, **finding}) == stage


@pytest.mark.parametrize(
    ("finding", "stage"),
    [
        ({"macrovascular": True}, "IIIA"),
        ({"macrovascular": True, "extrahepatic": None}, None),
        ({"extrahepatic": True, "macrovascular": None}, "IIIB"),
        ({"ecog_ps": 3, "ctp_class": None, "extrahepatic": None}, "IV"),
        ({"extrahepatic": True, "ctp_class": None}, None),
        ({}, None),
    ],
)
def test_cnlc_of_nodules_nobody_counted_is_what_spread_and_condition_decide(
    finding: dict[str, object], stage: str | None
) -> None:
    assert cnlc_stage(None, max_diameter_cm=None, **{**CONFINED, **WELL, **finding}) == stage


@pytest.mark.parametrize("missing", ["number", "max_diameter_cm", *CONFINED, *WELL])
def test_cnlc_of_a_missing_finding_is_unknown(missing: str) -> None:
    known = {"number": 1, "max_diameter_cm": 2.0, **CONFINED, **WELL, missing: None}
    assert cnlc_stage(known.pop("number"), **known) is None


@pytest.mark.parametrize(
    ("number", "diameter", "t"),
    [
        (1, 2.0, "T1a"),
        (1, 2.1, "T1b"),
        (2, 5.0, "T2"),
        (2, 5.1, "T3"),
        (UNCOUNTABLE, 5.0, "T2"),
        (UNCOUNTABLE, 5.1, "T3"),
        (UNCOUNTABLE, None, None),
        (0, 0.0, None),
        (None, 2.0, None),
    ],
)
def test_ajcc_t_follows_number_and_size(number: int | None, diameter: float, t: str | None) -> None:
    assert ajcc_t(number, max_diameter_cm=diameter, spread=CLEAR) == t


@pytest.mark.parametrize(
    "finding", [{"pvtt_cheng": "I0"}, {"pvtt_cheng": "I"}, {"hvtt_vv": "VV1"}, {"microvascular": "M1"}]
)
def test_a_single_tumor_over_2_cm_in_small_vessels_is_t2(finding: dict[str, str]) -> None:
    assert ajcc_t(1, max_diameter_cm=2.1, spread=replace(CLEAR, **finding)) == "T2"
    assert ajcc_t(1, max_diameter_cm=2.0, spread=replace(CLEAR, **finding)) == "T1a"


@pytest.mark.parametrize(
    "finding",
    [
        {"pvtt_cheng": "II"},
        {"pvtt_cheng": "IV", "hvtt_vv": None},
        {"hvtt_vv": "VV2"},
        {"adjacent_organ": True},
        {"rupture": True, "pvtt_cheng": None},
    ],
)
def test_large_vessels_neighbors_and_rupture_are_t4(finding: dict[str, object]) -> None:
    assert ajcc_t(1, max_diameter_cm=1.0, spread=replace(CLEAR, **finding)) == "T4"
    assert ajcc_t(None, max_diameter_cm=None, spread=replace(CLEAR, **finding)) == "T4"


@pytest.mark.parametrize("missing", ["pvtt_cheng", "hvtt_vv", "adjacent_organ", "rupture"])
def test_ajcc_t_of_a_missing_finding_is_unknown(missing: str) -> None:
    assert ajcc_t(1, max_diameter_cm=1.0, spread=replace(CLEAR, **{missing: None})) is None


@pytest.mark.parametrize(
    ("sites", "n", "m", "stage"),
    [
        ((), None, None, None),
        (("LN_REG",), "N1", "M0", "IVA"),
        (("LN_DIST",), "N0", "M1", "IVB"),
        (("LN_REG", "LUNG"), "N1", "M1", "IVB"),
    ],
)
def test_sites_of_metastasis_decide_n_m_and_stage_iv(
    sites: tuple[str, ...], n: str | None, m: str | None, stage: str | None
) -> None:
    assert (ajcc_n(extrahepatic=True, sites=sites), ajcc_m(extrahepatic=True, sites=sites)) == (n, m)
    found = tnm(None, max_diameter_cm=None, spread=CLEAR, extrahepatic=True, sites=sites)
    assert (found.t, found.stage) == (None, stage)


@pytest.mark.parametrize(
    ("t", "stage"), [("T1a", "IA"), ("T1b", "IB"), ("T2", "II"), ("T3", "IIIA"), ("T4", "IIIB"), (None, None)]
)
def test_without_metastasis_the_stage_follows_t(t: str | None, stage: str | None) -> None:
    assert ajcc_stage(t, n="N0", m="M0") == stage
    assert ajcc_stage(t, n=None, m="M0") is None


def test_a_confined_tumor_is_staged_whole() -> None:
    found = tnm(1, max_diameter_cm=4.0, spread=CLEAR, extrahepatic=False)
    assert (found.t, found.n, found.m, found.stage) == ("T1b", "N0", "M0", "IB")


@pytest.mark.parametrize(
    ("cheng", "vp", "agree"),
    [
        ("I", "VP1", True),
        ("I", "VP2", True),
        ("I", "VP3", False),
        ("II", "VP3", True),
        ("III", "VP4", True),
        ("IV", "VP4", True),
        ("IV", "VP3", False),
        ("0", "VP0", True),
        ("0", "VP1", False),
        (None, "VP1", None),
        ("II", None, None),
        ("II", "UNK", None),
    ],
)
def test_the_two_thrombus_classifications_agree_or_not(cheng: str | None, vp: str | None, agree: bool | None) -> None:
    assert thrombus_codes_agree(pvtt_cheng=cheng, pvtt_vp=vp) is agree
