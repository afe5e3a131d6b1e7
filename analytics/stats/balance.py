"""How alike the arms are: standardized mean difference, variance ratio and the largest distance of the distributions."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.stats.event_times import Floats

Convention = Literal["pooled", "matchit", "tableone"]


@dataclass(frozen=True)
class Sample:
    """One covariate in both arms of one cohort: values of the focal and of the reference arm, missing ones as NaN."""

    focal: Floats
    reference: Floats

    @property
    def complete(self) -> "Sample":
        return Sample(
            focal=self.focal[~np.isnan(self.focal)],
            reference=self.reference[~np.isnan(self.reference)],
        )


@dataclass(frozen=True)
class Balance:
    """One covariate in one cohort. None where the arms leave nothing to standardize by, or for the ratio of a binary one."""

    smd: float | None
    variance_ratio: float | None
    ks: float | None


def compare_arms(
    now: Sample, *, unmatched: Sample | None = None, is_binary: bool = False, convention: Convention = "pooled"
) -> Balance:
    """Focal minus reference mean over a standard deviation, with variance ratio and Kolmogorov-Smirnov distance.

    The standard deviation is, by convention: `pooled` sqrt((v1 + v0) / 2) of the unmatched sample; `matchit` that of the focal
    arm, unmatched; `tableone` sqrt((v1 + v0) / 2) of the sample at hand. Variances are n - 1, of a binary covariate p (1 - p).
    `unmatched` is the sample before matching, `now` itself where not given.
    R: cobalt::bal.tab(s.d.denom = "pooled" | "treated"), MatchIt::summary.matchit, tableone::ExtractSmd.

    >>> arms = Sample(focal=np.array([0.0, 1.0]), reference=np.array([0.0, 0.0]))
    >>> compare_arms(arms, is_binary=True, convention="matchit").smd
    1.0
    """
    sample, before = now.complete, (unmatched or now).complete
    if not (sample.focal.size and sample.reference.size):
        return Balance(smd=None, variance_ratio=None, ks=None)
    base = sample if convention == "tableone" else before
    spread = _spread(base, is_binary=is_binary, convention=convention)
    difference = float(sample.focal.mean() - sample.reference.mean())
    return Balance(
        smd=_ratio(difference, over=spread) if difference else 0.0,
        variance_ratio=None if is_binary else _variance_ratio(sample),
        ks=abs(difference) if is_binary else largest_distance(sample),
    )


def largest_distance(sample: Sample) -> float:
    """Largest absolute difference of the two empirical distribution functions (for 0/1: of the proportions).

    R: ks.test(...)$statistic; MatchIt's "eCDF Max".
    """
    values = np.union1d(sample.focal, sample.reference)
    focal = np.searchsorted(np.sort(sample.focal), values, side="right") / sample.focal.size
    reference = np.searchsorted(np.sort(sample.reference), values, side="right") / sample.reference.size
    return float(np.abs(focal - reference).max())


def _spread(sample: Sample, *, is_binary: bool, convention: Convention) -> float:
    focal = _variance(sample.focal, is_binary=is_binary)
    if convention == "matchit":
        return float(np.sqrt(focal))
    return float(np.sqrt((focal + _variance(sample.reference, is_binary=is_binary)) / 2))


def _variance(values: Floats, *, is_binary: bool) -> float:
    if is_binary:
        return float(values.mean() * (1 - values.mean()))
    return float(np.var(values, ddof=1)) if values.size > 1 else float("nan")


def _variance_ratio(sample: Sample) -> float | None:
    focal, reference = (_variance(values, is_binary=False) for values in (sample.focal, sample.reference))
    return _ratio(focal, over=reference)


def _ratio(value: float, *, over: float) -> float | None:
    return value / over if over > 0 and np.isfinite(value) else None
