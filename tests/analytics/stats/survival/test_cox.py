import numpy as np
import pytest

from analytics.stats.propensity.score import fit_propensity
from analytics.stats.survival.cox import CoxFit, fit_cox, hazard_ratio
from analytics.stats.survival.proportional_hazards import TimeScale, ph_test
from analytics.stats.survival.risk_sets import Ties
from tests.reference.frames import lung, numbers

COMPLETE = lung()[lung()["ph.ecog"].notna()]
TIME, EVENT = COMPLETE["time"].to_numpy(float), COMPLETE["event"].to_numpy()
THREE = COMPLETE[["age", "sex", "ph.ecog"]].to_numpy(float)
SITE = COMPLETE["site"].to_numpy()


def test_efron_coefficients_errors_and_likelihood_are_those_of_r() -> None:
    expected = numbers()["cox_efron"]
    fit = fit_cox(TIME, event=EVENT, X=THREE)
    assert fit.coefficients == pytest.approx(expected["coefficients"], rel=1e-8)
    assert fit.covariance.ravel() == pytest.approx(expected["variance"], rel=1e-7)
    assert [fit.log_likelihood_null, fit.log_likelihood] == pytest.approx(expected["log_likelihood"], rel=1e-10)


def test_breslow_ties_with_clustered_errors_are_those_of_r() -> None:
    expected = numbers()["cox_breslow"]
    fit = fit_cox(TIME, event=EVENT, X=THREE, ties="breslow", robust=True, clusters=SITE)
    assert fit.coefficients == pytest.approx(expected["coefficients"], rel=1e-8)
    assert fit.covariance.ravel() == pytest.approx(expected["variance"], rel=1e-7)
    assert fit.robust is not None
    assert fit.robust.ravel() == pytest.approx(expected["robust"], rel=1e-7)


def test_strata_with_clustered_errors_are_those_of_r() -> None:
    expected = numbers()["cox_strata"]
    fit = fit_cox(TIME, event=EVENT, X=THREE[:, :2], strata=SITE, robust=True, clusters=SITE)
    assert fit.coefficients == pytest.approx(expected["coefficients"], rel=1e-7)
    assert fit.covariance.ravel() == pytest.approx(expected["variance"], rel=1e-7)
    assert fit.robust is not None
    assert fit.robust.ravel() == pytest.approx(expected["robust"], rel=1e-6)


def test_the_robust_error_without_clusters_is_that_of_r_not_of_lifelines() -> None:
    table = lung()
    fit = fit_cox(
        table["time"].to_numpy(float), event=table["event"].to_numpy(), X=table[["sex"]].to_numpy(float), robust=True
    )
    ratio = hazard_ratio(fit)
    assert ratio.se == pytest.approx(numbers()["cox_robust_sex"]["se"][0], rel=1e-8)
    assert ratio.se == pytest.approx(0.1600318, abs=5e-8)


SCALES: list[TimeScale] = ["km", "rank", "identity", "log"]


@pytest.mark.parametrize("scale", SCALES)
def test_the_score_test_of_proportional_hazards_is_that_of_r(scale: TimeScale) -> None:
    fit = fit_cox(TIME, event=EVENT, X=THREE)
    result = ph_test(fit, time=TIME, event=EVENT, X=THREE, scale=scale)
    assert [*result.chi2, result.global_chi2] == pytest.approx(numbers()["zph"][scale], rel=1e-7)


def plain_log_likelihood(beta: np.ndarray, *, time: np.ndarray, event: np.ndarray, X: np.ndarray, ties: Ties) -> float:
    """Efron's or Breslow's partial likelihood, term by term."""
    total, risk = 0.0, np.exp(X @ beta)
    for moment in np.unique(time[event]):
        dying = event & (time == moment)
        count = int(dying.sum())
        for share in range(count):
            gone = share / count if ties == "efron" else 0.0
            total -= np.log(risk[time >= moment].sum() - gone * risk[dying].sum())
        total += (X[dying] @ beta).sum()
    return total


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_the_fit_is_the_maximum_of_the_likelihood_written_out(ties: Ties) -> None:
    random = np.random.default_rng(4)
    X = random.normal(size=(80, 2))
    time, event = random.integers(1, 12, size=80).astype(float), random.random(80) < 0.7
    fit = fit_cox(time, event=event, X=X, ties=ties)
    best = plain_log_likelihood(fit.coefficients, time=time, event=event, X=X, ties=ties)
    assert fit.log_likelihood == pytest.approx(best, rel=1e-10)
    for step in np.array([[1e-4, 0], [-1e-4, 0], [0, 1e-4], [0, -1e-4]]):
        assert plain_log_likelihood(fit.coefficients + step, time=time, event=event, X=X, ties=ties) < best


