"""Grades against the limits of normal and printed values, and the table as a whole."""

import pytest

from registry.clinical.adverse_events.ctcae import lookup
from registry.clinical.adverse_events.grading_steps import LaboratoryTerm
from registry.clinical.adverse_events.laboratory_grades import CODED_TERMS, LABORATORY_TERMS
from registry.clinical.adverse_events.laboratory_grading import (
    Circumstances,
    analytes_of,
    graded_terms,
    suggest_coded_grade,
    suggest_grade,
    suggestions,
)
from registry.clinical.laboratory.reference_limits import DEFAULT_LIMITS, Limits, default_limits
from tests.registry.clinical.adverse_events.grades import (
    ALP,
    ALT,
    AST,
    BILIRUBIN,
    NORMAL,
    graded,
)


@pytest.mark.parametrize(
    ("version", "baseline", "grade"), [("5.0", 40, 2), ("5.0", 80, 1), ("4.03", 80, 2), ("6.0", 80, 2)]
)
def test_an_alt_of_160_is_graded_as_in_the_worked_examples(version: str, baseline: float, grade: int) -> None:
    assert graded(ALT, 160, limits=Limits(uln=50), baseline=baseline, version=version) == grade


def test_version_4_0_is_graded_as_4_03() -> None:
    assert graded(ALT, 160, limits=Limits(uln=50), baseline=80, version="4.0") == 2


# The last value of each grade and the first of the next, as multiples of an upper limit of 100
@pytest.mark.parametrize(
    ("term", "ends"),
    [
        (ALT, (100, 300, 500, 2000)),
        (AST, (100, 300, 500, 2000)),
        (BILIRUBIN, (100, 150, 300, 1000)),
        ("GGT increased", (100, 250, 500, 2000)),
        (ALP, (100, 250, 500, 2000)),
        ("Creatinine increased", (100, 150, 300, 600)),
        ("Activated partial thromboplastin time prolonged", (100, 150, 250)),
        ("CPK increased", (100, 250, 500, 1000)),
        ("Lipase increased", (100, 150, 500)),
        ("Serum amylase increased", (100, 150, 500)),
        ("Blood lactate dehydrogenase increased", (100,)),
        ("Thyroid stimulating hormone increased", (100,)),
        ("Cardiac troponin I increased", (100,)),
        ("Cardiac troponin T increased", (100,)),
    ],
)
def test_grades_change_just_above_their_multiple_of_the_upper_limit(term: str, ends: tuple[float, ...]) -> None:
    for grade, end in enumerate(ends):
        assert graded(term, end, baseline=NORMAL) == (grade or None)
        assert graded(term, end + 0.01, baseline=NORMAL) == grade + 1


def test_alp_has_only_grade_1_in_6_0() -> None:
    assert graded(ALP, 5000, baseline=NORMAL, version="6.0") == 1


@pytest.mark.parametrize(
    ("term", "version", "lln", "starts"),
    [
        ("Hypoalbuminemia", "5.0", 40, (40, 30, 20)),
        ("Anemia", "5.0", 130, (130, 100, 80)),
        ("Neutrophil count decreased", "5.0", 1.8, (1.8, 1.5, 1.0, 0.5)),
        ("Neutrophil count decreased", "6.0", 1.8, (1.5, 1.0, 0.5, 0.1)),
        ("Platelet count decreased", "4.03", 125, (125, 75, 50, 25)),
        ("Thrombocytopenia", "6.0", 125, (125, 75, 50, 10)),
        ("Lymphocyte count decreased", "5.0", 1.1, (1.1, 0.8, 0.5, 0.2)),
        ("White blood cell decreased", "5.0", 3.5, (3.5, 3.0, 2.0, 1.0)),
        ("Hyponatremia", "5.0", 137, (137, 130, 125, 120)),
        ("Hyponatremia", "4.03", 137, (137, None, 130, 120)),
        ("Hypokalemia", "5.0", 3.5, (3.5, None, 3.0, 2.5)),
        ("Hypocalcemia", "5.0", 2.11, (2.11, 2.0, 1.75, 1.5)),
        ("Hypomagnesemia", "5.0", 0.75, (0.75, 0.5, 0.4, 0.3)),
        ("Hypoglycemia", "5.0", 3.9, (3.9, 3.0, 2.2, 1.7)),
        ("Hypophosphatemia", "4.03", 0.85, (0.85, 0.8, 0.6, 0.3)),
    ],
)
def test_a_decreased_value_is_graded_just_below_each_start(
    term: str, version: str, lln: float, starts: tuple[float | None, ...]
) -> None:
    reached = None
    for grade, start in enumerate(starts, start=1):
        if start is not None:
            assert graded(term, start, limits=Limits(lln=lln), version=version) == reached
            assert graded(term, start - 0.001, limits=Limits(lln=lln), version=version) == grade
            reached = grade


