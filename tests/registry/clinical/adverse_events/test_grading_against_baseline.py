"""Grades against the baseline of the patient, and what is suggested where none is known."""

import pytest

from registry.clinical.adverse_events.laboratory_grading import (
    Circumstances,
    suggest_grade,
    suggestions,
)
from registry.clinical.laboratory.reference_limits import Limits
from tests.registry.clinical.adverse_events.grades import (
    ABNORMAL,
    ALP,
    ALT,
    AST,
    BILIRUBIN,
    NORMAL,
    WITH_LIMITS,
    graded,
)


@pytest.mark.parametrize(
    ("term", "version", "ends", "first_included"),
    [
        (ALT, "5.0", (1.5, 3, 5, 20), True),
        (ALT, "6.0", (1.0, 1.5, 2, 4), True),
        (AST, "5.0", (1.5, 3, 5, 20), True),
        (AST, "6.0", (1.0, 1.5, 2, 4), True),
        (BILIRUBIN, "5.0", (1, 1.5, 3, 10), False),
        (BILIRUBIN, "6.0", (1, 1.5, 2.5, 10), True),
        ("GGT increased", "5.0", (2, 2.5, 5, 20), True),
        ("GGT increased", "6.0", (1, 1.5, 3, 10), True),
        (ALP, "5.0", (2, 2.5, 5, 20), True),
        (ALP, "6.0", (1,), False),
    ],
)
def test_an_abnormal_baseline_is_what_is_multiplied(
    term: str, version: str, ends: tuple[float, ...], first_included: bool
) -> None:
    for grade, end in enumerate(ends):
        value = end * ABNORMAL
        at_its_end = grade + 1 if grade == 0 and first_included else (grade or None)
        assert graded(term, value, baseline=ABNORMAL, version=version) == at_its_end
        assert graded(term, value + 0.01, baseline=ABNORMAL, version=version) == grade + 1
    assert graded(term, ends[0] * ABNORMAL - 0.01, baseline=ABNORMAL, version=version) is None


# admiral 1.4, ncictcaev5.json and ncictcaev6.json: a baseline not known to be high is graded as a normal one
@pytest.mark.parametrize("term", [ALT, AST, BILIRUBIN, "GGT increased", ALP])
def test_without_a_baseline_the_liver_tests_are_graded_by_the_limit_and_marked(term: str) -> None:
    for version in ("4.03", "5.0", "6.0"):
        found = suggest_grade(term, value=900, limits=WITH_LIMITS, version=version)
        known = suggest_grade(term, value=900, limits=WITH_LIMITS, version=version, baseline=NORMAL)
        assert found is not None
        assert known is not None
        assert found.grade == known.grade
        assert (found.is_provisional, known.is_provisional) == (version != "4.03", False)
        assert ("; no baseline is known" in found.why.en) == (version != "4.03")
        assert ("；基线值未知" in found.why.zh) == (version != "4.03")


def test_an_alt_of_600_without_a_baseline_is_grade_3_of_the_limit() -> None:
    found = suggest_grade(ALT, value=600, limits=Limits(uln=50))
    assert found is not None
    assert (found.grade, found.lacks_baseline, found.is_provisional) == (3, True, True)
    assert found.why.en == "600 is above 5 × the upper limit of normal (50); no baseline is known"


@pytest.mark.parametrize(
    ("value", "baseline", "v4", "v5"),
    [
        (105, 105, 1, 1),
        (150, 100, 1, 1),
        (151, 100, 2, 2),
        (120, 80, 1, 1),
        (120.1, 80, 2, 2),
        (240, 80, 2, 2),
        (240.1, 80, 3, 3),
    ],
)
def test_creatinine_changes_grade_at_1_5_and_3_times_the_baseline(
    value: float, baseline: float, v4: int, v5: int
) -> None:
    assert graded("Creatinine increased", value, baseline=baseline, version="4.03") == v4
    assert graded("Creatinine increased", value, baseline=baseline, version="5.0") == v5


# admiral 1.4, ncictcaev4.json and ncictcaev5.json: "AVAL > 1.5*BASE" without asking for the limit
@pytest.mark.parametrize(
    ("value", "baseline", "version", "grade"),
    [
        (90, 45, "5.0", 2),
        (95, 30, "5.0", 3),
        (60, 50, "4.03", 1),
        (60, 50, "5.0", None),
        (95, 40, "4.03", 2),
        (90, 60, "5.0", None),  # 1.5 times is not above it
        (90.1, 60, "5.0", 2),
        (90, 30, "5.0", 2),
        (90.1, 30, "4.03", 3),
        (90, 45, "6.0", 2),  # of a baseline below its limit of normal
        (90, 58, "6.0", None),
    ],
)
def test_creatinine_is_held_against_the_baseline_within_the_limits_of_normal(
    value: float, baseline: float, version: str, grade: int | None
) -> None:
    limits = Limits(lln=57, uln=97)
    assert graded("Creatinine increased", value, limits=limits, baseline=baseline, version=version) == grade
    found = suggestions({"crea": value}, limits={"crea": limits}, baselines={"crea": baseline}, version=version)
    assert {term: one.grade for term, one in found.items()} == (
        {} if grade is None else {"Creatinine increased": grade}
    )


