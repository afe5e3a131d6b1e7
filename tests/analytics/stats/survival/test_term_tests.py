import numpy as np
import pytest

from analytics.stats.bad_input import BadInput
from analytics.stats.survival.cox import fit_cox
from analytics.stats.survival.period_ratios import period_ratios
from analytics.stats.survival.risk_sets import build_risk_sets
from analytics.stats.survival.term_tests import (
    Statistic,
    interaction_test,
    select_forward,
    select_univariable,
    wald_test,
)
from tests.reference.outcome_data import table

VETERAN = table("veteran")
SETS = build_risk_sets(VETERAN.time, event=VETERAN.event)
AGE, KARNO, CELL = [1], [2], [3, 4, 5]


@pytest.mark.parametrize("statistic", ["lr", "wald"])
def test_a_factor_enters_whole(statistic: Statistic) -> None:
    chosen = select_forward(SETS, X=VETERAN.X, terms=[AGE, KARNO, CELL], forced=[0], statistic=statistic)
    assert chosen.terms == (1, 2)
    assert [(step.term, step.entered) for step in chosen.steps] == [(1, True), (2, True)]


def test_a_term_that_others_make_useless_goes_out_again() -> None:
    """The sum enters first, its two parts make it useless."""
    random = np.random.default_rng(4)
    parts = random.normal(size=(400, 2))
    X = np.column_stack([parts.sum(axis=1) + random.normal(size=400) * 0.5, parts])
    time = random.exponential(size=400) * np.exp(-parts @ [1.0, 1.0])
    chosen = select_forward(build_risk_sets(time, event=np.ones(400, dtype=bool)), X=X, terms=[[0], [1], [2]])
    assert chosen.steps[0].term == 0
    assert chosen.terms == (1, 2)
    assert not chosen.steps[-1].entered


def test_terms_are_chosen_one_by_one_where_asked() -> None:
    chosen = select_univariable(SETS, X=VETERAN.X, terms=[AGE, KARNO, CELL], entry=0.05)
    assert chosen.terms == (1, 2)
    assert all(step.p < 0.05 for step in chosen.steps)


def test_bounds_that_would_let_terms_come_and_go_are_refused() -> None:
    with pytest.raises(BadInput, match="is below entry"):
        select_forward(SETS, X=VETERAN.X, terms=[AGE], entry=0.1, removal=0.05)


def test_the_wald_test_of_one_column_is_its_z_squared() -> None:
    fit = fit_cox(VETERAN.time, event=VETERAN.event, X=VETERAN.X)
    assert wald_test(fit, columns=[2]).chi2 == pytest.approx(fit.coefficients[2] ** 2 / fit.covariance[2, 2])
    constant = fit_cox(VETERAN.time, event=VETERAN.event, X=np.ones((VETERAN.time.size, 1)))
    assert wald_test(constant, columns=[0]).why == "not_estimable"


def test_one_level_has_no_interaction() -> None:
    level = np.zeros(VETERAN.time.size, dtype=int)
    assert interaction_test(SETS, arm=VETERAN.arm * 1.0, level=level).why == "not_estimable"


def test_the_periods_share_out_all_events() -> None:
    arm = VETERAN.arm * 1.0
    periods = period_ratios(VETERAN.time, event=VETERAN.event, arm=arm, cuts=[60, 180])
    assert sum(period.events for period in periods) == VETERAN.event.sum()
    assert [period.n for period in periods] == [int((VETERAN.time > start).sum()) for start in (0, 60, 180)]
    with pytest.raises(BadInput, match="ascend"):
        period_ratios(VETERAN.time, event=VETERAN.event, arm=arm, cuts=[180, 60])
