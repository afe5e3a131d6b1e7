"""Cox tables: each covariate alone beside the arm's own row, and all of them together with the arm first."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from analytics.messages import Message, Notice
from analytics.protocol import AnalysisPlan
from analytics.stats.cox import CoxFit, HazardRatio, fit_cox, fit_on_risk_sets, hazard_ratio
from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.risk_sets import RiskSets, build_risk_sets
from analytics.variables import ModelColumn, build_variables

EVENTS_PER_COLUMN = 10


class Seen(Protocol):
    """What a regression needs of an observed outcome."""

    @property
    def time(self) -> Floats: ...
    @property
    def event(self) -> Booleans: ...
    @property
    def focal(self) -> Booleans: ...
    @property
    def pair(self) -> Integers | None: ...


@dataclass(frozen=True)
class CoxRow:
    """One term: `n` rows and `events` of its model, which leaves out its own incomplete rows."""

    term: str
    level: str | None
    reference: str | None
    ratio: HazardRatio
    n: int
    events: int


@dataclass(frozen=True)
class CoxTables:
    univariable: tuple[CoxRow, ...]
    multivariable: tuple[CoxRow, ...]


def cox_tables(
    table: pd.DataFrame, *, seen: Seen, protocol: AnalysisPlan, where: str
) -> tuple[CoxTables, list[Notice]]:
    """The rows of `table` are those of `seen`. Model errors before matching, pair-clustered ones after it."""
    chosen = {c.name: c for c in protocol.covariates}
    variables = build_variables(table, covariates=tuple(chosen[name] for name in protocol.cox.covariates))
    arm = _arm_column(seen, protocol=protocol)
    columns = {variable.name: variable.model_columns() for variable in variables}
    groups = [[arm], *(group for group in columns.values() if group)]
    sets = build_risk_sets(seen.time, event=seen.event, ties=protocol.cox.ties) if seen.event.any() else None
    univariable = [row for group in groups for row in _rows(group, seen=seen, sets=sets, protocol=protocol)[0]]
    everything = [column for group in groups for column in group]
    multivariable: list[CoxRow] = []
    notices: list[Notice] = []
    if variables:
        multivariable, fit = _rows(everything, seen=seen, sets=sets, protocol=protocol)
        notices = _about_fit(fit, columns=everything, where=f"{where}.multivariable")
    alone = [row.term if row.level is None else f"{row.term}={row.level}" for row in univariable if row.ratio.why]
    alone += [name for name, group in columns.items() if not group]
    notices += _about_terms(alone, where=f"{where}.univariable")
    return CoxTables(univariable=tuple(univariable), multivariable=tuple(multivariable)), notices


def above_the_line(focal: Booleans, *, protocol: AnalysisPlan) -> Floats:
    """1 in the arm whose hazard is divided by the other's."""
    return (focal if protocol.numerator == protocol.arms.focal.label else ~focal).astype(float)


def _arm_column(seen: Seen, *, protocol: AnalysisPlan) -> ModelColumn:
    values = above_the_line(seen.focal, protocol=protocol)
    return ModelColumn("arm", level=protocol.numerator, reference=protocol.denominator, values=values)


def _rows(
    columns: list[ModelColumn], *, seen: Seen, sets: RiskSets | None, protocol: AnalysisPlan
) -> tuple[list[CoxRow], CoxFit]:
    fit = _fit(np.column_stack([column.values for column in columns]), seen=seen, sets=sets, protocol=protocol)
    rows = [
        CoxRow(
            term=column.covariate,
            level=column.level,
            reference=column.reference,
            ratio=hazard_ratio(fit, column=place, level=protocol.conventions.level),
            n=fit.n,
            events=fit.events,
        )
        for place, column in enumerate(columns)
    ]
    return rows, fit


def _fit(X: Floats, *, seen: Seen, sets: RiskSets | None, protocol: AnalysisPlan) -> CoxFit:
    """On the complete rows; where all are, on the risk sets of the outcome that every model shares."""
    complete, is_robust = ~np.isnan(X).any(axis=1), seen.pair is not None
    if sets is not None and complete.all():
        return fit_on_risk_sets(sets, X=X, robust=is_robust, clusters=seen.pair)
    return fit_cox(
        seen.time[complete],
        event=seen.event[complete],
        X=X[complete],
        ties=protocol.cox.ties,
        robust=is_robust,
        clusters=None if seen.pair is None else seen.pair[complete],
    )


def _about_fit(fit: CoxFit, *, columns: list[ModelColumn], where: str) -> list[Notice]:
    found = _about_terms([columns[place].term for place in sorted(fit.problems)], where=where)
    if fit.events < EVENTS_PER_COLUMN * len(columns):
        en = f"{fit.events} events for {len(columns)} columns: fewer than {EVENTS_PER_COLUMN} per column, the model may be overfitted."
        zh = f"{len(columns)} 个变量仅有 {fit.events} 个事件：每个变量少于 {EVENTS_PER_COLUMN} 个，模型可能过拟合。"
        found.append(Notice("too_few_events", Message(en, zh), where=where))
    return found


def _about_terms(terms: list[str], *, where: str) -> list[Notice]:
    if not terms:
        return []
    listed = ", ".join(terms)
    en = f"No finite estimate for {listed}: constant, determined by other columns, or separating the events completely."
    return [
        Notice(
            "not_estimable",
            Message(en, f"以下项没有有限估计值：{listed}（常数、由其他列决定或完全分离）。"),
            where=where,
        )
    ]
