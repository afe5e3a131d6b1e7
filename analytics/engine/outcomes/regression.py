"""Cox tables: each covariate alone beside the arm's own row, and those chosen together with the arm first."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from analytics.engine.design.variables import ModelColumn, build_variables
from analytics.engine.outcomes.risk_rows import ModelRows, numerator_arm
from analytics.messages import Message, Notice
from analytics.protocol.plan import CENTER, AnalysisPlan
from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.survival.cox import CoxFit, HazardRatio, hazard_ratio
from analytics.stats.survival.risk_sets import RiskSets
from analytics.stats.survival.term_tests import select_forward, select_univariable

EVENTS_PER_COLUMN = 10


@dataclass(frozen=True)
class CoxRow:
    """One term: `n` persons and `events` of its model, which leaves out its own incomplete rows."""

    term: str
    level: str | None
    reference: str | None
    ratio: HazardRatio
    n: int
    events: int


@dataclass(frozen=True)
class SelectedTerm:
    """A covariate taken into the multivariable model, or put out of it again, and the p that decided."""

    term: str
    entered: bool
    p: float


@dataclass(frozen=True)
class CoxTables:
    """`selection` is None where the protocol names the covariates of the multivariable model itself."""

    univariable: tuple[CoxRow, ...]
    multivariable: tuple[CoxRow, ...]
    selection: tuple[SelectedTerm, ...] | None = None


@dataclass(frozen=True)
class _Model:
    """The rows models are fitted to, their strata (-1 where unknown), and the risk sets that complete models share."""

    seen: ModelRows
    strata: Integers | None
    sets: RiskSets | None
    protocol: AnalysisPlan

    def fit(self, X: Floats) -> tuple[CoxFit, ModelRows]:
        """On the complete rows; where all are, on the shared risk sets."""
        complete = self.complete(X)
        if self.sets is not None and complete.all():
            return self.seen.fit_on(self.sets, X=X), self.seen
        kept = self.seen.at(complete)
        strata = None if self.strata is None else self.strata[complete]
        return kept.fit(X[complete], ties=self.protocol.cox.ties, strata=strata), kept

    def complete(self, X: Floats) -> Booleans:
        """Rows with every covariate and a known stratum."""
        complete: Booleans = np.asarray(np.isfinite(X).all(axis=1))
        return complete if self.strata is None else complete & (self.strata >= 0)

    def sets_of(self, complete: Booleans) -> RiskSets:
        kept = self.seen.at(complete)
        strata = None if self.strata is None else self.strata[complete]
        return kept.risk_sets(ties=self.protocol.cox.ties, strata=strata)


def cox_tables(
    table: pd.DataFrame, *, seen: ModelRows, protocol: AnalysisPlan, where: str
) -> tuple[CoxTables, list[Notice]]:
    """The rows of `table` are those of `seen`. Model errors before matching, pair-clustered ones after it, else robust."""
    known = {covariate.name: covariate for covariate in protocol.covariates}
    variables = build_variables(table, covariates=tuple(known[name] for name in protocol.cox.covariates))
    model = _model(table, seen=seen, protocol=protocol)
    arm = _arm_column(seen, protocol=protocol)
    columns = {variable.name: variable.model_columns() for variable in variables}
    groups = [[arm], *(group for group in columns.values() if group)]
    univariable = [row for group in groups for row in _rows(group, model=model)[0]]
    selection = _select(arm, groups=groups[1:], model=model)
    chosen = _chosen(columns, selection=selection)
    multivariable: list[CoxRow] = []
    notices: list[Notice] = []
    if variables:
        together = [arm, *(column for name in chosen for column in columns[name])]
        multivariable, fit = _rows(together, model=model)
        notices = _about_fit(fit, columns=together, where=f"{where}.multivariable")
        notices += _about_selection(chosen, protocol=protocol, where=f"{where}.multivariable")
    alone = [row.term if row.level is None else f"{row.term}={row.level}" for row in univariable if row.ratio.why]
    alone += [name for name, group in columns.items() if not group]
    notices += _about_terms(alone, where=f"{where}.univariable")
    return CoxTables(tuple(univariable), multivariable=tuple(multivariable), selection=selection), notices


def adjusted_arm(
    table: pd.DataFrame, *, seen: ModelRows, names: Sequence[str], protocol: AnalysisPlan
) -> tuple[HazardRatio, int]:
    """The arm's ratio with these covariates beside it, and the persons it rests on."""
    known = {covariate.name: covariate for covariate in protocol.covariates}
    variables = build_variables(table, covariates=tuple(known[name] for name in names))
    columns = [_arm_column(seen, protocol=protocol), *(c for variable in variables for c in variable.model_columns())]
    rows, _ = _rows(columns, model=_model(table, seen=seen, protocol=protocol))
    return rows[0].ratio, rows[0].n


