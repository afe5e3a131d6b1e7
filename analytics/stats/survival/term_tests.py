"""Is a term worth its columns? Likelihood ratio and Wald tests, selection of terms by them, interaction with the arm."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from analytics.stats.bad_input import require
from analytics.stats.event_times import Floats, Integers
from analytics.stats.survival.cox import CoxFit, fit_on_risk_sets
from analytics.stats.survival.risk_sets import RiskSets

Statistic = Literal["lr", "wald"]


@dataclass(frozen=True)
class TermTest:
    """Chi-squared on `df` degrees of freedom; None with a reason where nothing can be tested (not_estimable, separation)."""

    chi2: float | None
    df: int
    p: float | None
    why: str | None = None


@dataclass(frozen=True)
class SelectionStep:
    """One term taken in or put out again, with the p that decided it."""

    term: int
    entered: bool
    p: float


@dataclass(frozen=True)
class Selection:
    """The terms chosen, in the order they came in, and how."""

    terms: tuple[int, ...]
    steps: tuple[SelectionStep, ...]


def likelihood_ratio(full: CoxFit, *, reduced: CoxFit) -> TermTest:
    """Twice the gain in log likelihood over a model nested in the full one; columns not estimable count no degree of freedom.

    R: anova(reduced, full)."""
    df = _estimated(full) - _estimated(reduced)
    if df <= 0:
        return TermTest(chi2=None, df=0, p=None, why="not_estimable")
    chi2 = max(2 * (full.log_likelihood - reduced.log_likelihood), 0.0)
    return TermTest(chi2=chi2, df=df, p=float(stats.chi2.sf(chi2, df)))


def wald_test(fit: CoxFit, *, columns: Sequence[int]) -> TermTest:
    """b' V^-1 b of some columns together, with the robust covariance where the fit has one. R: survey::regTermTest, aod::wald.test."""
    used = [j for j in columns if j not in fit.problems]
    if not used:
        reasons = {fit.problems[j] for j in columns}
        return TermTest(chi2=None, df=0, p=None, why="separation" if "separation" in reasons else "not_estimable")
    variance = (fit.covariance if fit.robust is None else fit.robust)[np.ix_(used, used)]
    beta = fit.coefficients[used]
    chi2 = float(beta @ np.linalg.lstsq(variance, beta, rcond=None)[0])
    return TermTest(chi2=chi2, df=len(used), p=float(stats.chi2.sf(chi2, len(used))))


def select_univariable(
    sets: RiskSets, *, X: Floats, terms: Sequence[Sequence[int]], entry: float = 0.05, statistic: Statistic = "lr"
) -> Selection:
    """The terms whose own model, alone, has p < entry; a factor (several columns of `X` (n, p)) is tested as a whole."""
    tests = {
        place: _worth(sets, X=X, columns=columns, base=[], statistic=statistic) for place, columns in enumerate(terms)
    }
    chosen = [(place, test.p) for place, test in tests.items() if test.p is not None and test.p < entry]
    return Selection(
        terms=tuple(place for place, _ in chosen),
        steps=tuple(SelectionStep(term=place, entered=True, p=p) for place, p in chosen),
    )


