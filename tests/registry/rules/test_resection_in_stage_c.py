"""V-T17: resection in BCLC C without downstaging, but for what Chinese guidelines recommend as first-line care."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.clinical.timeline import build_timeline
from registry.rules import Severity, patient_findings

OPERATED = date(2021, 6, 1)
SEEN = OPERATED - timedelta(days=20)
BEFORE = OPERATED - timedelta(days=10)
Row = dict[str, Any]


def is_asked(*visits: Row, burden: Row | None = None, **others: list[Row]) -> bool:
    burdens = [] if burden is None else [{"assessment_date": SEEN, "diameter_basis": "WHOLE", **burden}]
    records = {
        "assessment": [{"assessment_date": SEEN, **visit} for visit in visits],
        "tumorburden": burdens,
        "resection": [{"start_date": OPERATED}],
        **others,
    }
    found = [each for each in patient_findings(build_timeline(records)) if each.code == "V-T17"]
    assert {each.check.severity for each in found} <= {Severity.WARNING}
    return bool(found)


@pytest.mark.parametrize(
    ("stage", "asked"), [("0", False), ("A", False), ("B", False), ("C", True), ("D", False), (None, False)]
)
def test_it_is_asked_of_stage_c_alone(stage: str | None, asked: bool) -> None:
    assert is_asked({"bclc_stage": stage}) is asked


@pytest.mark.parametrize(
    ("cnlc", "asked"), [("IA", False), ("IIB", False), ("IIIA", False), ("IIIB", True), ("IV", True), (None, True)]
)
def test_up_to_cnlc_iiia_resection_is_first_line_care(cnlc: str | None, asked: bool) -> None:
    assert is_asked({"bclc_stage": "C", "cnlc_stage": cnlc}) is asked


@pytest.mark.parametrize(
    ("cheng", "asked"), [("0", False), ("I0", False), ("I", False), ("II", False), ("III", True), ("IV", True)]
)
def test_a_thrombus_up_to_a_first_branch_is_resected(cheng: str, asked: bool) -> None:
    assert is_asked({"bclc_stage": "C"}, burden={"pvtt_cheng": cheng}) is asked


@pytest.mark.parametrize(
    "burden",
    [{"extrahepatic_metastasis": "1"}, {"pvtt_cheng": "III"}, {"hvtt_vv": "VV2"}, {"hvtt_vv": "VV3"}],
)
def test_metastasis_or_a_main_vein_is_asked_about_whatever_stage_was_entered(burden: Row) -> None:
    assert is_asked({"bclc_stage": "C", "cnlc_stage": "IIIA"}, burden=burden)


def test_what_is_left_alive_after_treatment_does_not_stage_the_tumor() -> None:
    viable = {"pvtt_cheng": "III", "diameter_basis": "VIABLE"}
    assert not is_asked({"bclc_stage": "C", "cnlc_stage": "IIIA"}, burden=viable)


@pytest.mark.parametrize(
    ("others", "asked"),
    [
        ({"transarterialsession": [{"start_date": BEFORE, "modality": "CTACE"}]}, False),
        ({"systemicagent": [{"agent_code": "LENVATINIB", "agent_start_date": BEFORE}]}, False),
        ({"radiotherapy": [{"start_date": BEFORE}]}, False),
        ({"ablationsession": [{"start_date": BEFORE}]}, True),
        ({"transarterialsession": [{"start_date": OPERATED, "modality": "CTACE"}]}, True),
    ],
)
def test_treatment_before_it_downstages(others: dict[str, list[Row]], asked: bool) -> None:
    assert is_asked({"bclc_stage": "C"}, **others) is asked


def test_the_last_staged_visit_up_to_the_operation_counts() -> None:
    later = {"assessment_date": BEFORE, "bclc_stage": "B"}
    unstaged = {"assessment_date": BEFORE, "bclc_stage": None}
    afterwards = {"assessment_date": OPERATED + timedelta(days=1), "bclc_stage": "C"}
    assert not is_asked({"bclc_stage": "C"}, later)
    assert is_asked({"bclc_stage": "C"}, unstaged)
    assert not is_asked({"bclc_stage": "B"}, afterwards)
