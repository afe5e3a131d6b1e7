"""Deaths at one time, written as rows of which no two leave together: the same estimate, the same robust errors.

Note [A table without ties]
lifelines has Efron's estimate but not his robust errors: its score residuals take tied deaths in the order of the rows and differ
from R's in the fourth digit. They are exact where nothing is tied, so the ties are written away. Efron lets d deaths happen in d
steps; in step m each of them is still at risk (1 - m/d) times and dies 1/d times. So each death of weight w becomes d pieces
of weight w/d, one of which leaves after every step. Within a step nothing may leave before all d have died: therefore whoever
is at risk weighs HEAVIER times as much as an event, and what an event's own row adds to the risk set is next to nothing. A
mean does not change when all its weights do, so score and information (sums over events of x less the mean, and of the
variance) stay what they were. Breslow is the same in a single step.
"""

from dataclasses import dataclass

import numpy as np

from analytics.stats.event_times import Booleans, Floats, Integers, index_times
from analytics.stats.survival.risk_sets import Ties

HEAVIER = 1e8


@dataclass(frozen=True)
class UntiedRows:
    """`row` is where each comes from; they leave one after the other, at 1, 2, 3 and so on."""

    row: Integers
    time: Floats
    event: Booleans
    weight: Floats


def untied_rows(time: Floats, *, event: Booleans, weights: Floats | None, ties: Ties) -> UntiedRows:
    """The rows of Note [A table without ties] for `time`, `event`, `weights` of shape (n,).

    >>> found = untied_rows(np.array([2.0, 1.0, 1.0]), event=np.array([False, True, True]), weights=None, ties="efron")
    >>> found.row[np.argsort(found.time)].tolist()
    [1, 2, 1, 2, 1, 2, 1, 2, 0]
    """
    index, tied = _tied(time, event=event)
    steps = tied[index] if ties == "efron" else np.minimum(tied, 1)[index]
    pieces = np.where(event, steps, 1)
    weight = (np.ones(time.size) if weights is None else weights) / pieces
    row = np.repeat(np.arange(time.size), pieces)
    step = np.arange(row.size) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    step = np.where(event[row], step, steps[row])  # those censored that day leave after all steps
    dies = event[row]
    row, step = np.concatenate([row[dies], row]), np.concatenate([step[dies], step])
    is_event = np.arange(row.size) < dies.sum()
    leaves = np.empty(row.size)
    leaves[np.lexsort((~is_event, step, index[row]))] = np.arange(1, row.size + 1)
    return UntiedRows(row=row, time=leaves, event=is_event, weight=weight[row] * np.where(is_event, 1.0, HEAVIER))


def count_untied(time: Floats, *, event: Booleans, ties: Ties) -> int:
    """How many rows `untied_rows` would make."""
    tied = _tied(time, event=event)[1]
    return int((~event).sum() + 2 * (tied**2 if ties == "efron" else tied).sum())


def _tied(time: Floats, *, event: Booleans) -> tuple[Integers, Integers]:
    """For each row the place of its time, and how many die at each."""
    index = index_times(time)[1]
    return index, np.bincount(index[event], minlength=index.max(initial=-1) + 1)