@pytest.mark.parametrize(
    ("term", "version", "uln", "starts"),
    [
        ("Hypernatremia", "5.0", 147, (147, 150, 155, 160)),
        ("Hyperkalemia", "5.0", 5.3, (5.3, 5.5, 6.0, 7.0)),
        ("Hypercalcemia", "5.0", 2.52, (2.52, 2.9, 3.1, 3.4)),
        ("Hypermagnesemia", "5.0", 1.02, (1.02, None, 1.23, 3.30)),
        ("Cholesterol high", "5.0", 5.7, (5.7, 7.75, 10.34, 12.92)),
        ("Hyperuricemia", "5.0", 428, (428,)),
        ("Hyperuricemia", "4.03", 428, (428, None, None, 590)),
        ("Lymphocyte count increased", "5.0", 3.2, (None, 4, 20)),
        ("Leukocytosis", "5.0", 9.5, (None, None, 100)),
        ("Lipase increased", "4.03", 100, (100, 150, 200, 500)),
        ("INR increased", "4.03", 1.2, (1.2, 1.8, 3.0)),
        ("INR increased", "5.0", 1.3, (1.2, 1.5, 2.5)),
    ],
)
def test_an_increased_value_is_graded_just_above_each_start(
    term: str, version: str, uln: float, starts: tuple[float | None, ...]
) -> None:
    reached = None
    for grade, start in enumerate(starts, start=1):
        if start is not None:
            assert graded(term, start, limits=Limits(uln=uln), version=version) == reached
            assert graded(term, start + 0.001, limits=Limits(uln=uln), version=version) == grade
            reached = grade


@pytest.mark.parametrize(
    ("term", "starts"),
    [
        ("Hypertriglyceridemia", (1.71,)),
        ("Fever", (38.0,)),
        ("Proteinuria", (0.15, 1.0, 3.5)),
    ],
)
def test_a_start_printed_without_a_sign_is_included(term: str, starts: tuple[float, ...]) -> None:
    for grade, start in enumerate(starts, start=1):
        assert graded(term, start, limits=Limits(uln=0.15)) == grade
        assert graded(term, start - 0.001, limits=Limits(uln=0.15)) == (grade - 1 or None)


@pytest.mark.parametrize(("value", "grade"), [(39.0, 1), (39.1, 2), (40.0, 2), (40.1, 3)])
def test_fever_rises_with_each_degree(value: float, grade: int) -> None:
    assert graded("Fever", value) == grade


@pytest.mark.parametrize(
    ("value", "grade"), [(1.70, None), (1.8, 1), (3.42, 1), (3.43, 2), (5.7, 2), (5.8, 3), (11.4, 3), (11.5, 4)]
)
def test_triglycerides_follow_the_printed_limits_even_within_the_normal_range(value: float, grade: int | None) -> None:
    assert graded("Hypertriglyceridemia", value, limits=Limits(uln=2.3)) == grade


def test_a_value_in_the_range_of_normal_is_never_graded() -> None:
    assert graded("Anemia", 99, limits=Limits(lln=90)) is None
    assert graded("Hyperkalemia", 5.6, limits=Limits(uln=5.7)) is None
    assert graded("Creatinine increased", 95, limits=Limits(uln=97), baseline=95, version="4.03") is None
    assert graded("Creatinine increased", 95, limits=Limits(uln=97), baseline=64) is None
    assert graded("Creatinine increased", 95, limits=Limits(uln=97), version="4.03") is None


@pytest.mark.parametrize(
    ("value", "fasting", "grade"),
    [(8.9, True, 1), (9.0, True, 2), (9.0, False, None), (13.9, False, None), (14.0, False, 3), (27.9, False, 4)],
)
def test_low_grades_of_glucose_need_fasting(value: float, fasting: bool, grade: int | None) -> None:
    circumstances = Circumstances(is_fasting=fasting)
    for version in ("4.03", "6.0"):
        assert (
            graded("Hyperglycemia", value, limits=Limits(uln=6.1), version=version, circumstances=circumstances)
            == grade
        )
    assert graded("Hyperglycemia", value, limits=Limits(uln=6.1), circumstances=circumstances) is None


@pytest.mark.parametrize(
    ("code", "v4", "v5"),
    [("NEG", None, None), ("TRACE", None, None), ("1+", 1, 1), ("2+", 2, 2), ("3+", None, 2), ("4+", None, 3)],
)
def test_the_dipstick_is_graded_by_its_code(code: str, v4: int | None, v5: int | None) -> None:
    found = [suggest_coded_grade("Proteinuria", code=code, version=version) for version in ("4.03", "5.0")]
    assert [one and one.grade for one in found] == [v4, v5]
    assert suggest_coded_grade("Proteinuria", code=None) is None