def select_forward(  # noqa: PLR0913  # what a stepwise selection has
    sets: RiskSets,
    *,
    X: Floats,
    terms: Sequence[Sequence[int]],
    forced: Sequence[int] = (),
    entry: float = 0.05,
    removal: float = 0.10,
    statistic: Statistic = "lr",
) -> Selection:
    """Forward stepwise: the term with the smallest p below `entry` comes in, then any above `removal` goes out again.

    `terms` are groups of columns of `X` (n, p), a factor is one group; `forced` columns (the arm) are always in and never
    judged. Ends when nothing moves, or when a term that was put out would come in again. `removal` must not be below `entry`.
    R: add1 and drop1 of coxph with test = "Chisq", by hand.
    """
    en = f"removal ({removal:g}) is below entry ({entry:g}): terms would enter and leave endlessly."
    require(removal >= entry, en=en, zh=f"剔除界值（{removal:g}）低于纳入界值（{entry:g}），变量会反复进出。")
    inside: list[int] = []
    steps: list[SelectionStep] = []
    seen: set[frozenset[int]] = set()
    while frozenset(inside) not in seen:
        seen.add(frozenset(inside))
        rest = [place for place in range(len(terms)) if place not in inside]
        base = [*forced, *(column for place in inside for column in terms[place])]
        tests = {place: _worth(sets, X=X, columns=terms[place], base=base, statistic=statistic) for place in rest}
        if (best := _extreme(tests, worst=False)) is None or best[1] >= entry:
            break
        inside.append(best[0])
        steps.append(SelectionStep(term=best[0], entered=True, p=best[1]))
        while (leaving := _weakest(sets, X=X, terms=terms, inside=inside, forced=forced, statistic=statistic)) and (
            leaving[1] > removal
        ):
            inside.remove(leaving[0])
            steps.append(SelectionStep(term=leaving[0], entered=False, p=leaving[1]))
    return Selection(terms=tuple(inside), steps=tuple(steps))


def interaction_test(sets: RiskSets, *, arm: Floats, level: Integers) -> TermTest:
    """Whether the arm's hazard ratio differs between the levels of a subgroup: likelihood ratio of arm x level.

    `arm` 0 or 1, `level` codes, shapes (n,). R: anova(coxph(s ~ arm + level), coxph(s ~ arm * level)).
    """
    levels = np.unique(level)
    if levels.size < 2:
        return TermTest(chi2=None, df=0, p=None, why="not_estimable")
    dummies = np.stack([(level == code).astype(float) for code in levels[1:]], axis=1)
    main = np.column_stack([arm, dummies])
    full = fit_on_risk_sets(sets, X=np.column_stack([main, dummies * arm[:, None]]))
    return likelihood_ratio(full, reduced=fit_on_risk_sets(sets, X=main))


def _estimated(fit: CoxFit) -> int:
    """Columns that add to the likelihood, infinite ones among them."""
    return sum(1 for j in range(fit.coefficients.size) if fit.problems.get(j) in (None, "separation"))


def _worth(sets: RiskSets, *, X: Floats, columns: Sequence[int], base: Sequence[int], statistic: Statistic) -> TermTest:
    full = fit_on_risk_sets(sets, X=X[:, [*base, *columns]])
    if statistic == "wald":
        return wald_test(full, columns=range(len(base), len(base) + len(columns)))
    if base:
        return likelihood_ratio(full, reduced=fit_on_risk_sets(sets, X=X[:, list(base)]))
    df = _estimated(full)
    if not df:
        return TermTest(chi2=None, df=0, p=None, why="not_estimable")
    chi2 = max(2 * (full.log_likelihood - full.log_likelihood_null), 0.0)
    return TermTest(chi2=chi2, df=df, p=float(stats.chi2.sf(chi2, df)))


def _weakest(
    sets: RiskSets,
    *,
    X: Floats,
    terms: Sequence[Sequence[int]],
    inside: Sequence[int],
    forced: Sequence[int],
    statistic: Statistic,
) -> tuple[int, float] | None:
    tests = {}
    for place in inside:
        base = [*forced, *(column for other in inside if other != place for column in terms[other])]
        tests[place] = _worth(sets, X=X, columns=terms[place], base=base, statistic=statistic)
    return _extreme(tests, worst=True)


def _extreme(tests: dict[int, TermTest], *, worst: bool) -> tuple[int, float] | None:
    """Smallest p, or largest; among equal ones (0 at the end of the scale) the larger chi-squared, or the smaller."""
    known = [(test.p, -(test.chi2 or 0.0), place) for place, test in tests.items() if test.p is not None]
    if not known:
        return None
    p, _, place = max(known) if worst else min(known)
    return place, p
