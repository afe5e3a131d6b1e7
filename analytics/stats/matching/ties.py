"""Equal scores: how many there are, and the matching again with the choice among equals left to chance."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from analytics.stats.event_times import Booleans, Floats, Integers, index_times
from analytics.stats.matching.nearest import Pairs, Rules, match_nearest


@dataclass(frozen=True)
class TiedScores:
    """Of `n` rows, those that share their score with another row of the same arm, and the distinct scores."""

    n: int
    tied: int
    distinct: int

    @property
    def share(self) -> float:
        return self.tied / self.n if self.n else 0.0


def tied_scores(distance: Floats, *, treated: Booleans, rules: Rules | None = None) -> TiedScores:
    """Count ties within an arm among the rows kept, `distance` and `treated` of shape (n,), equal but for rounding being equal.

    Rows that are matched on `coordinates` are tied where these are equal, too. No R function gives this; by hand:
    sum(ave(score, score, arm, FUN = length) > 1).

    >>> tied_scores(np.array([0.2, 0.2, 0.5]), treated=np.array([True, True, False])).tied
    2
    """
    rules = rules or Rules()
    kept = np.ones(distance.size, dtype=bool) if rules.kept is None else rules.kept
    group = _groups(distance, rules=rules)[kept]
    sizes = np.unique(2 * group + treated[kept], return_inverse=True, return_counts=True)
    return TiedScores(n=int(kept.sum()), tied=int((sizes[2][sizes[1]] > 1).sum()), distinct=int(np.unique(group).size))


def break_ties_at_random(
    distance: Floats, *, treated: Booleans, rules: Rules, draws: int, seed: int
) -> Iterator[Pairs]:
    """`match_nearest` `draws` times, the rows of each score in random order instead of data order (PCG64 from `seed`).

    Only rows of one score change places, so the order in which different scores are served stays as the rules say.
    R: MatchIt::matchit(method = "nearest") on rows that were shuffled within equal scores.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    group = _groups(distance, rules=rules)
    values, index = index_times(distance)
    level: Floats = values[index]  # what is equal but for rounding must not be told apart by its last bit
    places = np.argsort(group, kind="stable")
    for _ in range(draws):
        row = np.empty_like(places)
        row[places] = np.lexsort((random.random(group.size), group))
        found = match_nearest(level[row], treated=treated[row], rules=_at(rules, row=row))
        first, second = row[found.treated], row[found.control]
        order = np.argsort(first, kind="stable")
        yield Pairs(treated=first[order], control=second[order], caliper_width=found.caliper_width)


def _groups(distance: Floats, *, rules: Rules) -> Integers:
    """A number per row, the same for rows that nothing but the order of the data tells apart as partners."""
    columns = [distance] if rules.coordinates is None else [distance, *rules.coordinates.T]
    codes = np.column_stack([index_times(column)[1] for column in columns])
    group = np.unique(codes, axis=0, return_inverse=True)[1] if codes.shape[1] > 1 else codes[:, 0]
    return np.asarray(group.reshape(-1), dtype=np.int64)


def _at(rules: Rules, *, row: Integers) -> Rules:
    return replace(
        rules,
        exact=None if rules.exact is None else rules.exact[row],
        coordinates=None if rules.coordinates is None else rules.coordinates[row],
        limits=tuple(replace(limit, values=limit.values[row]) for limit in rules.limits),
        kept=None if rules.kept is None else rules.kept[row],
    )
