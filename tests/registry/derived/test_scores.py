"""The scores of the field on one assessment, and whether TACE failed and AFP answered over a course."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.clinical.timeline import build_timeline
from registry.derived.assessment import derive
from registry.derived.inputs import Inputs, Result
from registry.derived.tace_failure import derived_failure

START = date(2021, 1, 4)
VISIT = {"assessment_date": START, "ecog_ps": "0", "ascites_grade": "0", "encephalopathy_grade": "0"}
PANEL = {"alb": 35.0, "tbil": 18.0, "inr": 1.0, "afp": 500.0, "crp": 10.0}
BURDEN = {
    "diameter_basis": "WHOLE",
    "tumor_number": 4,
    "max_diameter_cm": 7.5,
    "pvtt_cheng": "0",
    "hvtt_vv": "VV0",
    "extrahepatic_metastasis": "0",
}
CONFINED = {"macrovascular_invasion": "0", "extrahepatic_metastasis": "0"}


def day(number: int) -> date:
    return START + timedelta(days=number)


def scores(*, panel: dict[str, Result] | None = None, **burden: Any) -> dict[str, Any]:
    laboratory = {**{name: Result(value=value) for name, value in PANEL.items()}, **(panel or {})}
    known = derive(Inputs(assessment=VISIT, laboratory=laboratory, burdens={"WHOLE": {**BURDEN, **burden}}))
    return {name: getattr(known, name) for name in known.__slots__}


def test_all_scores_of_one_patient() -> None:
    """Albumin < 36, bilirubin > 17, AFP > 400 and > 7 cm: HAP 4, mHAP 3, four tumors: mHAP-II 5; 4 + 7.5 = 11.5; Child-Pugh 6."""
    known = scores()
    assert [known[name] for name in ("hap_score", "mhap_score", "mhap_ii_score")] == [4, 3, 5]
    assert [known[name] for name in ("hap_class", "mhap_class", "mhap_ii_class")] == ["D", "D", "D"]
    assert (known["six_and_twelve"], known["six_and_twelve_class"]) == (11.5, ">6-12")
    assert (known["bclc_stage"], known["ctp_score"]) == ("B", 6)
    assert (known["bclc_b_bolondi"], known["bclc_b_kinki"]) == ("B2", "B2")
    assert known["crafity_score"] == 2


def test_uncountable_nodules_are_scored_as_many() -> None:
    known = scores(tumor_number=None, tumor_number_uncountable="1", max_diameter_cm=2.0)
    assert (known["hap_score"], known["mhap_ii_score"]) == (3, 4)
    assert (known["six_and_twelve"], known["six_and_twelve_class"]) == (None, ">12")
    assert (known["bclc_b_bolondi"], known["bclc_b_kinki"]) == ("B2", "B2")


def test_a_result_below_the_assay_is_scored_where_it_can_be() -> None:
    known = scores(panel={"afp": Result(value=50.0, comparator="<"), "crp": Result(value=5.0, comparator=">")})
    assert (known["hap_score"], known["crafity_score"]) == (3, None)
    assert scores(panel={"crp": Result(value=5.0, comparator="<")})["crafity_score"] == 1


def test_a_stage_c_has_no_substage() -> None:
    known = scores(pvtt_cheng="II")
    assert (known["bclc_stage"], known["bclc_b_bolondi"], known["bclc_b_kinki"]) == ("C", None, None)


def failure(*, sessions: tuple[int, ...] = (0, 40), **records: list[dict[str, Any]]) -> dict[str, Any]:
    tace = [{"start_date": day(number), "modality": "CTACE"} for number in sessions]
    return derived_failure(build_timeline({"transarterialsession": tace, **records}))


def scan(number: int, *, role: str = "RESP", **variables: Any) -> dict[str, Any]:
    fixed = {"imaging_date": day(number), "imaging_role": role, "non_target_response": "NA", "new_lesion": "NO"}
    return {**fixed, **variables}


def burden(number: int, **variables: Any) -> dict[str, Any]:
    return {"assessment_date": day(number), "diameter_basis": "WHOLE", **CONFINED, **variables}


BASE = scan(-5, role="BASE", sum_viable_mm=50.0, sum_whole_mm=50.0)
TOLD = [burden(-5), burden(90)]


@pytest.mark.parametrize(
    ("viable", "verdict"), [((40.0, 40.0), "1"), ((40.0, 30.0), "0"), ((35.0, 35.0), "0"), ((36.0, 36.0), "1")]
)
def test_half_of_the_area_viable_after_two_sessions_is_refractoriness(
    viable: tuple[float, float], verdict: str
) -> None:
    """Of 50 mm whole: 36 mm are 52 % of the area, 35 mm are 49 %."""
    scans = [scan(n, sum_viable_mm=mm, sum_whole_mm=50.0) for n, mm in zip((35, 80), viable, strict=True)]
    assert failure(imagingassessment=[BASE, *scans], tumorburden=TOLD)["tace_refractory_jsh"] == verdict


def test_necrosis_as_read_goes_before_the_diameters() -> None:
    scans = [scan(n, sum_viable_mm=40.0, sum_whole_mm=50.0, necrosis_pct=80.0) for n in (35, 80)]
    assert failure(imagingassessment=[BASE, *scans], tumorburden=TOLD)["tace_refractory_jsh"] == "0"


@pytest.mark.parametrize(
    ("records", "verdict"),
    [
        ({"tumorburden": [burden(-5), burden(90, pvtt_cheng="II")]}, "1"),
        ({"tumorburden": [burden(-5), burden(90, metastasis_sites=["LUNG"])]}, "1"),
        ({"tumorburden": [burden(-5), burden(200, pvtt_cheng="II")]}, None),
        ({"tumorburden": [burden(-5, pvtt_cheng="II"), burden(90, pvtt_cheng="II")]}, None),
        ({"tumorburden": [burden(-5, macrovascular_invasion="UNK"), burden(90, macrovascular_invasion="1")]}, None),
        ({"progressionevent": [{"progression_date": day(60), "progression_type": ["VASC_NEW"]}]}, "1"),
        ({"progressionevent": [{"progression_date": day(60), "progression_type": ["EXTRA_NEW"]}]}, "1"),
        ({"progressionevent": [{"progression_date": day(300), "progression_type": ["EXTRA_NEW"]}]}, None),
        ({"imagingassessment": [BASE, scan(60, new_lesion="EXTRA")]}, "1"),
    ],
)
def test_new_invasion_or_spread_within_three_months_of_tace_is_refractoriness(
    records: dict[str, Any], verdict: str | None
) -> None:
    assert failure(**records)["tace_refractory_jsh"] == verdict


def test_three_sessions_and_growth_since_before_the_first_are_refractoriness_in_china() -> None:
    scans = [BASE, *(scan(n, sum_viable_mm=mm) for n, mm in ((35, 40.0), (75, 30.0), (115, 60.0)))]
    assert failure(sessions=(0, 40, 80), imagingassessment=scans)["tace_refractory_cci"] == "1"
    assert failure(sessions=(0, 40), imagingassessment=scans)["tace_refractory_cci"] == "0"
    late = [{**BASE, "imaging_date": day(10)}, *scans[1:]]
    assert failure(sessions=(0, 40, 80), imagingassessment=late)["tace_refractory_cci"] is None


def test_without_tace_nothing_is_refractory() -> None:
    assert failure(sessions=()) == {"afp_response": None, "tace_refractory_jsh": None, "tace_refractory_cci": None}


def test_afp_answers_to_the_index_treatment() -> None:
    results = [
        {"analyte_code": "afp", "assessment_date": day(number), "value": value, "comparator": "="}
        for number, value in ((-3, 400.0), (40, 300.0))
    ]
    assert failure(labresult=results)["afp_response"] == "1"
    assert failure(labresult=results[:1], imagingassessment=[scan(35, afp_at_imaging=390.0)])["afp_response"] == "0"
