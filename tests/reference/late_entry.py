"""Our numbers of the arms alone where rows come late under observation, in the shape of those that r/late_entry.R prints."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from analytics.stats.survival.cox import fit_cox
from analytics.stats.survival.kaplan_meier import (
    ConfidenceKind,
    Curve,
    kaplan_meier,
    median,
    median_follow_up,
    number_at_risk,
    rate_at,
)
from analytics.stats.survival.log_rank import log_rank, log_rank_weighted
from analytics.stats.survival.period_ratios import period_ratios
from analytics.stats.survival.proportional_hazards import TimeScale, ph_test
from analytics.stats.survival.restricted_mean import restricted_mean, restricted_mean_weighted
from tests.reference.outcome_data import Numbers, Table

SCALES: tuple[TimeScale, ...] = ("km", "identity", "log")


def _numbers(found: Iterable[Any]) -> Numbers:
    return [None if value is None else float(value) for value in found]


def _curve_of(t: Table, *, kind: ConfidenceKind = "log", weighted: bool = False) -> Curve:
    weights = t.floats("weight") if weighted else None
    return kaplan_meier(t.time, event=t.event, weights=weights, entry=t.floats("entry"), kind=kind)


def _rates(curve: Curve, *, times: Iterable[float]) -> Numbers:
    rates = [rate_at(curve, time=float(time)) for time in times]
    return [*(r.survival for r in rates), *(r.low for r in rates), *(r.high for r in rates)]


def kaplan_meier_of(t: Table, *, kind: ConfidenceKind) -> Numbers:
    found: Numbers = []
    for arm in t.arms:
        curve = _curve_of(arm, kind=kind)
        middle = median(curve)
        found += [middle.value, middle.low, middle.high, *_rates(curve, times=t.times)]
    return _numbers(found)


def kaplan_meier_log(t: Table) -> Numbers:
    return kaplan_meier_of(t, kind="log")


def kaplan_meier_loglog(t: Table) -> Numbers:
    return kaplan_meier_of(t, kind="log-log")


def kaplan_meier_plain(t: Table) -> Numbers:
    return kaplan_meier_of(t, kind="plain")


def kaplan_meier_weighted(t: Table) -> Numbers:
    return _numbers(value for arm in t.arms for value in _rates(_curve_of(arm, weighted=True), times=t.times))


def at_risk(t: Table) -> Numbers:
    return _numbers(number_at_risk(_curve_of(arm), time=float(time)) for arm in t.arms for time in t.times)


def follow_up(t: Table) -> Numbers:
    return _numbers(median_follow_up(arm.time, event=arm.event, entry=arm.floats("entry")) for arm in t.arms)


def restricted_mean_of_arms(t: Table) -> Numbers:
    means = [restricted_mean(_curve_of(arm), horizon=t.horizon) for arm in t.arms]
    return _numbers(value for mean in means for value in (mean.mean, mean.se))


def restricted_mean_of_weighted_arms(t: Table) -> Numbers:
    means = [
        restricted_mean_weighted(
            arm.time, event=arm.event, weights=arm.floats("weight"), entry=arm.floats("entry"), horizon=t.horizon
        )
        for arm in t.arms
    ]
    return _numbers(value for mean in means for value in (mean.mean, mean.se))


def log_rank_tests(t: Table) -> Numbers:
    strata = (None, t.codes("stratum"))
    return _numbers(
        log_rank(t.time, event=t.event, arm=t.arm, entry=t.floats("entry"), strata=of).chi2 for of in strata
    )


def log_rank_untied(t: Table) -> Numbers:
    """No two rows leave at one time, so that Cox's score test is the log-rank test."""
    time = t.time + (np.arange(t.time.size) + 1) / (4 * t.time.size)
    return _numbers([log_rank(time, event=t.event, arm=t.arm, entry=t.floats("entry")).chi2])


def log_rank_of_weighted_rows(t: Table) -> Numbers:
    entry, weights = t.floats("entry"), t.floats("weight")
    one = log_rank_weighted(t.time, event=t.event, group=t.codes("arm"), weights=weights, entry=entry)
    two = log_rank_weighted(
        t.time,
        event=t.event,
        group=t.codes("arm"),
        weights=weights,
        entry=entry,
        strata=t.codes("stratum"),
        clusters=t.codes("cluster"),
    )
    return _numbers([one.chi2, two.chi2])


def proportional_hazards(t: Table) -> Numbers:
    X, entry = t.X[:, :1], t.floats("entry")
    fit = fit_cox(t.time, event=t.event, X=X, entry=entry)
    return _numbers(ph_test(fit, time=t.time, event=t.event, X=X, entry=entry, scale=scale).chi2[0] for scale in SCALES)


def periods(t: Table) -> Numbers:
    cuts = t.times[[1, 3]].tolist()
    arm, entry = t.arm.astype(float), t.floats("entry")
    found = period_ratios(t.time, event=t.event, arm=arm, cuts=cuts, entry=entry)
    ratios = ((None if p.ratio.hr is None else np.log(p.ratio.hr), p.ratio.se) for p in found)
    return _numbers(value for ratio in ratios for value in ratio)


LATE_ENTRY = {
    "kaplan_meier_log": kaplan_meier_log,
    "kaplan_meier_loglog": kaplan_meier_loglog,
    "kaplan_meier_plain": kaplan_meier_plain,
    "kaplan_meier_weighted": kaplan_meier_weighted,
    "at_risk": at_risk,
    "follow_up": follow_up,
    "restricted_mean": restricted_mean_of_arms,
    "restricted_mean_weighted": restricted_mean_of_weighted_arms,
    "log_rank": log_rank_tests,
    "log_rank_untied": log_rank_untied,
    "log_rank_weighted": log_rank_of_weighted_rows,
    "proportional_hazards": proportional_hazards,
    "periods": periods,
}