def strata_codes(table: pd.DataFrame, *, names: Sequence[str], protocol: AnalysisPlan) -> Integers:
    """A code per combination of levels (n,), -1 where one is unknown; `center` may be the column of centers."""
    columns = []
    for name in names:
        found = [covariate for covariate in protocol.covariates if covariate.name == name]
        if found:
            values = build_variables(table, covariates=tuple(found))[0].values
        else:
            codes = pd.factorize(table[CENTER])[0].astype(float)
            values = np.where(codes < 0, np.nan, codes)
        columns.append(values)
    grid = np.column_stack(columns)
    unknown = np.isnan(grid).any(axis=1)
    code = np.unique(np.nan_to_num(grid), axis=0, return_inverse=True)[1].reshape(-1)
    return np.where(unknown, -1, code)


def _model(table: pd.DataFrame, *, seen: ModelRows, protocol: AnalysisPlan) -> _Model:
    plan = protocol.cox
    strata = strata_codes(table, names=plan.strata, protocol=protocol) if plan.strata else None
    sets = None
    if seen.event.any() and (strata is None or (strata >= 0).all()):
        sets = seen.risk_sets(ties=plan.ties, strata=strata)
    return _Model(seen=seen, strata=strata, sets=sets, protocol=protocol)


def _arm_column(seen: ModelRows, *, protocol: AnalysisPlan) -> ModelColumn:
    values = numerator_arm(seen.focal, protocol=protocol)
    return ModelColumn("arm", level=protocol.numerator, reference=protocol.denominator, values=values)


def _rows(columns: list[ModelColumn], *, model: _Model) -> tuple[list[CoxRow], CoxFit]:
    fit, kept = model.fit(np.column_stack([column.values for column in columns]))
    n, events = kept.n, kept.events
    rows = [
        CoxRow(
            term=column.covariate,
            level=column.level,
            reference=column.reference,
            ratio=hazard_ratio(fit, column=place, level=model.protocol.conventions.level),
            n=n,
            events=events,
        )
        for place, column in enumerate(columns)
    ]
    return rows, fit


def _select(arm: ModelColumn, *, groups: Sequence[list[ModelColumn]], model: _Model) -> tuple[SelectedTerm, ...] | None:
    """None where the protocol chooses; the rows are those complete in every candidate."""
    plan = model.protocol.cox
    if plan.selection == "prespecified" or not groups:
        return None
    X = np.column_stack([arm.values, *(column.values for group in groups for column in group)])
    complete = model.complete(X)
    if not model.seen.event[complete].any():
        return ()
    ends = np.cumsum([1, *(len(group) for group in groups)])
    terms = [list(range(start, end)) for start, end in pairwise(ends.tolist())]
    sets, X = model.sets_of(complete), X[complete]
    if plan.selection == "univariable":
        found = select_univariable(sets, X=X, terms=terms, entry=plan.entry, statistic=plan.statistic)
    else:
        found = select_forward(
            sets, X=X, terms=terms, forced=[0], entry=plan.entry, removal=plan.removal, statistic=plan.statistic
        )
    return tuple(SelectedTerm(groups[step.term][0].covariate, entered=step.entered, p=step.p) for step in found.steps)


def _chosen(columns: dict[str, list[ModelColumn]], *, selection: tuple[SelectedTerm, ...] | None) -> list[str]:
    if selection is None:
        return list(columns)
    inside: set[str] = set()
    for step in selection:
        inside = inside | {step.term} if step.entered else inside - {step.term}
    return [name for name in columns if name in inside]


def _about_selection(chosen: list[str], *, protocol: AnalysisPlan, where: str) -> list[Notice]:
    if protocol.cox.selection == "prespecified":
        return []
    listed = ", ".join(chosen) or "–"
    en = f"The covariates other than the arm were selected using these data ({listed}): their confidence intervals and P values are too optimistic."
    zh = f"模型中的协变量由本数据筛选得出（{listed}）：其置信区间与 p 值偏于乐观。"
    return [Notice("data_driven_selection", Message(en, zh), where=where)]


def _about_fit(fit: CoxFit, *, columns: list[ModelColumn], where: str) -> list[Notice]:
    found = _about_terms([columns[place].term for place in sorted(fit.problems)], where=where)
    if fit.events < EVENTS_PER_COLUMN * len(columns):
        en = f"{fit.events} events for {len(columns)} parameters: with fewer than {EVENTS_PER_COLUMN} events per parameter, the model may be overfitted."
        zh = f"{len(columns)} 个变量仅有 {fit.events} 个事件：每个变量少于 {EVENTS_PER_COLUMN} 个，模型可能过拟合。"
        found.append(Notice("too_few_events", Message(en, zh), where=where))
    return found


def _about_terms(terms: list[str], *, where: str) -> list[Notice]:
    if not terms:
        return []
    listed = ", ".join(terms)
    en = (
        f"No finite estimate for {listed}: constant, collinear with other columns, or completely separating the events."
    )
    return [
        Notice(
            "not_estimable",
            Message(en, f"以下项没有有限估计值：{listed}（常数、由其他列决定或完全分离）。"),
            where=where,
        )
    ]
