"""The comparison again under other choices, each kind of the protocol as one or more rows per endpoint."""

from collections.abc import Callable, Mapping
from typing import Any

from analytics.engine.sensitivity.base import Base, SensitivityRow, nothing, settings_of
from analytics.engine.sensitivity.designs import (
    caliper,
    complete_case,
    convention,
    imputation,
    leave_one_center_out,
    lost_censored,
    missing_level,
    weighting,
)
from analytics.engine.sensitivity.models import (
    accelerated_failure,
    bootstrap,
    center_stratified,
    doubly_adjusted,
    e_value,
    landmark,
)
from analytics.engine.sensitivity.ties import ties_at_random
from analytics.errors import AnalysisError
from analytics.messages import Message, Notice
from analytics.stats.bad_input import BadInput

__all__ = ["Base", "SensitivityRow", "sensitivity"]


def sensitivity(base: Base) -> tuple[tuple[SensitivityRow, ...], list[Notice]]:
    """What cannot be done is a row of nulls with the reason `not_estimable`, and a notice that says why.

    Ties broken at random come first, unasked, where any decide a pair."""
    rows: list[SensitivityRow] = list(ties_at_random(base))
    notices: list[Notice] = []
    for check in base.protocol.sensitivity:
        try:
            rows += _KINDS[check.kind](base, check)
        except (AnalysisError, BadInput) as error:
            rows += nothing(base, kind=check.kind, settings=settings_of(check))
            notices.append(_failed(check.kind, error=error))
    return tuple(rows), notices


def _failed(kind: str, *, error: AnalysisError | BadInput) -> Notice:
    messages = error.messages if isinstance(error, AnalysisError) else (error.message,)
    en, zh = (" ".join(getattr(message, tongue) for message in messages) for tongue in ("en", "zh"))
    return Notice(
        "sensitivity_failed",
        Message(f"The sensitivity analysis {kind} could not be run: {en}", f"敏感性分析 {kind} 无法进行：{zh}"),
        where=f"sensitivity.{kind}",
    )


_KINDS: Mapping[str, Callable[[Base, Any], Any]] = {
    "caliper": caliper,
    "weighting": weighting,
    "doubly_adjusted": doubly_adjusted,
    "center_stratified": center_stratified,
    "leave_one_center_out": leave_one_center_out,
    "landmark": landmark,
    "complete_case": complete_case,
    "imputation": imputation,
    "missing_level": missing_level,
    "e_value": e_value,
    "convention": convention,
    "bootstrap": bootstrap,
    "lost_censored": lost_censored,
    "aft": accelerated_failure,
}
