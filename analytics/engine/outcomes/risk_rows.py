"""Those of a cohort whose outcome is known, and how the design wants them counted in curves and in models."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.engine.design.design import Design
from analytics.protocol.plan import ENTRY, AnalysisPlan
from analytics.stats.event_times import TOLERANCE, Booleans, Floats, Integers
from analytics.stats.matching.weights import Members
from analytics.stats.propensity.weighting import effective_size
from analytics.stats.survival.clusters import Clusters, members_at
from analytics.stats.survival.cox import CoxFit, fit_on_risk_sets, nothing_to_fit
from analytics.stats.survival.risk_sets import RiskSets, Ties, build_risk_sets
from analytics.stats.survival.small_sample import with_leverage

FROM_THE_START = -1.0  # so that a time of 0 lies after it


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
    """The persons of a model, each once, at risk from their `entry` where it is not None. Errors, where `robust`, are by `clusters`, by the sets of `members` and the person
    where somebody may be in several, else by person; `corrected` for small samples where nobody is in several."""

    time: Floats
    event: Booleans
    focal: Booleans
    weights: Floats | None
    clusters: Integers | None
    members: Members | None
    robust: bool
    corrected: bool = False
    entry: Floats | None = None

    def at(self, rows: Booleans | Integers) -> "ModelRows":
        """Some of the persons, none of them twice."""
        chosen: Integers = np.arange(self.n)[rows]
        return ModelRows(
            time=self.time[chosen],
            event=self.event[chosen],
            focal=self.focal[chosen],
            weights=None if self.weights is None else self.weights[chosen],
            clusters=None if self.clusters is None else self.clusters[chosen],
            members=None if self.members is None else members_at(self.members, rows=chosen),
            robust=self.robust,
            corrected=self.corrected,
            entry=None if self.entry is None else self.entry[chosen],
        )

    @property
    def who(self) -> Clusters | None:
        """What robust errors are summed over; None is each person."""
        return self.clusters if self.members is None else self.members

    @property
    def n(self) -> int:
        return int(self.time.size)

    @property
    def events(self) -> int:
        return int(self.event.sum())

    def risk_sets(self, *, ties: Ties, strata: Integers | None = None) -> RiskSets:
        return build_risk_sets(
            self.time, event=self.event, entry=self.entry, weights=self.weights, strata=strata, ties=ties
        )

    def fit(self, X: Floats, *, ties: Ties, strata: Integers | None = None) -> CoxFit:
        if not self.event.any():
            return nothing_to_fit(self.n, p=X.shape[1], events=0, why="no_events")
        return self.fit_on(self.risk_sets(ties=ties, strata=strata), X=X)

    def fit_on(self, sets: RiskSets, *, X: Floats) -> CoxFit:
        """On risk sets of these rows that are built already."""
        fit = fit_on_risk_sets(sets, X=X, robust=self.robust, clusters=self.who)
        if not (self.robust and self.corrected and fit.events) or self.members is not None:
            return fit
        return with_leverage(fit, sets=sets, X=X, clusters=self.clusters)


@dataclass(frozen=True)
class Observed:
    """`rows` of the cohort's table: months, kind of event (0 none, 1 that of interest, 2 and on competing), arm.

    `entry` are the months from which a person is at risk, below 0 from the start, None where all are. `pair` and `stratum` where the design makes them, `weights` where somebody counts for more or less than one person."""

    rows: Integers
    time: Floats
    cause: Integers
    focal: Booleans
    pair: Integers | None
    stratum: Integers | None
    weights: Floats | None
    models: ModelRows
    entry: Floats | None = None

    @property
    def event(self) -> Booleans:
        return self.cause == 1

    @property
    def effective_events(self) -> float | None:
        """Of the arm that has fewer: (sum w)^2 / sum w^2 of its events; None where everybody counts once."""
        if self.weights is None:
            return None
        return min(effective_size(self.weights[self.event & arm]) for arm in (self.focal, ~self.focal))


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
    """Time and event of those with a known outcome; a negative time is unknown, a time of 0 stays.

    Whoever leaves before coming under observation, or came at an unknown time, is never at risk and left out."""
    table = cohort.table
    time = table[f"{endpoint}_time"].to_numpy(dtype=float)
    event = table[f"{endpoint}_event"].to_numpy(dtype=float)
    entry = entry_of(table, endpoint=endpoint)
    rows = np.flatnonzero(has_outcome(table, endpoint=endpoint) & is_ever_at_risk(table, endpoint=endpoint))
    focal = (table["arm"] == protocol.arms.focal.label).to_numpy()[rows]
    pair, stratum, weights = (
        table[name].to_numpy()[rows] if name in table else None for name in ("pair", "stratum", "weight")
    )
    time, cause = time[rows], event[rows].astype(np.int64)
    entry = None if entry is None else entry[rows]
    models = ModelRows(
        time=time,
        event=cause == 1,
        focal=focal,
        weights=weights,
        clusters=pair,
        members=None if cohort.members is None else members_at(cohort.members, rows=rows),
        robust=cohort.is_adjusted,
        corrected=protocol.cox.errors == "corrected",
        entry=entry,
    )
    return Observed(
        rows=rows,
        time=time,
        cause=cause,
        focal=focal,
        pair=pair,
        stratum=stratum,
        weights=weights,
        models=models,
        entry=entry,
    )


def entry_of(table: pd.DataFrame, *, endpoint: str) -> Floats | None:
    """Months from which each row is at risk, -1 from the start; None where the frame says nothing of it."""
    name = f"{endpoint}_entry" if f"{endpoint}_entry" in table else ENTRY
    if name not in table:
        return None
    months = table[name].to_numpy(dtype=float)
    return np.where(months <= 0, FROM_THE_START, months)


def has_outcome(table: pd.DataFrame, *, endpoint: str) -> Booleans:
    time, event = (table[f"{endpoint}_{part}"].to_numpy(dtype=float) for part in ("time", "event"))
    return (time >= 0) & np.isfinite(time) & ~np.isnan(event)


def is_ever_at_risk(table: pd.DataFrame, *, endpoint: str) -> Booleans:
    """Whether a row is under observation before its time, as far as that is known."""
    entry, time = entry_of(table, endpoint=endpoint), table[f"{endpoint}_time"].to_numpy(dtype=float)
    if entry is None:
        return np.ones(len(table), dtype=bool)
    return entry < np.where(np.isfinite(time), time, np.inf) - TOLERANCE * np.maximum(entry, 0.0)


def numerator_arm(focal: Booleans, *, protocol: AnalysisPlan) -> Floats:
    """1 in the arm whose hazard is divided by the other's."""
    return (focal if protocol.numerator == protocol.arms.focal.label else ~focal).astype(float)
