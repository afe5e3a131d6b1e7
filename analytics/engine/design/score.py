"""The fitted propensity score of a design, and the weights that rest on it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.engine.design.variables import build_variables
from analytics.errors import DataError, FaultyDataError
from analytics.messages import Message
from analytics.protocol.plan import AnalysisPlan
from analytics.stats.event_times import Booleans, Floats
from analytics.stats.propensity.common_support import within_support
from analytics.stats.propensity.score import Propensity, fit_propensity


@dataclass(frozen=True)
class Score:
    """The fitted score and the distance it gives, on the scale named: `distance` (n,), `sd` its n - 1 SD over those `kept`.

    `fit` has the n rows of the unmatched table; after a second fit those discarded keep their first score."""

    fit: Propensity
    scale: str
    distance: Floats
    kept: Booleans
    sd: float

    @property
    def n(self) -> int:
        return int(self.distance.size)


def fit_score(table: pd.DataFrame, *, focal: Booleans, protocol: AnalysisPlan) -> Score:
    """The score of the focal arm over all rows, then who is discarded, then where asked the score of the others again."""
    plan = protocol.design
    X, names = _columns(table, protocol=protocol)
    first = fit_propensity(X, treated=focal, names=names)
    distance = first.logit if plan.scale == "logit" else first.probability
    kept = within_support(distance, treated=focal, discard=plan.discard)
    _refuse_no_support(kept, focal=focal, protocol=protocol)
    fit = first
    if plan.reestimate and not kept.all():
        fit = _again(first, X=X, names=names, focal=focal, kept=kept)
        distance = fit.logit if plan.scale == "logit" else fit.probability
    return Score(fit=fit, scale=plan.scale, distance=distance, kept=kept, sd=float(np.std(distance[kept], ddof=1)))


def _columns(table: pd.DataFrame, *, protocol: AnalysisPlan) -> tuple[Floats, list[str]]:
    variables = build_variables(table, covariates=protocol.score_covariates)
    columns = [column for variable in variables for column in variable.model_columns()]
    X = np.column_stack([np.empty((len(table), 0)), *(column.values for column in columns)])
    if not (X.max(axis=0) > X.min(axis=0)).any():
        names = ", ".join(variable.name for variable in variables)
        en = f"All propensity score covariates are constant ({names}). Matching is not possible."
        raise FaultyDataError(
            DataError("constant_score", Message(en, f"评分的所有协变量均为常数（{names}）；无法匹配。"))
        )
    return X, [column.term for column in columns]


def _again(first: Propensity, *, X: Floats, names: list[str], focal: Booleans, kept: Booleans) -> Propensity:
    again = fit_propensity(X[kept], treated=focal[kept], names=names)
    probability, logit = first.probability.copy(), first.logit.copy()
    probability[kept], logit[kept] = again.probability, again.logit
    return replace(again, probability=probability, logit=logit)


def _refuse_no_support(kept: Booleans, *, focal: Booleans, protocol: AnalysisPlan) -> None:
    for arm, label in ((focal, protocol.arms.focal.label), (~focal, protocol.arms.reference.label)):
        if not (kept & arm).any():
            en = f"The scores of the arms do not overlap: discarding leaves no patients in {label}."
            zh = f"两组评分没有重叠：剔除后 {label} 组没有剩余的患者。"
            raise FaultyDataError(DataError("no_overlap", Message(en, zh), "arm"))
