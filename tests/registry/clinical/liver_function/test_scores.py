import math

import pytest

from registry.clinical.liver_function.scores import (
    albi_grade,
    albi_score,
    child_pugh_class,
    child_pugh_score,
    child_pugh_subclass,
    coagulation_points_differ,
    malbi_grade,
)


@pytest.mark.parametrize(
    ("alb", "tbil", "score", "grade", "modified"),
    [
        (41.75, 16.45, -2.7461, "1", "1"),
        (35, 20, -2.1163, "2", "2b"),
        (30, 34, -1.5392, "2", "2b"),
        (28, 60, -1.2064, "3", "3"),
    ],
)
def test_albi_gives_the_dictionary_examples(alb: float, tbil: float, score: float, grade: str, modified: str) -> None:
    derived = albi_score(alb, tbil=tbil)
    assert derived == pytest.approx(score, abs=5e-5)
    assert (albi_grade(derived), malbi_grade(derived)) == (grade, modified)


@pytest.mark.parametrize(
    ("score", "grade", "modified"),
    [
        (-2.60, "1", "1"),
        (math.nextafter(-2.60, 0), "2", "2a"),
        (-2.27, "2", "2a"),
        (math.nextafter(-2.27, 0), "2", "2b"),
        (-1.39, "2", "2b"),
        (math.nextafter(-1.39, 0), "3", "3"),
    ],
)
def test_albi_limits_belong_to_the_better_grade(score: float, grade: str, modified: str) -> None:
    assert (albi_grade(score), malbi_grade(score)) == (grade, modified)


def test_albi_of_a_bilirubin_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        albi_score(40, tbil=0)


@pytest.mark.parametrize(
    ("tbil", "alb", "inr", "ascites", "score", "letter"),
    [(16.45, 41.75, 1.08, 0, 5, "A"), (34, 35, 1.7, 1, 9, "B"), (33.9, 35.1, 1.69, 0, 5, "A")],
)
def test_child_pugh_gives_the_dictionary_examples(
    tbil: float, alb: float, inr: float, ascites: int, score: int, letter: str
) -> None:
    derived = child_pugh_score(alb=alb, tbil=tbil, inr=inr, ascites_grade=ascites, encephalopathy_grade=0)
    assert (derived, child_pugh_class(derived)) == (score, letter)


WELL = {"alb": 40, "tbil": 20, "inr": 1.0, "ascites_grade": 0, "encephalopathy_grade": 0}


@pytest.mark.parametrize(
    ("changed", "score"),
    [
        ({"tbil": 51}, 6),
        ({"tbil": 51.1}, 7),
        ({"alb": 28}, 6),
        ({"alb": 27.9}, 7),
        ({"inr": 2.3}, 6),
        ({"inr": 2.31}, 7),
        ({"ascites_grade": 2}, 7),
        ({"ascites_grade": 3}, 7),
        ({"encephalopathy_grade": 1}, 6),
        ({"encephalopathy_grade": 2}, 6),
        ({"encephalopathy_grade": 3}, 7),
        ({"inr": None, "pt_prolongation_s": 3.9}, 5),
        ({"inr": None, "pt_prolongation_s": 4}, 6),
        ({"inr": None, "pt_prolongation_s": 6}, 6),
        ({"inr": None, "pt_prolongation_s": 6.1}, 7),
        ({"pt_prolongation_s": 9}, 5),
    ],
)
def test_child_pugh_points_change_at_their_limits(changed: dict[str, float | None], score: int) -> None:
    assert child_pugh_score(**{**WELL, **changed}) == score


@pytest.mark.parametrize("missing", WELL)
def test_child_pugh_with_a_missing_finding_is_not_a_partial_score(missing: str) -> None:
    assert child_pugh_score(**{**WELL, missing: None}) is None


def test_a_missing_score_has_no_class_or_grade() -> None:
    assert (albi_score(None, tbil=20), albi_score(40, tbil=None)) == (None, None)
    assert (albi_grade(None), malbi_grade(None), child_pugh_class(None)) == (None, None, None)


@pytest.mark.parametrize(("score", "letter"), [(6, "A"), (7, "B"), (9, "B"), (10, "C"), (15, "C")])
def test_child_pugh_classes_change_at_seven_and_ten(score: int, letter: str) -> None:
    assert child_pugh_class(score) == letter


@pytest.mark.parametrize("impossible", [4, 16])
def test_an_impossible_child_pugh_score_is_refused(impossible: int) -> None:
    with pytest.raises(ValueError, match="5 to 15"):
        child_pugh_class(impossible)


@pytest.mark.parametrize(
    ("inr", "prolonged", "differ"), [(1.0, 3.9, False), (1.7, 3.9, True), (2.4, 6.1, False), (1.0, None, None)]
)
def test_inr_and_prothrombin_time_may_give_different_points(
    inr: float, prolonged: float | None, differ: bool | None
) -> None:
    assert coagulation_points_differ(inr=inr, pt_prolongation_s=prolonged) is differ


def test_a_subclass_is_class_and_score() -> None:
    assert [child_pugh_subclass(score) for score in (5, 7, 9, None)] == ["A5", "B7", "B9", None]
