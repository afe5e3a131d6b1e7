import numpy as np
import pytest

from analytics.stats.cox import fit_cox
from analytics.stats.matching import Pairs
from analytics.stats.matching_weights import pair_members, pair_weights
from analytics.stats.risk_sets import build_risk_sets
from analytics.stats.shared_controls import with_shared_controls


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
    sets = build_risk_sets(time, event=event, weights=weights[kept], ties="breslow")
    plain = fit_cox(time, event=event, X=X, weights=weights[kept], ties="breslow")
    found = with_shared_controls(plain, sets=sets, X=X, members=members)
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
