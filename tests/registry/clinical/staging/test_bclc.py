import pytest

from registry.clinical.staging.bclc import Condition, bclc_stage, macrovascular_invasion, within_milan
from registry.clinical.staging.nodules import UNCOUNTABLE, nodule_count

CONFINED = {"macrovascular": False, "extrahepatic": False}
WELL = Condition(ecog_ps=0, ctp_class="A")


@pytest.mark.parametrize(
    ("number", "diameter", "inside"),
    [(1, 5.0, True), (1, 5.1, False), (2, 3.0, True), (3, 3.0, True), (3, 3.1, False), (4, 1.0, False)],
)
def test_milan_allows_one_of_5_cm_or_three_of_3_cm(number: int, diameter: float, inside: bool) -> None:
    assert within_milan(number, max_diameter_cm=diameter, **CONFINED) is inside


@pytest.mark.parametrize("invaded", ["macrovascular", "extrahepatic"])
def test_an_invasion_puts_a_small_tumor_outside_milan(invaded: str) -> None:
    assert within_milan(1, max_diameter_cm=1.0, **{**CONFINED, invaded: True}) is False


def test_no_tumor_left_is_within_milan_on_the_viable_basis_only() -> None:
    assert within_milan(0, max_diameter_cm=None, **CONFINED, basis="VIABLE") is True
    assert within_milan(0, max_diameter_cm=None, **CONFINED, basis="WHOLE") is False


@pytest.mark.parametrize("missing", ["number", "max_diameter_cm", "macrovascular", "extrahepatic"])
def test_milan_of_a_missing_finding_is_unknown(missing: str) -> None:
    known = {"number": 1, "max_diameter_cm": 2.0, **CONFINED, missing: None}
    assert within_milan(known.pop("number"), **known) is None


@pytest.mark.parametrize(
    ("number", "diameter", "spread"),
    [
        (UNCOUNTABLE, None, {}),
        (4, None, {"extrahepatic": None}),
        (None, 5.1, {"macrovascular": None}),
        (None, None, {"extrahepatic": True, "macrovascular": None}),
        (0, None, {"macrovascular": None}),
    ],
)
def test_what_is_known_may_put_a_tumor_outside_milan(
    number: int | None, diameter: float | None, spread: dict[str, bool | None]
) -> None:
    assert within_milan(number, max_diameter_cm=diameter, **{**CONFINED, **spread}) is False


def test_neither_number_nor_size_is_guessed_for_milan() -> None:
    assert within_milan(None, max_diameter_cm=3.0, **CONFINED) is None
    assert within_milan(3, max_diameter_cm=None, **CONFINED) is None


@pytest.mark.parametrize(
    ("number", "diameter", "stage"),
    [
        (1, 2.0, "0"),
        (1, 2.1, "A"),
        (1, 15.0, "A"),
        (3, 3.0, "A"),
        (3, 3.1, "B"),
        (4, 1.0, "B"),
        (4, None, "B"),
        (UNCOUNTABLE, None, "B"),
        (3, None, None),
        (None, 8.0, None),
        (0, 0.0, None),
    ],
)
def test_bclc_follows_number_and_size_in_a_well_patient(
    number: int | None, diameter: float | None, stage: str | None
) -> None:
    assert bclc_stage(number, max_diameter_cm=diameter, **CONFINED, condition=WELL) == stage


@pytest.mark.parametrize(
    ("condition", "stage"),
    [
        (Condition(ecog_ps=3, ctp_class="A"), "D"),
        (Condition(ecog_ps=0, ctp_class="C"), "D"),
        (Condition(ecog_ps=0, ctp_class="C", lt_candidate=True), "A"),
        (Condition(ecog_ps=1, ctp_class="C"), "D"),
        (Condition(ecog_ps=2, ctp_class="A"), "C"),
        (Condition(ecog_ps=1, ctp_class="A", ecog_tumor_related=True), "C"),
        (Condition(ecog_ps=1, ctp_class="A", ecog_tumor_related=False), "A"),
        (Condition(ecog_ps=1, ctp_class="A", ecog_tumor_related=False, ps_strict=True), "C"),
        (Condition(ecog_ps=1, ctp_class="A"), None),
        (Condition(ecog_ps=None, ctp_class="A"), None),
        (Condition(ecog_ps=None, ctp_class="C"), "D"),
        (Condition(ecog_ps=3, ctp_class=None), "D"),
        (Condition(ecog_ps=0, ctp_class=None), None),
        (Condition(ecog_ps=0, ctp_class="B"), "A"),
    ],
)
def test_bclc_follows_the_condition_first(condition: Condition, stage: str | None) -> None:
    assert bclc_stage(1, max_diameter_cm=1.5, **CONFINED, condition=condition) == stage


@pytest.mark.parametrize("invaded", ["macrovascular", "extrahepatic"])
def test_an_invasion_makes_bclc_c(invaded: str) -> None:
    assert bclc_stage(1, max_diameter_cm=1.0, **{**CONFINED, invaded: True}, condition=WELL) == "C"


@pytest.mark.parametrize(
    ("spread", "condition", "stage"),
    [
        ({"macrovascular": True}, WELL, "C"),
        ({"extrahepatic": True, "macrovascular": None}, WELL, "C"),
        ({"macrovascular": None}, Condition(ecog_ps=2, ctp_class="A"), "C"),
        ({"macrovascular": True}, Condition(ecog_ps=3, ctp_class="A"), "D"),
        ({"macrovascular": True}, Condition(ecog_ps=0, ctp_class=None), None),
        ({"macrovascular": None}, WELL, None),
        ({}, WELL, None),
    ],
)
def test_bclc_of_nodules_nobody_counted_is_what_spread_and_condition_decide(
    spread: dict[str, bool | None], condition: Condition, stage: str | None
) -> None:
    assert bclc_stage(None, max_diameter_cm=None, **{**CONFINED, **spread}, condition=condition) == stage


@pytest.mark.parametrize("missing", ["number", "max_diameter_cm", "macrovascular", "extrahepatic"])
def test_bclc_of_a_missing_finding_is_unknown(missing: str) -> None:
    known = {"number": 1, "max_diameter_cm": 2.0, **CONFINED, missing: None}
    assert bclc_stage(known.pop("number"), **known, condition=WELL) is None


@pytest.mark.parametrize(
    ("cheng", "vv", "invaded"),
    [
        ("I", "VV0", True),
        ("IV", None, True),
        ("0", "VV1", True),
        ("0", "VV0", False),
        ("I0", "VV0", False),
        ("0", None, None),
        (None, "VV0", None),
    ],
)
def test_macrovascular_invasion_is_a_visible_thrombus(cheng: str | None, vv: str | None, invaded: bool | None) -> None:
    assert macrovascular_invasion(pvtt_cheng=cheng, hvtt_vv=vv) is invaded


@pytest.mark.parametrize(
    ("number", "uncountable", "count"),
    [(3, None, 3), (3, False, 3), (None, True, UNCOUNTABLE), (3, True, UNCOUNTABLE), (None, None, None)],
)
def test_uncountable_nodules_are_more_than_any_definition_allows(
    number: int | None, uncountable: bool | None, count: int | None
) -> None:
    assert nodule_count(number, is_uncountable=uncountable) == count