def test_creatinine_without_a_baseline_is_graded_by_the_limit_and_says_so() -> None:
    found = suggest_grade("Creatinine increased", value=400, limits=Limits(uln=97))
    assert found is not None
    assert (found.grade, found.lacks_baseline, found.is_provisional) == (
        3,
        True,
        False,
    )  # a baseline could only raise it
    assert found.why.en == "400 is above 3 × the upper limit of normal (97); no baseline is known"


# admiral 1.4, ncictcaev4.json: ">1.5 - 2.5 times above baseline if on anticoagulation" and "PCHG <= -25" ask for no limit
def test_inr_and_fibrinogen_of_4_03_are_held_against_the_baseline_within_normal() -> None:
    treated = Circumstances(is_anticoagulated=True)
    assert graded("INR increased", 1.1, limits=Limits(uln=1.2), baseline=1.0, version="4.03") is None
    inside = {"limits": Limits(uln=1.2), "version": "4.03", "circumstances": treated}
    assert graded("INR increased", 1.1, baseline=1.0, **inside) == 1
    assert graded("INR increased", 2.6, baseline=1.0, **inside) == 3
    assert graded("INR increased", 2.6, **inside) == 2  # no baseline: by the limit
    limits = Limits(lln=2.0, uln=4.0)
    assert graded("Fibrinogen decreased", 3.0, limits=limits, baseline=4.0, version="4.03") == 2
    assert graded("Fibrinogen decreased", 3.0, limits=limits, baseline=4.0, version="5.0") is None


def test_creatinine_counts_multiples_of_baseline_beside_those_of_the_limit() -> None:
    assert graded("Creatinine increased", 120, baseline=70) == 2
    assert graded("Creatinine increased", 120, baseline=110) == 1
    assert graded("Creatinine increased", 120, baseline=None) == 1
    assert graded("Creatinine increased", 240, baseline=70) == 3
    assert graded("Creatinine increased", 240, baseline=70, limits=Limits(lln=60, uln=100), version="6.0") == 2
    assert graded("Creatinine increased", 240, baseline=59, limits=Limits(lln=60, uln=100), version="6.0") == 3


def test_an_anticoagulated_patient_is_graded_by_the_own_inr() -> None:
    treated = Circumstances(is_anticoagulated=True)
    assert graded("INR increased", 2.4, baseline=2.2) == 2
    assert graded("INR increased", 2.4, baseline=2.2, circumstances=treated) == 1
    assert graded("INR increased", 2.2, baseline=2.2, circumstances=treated) is None


@pytest.mark.parametrize(
    ("value", "baseline", "version", "grade"),
    [
        (1.9, 3.0, "5.0", 1),
        (1.4, 3.0, "5.0", 2),
        (0.9, 3.0, "5.0", 3),
        (0.49, 3.0, "5.0", 4),
        (1.4, 1.8, "5.0", 1),  # an abnormal baseline: a fall by 22 %
        (1.3, 1.8, "5.0", 2),
        (0.9, 1.8, "5.0", 3),
        (0.45, 1.8, "5.0", 4),
        (0.4, 0.5, "5.0", 4),  # below 0.5 g/L whatever the fall
        (1.4, 1.8, "4.03", 2),
        (1.9, 8.0, "4.03", 4),  # "or" a fall by 75 %
        (2.0, 8.0, "4.03", 4),  # though not below the limit
        (2.0, 8.0, "5.0", None),
        (1.9, None, "5.0", 1),
        (1.9, None, "4.03", 1),
    ],
)
def test_fibrinogen_falls_against_its_limit_or_its_baseline(
    value: float, baseline: float | None, version: str, grade: int | None
) -> None:
    limits = Limits(lln=2.0, uln=4.0)
    assert graded("Fibrinogen decreased", value, limits=limits, baseline=baseline, version=version) == grade


@pytest.mark.parametrize(
    ("value", "grade"), [(95.1, None), (95, 1), (90.1, 1), (90, 2), (80.1, 2), (80, 3), (101, None)]
)
def test_weight_loss_counts_from_the_baseline(value: float, grade: int | None) -> None:
    assert graded("Weight loss", value, baseline=100) == grade
    assert graded("Weight loss", value) is None
