"""The scores of the field as an assessment's page shows them, before anything is saved."""

from typing import Any

from django.utils import translation

from registry.admin.derived_values import NOT_KNOWN, ON_THE_PAGE, text_of
from registry.derived.assessment import Derived, derive
from registry.derived.inputs import Inputs, Result

VISIT = {"ecog_ps": "0", "ascites_grade": "0", "encephalopathy_grade": "0"}
PANEL = {"alb": 35.0, "tbil": 18.0, "inr": 1.0, "afp": 500.0, "crp": 9.9}
SCORES = ("embolization", "six_and_twelve", "substage", "crafity")


def derived(**burden: Any) -> Derived:
    tumor = {"tumor_number": 4, "max_diameter_cm": 7.5, "pvtt_cheng": "0", "hvtt_vv": "VV0", **burden}
    return derive(
        Inputs(
            assessment=VISIT,
            laboratory={analyte: Result(value=value) for analyte, value in PANEL.items()},
            burdens={"WHOLE": {"extrahepatic_metastasis": "0", **tumor}},
        )
    )


def test_each_score_is_shown_with_its_class() -> None:
    assert SCORES in ON_THE_PAGE
    assert [text_of(name, known=derived()) for name in SCORES] == [
        "HAP 4 (D), mHAP 3 (D), mHAP-II 5 (D)",
        "11.5 (>6-12)",
        "Bolondi B2, Kinki B2",
        "1",
    ]


def test_uncountable_nodules_have_a_stratum_without_a_sum() -> None:
    assert text_of("six_and_twelve", known=derived(tumor_number_uncountable="1")) == ">12"


def test_an_unknown_score_is_a_dash() -> None:
    nothing = derive(Inputs(assessment={}))
    assert [text_of(name, known=nothing) for name in SCORES] == [NOT_KNOWN] * 4
    with translation.override("zh-hans"):
        assert text_of("substage", known=derived(pvtt_cheng="III")) == NOT_KNOWN
