"""The difference of two proportions with score limits, of independent persons and of matched pairs."""

from dataclasses import dataclass
from math import sqrt

from scipy import stats

from analytics.stats.tests.paired_proportions import PairedCounts


@dataclass(frozen=True)
class RateDifference:
    """First minus second, -1 to 1, with its limits; all None where nobody is counted on one side."""

    value: float | None
    low: float | None
    high: float | None


NONE = RateDifference(value=None, low=None, high=None)


def wilson(successes: int, *, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score limits (JASA 1927) without continuity correction: the rates p with |x/n - p| = z sqrt(p (1 - p) / n).

    R: prop.test(successes, n, correct = FALSE)$conf.int.

    >>> [round(limit, 4) for limit in wilson(81, n=263)]
    [0.2553, 0.3662]
    """
    z = float(stats.norm.ppf((1 + level) / 2))
    reach = z * sqrt(z**2 + 4 * successes * (1 - successes / n))
    low, high = ((2 * successes + z**2 + sign * reach) / (2 * (n + z**2)) for sign in (-1, 1))
    return max(0.0, low), min(1.0, high)


def rate_difference(first: int, *, n_first: int, second: int, n_second: int, level: float = 0.95) -> RateDifference:
    """Newcombe's hybrid score interval (Statistics in Medicine 1998; 17: 873, method 10): with Wilson limits l, u of each rate p,
    D - sqrt((p1 - l1)^2 + (u2 - p2)^2) to D + sqrt((u1 - p1)^2 + (p2 - l2)^2). R: DescTools::BinomDiffCI(method = "score").

    >>> found = rate_difference(56, n_first=70, second=48, n_second=80)
    >>> round(found.low, 4), round(found.high, 4)
    (0.0524, 0.3339)
    """
    if not (n_first and n_second):
        return NONE
    return _square_and_add(
        (first / n_first, *wilson(first, n=n_first, level=level)),
        (second / n_second, *wilson(second, n=n_second, level=level)),
        phi=0.0,
    )


def paired_difference(counts: PairedCounts, *, level: float = 0.95) -> RateDifference:
    """Newcombe's interval for pairs (Statistics in Medicine 1998; 17: 2635, method 10): as above, less 2 phi times the product of the two
    terms under each root. phi = (ad - bc) / sqrt of the product of the four margins, its numerator less n/2, at least 0,
    where ad > bc; 0 where a margin is 0. R: contingencytables::Newcombe_square_and_add_CI_paired_2x2.

    >>> found = paired_difference(PairedCounts(1, only_focal=1, only_reference=7, neither=12))
    >>> round(found.low, 3), round(found.high, 3)
    (-0.507, -0.026)
    """
    n = counts.pairs
    if not n:
        return NONE
    first, second = counts.both + counts.only_focal, counts.both + counts.only_reference
    margins = first * (n - first) * second * (n - second)
    excess: float = counts.both * counts.neither - counts.only_focal * counts.only_reference
    excess = max(excess - n / 2, 0.0) if excess > 0 else excess
    return _square_and_add(
        (first / n, *wilson(first, n=n, level=level)),
        (second / n, *wilson(second, n=n, level=level)),
        phi=excess / sqrt(margins) if margins else 0.0,
    )


def _square_and_add(
    first: tuple[float, float, float], second: tuple[float, float, float], *, phi: float
) -> RateDifference:
    """Each a rate with its limits."""
    (p1, l1, u1), (p2, l2, u2) = first, second

    def reach(one: float, other: float) -> float:
        return sqrt(max(one**2 - 2 * phi * one * other + other**2, 0.0))

    difference = p1 - p2
    low, high = difference - reach(p1 - l1, u2 - p2), difference + reach(u1 - p1, p2 - l2)
    return RateDifference(difference, low=max(-1.0, low), high=min(1.0, high))
