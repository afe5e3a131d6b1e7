"""Everything that is computed of one assessment, from plain values and from stored ones."""

from datetime import date

import pytest

from registry.access.scope import center_scope
from registry.clinical.laboratory.reference_limits import Limits
from registry.derived.assessment import DERIVED, ENTERED, Result, derive, derived_of
from registry.derived.inputs import Inputs
from registry.models import Assessment, LabResult, TumorBurden

VISIT = {
    "assessment_date": date(2020, 1, 2),
    "height_cm": 170.0,
    "weight_kg": 65.0,
    "ecog_ps": "0",
    "ascites_grade": "0",
    "encephalopathy_grade": "0",
}
PANEL = {
    **{"alb": 41.75, "tbil": 16.45, "inr": 1.08, "crea": 73.82, "ast": 55.58, "alt": 65.67, "plt": 208.02},
    **{"neut": 4.38, "lym": 1.70, "na": 140.0, "afp": 400.0},
}
BURDEN = {
    "diameter_basis": "WHOLE",
    "tumor_number": 2,
    "max_diameter_cm": 3.0,
    "second_diameter_cm": 2.0,
    "pvtt_cheng": "0",
    "hvtt_vv": "VV0",
    "extrahepatic_metastasis": "0",
    "adjacent_organ_invasion": "0",
    "tumor_rupture": "0",
}


def inputs(*, panel=PANEL, visit=(), burden=(), **more):
    laboratory = {analyte: Result(value=value) for analyte, value in panel.items()}
    known = {"sex": "M", "birth_date": date(1964, 6, 1), "limits": {"ast": Limits(uln=40)}, **more}
    burdens = {"WHOLE": {**BURDEN, **dict(burden)}}
    return Inputs(assessment={**VISIT, **dict(visit)}, laboratory=laboratory, burdens=burdens, **known)


def test_scores_are_those_of_the_worked_examples():
    known = derive(inputs())
    assert round(known.albi_score, 4) == -2.7461
    assert (known.albi_grade, known.malbi_grade) == ("1", "1")
    assert (known.ctp_score, known.ctp_class, known.ctp_subclass) == (5, "A", "A5")
    assert known.meld == 7
    assert (round(known.fib4, 3), round(known.apri, 3)) == (1.813, 0.668)
    assert (round(known.nlr, 3), round(known.plr, 2), round(known.pni, 2)) == (2.576, 122.36, 50.25)
    assert round(known.bsa, 3) == 1.752
    assert round(known.bmi, 1) == 22.5
    assert known.afp_gt_400 is False


def test_stages_and_criteria_follow_from_whole_lesions():
    known = derive(inputs())
    assert (known.bclc_stage, known.cnlc_stage) == ("A", "IB")
    assert (known.ajcc_t, known.ajcc_n, known.ajcc_m, known.ajcc_stage) == ("T2", "N0", "M0", "II")
    whole = known.burdens["WHOLE"]
    assert (whole.within_milan, whole.within_ucsf, whole.within_up_to_seven, whole.within_hangzhou) == (True,) * 4


def test_nothing_is_derived_of_nothing():
    known = derive(Inputs(assessment={}))
    left = {name: getattr(known, name) for name in known.__slots__}
    assert {name for name, value in left.items() if value} == set()


def test_a_thrombus_counts_as_invasion_though_the_flag_says_no():
    known = derive(inputs(burden={"pvtt_cheng": "III", "macrovascular_invasion": "0"}))
    assert (known.bclc_stage, known.cnlc_stage, known.ajcc_stage) == ("C", "IIIA", "IIIB")
    assert [(m.variable, m.entered, m.derived) for m in known.mismatches] == [("macrovascular_invasion", False, True)]


def test_the_flag_counts_where_the_details_are_silent():
    known = derive(inputs(burden={"pvtt_cheng": None, "hvtt_vv": None, "macrovascular_invasion": "1"}))
    assert known.burdens["WHOLE"].macrovascular_invasion is True
    assert known.bclc_stage == "C"
    assert known.mismatches == ()


@pytest.mark.parametrize("number", [None, 2])
def test_uncountable_nodules_are_staged_as_many(number):
    known = derive(inputs(burden={"tumor_number": number, "tumor_number_uncountable": "1"}))
    assert (known.bclc_stage, known.cnlc_stage, known.ajcc_t) == ("B", "IIB", "T2")
    whole = known.burdens["WHOLE"]
    assert (whole.within_milan, whole.within_ucsf, whole.within_up_to_seven) == (False,) * 3


def test_a_thrombus_is_staged_though_nobody_counted_the_nodules():
    known = derive(inputs(burden={"tumor_number": None, "pvtt_cheng": "III"}))
    assert (known.bclc_stage, known.cnlc_stage, known.ajcc_stage) == ("C", "IIIA", "IIIB")


@pytest.mark.parametrize(
    ("entered", "mismatched"),
    [
        ({"albi_score": -2.79}, []),
        ({"albi_score": -2.80}, ["albi_score"]),
        ({"albi_grade": "2"}, ["albi_grade"]),
        ({"ctp_score": 6, "ctp_class": "A"}, ["ctp_score"]),
        ({"bclc_stage": "B", "cnlc_stage": "IB"}, ["bclc_stage"]),
        ({"ajcc_t": "T3", "ajcc_stage": "IIIA"}, ["ajcc_t", "ajcc_stage"]),
    ],
)
def test_what_the_center_states_is_held_against_what_follows(entered, mismatched):
    assert [m.variable for m in derive(inputs(visit=entered)).mismatches] == mismatched


def test_the_derived_value_is_preferred_and_the_source_is_told():
    known = derive(inputs(visit={"ctp_class": "B"}))
    assert known.source_of("ctp_class") == DERIVED
    lacking = {analyte: value for analyte, value in PANEL.items() if analyte != "inr"}
    stated = derive(inputs(panel=lacking, visit={"ctp_class": "B"}))
    assert stated.source_of("ctp_class") == ENTERED
    assert derive(inputs(panel=lacking)).source_of("ctp_class") is None
    assert derive(inputs()).source_of("within_milan", basis="WHOLE") == DERIVED


def test_a_prothrombin_time_stands_in_for_a_missing_inr():
    lacking = {**{k: v for k, v in PANEL.items() if k != "inr"}, "pt": 17.0, "pt_control": 12.0}
    assert derive(inputs(panel=lacking)).ctp_score == 6


def test_what_cannot_be_is_not_counted_with():
    assert derive(inputs(panel={**PANEL, "tbil": 0.0, "crea": 0.0}, visit={"height_cm": 0.0})).albi_score is None


def test_a_stored_assessment_gives_the_same(cast, make_patient):
    patient = make_patient(sex="M", birth_date=date(1964, 6, 1))
    below = {"patient": patient, "center": cast.center}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="an assessment of the tests"):
        visit = Assessment.objects.create(assessment_type="BASE", **VISIT, **below)
        for analyte, value in PANEL.items():
            LabResult.objects.create(
                assessment=visit, analyte_code=analyte, value=value, raw_value=str(value), raw_unit="", **below
            )
        TumorBurden.objects.create(assessment=visit, **BURDEN, **below)
        stored = derived_of(Assessment.objects.get(pk=visit.pk))
    assert stored == derive(inputs(limits={"ast": Limits(lln=15, uln=40)}))
