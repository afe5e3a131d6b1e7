import numpy as np
import pytest
from scipy import stats

from analytics.stats.event_times import Floats
from analytics.stats.survival.cox import CoxFit, fit_cox, fit_on_risk_sets, hazard_ratio
from analytics.stats.survival.risk_sets import RiskSets, build_risk_sets
from analytics.stats.survival.small_sample import with_leverage

TIME = np.array([11, 19, 43, 100, 7, 100, 100, 62, 52, 1, 7.5, 6])
EVENT = np.array([1, 1, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1], dtype=bool)
X = np.repeat([0.0, 1.0], 6)[:, None]


def fitted(X: Floats, *, weights: Floats | None = None) -> tuple[CoxFit, RiskSets]:
    sets = build_risk_sets(TIME, event=EVENT, weights=weights)
    return fit_on_risk_sets(sets, X=X, robust=True), sets


def error(fit: CoxFit) -> float:
    assert fit.robust is not None
    return float(np.sqrt(fit.robust[0, 0]))


def test_the_error_grows_towards_that_of_leaving_each_person_out() -> None:
    weights = np.linspace(0.5, 3, 12)
    fit, sets = fitted(X, weights=weights)
    corrected = error(with_leverage(fit, sets=sets, X=X))
    kept = [np.arange(12) != place for place in range(12)]
    without = [fit_cox(TIME[k], event=EVENT[k], X=X[k], weights=weights[k]).coefficients[0] for k in kept]
    assert error(fit) < corrected < np.sqrt(((np.array(without) - fit.coefficients[0]) ** 2).sum())


def test_it_does_not_depend_on_which_arm_is_coded_one_nor_on_the_unit_of_a_column() -> None:
    fit, sets = fitted(X)
    other, others = fitted(1 - X)
    assert error(with_leverage(other, sets=others, X=1 - X)) == pytest.approx(error(with_leverage(fit, sets=sets, X=X)))
    large, larger = fitted(1000 * X)
    assert 1000 * error(with_leverage(large, sets=larger, X=1000 * X)) == pytest.approx(
        error(with_leverage(fit, sets=sets, X=X)), rel=1e-7
    )


def test_its_interval_is_of_students_t() -> None:
    fit, sets = fitted(X)
    found = with_leverage(fit, sets=sets, X=X)
    ratio = hazard_ratio(found)
    assert found.df is not None
    assert ratio.df == found.df[0]
    assert 2 <= ratio.df <= 24
    assert ratio.high is not None
    assert np.log(ratio.high) == pytest.approx(fit.coefficients[0] + stats.t.ppf(0.975, ratio.df) * error(found))
    assert ratio.p == pytest.approx(2 * stats.t.sf(abs(fit.coefficients[0]) / error(found), ratio.df))


def test_where_one_person_holds_all_there_is_to_know_there_is_no_error() -> None:
    sets = build_risk_sets(np.array([1.0, 2.0, 3.0]), event=np.array([True, False, False]))
    X = np.array([[0.0], [1.0], [1.0]])
    found = with_leverage(fit_on_risk_sets(sets, X=X, robust=True), sets=sets, X=X)
    assert hazard_ratio(found).hr is None
