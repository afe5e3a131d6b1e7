"""How strong an unmeasured confounder would have to be to explain a hazard ratio away."""

from dataclasses import dataclass
from math import sqrt

from analytics.stats.bad_input import require

COMMON_OUTCOME = 0.15  # VanderWeele and Ding, Ann Intern Med 2017: above it a hazard ratio is no risk ratio any more


@dataclass(frozen=True)
class EValue:
    """For the ratio itself, and for the limit nearer 1 (1 where the interval holds 1); `converted` for a common outcome."""

    point: float
    limit: float
    converted: bool


def e_value(hr: float, *, low: float, high: float, event_share: float) -> EValue:
    """RR + sqrt(RR (RR - 1)) of the ratio turned above 1.

    Where more than 15 % have the event (`event_share` of 0-1), RR = (1 - .5^sqrt(HR)) / (1 - .5^sqrt(1/HR)). BadInput unless
    0 < low <= hr <= high. Source: VanderWeele and Ding, Ann Intern Med 2017. R: EValue::evalues.HR(hr, low, high, rare).

    >>> round(e_value(0.61, low=0.44, high=0.84, event_share=0.1).point, 2)
    2.66
    """
    en = f"The hazard ratio {hr:g} must be above 0 and within its confidence limits {low:g} and {high:g}."
    require(0 < low <= hr <= high, en=en, zh=f"风险比 {hr:g} 必须大于 0 且位于其区间 {low:g}–{high:g} 之内。")
    is_common = event_share > COMMON_OUTCOME
    nearer = high if hr < 1 else low
    limit = 1.0 if low <= 1 <= high else _strength(nearer, is_common=is_common)
    return EValue(point=_strength(hr, is_common=is_common), limit=limit, converted=is_common)


def _strength(hr: float, *, is_common: bool) -> float:
    risk_ratio = (1 - 0.5 ** sqrt(hr)) / (1 - 0.5 ** sqrt(1 / hr)) if is_common else hr
    above = max(risk_ratio, 1 / risk_ratio)
    return above + sqrt(above * (above - 1))
