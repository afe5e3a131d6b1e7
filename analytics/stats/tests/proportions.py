"""A proportion with its exact limits, and the comparison of two proportions within pairs."""

from dataclasses import dataclass

from scipy import stats

FEW_DISCORDANT = 25


@dataclass(frozen=True)
class Proportion:
    """`rate` of 0-1 with its limits; all None where nobody is counted."""

    rate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class McNemar:
    """Discordant pairs: `b` with a success of the first only, `c` of the second only, among `pairs` pairs with both known.

    `name` says whether p is exact or of the corrected chi-squared; p is None where there is no pair."""

    pairs: int
    b: int
    c: int
    name: str
    p: float | None


def exact_proportion(successes: int, *, n: int, level: float = 0.95) -> Proportion:
    """Clopper and Pearson's interval (Biometrika 1934): quantiles of beta(x, n - x + 1) and beta(x + 1, n - x).

    R: binom.test(successes, n, conf.level = level).

    >>> exact_proportion(0, n=1).high
    0.975
    """
    if n == 0:
        return Proportion(rate=None, low=None, high=None)
    tail = (1 - level) / 2
    low = float(stats.beta.ppf(tail, successes, n - successes + 1)) if successes > 0 else 0.0
    high = float(stats.beta.isf(tail, successes + 1, n - successes)) if successes < n else 1.0
    return Proportion(rate=successes / n, low=low, high=high)


def mcnemar(b: int, *, c: int, pairs: int) -> McNemar:
    """McNemar's test of the discordant pairs `b` and `c`: exact below 25 of them, else chi-squared with Edwards' correction.

    Exact p: twice the smaller binomial tail at one half, at most 1 (and 1 without a discordant pair).
    R: binom.test(b, b + c)$p.value; mcnemar.test(table, correct = TRUE)$p.value.

    >>> mcnemar(1, c=6, pairs=30).p
    0.125
    """
    discordant = b + c
    if discordant < FEW_DISCORDANT:
        p = min(1.0, 2 * float(stats.binom.cdf(min(b, c), discordant, 0.5)))
        return McNemar(pairs=pairs, b=b, c=c, name="McNemar, exact", p=p if pairs else None)
    gap = max(abs(b - c) - 1, 0)
    p = float(stats.chi2.sf(gap**2 / discordant, 1))
    return McNemar(pairs=pairs, b=b, c=c, name="McNemar, corrected", p=p)
