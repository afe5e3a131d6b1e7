"""Our numbers for the outcome half, in the shape of those that the scripts in r/ print: theme → method → data set → numbers."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analytics.stats.event_times import Floats, Integers
from analytics.stats.survival.clone_censor_weight import clone_censor_weight, fit_clones
from analytics.stats.survival.clusters import Clusters
from analytics.stats.survival.competing_risks import cumulative_incidence, incidence_at
from analytics.stats.survival.cox import CoxFit, fit_cox, fit_on_risk_sets
from analytics.stats.survival.fine_gray import fit_fine_gray
from analytics.stats.survival.gray import gray_test
from analytics.stats.survival.immortal_time import fit_episodes, landmark, time_dependent
from analytics.stats.survival.kaplan_meier import ConfidenceKind, kaplan_meier, median, median_follow_up, rate_at
from analytics.stats.survival.log_rank import LogRank, log_rank, log_rank_of_groups, log_rank_weighted
from analytics.stats.survival.period_ratios import period_ratios
from analytics.stats.survival.proportional_hazards import (
    ScaledResiduals,
    TimeScale,
    ph_test,
    scaled_residuals,
    smooth_residuals,
)
from analytics.stats.survival.restricted_mean import restricted_mean, restricted_mean_weighted
from analytics.stats.survival.risk_sets import Ties, build_risk_sets
from analytics.stats.survival.small_sample import with_leverage
from analytics.stats.survival.term_tests import interaction_test, select_forward, wald_test
from analytics.stats.tests.two_sample import compare_counts, compare_means, compare_ranks, fisher
from tests.reference import weibull
from tests.reference.late_entry import LATE_ENTRY
from tests.reference.outcome_data import COMPETING, SETS, Numbers, Table

Method = Callable[[Table], Iterable[float | None]]


def _errors(matrix: Floats | None) -> Floats:
    return np.sqrt(np.diag(matrix)) if matrix is not None else np.zeros(0)


def _flat(*parts: Any) -> Numbers:
    return [None if value is None or np.isnan(value) else float(value) for part in parts for value in np.ravel(part)]


def _likelihoods(fit: CoxFit) -> list[float]:
    return [fit.log_likelihood_null, fit.log_likelihood]


def _cox(
    *,
    ties: Ties = "efron",
    weights: bool = False,
    strata: bool = False,
    entry: bool = False,
    clusters: Callable[[Table], Clusters | None] | None = None,
) -> Callable[[Table], CoxFit]:
    return lambda t: fit_cox(
        t.time,
        event=t.event,
        X=t.X,
        ties=ties,
        weights=t.floats("weight") if weights else None,
        strata=t.codes("stratum") if strata else None,
        entry=t.floats("entry") if entry else None,
        robust=clusters is not None,
        clusters=None if clusters is None else clusters(t),
    )


def _cluster(t: Table) -> Clusters:
    return t.codes("cluster")


def _alone(t: Table) -> None:
    return None


def _corrected(*, weights: bool, clusters: bool) -> Method:
    def numbers(t: Table) -> Numbers:
        sets = build_risk_sets(t.time, event=t.event, weights=t.floats("weight") if weights else None)
        codes = t.codes("cluster") if clusters else None
        fit = with_leverage(fit_on_risk_sets(sets, X=t.X), sets=sets, X=t.X, clusters=codes)
        return _flat(_errors(fit.robust), fit.df)

    return numbers


def _plain(fit: Callable[[Table], CoxFit]) -> Method:
    return lambda t: _flat((f := fit(t)).coefficients, _errors(f.covariance), _likelihoods(f))


def _whole(fit: Callable[[Table], CoxFit]) -> Method:
    return lambda t: _flat((f := fit(t)).coefficients, _errors(f.covariance), _errors(f.robust), _likelihoods(f))


def _robust(fit: Callable[[Table], CoxFit]) -> Method:
    return lambda t: _flat(_errors(fit(t).robust))


def _two_clusterings(t: Table) -> Numbers:
    robust = _cox(clusters=lambda s: (s.codes("cluster"), s.codes("group")))(t).robust
    assert robust is not None
    return _flat(robust.T[np.tril_indices(robust.shape[0])])


def _periods(t: Table) -> Numbers:
    found = period_ratios(t.time, event=t.event, arm=t.arm.astype(float), cuts=t.times[[1, 3]].tolist())
    return _flat(*([None if p.ratio.hr is None else np.log(p.ratio.hr), p.ratio.se] for p in found))


def _curve(kind: ConfidenceKind, *, weighted: bool = False) -> Method:
    def numbers(t: Table) -> Numbers:
        found = []
        for arm in t.arms:
            weights = arm.floats("weight") if weighted else None
            curve = kaplan_meier(arm.time, event=arm.event, weights=weights, kind=kind)
            rates = [rate_at(curve, time=float(time)) for time in t.times]
            middle = median(curve)
            found += [] if weighted else [middle.value, middle.low, middle.high]
            found += [r.survival for r in rates] + [r.low for r in rates] + [r.high for r in rates]
        return _flat(found)

    return numbers


def _restricted(*, weighted: bool) -> Method:
    def numbers(t: Table) -> Numbers:
        means = []
        for arm in t.arms:
            if weighted:
                weights = arm.floats("weight")
                means.append(restricted_mean_weighted(arm.time, event=arm.event, weights=weights, horizon=t.horizon))
            else:
                means.append(restricted_mean(kaplan_meier(arm.time, event=arm.event), horizon=t.horizon))
        return _flat(*([mean.mean, mean.se] for mean in means))

    return numbers


def _log_rank(*, rho: float = 0.0, strata: bool = False) -> Callable[[Table], LogRank]:
    codes: Callable[[Table], Integers | None] = lambda t: t.codes("stratum") if strata else None  # noqa: E731
    return lambda t: log_rank(t.time, event=t.event, arm=t.arm, strata=codes(t), rho=rho)


def _groups(t: Table) -> Numbers:
    return _flat([log_rank_of_groups(t.time, event=t.event, group=t.codes("group"), rho=rho).chi2 for rho in (0, 1)])


def _weighted_log_rank(t: Table) -> Numbers:
    one = log_rank_weighted(t.time, event=t.event, group=t.codes("arm"), weights=t.floats("weight"))
    two = log_rank_weighted(
        t.time,
        event=t.event,
        group=t.codes("arm"),
        weights=t.floats("weight"),
        strata=t.codes("stratum"),
        clusters=t.codes("cluster"),
    )
    return _flat([one.chi2, two.chi2])


def _drift(
    scale: TimeScale = "km", *, ties: Ties = "efron", weighted: bool = False, stratified: bool = False
) -> Method:
    def numbers(t: Table) -> Numbers:
        t = t.of(t.time > 0) if scale == "log" else t
        weights = t.floats("weight") if weighted else None
        strata = t.codes("stratum") if stratified else None
        fit = fit_cox(t.time, event=t.event, X=t.X, ties=ties, weights=weights, strata=strata)
        test = ph_test(fit, time=t.time, event=t.event, X=t.X, weights=weights, strata=strata, ties=ties, scale=scale)
        return _flat([*test.chi2, test.global_chi2])

    return numbers


def _scaled(t: Table, *, ties: Ties = "efron", weights: Floats | None = None) -> ScaledResiduals:
    fit = fit_cox(t.time, event=t.event, X=t.X, ties=ties, weights=weights)
    found = scaled_residuals(fit, time=t.time, event=t.event, X=t.X, weights=weights, ties=ties)
    assert found is not None
    return found


def _residuals(*, ties: Ties = "efron", weighted: bool = False) -> Method:
    def numbers(t: Table) -> Numbers:
        found = _scaled(t, ties=ties, weights=t.floats("weight") if weighted else None)
        of_all = found.residual
        return _flat(of_all[:30].T, of_all.sum(axis=0), (of_all**2).sum(axis=0), found.variance)

    return numbers


def _smooth(t: Table) -> Numbers:
    found = smooth_residuals(_scaled(t), column=0)
    assert found is not None
    return _flat(found.estimate, found.high - found.estimate)


def _incidence(kind: ConfidenceKind, *, weighted: bool = False) -> Method:
    def numbers(t: Table) -> Numbers:
        weights = t.floats("weight") if weighted else None
        curves = [
            cumulative_incidence(t.time, cause=t.codes("cause"), of=of, weights=weights, kind=kind) for of in (1, 2)
        ]
        rates = [incidence_at(curve, time=float(time)) for curve in curves for time in t.times]
        return _flat([r.survival for r in rates], [r.low for r in rates], [r.high for r in rates])

    return numbers


def _gray(t: Table) -> Numbers:
    return _flat([gray_test(t.time, cause=t.codes("cause"), group=t.codes("arm"), of=of).chi2 for of in (1, 2)])


def _gray_of_groups(t: Table) -> Numbers:
    cause, group, strata = t.codes("cause"), t.codes("group"), t.codes("stratum")
    return _flat([gray_test(t.time, cause=cause, group=group, of=of, strata=strata, rho=0.5).chi2 for of in (1, 2)])


def _fine_gray(t: Table) -> Numbers:
    fit = fit_fine_gray(t.time, cause=t.codes("cause"), X=t.X)
    return _flat(fit.coefficients, _errors(fit.robust), _errors(fit.covariance), _likelihoods(fit))


def _fine_gray_other(t: Table) -> Numbers:
    fit = fit_fine_gray(t.time, cause=t.codes("cause"), X=t.X[:, :3], of=2)
    return _flat(fit.coefficients, _errors(fit.robust))


def _fine_gray_counted_twice(t: Table) -> Numbers:
    t = t.of(np.arange(min(t.time.size, 300)))
    weights = 1.0 + (np.arange(t.time.size) + 1) % 2
    return _flat(fit_fine_gray(t.time, cause=t.codes("cause"), X=t.X[:, :3], weights=weights).coefficients)


def _cause_specific(t: Table) -> Numbers:
    fit = fit_cox(t.time, event=t.codes("cause") == 1, X=t.X)
    return _flat(fit.coefficients, _errors(fit.covariance))


def _forward(t: Table) -> Numbers:
    sets = build_risk_sets(t.time, event=t.event)
    chosen = select_forward(sets, X=t.X, terms=[[j] for j in range(1, t.X.shape[1])], forced=[0])
    return _flat([term + 1 for term in chosen.terms])


def _univariable(t: Table) -> Numbers:
    fits = [fit_cox(t.time, event=t.event, X=t.X[:, [j]]) for j in range(1, t.X.shape[1])]
    gains = [2 * (fit.log_likelihood - fit.log_likelihood_null) for fit in fits]
    return _flat(stats.chi2.sf(gains, 1))


def _wald(t: Table) -> Numbers:
    return _flat([wald_test(_cox(clusters=_cluster)(t), columns=range(t.X.shape[1])).chi2])


def _interaction(t: Table) -> Numbers:
    sets = build_risk_sets(t.time, event=t.event)
    return _flat([interaction_test(sets, arm=t.arm.astype(float), level=t.codes("stratum")).chi2])


def _landmark(t: Table) -> Numbers:
    found: list[float] = []
    for day in (15.0, 30.0, 60.0, 90.0):
        episodes = landmark(t.time, event=t.event, focal=t.arm, act=t.floats("act"), at=day)
        fit = fit_episodes(episodes)
        found += [episodes.persons, int(episodes.focal.sum()), *fit.coefficients, *_errors(fit.covariance)]
    return _flat(found)


def _time_dependent(t: Table) -> Numbers:
    """The days of `heart` count from 1, so that nobody has an interval of no length."""
    episodes = time_dependent(t.time + 1, event=t.event, focal=t.arm, act=t.floats("act") + 1)
    fit = fit_episodes(episodes, robust=True)
    return _flat(fit.coefficients, _errors(fit.covariance), _errors(fit.robust))


def _clones(*, adjusted: bool) -> Method:
    def numbers(t: Table) -> Numbers:
        X = t.frame[["x1", "x2"]].to_numpy(float) if adjusted else None
        fits = [
            fit_clones(clone_censor_weight(t.time, event=t.event, focal=t.arm, act=t.floats("act"), grace=grace, X=X))
            for grace in (30.0, 60.0)
        ]
        return _flat(*([*fit.coefficients, *_errors(fit.robust)] for fit in fits))

    return numbers


def _naive(t: Table) -> Numbers:
    return _flat(fit_cox(t.time, event=t.event, X=t.X[:, :1]).coefficients)


def _counts(first: Integers, second: Integers) -> Integers:
    return pd.crosstab(first, second).to_numpy()


def _fisher(t: Table) -> Numbers:
    few = t.of(np.arange(0, t.time.size, max(1, t.time.size // 40)))
    return _flat([fisher(_counts(few.codes("group"), few.codes("arm"))).p])


def _fisher_of_many_arms(t: Table) -> Numbers:
    few = t.of(np.arange(0, t.time.size, max(1, t.time.size // 40)))
    thirds = np.quantile(few.floats("x1"), [1 / 3, 2 / 3])
    arms = few.codes("stratum") + 2 * few.codes("arm")
    return _flat([fisher(_counts(np.searchsorted(thirds, few.floats("x1"), side="left"), arms)).p])


def _chi_squared(t: Table) -> Numbers:
    test = compare_counts(_counts(t.codes("group"), t.codes("arm")))
    return _flat([test.statistic, test.p])


def _means(t: Table) -> Numbers:
    first, second = _sides(t)
    return _flat([compare_means(first, second=second).p, compare_means(first, second=second, profile="spss").p])


def _ranks(t: Table) -> Numbers:
    first, second = _sides(t)
    return _flat([compare_ranks(first, second=second).p, compare_ranks(first, second=second, profile="spss").p])


def _sides(t: Table) -> tuple[Floats, Floats]:
    return t.floats("x1")[t.arm], t.floats("x1")[~t.arm]


THEMES: dict[str, dict[str, Method]] = {
    "cox": {
        "efron": _plain(_cox()),
        "breslow": _plain(_cox(ties="breslow")),
        "robust": _robust(_cox(clusters=_alone)),
        "clustered": _robust(_cox(clusters=_cluster)),
        "clustered_breslow": _robust(_cox(ties="breslow", clusters=_cluster)),
        "two_clusterings": _two_clusterings,
        "weighted": _whole(_cox(weights=True, clusters=_alone)),
        "weighted_breslow": _whole(_cox(weights=True, ties="breslow", clusters=_cluster)),
        "corrected": _corrected(weights=True, clusters=False),
        "corrected_clustered": _corrected(weights=False, clusters=True),
        "stratified": _whole(_cox(weights=True, strata=True, clusters=_cluster)),
        "late_entry": _whole(_cox(weights=True, strata=True, entry=True, clusters=_cluster)),
        "periods": _periods,
    },
    "curves": {
        "kaplan_meier_log": _curve("log"),
        "kaplan_meier_loglog": _curve("log-log"),
        "kaplan_meier_plain": _curve("plain"),
        "kaplan_meier_weighted": _curve("log", weighted=True),
        "follow_up": lambda t: _flat([median_follow_up(arm.time, event=arm.event) for arm in t.arms]),
        "restricted_mean": _restricted(weighted=False),
        "restricted_mean_weighted": _restricted(weighted=True),
        "log_rank": lambda t: _flat([_log_rank()(t).chi2]),
        "log_rank_stratified": lambda t: _flat([_log_rank(strata=True)(t).chi2]),
        "log_rank_rho": lambda t: _flat([_log_rank(rho=1.0)(t).chi2, _log_rank(rho=0.5, strata=True)(t).chi2]),
        "log_rank_of_groups": _groups,
        "log_rank_weighted": _weighted_log_rank,
    },
    "late_entry": LATE_ENTRY,
    "proportional_hazards": {
        "residuals": _residuals(),
        "residuals_breslow": _residuals(ties="breslow"),
        "residuals_weighted": _residuals(weighted=True),
        "smooth": _smooth,
        "km": _drift(),
        "rank": _drift("rank"),
        "identity": _drift("identity"),
        "log": _drift("log"),
        "breslow": _drift(ties="breslow"),
        "weighted": _drift(weighted=True),
        "stratified": _drift(stratified=True),
    },
    "competing_risks": {
        "incidence_log": _incidence("log"),
        "incidence_loglog": _incidence("log-log"),
        "incidence_plain": _incidence("plain"),
        "incidence_weighted": _incidence("log", weighted=True),
        "gray": _gray,
        "gray_of_groups": _gray_of_groups,
        "fine_gray": _fine_gray,
        "fine_gray_other": _fine_gray_other,
        "fine_gray_counted_twice": _fine_gray_counted_twice,
        "cause_specific": _cause_specific,
    },
    "selection": {
        "forward": _forward,
        "univariable": _univariable,
        "wald": _wald,
        "interaction": _interaction,
    },
    "immortal_time": {
        "naive": _naive,
        "landmark": _landmark,
        "time_dependent": _time_dependent,
        "clone_censor_weight": _clones(adjusted=False),
        "clone_censor_weight_adjusted": _clones(adjusted=True),
    },
    "accelerated_failure": {
        "weibull": weibull.plain,
        "robust": weibull.robust,
        "weighted": weibull.weighted,
        "clustered": weibull.clustered,
        "hazard": weibull.hazard,
        "hazard_clustered": weibull.hazard_clustered,
    },
    "tables": {
        "fisher": _fisher,
        "fisher_of_many_arms": _fisher_of_many_arms,
        "chi_squared": _chi_squared,
        "means": _means,
        "ranks": _ranks,
    },
}


def sets_of(theme: str) -> tuple[str, ...]:
    return {"competing_risks": COMPETING, "immortal_time": ("jasa",)}.get(theme, SETS)


CASES = [(theme, method, name) for theme, methods in THEMES.items() for method in methods for name in sets_of(theme)]
