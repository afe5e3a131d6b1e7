"""How far a curve is drawn, and which months stand below it."""

from collections.abc import Mapping
from math import ceil
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from analytics.report.figures.style import SMALL_POINTS
from analytics.report.figures.text import size_text, wrap
from analytics.stats.survival.kaplan_meier import FEWEST_AT_RISK, FEWEST_SHARE, fewest_at_risk

Json = Mapping[str, Any]


def drawn_part(curve: Json, *, n: int) -> np.ndarray:
    """Up to the last time at which enough are at risk: few may be at first, where patients enter late."""
    enough = np.array(curve["at_risk"], dtype=float) >= fewest_at_risk(n)
    return np.flip(np.logical_or.accumulate(np.flip(enough)))


def last_drawn(curve: Json, *, n: int) -> float:
    drawn = np.array(curve["time"], dtype=float)[drawn_part(curve, n=n)]
    return float(drawn[-1]) if drawn.size else 12.0


def month_ticks(last: float, *, most: int) -> list[float]:
    """Every 1, 2, 3, 6, 12, 24 or 36 months up to the end of the longer curve, in at most so many steps."""
    step = next((step for step in (1, 2, 3, 6, 12, 24, 36) if last / step <= most), 60)
    return [float(month) for month in range(0, ceil(last / step) * step + 1, step)]


def named_arm(label: str, *, n: int, most: float) -> str:
    return wrap(f"{label} ({size_text(n)})", most=most, points=SMALL_POINTS)


def stopping_rule() -> str:
    return _(
        "Each curve, and the numbers at risk below it, end where fewer than %(fewest)d patients or %(share)g%% of the arm remain at risk."
    ) % {"fewest": FEWEST_AT_RISK, "share": 100 * FEWEST_SHARE}
