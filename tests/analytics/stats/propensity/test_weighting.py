import numpy as np
import pytest

from analytics.stats.propensity.balance import Sample, compare_arms
from analytics.stats.propensity.score import fit_propensity
from analytics.stats.propensity.weighting import WeightedEffect, describe_weights, score_weights, truncate_weights
from analytics.stats.survival.cox import fit_cox
from tests.reference.frames import SCORE_COLUMNS, lalonde_score, lung

X, TREATED = lalonde_score()
SCORE = fit_propensity(X, treated=TREATED, names=SCORE_COLUMNS).probability
EFFECTS: tuple[WeightedEffect, ...] = ("ATE", "ATT", "ATC", "ATO", "ATM")


def test_the_stabilized_hazard_ratio_of_lung_is_that_of_r() -> None:
    rows = lung().dropna(subset=["ph.ecog", "ph.karno"])
    assert len(rows) == 226
    female = (rows["sex"] == 2).to_numpy()
    names = ("age", "ph.ecog", "ph.karno")
    score = fit_propensity(rows[list(names)].to_numpy(float), treated=female, names=names).probability
    weights = score_weights(score, treated=female)
    fit = fit_cox(
        rows["time"].to_numpy(float),
        event=rows["event"].to_numpy(),
        X=female[:, None].astype(float),
        weights=weights,
        robust=True,
    )
    assert fit.coefficients[0] == pytest.approx(-0.49488800, abs=5e-9)
    assert fit.robust is not None
    assert np.sqrt(fit.robust[0, 0]) == pytest.approx(0.16156993, abs=5e-9)


def test_each_effect_weighs_by_its_formula() -> None:
    e, treated = np.array([0.2, 0.2, 0.8, 0.8]), np.array([True, False, True, False])
    expected = {
        "ATE": [2.5, 0.625, 0.625, 2.5],
        "ATT": [1, 0.25, 1, 4],
        "ATC": [4, 1, 0.25, 1],
        "ATO": [0.8, 0.2, 0.2, 0.8],
        "ATM": [1, 0.25, 0.25, 1],
    }
    for effect in EFFECTS:
        assert score_weights(e, treated=treated, effect=effect) == pytest.approx(expected[effect]), effect


def test_stabilized_weights_keep_the_size_of_the_sample_and_overlap_weights_balance_exactly() -> None:
    stabilized = score_weights(SCORE, treated=TREATED)
    # the sum of p / e over the treated is n p in expectation only
    assert stabilized.sum() == pytest.approx(TREATED.size, rel=0.15)
    overlap = score_weights(SCORE, treated=TREATED, effect="ATO")
    for values in X.T:
        arms = Sample(focal=values[TREATED], reference=values[~TREATED])
        weighted = arms.weighted(focal=overlap[TREATED], reference=overlap[~TREATED])
        assert compare_arms(weighted, unmatched=arms).smd == pytest.approx(0, abs=1e-7)


def test_weights_of_the_untreated_for_the_treated_sum_to_the_treated_where_the_score_has_an_intercept() -> None:
    weights = score_weights(SCORE, treated=TREATED, effect="ATT")
    assert (weights[TREATED] == 1).all()
    mirrored = score_weights(1 - SCORE, treated=~TREATED, effect="ATC")
    assert weights == pytest.approx(mirrored)


def test_truncation_pulls_to_the_percentiles_of_those_who_vary() -> None:
    weights = score_weights(SCORE, treated=TREATED, effect="ATT")
    cut = truncate_weights(weights, low=0.05, high=0.9, among=~TREATED)
    low, high = np.quantile(weights[~TREATED], [0.05, 0.9])
    assert (cut.low, cut.high) == (low, high)
    assert (cut.weights[TREATED] == 1).all()
    assert cut.weights[~TREATED].min() == low
    assert cut.weights[~TREATED].max() == high
    inside = (weights >= low) & (weights <= high)
    assert (cut.weights[inside] == weights[inside]).all()


def test_the_effective_sample_size_falls_as_weights_spread() -> None:
    assert describe_weights(np.full(9, 3.0)).ess == pytest.approx(9)
    one_heavy = describe_weights(np.array([1.0, 1, 1, 97]))
    assert (one_heavy.mean, one_heavy.max) == (25, 97)
    assert one_heavy.ess == pytest.approx(100**2 / (3 + 97**2))
