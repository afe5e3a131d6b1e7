import numpy as np
import pytest

from analytics.stats.bad_input import BadInput
from analytics.stats.resampling.imputation import Variable, impute, nelson_aalen, pool

RANDOM = np.random.default_rng(3)
N = 600
KNOWN = RANDOM.normal(size=(N, 1))
GROUP = (RANDOM.random(N) < 1 / (1 + np.exp(-KNOWN[:, 0]))) * 1.0 + (RANDOM.random(N) < 0.3)
SIZE = 2 * KNOWN[:, 0] + GROUP + RANDOM.normal(size=N) * 0.5


def with_gaps() -> list[Variable]:
    """Large values are missing more often, so that those at hand mislead."""
    random = np.random.default_rng(4)
    size = np.where(random.random(N) < 0.4 * (KNOWN[:, 0] > 0), np.nan, SIZE)
    group = np.where(random.random(N) < 0.2, np.nan, GROUP)
    return [Variable("size", values=size), Variable("group", values=group, levels=3)]


def test_filled_tables_keep_what_was_known_and_undo_the_selection() -> None:
    variables = with_gaps()
    tables = impute(variables, known=KNOWN, m=10, seed=1)
    for table in tables:
        assert np.isfinite(table).all()
        for j, variable in enumerate(variables):
            seen = ~np.isnan(variable.values)
            assert (table[seen, j] == variable.values[seen]).all()
            assert set(table[:, j]) <= set(variable.values[seen])
    means = np.mean([table.mean(axis=0) for table in tables], axis=0)
    assert abs(np.nanmean(variables[0].values) - SIZE.mean()) > 0.2
    assert means == pytest.approx([SIZE.mean(), GROUP.mean()], abs=0.06)


def test_the_seed_decides_and_the_tables_differ() -> None:
    first, again, other = (impute(with_gaps(), known=KNOWN, m=2, seed=seed) for seed in (1, 1, 2))
    assert (first[0] == again[0]).all()
    assert (first[0] != other[0]).any()
    assert (first[0] != first[1]).any()


def test_nothing_missing_is_left_as_it_is() -> None:
    (table,) = impute([Variable("size", values=SIZE)], known=KNOWN, m=1)
    assert (table[:, 0] == SIZE).all()


def test_a_variable_without_any_value_is_named() -> None:
    with pytest.raises(BadInput, match="afp has no value in any row"):
        impute([Variable("afp", values=np.full(N, np.nan))], known=KNOWN)


def test_the_pooled_interval_of_the_mean_covers_it_about_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        z = random.normal(size=150)
        y = z + random.normal(size=150)
        gaps = np.where(random.random(150) < 0.6 * (z > 0), np.nan, y)
        tables = impute([Variable("y", values=gaps)], known=z[:, None], m=10, seed=seed)
        found = pool([t.mean() for t in tables], variances=[t.var(ddof=1) / 150 for t in tables], df_complete=149)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0 <= found.high
    assert covered >= 52


def test_rubins_rules_are_those_written_in_the_books() -> None:
    found = pool([0.1, 0.2, 0.15], variances=[0.01, 0.02, 0.015])
    total = 0.015 + (4 / 3) * 0.0025
    assert (found.estimate, found.se) == (pytest.approx(0.15), pytest.approx(total**0.5))
    assert found.df == pytest.approx(2 * (1 + 0.015 / ((4 / 3) * 0.0025)) ** 2)
    complete = pool([0.1, 0.2, 0.15], variances=[0.01, 0.02, 0.015], df_complete=100)
    share = (4 / 3) * 0.0025 / total
    observed = 101 / 103 * 100 * (1 - share)
    assert complete.df == pytest.approx(1 / (1 / found.df + 1 / observed))


def test_tables_that_agree_cost_nothing_and_one_table_is_no_pool() -> None:
    same = pool([0.1, 0.1], variances=[0.04, 0.04])
    assert (same.se, same.df, same.missing_information) == (pytest.approx(0.2), None, pytest.approx(0))
    assert same.high == pytest.approx(0.1 + 1.959964 * 0.2)
    assert pool([0.1], variances=[0.04]).why == "not_estimable"
    assert pool([0.1, float("nan")], variances=[0.04, 0.04]).why == "not_estimable"


def test_the_cumulative_hazard_sums_deaths_over_those_at_risk() -> None:
    hazard = nelson_aalen(np.array([3.0, 1.0, 2.0, 1.0]), event=np.array([True, True, False, False]))
    assert hazard == pytest.approx([0.25 + 1, 0.25, 0.25, 0.25])
