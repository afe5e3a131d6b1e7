"""Response of alpha-fetoprotein (AFP) to treatment, from one value before and one after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from registry.clinical.dates import BASELINE_WINDOW_DAYS

ASSESSABLE_AFP_NG_ML = (
    20.0  # Chan et al., J Clin Oncol 2009;27:446-52: lower ones cannot show a fall that means anything
)
RESPONSE_RATIO = 0.80
MARKER_WINDOW_DAYS = (28, 56)  # 4 to 8 weeks after the start
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """One result in ng/mL with its comparator."""

    day: date
    value: float
    comparator: str = "="


def afp_response(results: Iterable[Marker], *, index_date: date | None) -> bool | None:
    """Whether AFP has fallen by more than 20 %, from the last result of the 28 days up to treatment to the first of weeks 4 to 8.

    None without either, where the baseline is below 20 ng/mL, and where a comparator leaves it open. Source: Chan et al. 2009
    (> 20 %, baseline of at least 20); Lee et al., J Hepatocell Carcinoma 2015;2:39-47 (> 20 % at 6 to 8 weeks).
    """
    if index_date is None:
        return None
    known = sorted(results, key=lambda result: result.day)
    first, last = (index_date + timedelta(days=days) for days in MARKER_WINDOW_DAYS)
    since = index_date - timedelta(days=BASELINE_WINDOW_DAYS)
    before = [result for result in known if since <= result.day <= index_date]
    after = [result for result in known if first <= result.day <= last]
    return _has_fallen(before[-1], after=after[0]) if before and after else None


def _has_fallen(before: Marker, *, after: Marker) -> bool | None:
    if before.comparator in {"<", "<="} or before.value < ASSESSABLE_AFP_NG_ML:
        return None
    limit = RESPONSE_RATIO * before.value
    is_lower = after.value < limit - ROUNDING * limit
    if after.comparator in {"<", "<="}:
        return True if is_lower else None
    if before.comparator in {">", ">="}:
        return True if is_lower and after.comparator == "=" else None
    if after.comparator in {">", ">="}:
        return None if is_lower else False
    return is_lower