def test_the_order_of_rows_and_the_unit_of_time_do_not_matter() -> None:
    shuffled = np.random.default_rng(1).permutation(TIME.size)
    fit = fit_cox(TIME, event=EVENT, X=THREE, robust=True, clusters=SITE)
    again = fit_cox(
        TIME[shuffled] / 30.4375, event=EVENT[shuffled], X=THREE[shuffled], robust=True, clusters=SITE[shuffled]
    )
    assert again.coefficients == pytest.approx(fit.coefficients, rel=1e-9)
    assert again.robust == pytest.approx(fit.robust, rel=1e-8)


def fit_small(X: list[list[float]], *, time: list[float], events: str) -> CoxFit:
    return fit_cox(np.array(time), event=np.array([mark == "1" for mark in events]), X=np.array(X))


def test_an_arm_without_events_has_no_finite_ratio() -> None:
    fit = fit_small([[1], [1], [1], [0], [0], [0]], time=[1, 2, 3, 4, 5, 6], events="111000")
    assert fit.problems == {0: "separation"}
    ratio = hazard_ratio(fit)
    assert (ratio.hr, ratio.se, ratio.p, ratio.why) == (None, None, None, "separation")


def test_one_infinite_term_leaves_the_others_standing() -> None:
    X = np.column_stack([THREE, ~EVENT])
    fit = fit_cox(TIME, event=EVENT, X=X)
    assert fit.problems == {3: "separation"}
    assert np.isfinite(fit.coefficients[:3]).all()
    assert hazard_ratio(fit, column=1).hr is not None


def test_constant_and_collinear_columns_are_named_and_the_rest_is_unchanged() -> None:
    X = np.column_stack([THREE, np.ones(TIME.size), THREE[:, 0] * 2 - THREE[:, 1]])
    fit = fit_cox(TIME, event=EVENT, X=X)
    assert fit.problems == {3: "not_estimable", 4: "not_estimable"}
    assert fit.coefficients[:3] == pytest.approx(numbers()["cox_efron"]["coefficients"], rel=1e-8)


def test_without_events_nothing_is_estimated() -> None:
    assert fit_small([[1], [0]], time=[1, 2], events="00").problems == {0: "no_events"}


def test_two_rows_are_enough_for_a_named_refusal() -> None:
    assert fit_small([[1], [0]], time=[1, 2], events="11").problems == {0: "separation"}


def test_nobody_at_all_is_no_events() -> None:
    fit = fit_cox(np.array([]), event=np.array([], dtype=bool), X=np.empty((0, 1)))
    assert fit.problems == {0: "no_events"}


def test_the_weighted_hazard_ratio_of_lung_has_the_published_figures() -> None:
    """Women against men, stabilized weights for age, ph.ecog and ph.karno: -.49488800 (robust .16156993)."""
    complete = lung().dropna(subset=["age", "ph.ecog", "ph.karno"])
    female = (complete["sex"] == 2).to_numpy()
    X = complete[["age", "ph.ecog", "ph.karno"]].to_numpy(float)
    score = fit_propensity(X, treated=female, names=["age", "ph.ecog", "ph.karno"]).probability
    weights = np.where(female, female.mean() / score, (1 - female.mean()) / (1 - score))
    fit = fit_cox(
        complete["time"].to_numpy(float),
        event=complete["event"].to_numpy(),
        X=female[:, None] * 1.0,
        weights=weights,
        robust=True,
    )
    assert fit.n == 226
    assert fit.coefficients[0] == pytest.approx(-0.49488800, abs=5e-9)
    assert hazard_ratio(fit).se == pytest.approx(0.16156993, abs=5e-9)
