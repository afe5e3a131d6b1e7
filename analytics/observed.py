"""Those of a cohort whose outcome is known, and how the design wants them counted in curves and in models."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.design import Design
from analytics.protocol import AnalysisPlan
from analytics.stats.cox import Clusters, CoxFit, fit_cox
from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.matching_weights import Members
from analytics.stats.risk_sets import Ties


@dataclass(frozen=True)
class CohortRows:
    """The persons of a cohort in the columns of `Design`; `members` where persons belong to several sets."""

    name: str
    table: pd.DataFrame
    members: Members | None = None

    @property
    def is_adjusted(self) -> bool:
        return self.name != "unmatched"

    @property
    def is_weighted(self) -> bool:
        return "weight" in self.table


@dataclass(frozen=True)
class ModelRows:
    """The rows of a model: `person` says whose each is; errors by `clusters` where `robust`, by row without them."""

    person: Integers
    time: Floats
    event: Booleans
    focal: Booleans
    weights: Floats | None
    clusters: Clusters | None
    robust: bool

    def at(self, rows: Booleans | Integers) -> "ModelRows":
        return ModelRows(
            person=self.person[rows],
            time=self.time[rows],
            event=self.event[rows],
            focal=self.focal[rows],
            weights=None if self.weights is None else self.weights[rows],
            clusters=chosen_clusters(self.clusters, rows=rows),
            robust=self.robust,
        )

    @property
    def n(self) -> int:
        return int(np.unique(self.person).size)

    @property
    def events(self) -> int:
        return int(np.unique(self.person[self.event]).size)

    def fit(self, X: Floats, *, ties: Ties, strata: Integers | None = None) -> CoxFit:
        return fit_cox(
            self.time,
            event=self.event,
            X=X,
            weights=self.weights,
            strata=strata,
            ties=ties,
            robust=self.robust,
            clusters=self.clusters,
        )


@dataclass(frozen=True)
class Observed:
    """`rows` of the cohort's table: months, kind of event (0 none, 1 that of interest, 2 and on competing), arm.

    `pair` and `stratum` where the design makes them, `weights` where somebody counts for more or less than one person."""

    rows: Integers
    time: Floats
    cause: Integers
    focal: Booleans
    pair: Integers | None
    stratum: Integers | None
    weights: Floats | None
    models: ModelRows

    @property
    def event(self) -> Booleans:
        return self.cause == 1


def cohort_rows(design: Design) -> dict[str, CohortRows]:
    """Cohort → its persons."""
    found = {"unmatched": CohortRows("unmatched", table=design.unmatched)}
    if design.matched is not None and design.matching is not None:
        adjusted = design.matching.adjusted
        is_shared = adjusted.pairs is not None and not adjusted.pairs.has_own_controls
        members = None
        if is_shared and adjusted.members is not None:
            place = np.cumsum(adjusted.weights > 0) - 1
            of = adjusted.members
            members = Members(row=place[of.row], group=of.group, weight=of.weight)
        found[design.cohort] = CohortRows(design.cohort, table=design.matched, members=members)
    return found


def observe(cohort: CohortRows, *, endpoint: str, protocol: AnalysisPlan) -> Observed:
    """Time and event of those with a known outcome; a negative time is unknown, a time of 0 stays."""
    table = cohort.table
    time = table[f"{endpoint}_time"].to_numpy(dtype=float)
    event = table[f"{endpoint}_event"].to_numpy(dtype=float)
    rows = np.flatnonzero((time >= 0) & np.isfinite(time) & ~np.isnan(event))
    focal = (table["arm"] == protocol.arms.focal.label).to_numpy()[rows]
    pair, stratum, weights = (
        table[name].to_numpy()[rows] if name in table else None for name in ("pair", "stratum", "weight")
    )
    time, cause = time[rows], event[rows].astype(np.int64)
    plain = ModelRows(
        person=np.arange(rows.size),
        time=time,
        event=cause == 1,
        focal=focal,
        weights=weights,
        clusters=pair,
        robust=cohort.is_adjusted,
    )
    models = plain if cohort.members is None else _entries(plain, rows=rows, members=cohort.members)
    return Observed(
        rows=rows, time=time, cause=cause, focal=focal, pair=pair, stratum=stratum, weights=weights, models=models
    )


def above_the_line(focal: Booleans, *, protocol: AnalysisPlan) -> Floats:
    """1 in the arm whose hazard is divided by the other's."""
    return (focal if protocol.numerator == protocol.arms.focal.label else ~focal).astype(float)


def chosen_clusters(clusters: Clusters | None, *, rows: Booleans | Integers) -> Clusters | None:
    if clusters is None:
        return None
    return (clusters[0][rows], clusters[1][rows]) if isinstance(clusters, tuple) else clusters[rows]


def first_clusters(clusters: Clusters | None) -> Integers | None:
    """Of two clusterings the sets, for routines that know only one."""
    return clusters[0] if isinstance(clusters, tuple) else clusters


def _entries(plain: ModelRows, *, rows: Integers, members: Members) -> ModelRows:
    """One row per person and set, errors by set and by person: a control may serve several."""
    place = np.full(int(max(members.row.max(initial=-1), rows.max(initial=-1))) + 1, -1)
    place[rows] = np.arange(rows.size)
    person = place[members.row]
    known = person >= 0
    person, group = person[known], members.group[known]
    return ModelRows(
        person=person,
        time=plain.time[person],
        event=plain.event[person],
        focal=plain.focal[person],
        weights=members.weight[known],
        clusters=(group, person),
        robust=True,
    )
