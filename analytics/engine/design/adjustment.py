"""A design's method on the rows of the table: pairs, strata or weights, and whom they leave."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from analytics.engine.design.score import Score
from analytics.engine.design.variables import Variable, build_variables
from analytics.errors import DataError, FaultyDataError
from analytics.messages import Message
from analytics.protocol.plan import CENTER, AnalysisPlan
from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.matching.multivariate import mahalanobis_coordinates
from analytics.stats.matching.nearest import Pairs, Rules, caliper_width, match_nearest
from analytics.stats.matching.optimal import MOST_ROWS, TooManyRowsError, match_optimally, total_distance
from analytics.stats.matching.pool import Limit
from analytics.stats.matching.weights import Members, pair_members, pair_weights
from analytics.stats.propensity.strata import (
    Effect,
    coarsen,
    match_coarsened,
    strata_weights,
    sturges_cuts,
    subclassify,
)
from analytics.stats.propensity.weighting import score_weights, truncate_weights


@dataclass(frozen=True)
class Adjusted:
    """What a method makes of the n rows of the unmatched table.

    `weights` (n,): 0 is out. `pairs` where the method pairs, `strata` (n,), 0 outside, where it makes strata; `members` the
    entries of the sets of pairs, one per person and set. `truncated_at` are the weights at the percentiles of the protocol."""

    weights: Floats
    pairs: Pairs | None = None
    strata: Integers | None = None
    members: Members | None = None
    total_distance: float | None = None
    truncated_at: tuple[float, float] | None = None

    @property
    def is_weighted(self) -> bool:
        """Whether anybody counts for more or less than one person."""
        inside = self.weights[self.weights > 0]
        return bool((inside != 1).any()) or (self.pairs is not None and not self.pairs.is_one_to_one)


@dataclass(frozen=True)
class Rows:
    """Everything a method may look at."""

    table: pd.DataFrame
    focal: Booleans
    score: Score | None
    protocol: AnalysisPlan

    @property
    def served(self) -> Booleans:
        """The arm whose effect is asked for: its persons are given partners."""
        return ~self.focal if self.protocol.design.estimand == "ATC" else self.focal

    @property
    def distance(self) -> Floats:
        return np.zeros(self.focal.size) if self.score is None else self.score.distance

    @property
    def probability(self) -> Floats:
        return self.distance if self.score is None else self.score.fit.probability

    @property
    def kept(self) -> Booleans:
        return np.ones(self.focal.size, dtype=bool) if self.score is None else self.score.kept

    def variables(self, *names: str) -> tuple[Variable, ...]:
        known = {covariate.name: covariate for covariate in self.protocol.covariates}
        return build_variables(self.table, covariates=tuple(known[name] for name in names))


def adjust(rows: Rows) -> Adjusted:
    """Run the method of the protocol; FaultyDataError in words where the rows do not allow it."""
    method = {
        "nearest": _nearest,
        "optimal": _optimal,
        "cem": _coarsened,
        "subclassification": _subclasses,
        "weighting": _weighting,
    }[rows.protocol.design.method]
    return method(rows)


@dataclass(frozen=True)
class Nearest:
    """What nearest-neighbor matching starts from: the distance (n,) it walks along, and its rules."""

    distance: Floats
    served: Booleans
    rules: Rules


def _nearest(rows: Rows) -> Adjusted:
    start = nearest_start(rows)
    pairs = match_nearest(start.distance, treated=start.served, rules=start.rules)
    return _of_pairs(pairs, size=start.distance.size)


def nearest_start(rows: Rows) -> Nearest:
    plan, protocol = rows.protocol.design, rows.protocol
    distance, coordinates = rows.distance, _coordinates(rows)
    width = None
    if plan.caliper is not None and plan.caliper.width is not None:
        kept, focal = rows.kept, rows.focal
        _refuse_single_person_arms(focal[kept], unit=plan.caliper.unit)
        width = caliper_width(distance[kept], treated=focal[kept], width=plan.caliper.width, unit=plan.caliper.unit)
    elif coordinates is not None and coordinates.shape[1] == 1 and not plan.mahalanobis:
        distance, coordinates = coordinates[:, 0], None  # on a single covariate MatchIt walks along it
    rules = Rules(
        caliper=width,
        order=plan.order,
        seed=protocol.seed,
        ratio=plan.ratio,
        replace=plan.replace,
        exact=_strata(rows),
        coordinates=coordinates,
        limits=_limits(rows),
        kept=rows.kept,
    )
    return Nearest(distance=distance, served=rows.served, rules=rules)


def _optimal(rows: Rows) -> Adjusted:
    coordinates = _coordinates(rows)
    points = rows.distance if coordinates is None else coordinates
    try:
        pairs = match_optimally(points, treated=rows.served, exact=_strata(rows), kept=rows.kept)
    except TooManyRowsError:
        en = f"Optimal matching is limited to {MOST_ROWS} patients per arm (within each exact stratum). Use nearest, or add exact strata."
        zh = f"最优匹配每组（每个精确层内）最多 {MOST_ROWS} 人；请改用 nearest，或设置精确匹配的分层。"
        raise FaultyDataError(DataError("optimal_too_large", Message(en, zh), "arm")) from None
    return _of_pairs(pairs, size=rows.focal.size, total=total_distance(pairs, coordinates=points))


def _of_pairs(pairs: Pairs, *, size: int, total: float | None = None) -> Adjusted:
    weights, members = pair_weights(pairs, size=size), pair_members(pairs)
    return Adjusted(weights=weights, pairs=pairs, members=members, total_distance=total)


def _coarsened(rows: Rows) -> Adjusted:
    cuts = rows.protocol.design.cuts
    columns = []
    for variable in rows.variables(*(covariate.name for covariate in rows.protocol.score_covariates)):
        if variable.kind == "continuous":
            chosen = cuts.get(variable.name)
            bounds = sturges_cuts(variable.values) if chosen is None else np.array(chosen, dtype=float)
            columns.append(coarsen(variable.values, cuts=bounds))
        else:
            columns.append(variable.values.astype(np.int64))
    return _of_strata(match_coarsened(columns, treated=rows.focal), rows=rows)


def _subclasses(rows: Rows) -> Adjusted:
    classes = rows.protocol.design.subclasses
    try:
        strata = subclassify(rows.distance, treated=rows.served, classes=classes, kept=rows.kept)
    except ValueError:
        en = f"An arm has fewer patients than the {classes} subclasses requested. Request fewer subclasses."
        zh = f"某一组的人数少于所要求的 {classes} 个亚层；请减少亚层数。"
        raise FaultyDataError(DataError("too_many_subclasses", Message(en, zh), "arm")) from None
    return _of_strata(strata, rows=rows)


def _of_strata(strata: Integers, *, rows: Rows) -> Adjusted:
    effect = cast(Effect, rows.protocol.design.estimand)
    return Adjusted(weights=strata_weights(strata, treated=rows.focal, estimand=effect), strata=strata)


def _weighting(rows: Rows) -> Adjusted:
    plan, kept = rows.protocol.design, rows.kept
    weights = np.zeros(kept.size)
    weights[kept] = score_weights(rows.probability[kept], treated=rows.focal[kept], effect=plan.estimand)
    if not np.isfinite(weights).all():
        en = "A score is 0 or 1, so its weight is infinite: the covariates separate the arms completely. Use other covariates."
        zh = "有评分为 0 或 1，权重为无穷大：协变量可将两组完全分开；请更换协变量。"
        raise FaultyDataError(DataError("infinite_weight", Message(en, zh), "arm"))
    if plan.weighting.truncate is None:
        return Adjusted(weights=weights)
    low, high = plan.weighting.truncate
    varying = kept if plan.estimand not in ("ATT", "ATC") else kept & ~rows.served
    cut = truncate_weights(weights, low=low, high=high, among=varying)
    return Adjusted(weights=cut.weights, truncated_at=(cut.low, cut.high))


def _coordinates(rows: Rows) -> Floats | None:
    plan = rows.protocol.design
    names = plan.mahalanobis
    if plan.distance == "mahalanobis" and not names:
        names = tuple(covariate.name for covariate in rows.protocol.score_covariates)
    if not names:
        return None
    columns = [column for variable in rows.variables(*names) for column in _distance_columns(variable)]
    return mahalanobis_coordinates(np.column_stack(columns), treated=rows.focal, kept=rows.kept)


def _distance_columns(variable: Variable) -> list[Floats]:
    """All levels of a factor, each over the square root of 2, so that two levels are as far apart as 0 and 1."""
    if variable.kind != "factor":
        return [variable.values]
    return [shown.values / np.sqrt(2) for shown in variable.shown()]


def _limits(rows: Rows) -> tuple[Limit, ...]:
    """The caliper of each covariate in its own unit."""
    found = []
    for name, limit in rows.protocol.design.limits.items():
        values = rows.table[name].to_numpy(dtype=float)
        _refuse_single_person_arms(rows.focal[rows.kept], unit=limit.unit)
        width = caliper_width(values[rows.kept], treated=rows.focal[rows.kept], width=limit.width, unit=limit.unit)
        found.append(Limit(values=values, width=width))
    return tuple(found)


def _strata(rows: Rows) -> Integers | None:
    names = rows.protocol.design.exact
    if not names:
        return None
    columns = []
    for name in names:
        of_center = name == CENTER and CENTER not in {covariate.name for covariate in rows.protocol.covariates}
        if of_center:
            _refuse_no_centers(rows.table)
        values = rows.table[CENTER] if of_center else pd.Series(rows.variables(name)[0].values)
        columns.append(pd.factorize(values, use_na_sentinel=False)[0])
    _, stratum = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
    return np.asarray(stratum.reshape(-1), dtype=np.int64)


def _refuse_no_centers(table: pd.DataFrame) -> None:
    if CENTER not in table:
        en = "Matching within centers requires a center column. Name it in table.center."
        raise FaultyDataError(
            DataError("no_centers", Message(en, "在中心内匹配需要中心列：请在 table.center 中指定。"))
        )


def _refuse_single_person_arms(focal: Booleans, *, unit: str) -> None:
    if unit == "sd_within_arm" and min(focal.sum(), (~focal).sum()) < 2:
        en = "An arm has only one patient; a caliper in sd_within_arm requires at least two per arm. Use sd or raw."
        zh = "某一组只有一人：以 sd_within_arm 为单位的卡钳要求每组至少两人；请改用 sd 或 raw。"
        raise FaultyDataError(DataError("arm_too_small", Message(en, zh), "arm"))
