"""Missing covariates filled in: the frame of a comparison → as many completed frames as the protocol asks for."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.engine.design.variables import observed_levels
from analytics.errors import DataError, FaultyDataError
from analytics.frame import AnalysisFrame
from analytics.messages import Message, Notice
from analytics.protocol.plan import AnalysisPlan, Covariate, token_text
from analytics.stats.event_times import Floats
from analytics.stats.resampling.imputation import Variable, impute, nelson_aalen


def complete(frame: AnalysisFrame, *, protocol: AnalysisPlan) -> tuple[AnalysisFrame, ...]:
    """The frame itself where nothing is to be filled in.

    Predictors are all covariates, the arm, and of each endpoint the event and the Nelson-Aalen hazard. FaultyDataError where a
    covariate has no value at all."""
    rows = _in_arms(frame.table, protocol=protocol)
    part = frame.table.loc[rows]
    wanted = [c for c in protocol.covariates if c.missing == "impute" and part[c.name].isna().any()]
    if not wanted or not rows.any():
        return (frame,)
    empty = [covariate.name for covariate in wanted if part[covariate.name].isna().all()]
    if empty:
        listed = ", ".join(empty)
        en = f"All values are missing, so imputation is not possible: {listed}. Remove from the covariates."
        raise FaultyDataError(
            DataError("nothing_to_impute_from", Message(en, f"{listed} 全部缺失，无法插补；请排除该变量。"), empty[0])
        )
    used = [c for c in _distinct(protocol.covariates) if not part[c.name].isna().all()]
    variables = [_variable(part[covariate.name], covariate=covariate) for covariate in used]
    tables = impute(variables, known=_known(part, protocol=protocol), m=protocol.imputation.m, seed=protocol.seed)
    return tuple(_filled(frame, rows=rows, used=used, values=values, wanted=wanted) for values in tables)


def about_imputation(frame: AnalysisFrame, *, protocol: AnalysisPlan, count: int) -> list[Notice]:
    """`count` completed frames."""
    if count < 2:
        return []
    part = frame.table.loc[_in_arms(frame.table, protocol=protocol)]
    counts = {c.name: int(part[c.name].isna().sum()) for c in protocol.covariates if c.missing == "impute"}
    listed = ", ".join(f"{name} {missing}" for name, missing in counts.items() if missing)
    en = (
        f"Missing values were imputed {count} times ({listed}). The flow chart, pairs, balance and curves are from the first "
        "imputed dataset; hazard ratios are pooled across all of them by Rubin's rules."
    )
    zh = f"缺失值经 {count} 次多重插补（{listed}）。流程、配对、均衡性和曲线来自第一个插补数据集；风险比按 Rubin 规则合并。"
    return [Notice("imputed", Message(en, zh), where="propensity")]


def _content(covariate: Covariate) -> tuple[object, ...]:
    """Equal for covariates that hold the same values under two names."""
    return covariate.reads, covariate.type, covariate.levels, token_text(covariate.positive)


def _distinct(covariates: Sequence[Covariate]) -> list[Covariate]:
    """Of those that hold the same values, the first: a copy predicts nothing, and both must be filled in alike."""
    return list({_content(covariate): covariate for covariate in reversed(covariates)}.values())[::-1]


def _in_arms(table: pd.DataFrame, *, protocol: AnalysisPlan) -> pd.Series:
    return table["arm"].isin([protocol.arms.focal.label, protocol.arms.reference.label])


def _levels(column: pd.Series, *, covariate: Covariate) -> list[str]:
    return [token_text(level) for level in covariate.levels] or list(observed_levels(column))


def _variable(column: pd.Series, *, covariate: Covariate) -> Variable:
    if covariate.type == "categorical":
        levels = _levels(column, covariate=covariate)
        codes = pd.Categorical(column, categories=levels).codes.astype(float)
        return Variable(covariate.name, values=np.where(codes < 0, np.nan, codes), levels=len(levels))
    values = column.to_numpy(dtype=float)
    if covariate.log:
        values = np.log(np.where(values > 0, values, np.nan))
    return Variable(covariate.name, values=values, levels=2 if covariate.type == "binary" else None)


def _known(part: pd.DataFrame, *, protocol: AnalysisPlan) -> Floats:
    arm: Floats = np.where(part["arm"] == protocol.arms.focal.label, 1.0, 0.0)
    columns = [arm]
    for name in protocol.survival_endpoints:
        time = part[f"{name}_time"].to_numpy(dtype=float)
        event = part[f"{name}_event"].to_numpy(dtype=float)
        known = np.isfinite(time) & (time >= 0) & ~np.isnan(event)
        hazard = np.zeros(time.size)
        if known.any():
            hazard[known] = nelson_aalen(time[known], event=event[known] == 1)
            hazard[~known] = hazard[known].mean()
        happened: Floats = np.where(known & (event == 1), 1.0, 0.0)
        columns += [happened, hazard]
    return np.column_stack(columns)


def _filled(
    frame: AnalysisFrame, *, rows: pd.Series, used: Sequence[Covariate], values: Floats, wanted: Sequence[Covariate]
) -> AnalysisFrame:
    table = frame.table.copy()
    places = {_content(covariate): place for place, covariate in enumerate(used)}
    for covariate in wanted:
        place = places[_content(covariate)]
        column = np.exp(values[:, place]) if used[place].log else values[:, place]
        given = table.loc[rows, covariate.name]
        filled: object = column
        if covariate.type == "categorical":
            levels = np.array(_levels(given, covariate=covariate), dtype=object)
            filled = levels[column.astype(int)]
        table.loc[rows, covariate.name] = given.where(given.notna(), pd.Series(filled, index=given.index))
    return replace(frame, table=table)
