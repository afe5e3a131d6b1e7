"""Rows outside the range of scores that both arms have."""

from typing import Literal

import numpy as np

from analytics.stats.event_times import Booleans, Floats

Discard = Literal["none", "treated", "control", "both"]


def within_support(distance: Floats, *, treated: Booleans, discard: Discard = "both") -> Booleans:
    """Which rows (n,) stay.

    `treated`: treated rows outside the range of the controls leave, `control`: controls outside that of the treated, `both`:
    whoever is outside the range common to both. The bounds belong to the range. Both arms must be present.
    R: MatchIt::matchit(discard = ...).

    >>> within_support(np.array([1.0, 3.0, 2.0, 4.0]), treated=np.array([True, True, False, False])).tolist()
    [False, True, True, False]
    """
    if discard == "none":
        return np.ones(distance.size, dtype=bool)
    ours, theirs = distance[treated], distance[~treated]
    low = {"treated": theirs.min(), "control": ours.min(), "both": max(ours.min(), theirs.min())}[discard]
    high = {"treated": theirs.max(), "control": ours.max(), "both": min(ours.max(), theirs.max())}[discard]
    return np.asarray((distance >= low) & (distance <= high))