@pytest.mark.parametrize(
    ("term", "version"),
    [
        ("Blood lactate dehydrogenase increased", "4.03"),
        ("Thyroid stimulating hormone increased", "4.03"),
        ("CPK increased", "6.0"),
        ("Lymphocyte count decreased", "6.0"),
        ("Platelet count decreased", "6.0"),
        ("Thrombocytopenia", "5.0"),
        ("Hyperglycemia", "5.0"),
        ("Hypophosphatemia", "5.0"),
        ("Nausea", "5.0"),
    ],
)
def test_a_term_without_laboratory_grades_in_a_version_gives_nothing(term: str, version: str) -> None:
    assert term not in graded_terms(version)
    assert analytes_of(term, version=version) == ()
    assert graded(term, 1e6, version=version) is None


def test_a_missing_value_or_limit_gives_nothing() -> None:
    assert suggest_grade("Anemia", value=None) is None
    assert suggest_grade("Lipase increased", value=900) is None  # depends on the assay
    assert suggest_grade("Anemia", value=120) is None  # the limit differs by sex


def test_the_adult_limits_stand_in_where_the_laboratory_gives_none() -> None:
    man, woman = Circumstances(sex="M"), Circumstances(sex="F")
    assert suggest_grade("Anemia", value=120, circumstances=woman) is None
    found = suggest_grade("Anemia", value=120, circumstances=man)
    assert found is not None
    assert found.why.en == "120 is below the lower limit of normal (130)"
    assert found.why.zh == "120 低于 正常值下限（130）"
    own = suggest_grade("Anemia", value=120, limits=Limits(lln=118), circumstances=man)
    assert own is None


def test_the_reason_names_value_multiple_and_reference() -> None:
    found = suggest_grade(ALT, value=160, limits=Limits(uln=50), baseline=80)
    assert found is not None
    assert found.why.en == "160 is at or above 1.5 × the baseline (80)"
    fall = suggest_grade("Weight loss", value=88, baseline=100)
    assert fall is not None
    assert fall.why.en == "12% below baseline, at least 10%"


def test_a_set_of_values_gives_every_grade_at_once() -> None:
    values = {"alt": 160.0, "hb": 95.0, "ca": 2.0, "alb": 28.0, "na": 140.0, "u_pro_24h": 0.5}
    found = suggestions(
        values,
        limits={"alt": Limits(uln=50)},
        baselines={"alt": 40.0},
        codes={"u_pro_dip": "4+"},
        circumstances=Circumstances(sex="M"),
    )
    assert {term: one.grade for term, one in found.items()} == {
        ALT: 2,
        "Anemia": 2,
        "Hypoalbuminemia": 2,
        "Proteinuria": 3,
    }  # calcium corrected to 2.24 is normal


def test_calcium_without_albumin_is_not_graded() -> None:
    assert suggestions({"ca": 1.4}) == {}
    assert suggestions({"ca": 1.4, "alb": 40.0})["Hypocalcemia"].grade == 4


def test_each_term_is_graded_in_one_way_per_version() -> None:
    for rows in (LABORATORY_TERMS, CODED_TERMS):
        pairs = [(row.term, version) for row in rows for version in row.versions]
        assert len(pairs) == len(set(pairs))


def test_only_defined_grades_are_suggested() -> None:
    rows = [row for row in LABORATORY_TERMS if "5.0" in row.versions]
    shipped = {row.term: lookup(row.term) for row in rows}
    assert [name for name, term in shipped.items() if term is None] == ["Lymphocyte count increased"]
    for row in rows:
        term = shipped[row.term]
        assert term is None or all_grades(row) <= {int(grade) for grade in term.grades}, row.term


def all_grades(row: LaboratoryTerm) -> set[int]:
    return {step.grade for steps in (row.steps, *(ladder.steps for ladder in row.beside)) for step in steps}


def test_default_limits_are_ordered_and_named_once() -> None:
    keys = [(row.analyte, row.sex) for row in DEFAULT_LIMITS]
    assert len(keys) == len(set(keys))
    assert all(row.lln is None or row.uln is None or row.lln < row.uln for row in DEFAULT_LIMITS)
    assert default_limits("crea", sex="F") == Limits(lln=41, uln=73)
    assert default_limits("plt", sex=None) == Limits(lln=125, uln=350)
    assert default_limits("crea", sex="UNK") is None
    assert default_limits("lps", sex="M") is None
