"""Drawing again: bootstrap samples of persons or pairs, their summary, and leaving out one center at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from analytics.stats.bad_input import require
from analytics.stats.event_times import Booleans, Floats, Integers

FEWEST_SAMPLES = 2
Sample = TypeVar("Sample")


@dataclass(frozen=True)
class Bootstrap:
    """Estimates of the samples that gave one (the others `failed`), their standard deviation and percentile limits."""

    estimates: Floats
    failed: int
    se: float | None
    low: float | None
    high: float | None
    why: str | None = None


def draw_rows(n: int, *, samples: int, seed: int) -> Integers:
    """Row numbers of `samples` bootstrap samples of `n` persons (samples, n), PCG64 from `seed`. Score and match each anew."""
    en = f"A bootstrap requires at least {FEWEST_SAMPLES} samples of at least 1 row, not {samples} samples of {n}."
    zh = f"自助法至少需要 {FEWEST_SAMPLES} 个样本且至少 1 行，而不是 {samples} 个样本、{n} 行。"
    require(n > 0 and samples >= FEWEST_SAMPLES, en=en, zh=zh)
    return np.random.Generator(np.random.PCG64(seed)).integers(0, n, size=(samples, n))


def draw_arms(arm: Booleans, *, samples: int, seed: int) -> Integers:
    """As `draw_rows`, each arm drawn apart so that its size stays; rows of the arm first."""
    focal, reference = np.flatnonzero(arm), np.flatnonzero(~arm)
    drawn = [focal[draw_rows(focal.size, samples=samples, seed=seed)]]
    drawn.append(reference[draw_rows(reference.size, samples=samples, seed=seed + 1)])
    return np.concatenate(drawn, axis=1)


def draw_pairs(pair: Integers, *, samples: int, seed: int) -> Iterator[tuple[Integers, Integers]]:
    """For each sample the rows of the pairs drawn, and for each of these rows the draw it belongs to (the new pair).

    `pair` (n,) are codes; a pair drawn twice is two pairs. Matches are kept, as Austin and Small, Stat Med 2014."""
    of_pair = np.unique(pair, return_inverse=True)[1]
    order = np.argsort(of_pair, kind="stable")
    starts = np.searchsorted(of_pair[order], np.arange(of_pair.max(initial=-1) + 2))
    for drawn in draw_rows(starts.size - 1, samples=samples, seed=seed):
        sizes = starts[drawn + 1] - starts[drawn]
        first = np.repeat(starts[drawn] - np.concatenate([[0], sizes.cumsum()[:-1]]), sizes)
        yield order[first + np.arange(sizes.sum())], np.repeat(np.arange(drawn.size), sizes)


def bootstrap(
    estimate: Callable[[Sample], float | None], *, samples: Iterable[Sample], level: float = 0.95
) -> Bootstrap:
    """The estimate (a log hazard ratio, or None) of every sample; limits are percentiles of type 7.

    R: boot::boot, boot.ci(type = "perc") up to its quantile type.
    """
    found = [estimate(sample) for sample in samples]
    values = np.array([value for value in found if value is not None and np.isfinite(value)])
    failed = len(found) - values.size
    if values.size < FEWEST_SAMPLES:
        return Bootstrap(estimates=values, failed=failed, se=None, low=None, high=None, why="not_estimable")
    low, high = (float(value) for value in np.quantile(values, [(1 - level) / 2, (1 + level) / 2]))
    return Bootstrap(estimates=values, failed=failed, se=float(values.std(ddof=1)), low=low, high=high)


def leave_one_out(center: Sequence[str]) -> Iterator[tuple[str, Booleans]]:
    """Each center with the rows of all the others, in the order of the centers' names."""
    codes = np.asarray(center)
    for name in np.unique(codes):
        yield str(name), codes != name
