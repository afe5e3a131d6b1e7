"""Missing covariates filled in many times over by chained equations, and the results of the filled tables put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import stats

from analytics.stats.bad_input import require, require_finite, require_same_length
from analytics.stats.event_times import Booleans, Floats, at_risk, count_at, index_times

CYCLES = 10
DONORS = 5
RIDGE = 1e-5  # as mice: keeps collinear predictors from failing
LEVEL_RIDGE = 0.1  # a faint pull to no effect, so that a level that never occurs with another keeps finite odds


@dataclass(frozen=True)
class Variable:
    """One covariate (n,), NaN where missing: a number, or level codes 0 ... `levels` - 1 where `levels` is given."""

    name: str
    values: Floats
    levels: int | None = None


@dataclass(frozen=True)
class Pooled:
    """Rubin's rules over m tables: `within` and `between` variance, `se` of the whole, limits and p of a t on `df`.

    `missing_information` is the share of the variance that the missing values cost. None with a reason for too few tables."""

    estimate: float | None
    se: float | None
    low: float | None
    high: float | None
    p: float | None
    df: float | None
    within: float | None
    between: float | None
    missing_information: float | None
    m: int
    why: str | None = None


def nelson_aalen(time: Floats, *, event: Booleans) -> Floats:
    """The cumulative hazard at each row's own time (n,): sum of d/n up to it. R: mice::nelsonaalen.

    >>> nelson_aalen(np.array([1.0, 2.0]), event=np.array([True, True])).tolist()
    [0.5, 1.5]
    """
    require_same_length(time.size, event=event)
    require_finite(time=time)
    values, index = index_times(time)
    risk = at_risk(count_at(index, size=values.size))
    return np.cumsum(count_at(index, size=values.size, where=event) / risk)[index]


def impute(
    variables: Sequence[Variable], *, known: Floats, m: int = 20, seed: int = 1, cycles: int = CYCLES
) -> tuple[Floats, ...]:
    """`m` completed tables (n, variables), in the order of `variables`; the same seed gives the same tables (PCG64).

    `known` (n, q) are complete columns that predict: the arm, each endpoint's event indicator and Nelson-Aalen hazard (White
    and Royston, Stat Med 2009). Numbers by predictive mean matching on a drawn regression (5 donors), levels from a drawn
    multinomial logistic model. BadInput where a variable has no value at all. R: mice(method = c("pmm", "polyreg"), maxit = 10).
    """
    require_finite(known=known)
    require(m >= 1, en=f"m = {m}: at least one imputed dataset is required.", zh=f"m = {m}：至少需要填补一个数据集。")
    for variable in variables:
        require_same_length(known.shape[0], **{variable.name: variable.values})
        en, zh = f"{variable.name} has no value in any row. Exclude it.", f"{variable.name} 在所有行均无值；请排除。"
        require(not np.isnan(variable.values).all(), en=en, zh=zh)
    random = np.random.Generator(np.random.PCG64(seed))
    return tuple(_fill(variables, known=known, cycles=cycles, random=random) for _ in range(m))


def pool(
    estimates: Sequence[float],
    *,
    variances: Sequence[float],
    df_complete: float | None = None,
    level: float = 0.95,
) -> Pooled:
    """Mean of the estimates, total variance W + (1 + 1/m) B, a t on Barnard and Rubin's degrees of freedom.

    `df_complete` are those of the complete table (Biometrika 1999; None: infinite, Rubin 1987). A log hazard ratio goes in,
    not the ratio. R: mice::pool.scalar(estimates, variances, n, k).
    """
    m = len(estimates)
    Q, U = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    if m < 2 or not (np.isfinite(Q).all() and np.isfinite(U).all()):
        why = "not_estimable"
        return Pooled(None, None, None, None, None, None, None, None, None, m=m, why=why)
    within, between = float(U.mean()), float(Q.var(ddof=1))
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * between / total if total > 0 else 0.0
    df = _degrees(share, m=m, df_complete=df_complete)
    estimate, se = float(Q.mean()), sqrt(total)
    reach = float(stats.t.ppf((1 + level) / 2, df)) if np.isfinite(df) else float(stats.norm.ppf((1 + level) / 2))
    odds = share / (1 - share) if share < 1 else float("inf")
    p = (
        None
        if se == 0
        else float(2 * (stats.t.sf(abs(estimate) / se, df) if np.isfinite(df) else stats.norm.sf(abs(estimate) / se)))
    )
    return Pooled(
        estimate=estimate,
        se=se,
        low=estimate - reach * se,
        high=estimate + reach * se,
        p=p,
        df=df if np.isfinite(df) else None,
        within=within,
        between=between,
        missing_information=(odds + 2 / (df + 3)) / (odds + 1) if np.isfinite(odds) else None,
        m=m,
    )


def _degrees(share: float, *, m: int, df_complete: float | None) -> float:
    old = (m - 1) / share**2 if share > 0 else float("inf")
    if df_complete is None:
        return old
    observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
    return observed if not np.isfinite(old) else old * observed / (old + observed)


def _fill(variables: Sequence[Variable], *, known: Floats, cycles: int, random: np.random.Generator) -> Floats:
    """One completed table: start from values drawn at random, then let every variable be predicted by all others in turn."""
    table = np.stack([variable.values for variable in variables], axis=1)
    gaps = np.isnan(table)
    for j in range(table.shape[1]):
        table[gaps[:, j], j] = random.choice(table[~gaps[:, j], j], size=int(gaps[:, j].sum()))
    incomplete = [j for j in np.argsort(gaps.sum(axis=0), kind="stable") if gaps[:, j].any()]
    for _ in range(cycles if len(incomplete) > 1 else min(cycles, 1)):
        for j in incomplete:
            others = [_columns(variables[k], values=table[:, k]) for k in range(table.shape[1]) if k != j]
            design = _design(np.column_stack([known, *others]))
            table[gaps[:, j], j] = _draw(variables[j], values=table[:, j], gap=gaps[:, j], design=design, random=random)
    return table


def _columns(variable: Variable, *, values: Floats) -> Floats:
    if variable.levels is None:
        return values[:, None]
    return (values[:, None] == np.arange(1, variable.levels)).astype(float)


def _design(X: Floats) -> Floats:
    """With an intercept, the rest standardized, constant columns left out."""
    spread = X.std(axis=0)
    kept = spread > 0
    return np.column_stack([np.ones(X.shape[0]), (X[:, kept] - X[:, kept].mean(axis=0)) / spread[kept]])


def _draw(variable: Variable, *, values: Floats, gap: Booleans, design: Floats, random: np.random.Generator) -> Floats:
    seen = values[~gap]
    if np.ptp(seen) == 0:
        return np.full(int(gap.sum()), seen[0])
    if variable.levels is None:
        return _matched(seen, design=design[~gap], wanted=design[gap], random=random)
    return _level(seen, levels=variable.levels, design=design[~gap], wanted=design[gap], random=random)


def _matched(seen: Floats, *, design: Floats, wanted: Floats, random: np.random.Generator) -> Floats:
    """Predictive mean matching: the value of one of the donors whose fitted mean is nearest to the drawn prediction."""
    cross = design.T @ design
    cross = cross + np.diag(np.diag(cross)) * RIDGE
    beta = np.linalg.solve(cross, design.T @ seen)
    left = seen - design @ beta
    scale = sqrt(float(left @ left) / random.chisquare(max(seen.size - design.shape[1], 1)))
    drawn = beta + scale * np.linalg.cholesky(np.linalg.inv(cross)) @ random.standard_normal(beta.size)
    fitted, predicted = design @ beta, wanted @ drawn
    donors = min(DONORS, seen.size)
    order = np.argsort(fitted, kind="stable")
    position = np.searchsorted(fitted[order], predicted)
    near = np.clip(position[:, None] + np.arange(-donors, donors), 0, seen.size - 1)
    gap = np.abs(fitted[order][near] - predicted[:, None])
    gap[:, 1:][near[:, 1:] == near[:, :-1]] = np.inf
    closest = np.argsort(gap, axis=1, kind="stable")[:, :donors]
    chosen = closest[np.arange(closest.shape[0]), random.integers(0, donors, size=closest.shape[0])]
    return seen[order][near[np.arange(near.shape[0]), chosen]]


def _level(seen: Floats, *, levels: int, design: Floats, wanted: Floats, random: np.random.Generator) -> Floats:
    """A level from the multinomial logistic model, its coefficients drawn from their normal approximation."""
    present = np.array([level for level in range(levels) if (seen == level).any()])
    hits = (seen[:, None] == present).astype(float)
    q, k = design.shape[1], present.size - 1
    beta = np.zeros((q, k))
    for _ in range(25):
        share = _shares(design, beta=beta)
        score = (design.T @ (hits[:, 1:] - share[:, 1:]) - LEVEL_RIDGE * beta).T.ravel()
        curvature = _curvature(design, share=share[:, 1:])
        step = np.linalg.solve(curvature, score).reshape(k, q).T
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            break
    noise = np.linalg.cholesky(np.linalg.inv(curvature)) @ random.standard_normal(q * k)
    chance = _shares(wanted, beta=beta + noise.reshape(k, q).T).cumsum(axis=1)
    luck = random.uniform(size=(wanted.shape[0], 1))
    return present[(luck > chance[:, :-1]).sum(axis=1)].astype(float)


def _shares(design: Floats, *, beta: Floats) -> Floats:
    eta = np.column_stack([np.zeros(design.shape[0]), design @ beta])
    odds = np.exp(eta - eta.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _curvature(design: Floats, *, share: Floats) -> Floats:
    q, k = design.shape[1], share.shape[1]
    found = np.eye(q * k) * LEVEL_RIDGE
    for a in range(k):
        for b in range(a, k):
            weight = share[:, a] * ((a == b) - share[:, b])
            block = design.T @ (design * weight[:, None])
            found[a * q : (a + 1) * q, b * q : (b + 1) * q] += block
            if a != b:
                found[b * q : (b + 1) * q, a * q : (a + 1) * q] += block.T
    return found
