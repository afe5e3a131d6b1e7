from math import exp, log

import numpy as np
import pytest
from lifelines import CoxPHFitter

from analytics.stats.event_times import Integers
from analytics.stats.matching.weights import Members
from analytics.stats.survival import second_engine
from analytics.stats.survival.cox import fit_cox, hazard_ratio
from analytics.stats.survival.kaplan_meier import kaplan_meier, median
from analytics.stats.survival.risk_sets import Ties
from analytics.stats.survival.second_engine import CannotFitError, arm_effect, median_survival
from analytics.stats.survival.untied_rows import count_untied, untied_rows
from tests.reference.frames import lung
from tests.reference.outcome_data import SETS, Table, table

CLOSE = 1e-7
ALL_TIES: list[Ties] = ["efron", "breslow"]


def shared(t: Table) -> Members:
    """Every third person is in a second set."""
    twice = np.arange(0, t.time.size, 3)
    rows = np.concatenate([np.arange(t.time.size), twice])
    sets = np.concatenate([np.arange(t.time.size) // 2, (twice + 7) % (t.time.size // 2)])
    share = 1 / np.bincount(rows)[rows]
    return Members(row=rows, group=sets, weight=share * t.floats("weight")[rows])


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("ties", ALL_TIES)
@pytest.mark.parametrize("weighted", [False, True])
def test_both_engines_agree_on_the_arm_and_its_error_whoever_it_is_clustered_by(
    name: str, ties: Ties, weighted: bool
) -> None:
    t = table(name)
    t = t if count_untied(t.time, event=t.event, ties=ties) < 12_000 else t.of(np.arange(400))
    weights = t.floats("weight") if weighted else None
    clusterings: list[Integers | Members | None] = [None, t.codes("cluster"), *([shared(t)] if weighted else [])]
    for robust, clusters in [(False, None), *((True, one) for one in clusterings)]:
        ours = hazard_ratio(
            fit_cox(t.time, event=t.event, X=t.X[:, :1], ties=ties, weights=weights, robust=robust, clusters=clusters)
        )
        theirs = arm_effect(
            t.time, event=t.event, arm=t.X[:, 0], ties=ties, weights=weights, robust=robust, clusters=clusters
        )
        assert exp(theirs.log_hazard_ratio) == pytest.approx(ours.hr, rel=CLOSE)
        assert theirs.se == pytest.approx(ours.se, rel=CLOSE)


def test_without_ties_lifelines_has_the_robust_error_of_r_and_with_them_it_has_not() -> None:
    frame = lung()
    time, event, sex = frame["time"].to_numpy(float), frame["event"].to_numpy(), frame["sex"].to_numpy(float)
    plain = CoxPHFitter().fit(frame[["time", "event", "sex"]], "time", "event", robust=True)
    assert plain.standard_errors_["sex"] == pytest.approx(0.15999135, abs=5e-8)
    assert arm_effect(time, event=event, arm=sex, robust=True).se == pytest.approx(0.1600318, abs=5e-8)


def test_the_table_without_ties_gives_each_death_as_many_pieces_as_die_that_day() -> None:
    time, event = np.array([5.0, 5, 5, 5, 9]), np.array([True, True, True, False, True])
    rows = untied_rows(time, event=event, weights=np.array([3.0, 6, 9, 1, 1]), ties="efron")
    assert rows.row.size == count_untied(time, event=event, ties="efron") == 3 * 3 * 2 + 1 + 2
    assert sorted(rows.time) == list(range(1, 22))
    events = rows.weight[rows.event]
    assert [events[rows.row[rows.event] == person].sum() for person in (0, 1, 2, 4)] == pytest.approx([3, 6, 9, 1])
    assert rows.time[rows.row == 3] == 19  # after all who die that day
    assert untied_rows(time, event=event, weights=None, ties="breslow").row.size == 3 * 2 + 1 + 2


def test_a_cohort_beyond_what_lifelines_can_do_in_time_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_engine, "MOST_ROWS", 100)
    t = table("lung")
    with pytest.raises(CannotFitError, match="too_many_rows"):
        arm_effect(t.time, event=t.event, arm=t.X[:, 0], robust=True)
    ours = hazard_ratio(fit_cox(t.time, event=t.event, X=t.X[:, :1]))
    assert ours.hr is not None
    assert arm_effect(t.time, event=t.event, arm=t.X[:, 0]).log_hazard_ratio == pytest.approx(log(ours.hr), rel=CLOSE)


@pytest.mark.parametrize("name", SETS)
def test_both_engines_agree_on_medians(name: str) -> None:
    for arm in table(name).arms:
        for weights in (None, arm.floats("weight")):
            ours = median(kaplan_meier(arm.time, event=arm.event, weights=weights)).value
            theirs = median_survival(arm.time, event=arm.event, weights=weights)
            assert theirs is ours if ours is None else theirs == pytest.approx(ours, rel=1e-12)


@pytest.mark.parametrize(
    ("times", "events", "expected"),
    [([1, 2, 3, 4], [1, 1, 1, 1], 2.5), ([1, 2, 3, 4], [1, 1, 0, 0], 2), ([1, 2, 3], [1, 0, 0], None)],
)
def test_the_median_of_a_flat_piece_is_its_middle(times: list[int], events: list[int], expected: float | None) -> None:
    assert median_survival(np.array(times, dtype=float), event=np.array(events) > 0) == expected
