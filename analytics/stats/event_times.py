"""Times on their distinct values: what Kaplan-Meier, log-rank and Cox all start from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

TOLERANCE = float(np.finfo(float).eps) ** 0.5

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.integer[Any]]
Booleans = NDArray[np.bool_]


def index_times(time: Floats) -> tuple[Floats, Integers]:
    """Distinct times, ascending, and for each row the position of its own.

    `time` has shape (n,), any unit, no missing values. Times that differ only by rounding (absolute or relative to the mean
    by less than the square root of the machine epsilon) are one time, so that 21.428571 and 21.42857099999 weeks are a tie.
    R: survival::aeqSurv (`timefix = TRUE`).

    >>> index_times(np.array([3.0, 1.0, 3.0]))[1].tolist()
    [1, 0, 1]
    """
    values, index = np.unique(time, return_inverse=True)
    if values.size < 2:
        return values, index.astype(np.int64)
    gap = np.diff(values)
    is_new = np.concatenate([[True], (gap > TOLERANCE) & (gap / np.abs(values).mean() > TOLERANCE)])
    position = np.cumsum(is_new) - 1
    return values[is_new], position[index].astype(np.int64)


def index_entries(time: Floats, *, entry: Floats | None) -> tuple[Floats, Integers, Integers]:
    """`index_times` of times and entries together; for each row also the position of its entry, -1 where it is there from the start.

    `entry` (n,) is when a row comes under observation, before its `time`; one of 0 or below is the start.

    >>> index_entries(np.array([3.0, 5.0]), entry=np.array([0.0, 3.0]))[2].tolist()
    [-1, 0]
    """
    is_late = np.zeros(time.size, dtype=bool) if entry is None else entry > 0
    values, index = index_times(time if entry is None else np.concatenate([time, entry[is_late]]))
    entered: Integers = np.full(time.size, -1, dtype=np.int64)
    entered[is_late] = index[time.size :]
    return values, index[: time.size], entered


def count_at(index: Integers, *, size: int, where: Booleans | None = None, weights: Floats | None = None) -> Floats:
    """How many rows (of those `where` holds), or what sum of `weights`, stand at each of `size` distinct times; shape (size,)."""
    chosen = index if where is None else index[where]
    counted = weights if weights is None or where is None else weights[where]
    return np.bincount(chosen, weights=counted, minlength=size).astype(float)


def at_risk(leaving: Floats, *, entering: Floats | None = None) -> Floats:
    """Rows with entry < t <= T at each distinct time, from how many leave (event or censored) and come late at each; shape as given."""
    return (leaving if entering is None else leaving - entering)[::-1].cumsum()[::-1]
