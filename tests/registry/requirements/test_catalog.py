"""When each variable is required: every condition is met by one row and not by another."""

from datetime import date

import pytest
from django.apps import apps

from registry.choices import AnalyteCode
from registry.requirements.catalog import REQUIREMENTS, requirements_of
from registry.requirements.course_facts import CourseFacts

BASE = {"assessment_type": "BASE", "assessment_date": date(2020, 1, 2)}
LATER = {"assessment_type": "FU", "assessment_date": date(2020, 1, 2)}


def course(**days):
    given = {therapy: (date(2020, 1, day),) for therapy, day in days.items()}
    return {"course": CourseFacts(given=given, curative=given.get("sr", ()))}


def needed(entity, row):
    return {each.variable for each in requirements_of(entity) if each.applies(row)}


@pytest.mark.parametrize(
    ("entity", "variable", "row", "other"),
    [
        ("patient", "consent_date", {"consent_status": "OBT"}, {"consent_status": "WAIV"}),
        ("patient", "consent_withdrawn_date", {"consent_status": "WDR"}, {"consent_status": "OBT"}),
        ("patient", "pack_years", {"smoking_status": "FOR"}, {"smoking_status": "NEV"}),
        ("patient", "alcohol_g_per_day", {"alcohol_status": "CUR"}, {"alcohol_status": "UNK"}),
        ("patient", "edmondson_grade", {"diagnosis_basis": "HIST"}, {"diagnosis_basis": "IMG"}),
        ("patient", "antiviral_therapy", {"hbv_status": "POS"}, {"hbv_status": "OCC"}),
        ("patient", "cirrhosis_basis", {"cirrhosis": "1"}, {"cirrhosis": "0"}),
        ("patient", "comorbidity_list", {"comorbidity": "1"}, {}),
        ("patient", "other_malignancy_type", {"other_malignancy": "1"}, {"other_malignancy": "UNK"}),
        ("patient", "varices", course(vegf=9), course(tki=9)),
        ("patient", "mdt_review_date", course(tat=2, sr=9), course(tat=9, sr=2)),
        ("assessment", "ecog_ps", BASE, LATER),
        ("assessment", "cnlc_stage", {**LATER, "is_baseline": "1"}, LATER),
        ("assessment", "height_cm", {**LATER, **course(chemo=29)}, {**LATER, **course(chemo=31)}),
        ("assessment", "weight_kg", {**LATER, **course(tki=2)}, {**LATER, **course(tki=1)}),
        ("assessment", "systolic_bp", {**LATER, **course(vegf=5)}, {**LATER, **course(ici=5)}),
        ("assessment", "body_temperature", {"assessment_type": "AE"}, BASE),
        ("assessment", "future_liver_remnant_pct", {**LATER, **course(tat=1, sr=20)}, {**LATER, **course(sr=20)}),
        ("assessment", "ecog_tumor_related", {"ecog_ps": "1"}, {"ecog_ps": "0"}),
        ("assessment", "dialysis_7d", {"crea": 177.1}, {"crea": 177.0}),
        ("assessment", "lt_candidate", {"ctp_class": "C"}, {"ctp_class": "B"}),
        ("labresult", "alb", {"assessment_type": "PRE_TX"}, LATER),
        ("labresult", "ggt", BASE, {"assessment_type": "PRE_TX"}),
        ("labresult", "tsh", {**LATER, **course(ici=9)}, {**LATER, **course(tki=9)}),
        ("labresult", "pt_control", {"pt": 13.0}, {"pt": 13.0, "inr": 1.1}),
        ("labresult", "nh3", {"encephalopathy_grade": "1"}, {"encephalopathy_grade": "0"}),
        ("labresult", "hbv_dna", {**BASE, "hbsag_q": "POS"}, {**BASE, "hbsag_q": "NEG"}),
        ("labresult", "u_pro_dip", {**LATER, **course(tki=9)}, LATER),
        ("labresult", "u_pro_24h", {"u_pro_dip": "2+"}, {"u_pro_dip": "1+"}),
        ("tumorburden", "segments", BASE, LATER),
        ("tumorburden", "second_diameter_cm", {"tumor_number": 2}, {"tumor_number": 4}),
        ("tumorburden", "third_diameter_cm", {"tumor_number": 3}, {"tumor_number": 2}),
        ("tumorburden", "pvtt_vp", {"pvtt_cheng": "I"}, {"pvtt_cheng": "0"}),
        ("tumorburden", "metastasis_sites", {"extrahepatic_metastasis": "1"}, {"extrahepatic_metastasis": "0"}),
        ("tumorburden", "arterioportal_shunt", {**LATER, **course(tat=9)}, LATER),
    ],
)
def test_a_condition_is_met_by_one_row_and_not_by_another(entity, variable, row, other):
    assert variable in needed(entity, row)
    assert variable not in needed(entity, other)


def test_what_every_record_needs_is_needed_of_an_empty_one():
    assert {"sex", "birth_date", "enrollment_mode", "hbv_status", "prior_hcc_treatment"} <= needed("patient", {})
    assert needed("assessment", {}) == {"assessment_date", "assessment_type"}
    assert needed("labresult", {}) == set()


def test_every_requirement_names_a_variable_of_its_record():
    for each in REQUIREMENTS:
        names = {field.name for field in apps.get_model("registry", each.entity)._meta.get_fields()}
        known = set(AnalyteCode.values) if each.entity == "labresult" else names
        assert each.variable in known, f"{each.entity}.{each.variable}"
        assert str(each.when)
