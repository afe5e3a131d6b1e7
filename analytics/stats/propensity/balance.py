"""How alike the arms are: standardized mean difference, variance ratio and the largest distance of the distributions."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analytics.stats.event_times import Floats

Convention = Literal["pooled", "matchit", "tableone"]

ROUNDING = 1e-12  # of the largest value: what differs by less differs by rounding


@dataclass(frozen=True)
class Sample:
    """One covariate in both arms of one cohort: values of the focal and of the reference arm, missing ones as NaN.

    Each row weighs 1 unless weights of the same shapes are given; rows of weight 0 are not in the cohort."""

    focal: Floats
    reference: Floats
    focal_weights: Floats | None = None
    reference_weights: Floats | None = None

    def weighted(self, *, focal: Floats, reference: Floats) -> "Sample":
        return replace(self, focal_weights=focal, reference_weights=reference)

    @property
    def complete(self) -> "Sample":
        focal, ours = _known(self.focal, weights=self.focal_weights)
        reference, theirs = _known(self.reference, weights=self.reference_weights)
        return Sample(focal=focal, reference=reference, focal_weights=ours, reference_weights=theirs)


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
    `unmatched` is the sample before matching, `now` itself where not given. With weights the means and distribution functions
    are weighted, the variance is the sum of w (x - mean)^2 over 1 - sum of w^2, weights summing to 1 (as cov.wt).
    R: cobalt::bal.tab(s.d.denom = "pooled" | "treated"), MatchIt::summary.matchit, tableone::ExtractSmd.

    >>> arms = Sample(focal=np.array([0.0, 1.0]), reference=np.array([0.0, 0.0]))
    >>> compare_arms(arms, is_binary=True, convention="matchit").smd
    1.0
    """
    sample, before = now.complete, (unmatched or now).complete
    if not (sample.focal.size and sample.reference.size):
        return Balance(smd=None, variance_ratio=None, ks=None)
    if _is_constant(np.concatenate([sample.focal, sample.reference])):
        return Balance(smd=0.0, variance_ratio=None, ks=0.0)
    base = sample if convention == "tableone" else before
    spread = _spread(base, is_binary=is_binary, convention=convention)
    ours = _mean(sample.focal, weights=sample.focal_weights)
    difference = ours - _mean(sample.reference, weights=sample.reference_weights)
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
    focal = _share_up_to(values, of=sample.focal, weights=sample.focal_weights)
    reference = _share_up_to(values, of=sample.reference, weights=sample.reference_weights)
    return float(np.abs(focal - reference).max())


def _known(values: Floats, *, weights: Floats | None) -> tuple[Floats, Floats | None]:
    rows = ~np.isnan(values) if weights is None else ~np.isnan(values) & (weights > 0)
    return values[rows], None if weights is None else weights[rows]


def _mean(values: Floats, *, weights: Floats | None) -> float:
    return float(values.mean() if weights is None else weights @ values / weights.sum())


def _share_up_to(points: Floats, *, of: Floats, weights: Floats | None) -> Floats:
    """The empirical distribution function at the points."""
    order = np.argsort(of)
    places = np.searchsorted(of[order], points, side="right")
    if weights is None:
        return places / of.size
    return np.concatenate([[0.0], np.cumsum(weights[order]) / weights.sum()])[places]


def _spread(sample: Sample, *, is_binary: bool, convention: Convention) -> float:
    focal = _variance(sample.focal, weights=sample.focal_weights, is_binary=is_binary)
    if convention == "matchit":
        return float(np.sqrt(focal))
    reference = _variance(sample.reference, weights=sample.reference_weights, is_binary=is_binary)
    return float(np.sqrt((focal + reference) / 2))


def _is_constant(values: Floats) -> bool:
    """Whether they are equal but for rounding."""
    return bool(np.ptp(values) <= ROUNDING * np.abs(values).max())


def _variance(values: Floats, *, weights: Floats | None, is_binary: bool) -> float:
    mean = _mean(values, weights=weights)
    if is_binary:
        return mean * (1 - mean)
    if values.size < 2:
        return float("nan")
    if _is_constant(values):
        return 0.0
    if weights is None:
        return float(np.var(values, ddof=1))
    share = weights / weights.sum()
    return float(share @ (values - mean) ** 2 / (1 - share @ share))


def _variance_ratio(sample: Sample) -> float | None:
    focal = _variance(sample.focal, weights=sample.focal_weights, is_binary=False)
    return _ratio(focal, over=_variance(sample.reference, weights=sample.reference_weights, is_binary=False))


def _ratio(value: float, *, over: float) -> float | None:
    return value / over if over > 0 and np.isfinite(value) else None
