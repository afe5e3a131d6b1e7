"""Robust errors of a Cox model in which one person may stand in several sets of a matching with replacement."""

from dataclasses import replace

import numpy as np

from analytics.stats.cox import CoxFit, score_residuals
from analytics.stats.event_times import Floats, Integers
from analytics.stats.matching_weights import Members
from analytics.stats.risk_sets import RiskSets, evaluate


def with_shared_controls(fit: CoxFit, *, sets: RiskSets, X: Floats, members: Members) -> CoxFit:
    """The fit with the sandwich by set and by person: sum over sets + sum over persons - sum over entries of u u'.

    `fit` is of the persons (n,), each once, with the sum of the weights of its entries; `members` are the entries, `row` the
    person. A person's part u in the estimate, score residual times covariance, belongs to its sets in proportion to its
    weights there (Cameron, Gelbach and Miller 2011). Where there is one set a person, that is the error by set.
    R: vcovCL(fit, cluster = ~ subclass + id) of the expanded rows, up to ties.
    """
    used = [j for j in range(X.shape[1]) if j not in fit.problems]
    if not used:
        return fit
    Z = np.ascontiguousarray(X[sets.order][:, used].T)
    center = Z.mean(axis=1, keepdims=True)
    at = evaluate(sets, Z=Z - center, beta=fit.coefficients[used])
    parts = np.empty((len(used), sets.n))
    parts[:, sets.order] = fit.covariance[np.ix_(used, used)] @ score_residuals(sets, Z=Z - center, at=at)
    total = np.bincount(members.row, weights=members.weight, minlength=sets.n)
    entries = parts[:, members.row] * (members.weight / total[members.row])
    robust = np.full_like(fit.covariance, np.nan)
    both = _sums(entries, code=members.group) + _sums(entries, code=members.row) - entries @ entries.T
    robust[np.ix_(used, used)] = both
    return replace(fit, robust=robust, clusters=int(np.unique(members.group).size))


def _sums(parts: Floats, *, code: Integers) -> Floats:
    sums: Floats = np.stack([np.bincount(code, weights=row) for row in parts])
    return sums @ sums.T
