import numpy as np
import pytest

from analytics.stats.matching.nearest import Pairs
from analytics.stats.matching.weights import Members, pair_members, pair_weights
from analytics.stats.survival.cox import fit_cox
from analytics.stats.survival.fine_gray import fit_fine_gray
from analytics.stats.survival.log_rank import log_rank_weighted


def test_the_errors_are_those_of_the_expanded_rows_by_set_and_person_where_no_times_tie() -> None:
    random = np.random.default_rng(4)
    treated, controls = np.arange(40), random.integers(40, 60, 40)
    pairs = Pairs(treated=treated, control=controls, caliper_width=None)
    weights, members = pair_weights(pairs, size=60), pair_members(pairs)
    kept = np.flatnonzero(weights > 0)
    place = np.cumsum(weights > 0) - 1
    members = type(members)(row=place[members.row], group=members.group, weight=members.weight)
    time, event = random.permutation(60)[kept] + 1.0, random.random(kept.size) < 0.7
    X = np.column_stack([(kept < 40).astype(float), random.normal(size=kept.size)])
    found = fit_cox(time, event=event, X=X, weights=weights[kept], ties="breslow", robust=True, clusters=members)
    row = members.row
    expanded = fit_cox(
        time[row],
        event=event[row],
        X=X[row],
        weights=members.weight,
        ties="breslow",
        robust=True,
        clusters=(members.group, row),
    )
    assert found.robust is not None
    assert expanded.robust is not None
    assert found.coefficients == pytest.approx(expanded.coefficients, rel=1e-8)
    assert found.robust == pytest.approx(expanded.robust, rel=1e-6)


def test_sharing_a_control_widens_fine_and_gray_s_error_and_the_log_rank_test_by_set_and_person() -> None:
    random = np.random.default_rng(5)
    time, cause = random.exponential(size=60), random.integers(0, 3, 60)
    X = (np.arange(60) < 40).astype(float)[:, None]
    shared = Members(
        row=np.concatenate([np.arange(40), 40 + np.arange(40) % 20]),
        group=np.tile(np.arange(40), 2),
        weight=np.ones(80),
    )
    weights = np.bincount(shared.row).astype(float)
    row = shared.row
    ours = fit_fine_gray(time, cause=cause, X=X, weights=weights, clusters=shared)
    whole = fit_fine_gray(time[row], cause=cause[row], X=X[row], clusters=(shared.group, row))
    assert ours.coefficients == pytest.approx(whole.coefficients, rel=1e-6)
    assert ours.robust == pytest.approx(whole.robust, rel=1e-6)
    event, group = cause == 1, X[:, 0].astype(int)
    one = log_rank_weighted(time, event=event, group=group, weights=weights, clusters=shared)
    two = log_rank_weighted(
        time[row], event=event[row], group=group[row], weights=np.ones(80), clusters=(shared.group, row)
    )
    assert one.chi2 == pytest.approx(two.chi2, rel=1e-6)
