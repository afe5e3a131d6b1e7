import numpy as np
import pytest

from analytics.stats.propensity.score import Propensity, fit_propensity
from tests.reference.frames import SCORE_COLUMNS, golden_matching, lalonde_score, numbers

X, TREATED = lalonde_score()


def fit(*extra: np.ndarray, names: tuple[str, ...] = ()) -> Propensity:
    return fit_propensity(np.column_stack([X, *extra]), treated=TREATED, names=[*SCORE_COLUMNS, *names])


def test_coefficients_and_errors_are_those_of_r() -> None:
    expected = numbers()["score"]
    terms = fit().terms
    assert [term.name for term in terms] == ["(Intercept)", *SCORE_COLUMNS]
    assert [term.estimate for term in terms] == pytest.approx(expected["coefficients"], rel=1e-9)
    assert [term.se for term in terms] == pytest.approx(expected["se"], rel=1e-8)


def test_the_spread_of_the_scores_is_that_of_r() -> None:
    score = fit()
    spread = [np.std(score.probability, ddof=1), np.std(score.logit, ddof=1)]
    assert spread == pytest.approx(numbers()["score"]["sd"], rel=1e-9)
    assert spread == pytest.approx(list(golden_matching()["sd"].values()), abs=1e-6)


def test_equal_rows_have_bit_equal_scores() -> None:
    rows = np.random.default_rng(3).integers(0, 3, size=(500, 5)).astype(float)
    treated = np.random.default_rng(4).random(500) < 0.4
    score = fit_propensity(rows, treated=treated, names=list("abcde"))
    _, kind = np.unique(rows, axis=0, return_inverse=True)
    for one in np.unique(kind):
        assert np.unique(score.logit[kind.ravel() == one]).size == 1
        assert np.unique(score.probability[kind.ravel() == one]).size == 1


def test_constant_and_collinear_columns_are_named_and_change_nothing() -> None:
    score = fit(np.ones(TREATED.size), X[:, 0] + X[:, 1], names=("one", "sum"))
    assert (score.constant, score.collinear, score.separated) == (("one",), ("sum",), ())
    assert score.logit == pytest.approx(fit().logit, rel=1e-9)
    assert {term.name: term.why for term in score.terms if term.why} == {"one": "not_estimable", "sum": "not_estimable"}


def test_a_column_that_parts_the_arms_is_named() -> None:
    score = fit(TREATED * 1.0, names=("cheat",))
    assert score.separated == ("cheat",)
    assert score.terms[-1].estimate is None


def test_a_level_found_in_one_arm_only_is_named() -> None:
    only_treated = (TREATED & (np.arange(TREATED.size) % 3 == 0)) * 1.0
    score = fit(only_treated, names=("rare",))
    assert score.separated == ("rare",)
    assert score.terms[1].estimate is not None


def test_the_area_under_the_curve_counts_pairs() -> None:
    score = fit()
    ours, theirs = score.logit[TREATED], score.logit[~TREATED]
    higher = (ours[:, None] > theirs).mean() + 0.5 * (ours[:, None] == theirs).mean()
    assert score.auc == pytest.approx(higher)


def test_one_arm_or_a_missing_covariate_is_refused() -> None:
    with pytest.raises(ValueError, match="both arms"):
        fit_propensity(X, treated=np.ones(TREATED.size, dtype=bool), names=SCORE_COLUMNS)
    with pytest.raises(ValueError, match="complete"):
        fit_propensity(np.where(X.max() == X, np.nan, X), treated=TREATED, names=SCORE_COLUMNS)
