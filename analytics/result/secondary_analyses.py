"""Subgroups, sensitivity analyses, fair starts and all arms together as JSON objects."""

from collections.abc import Mapping, Sequence

import numpy as np

from analytics.engine.agreement import AGREED, MEDIAN, Verification
from analytics.engine.outcomes.all_arms import OverallResult
from analytics.engine.outcomes.immortal_time import FairRatio, FairStarts
from analytics.engine.outcomes.subgroups import SubgroupRow
from analytics.engine.sensitivity.base import SensitivityRow, Spread
from analytics.engine.sensitivity.stability import Outcome
from analytics.engine.sensitivity.ties import TIED_SCORES
from analytics.result.endpoints import arm_object, at_risk_object, curve_object, log_rank_object, ratio_object
from analytics.result.nulls import Json, with_reasons
from analytics.stats.survival.accelerated_failure import TimeRatio
from analytics.stats.survival.second_engine import NAME


def subgroup_object(row: SubgroupRow) -> Json:
    ratio = ratio_object(row.ratio)
    reasons = dict(ratio.pop("why", {}))
    values: Json = {"variable": row.variable, "level": row.level}
    values |= {"arms": {label: {"n": arm.n, "events": arm.events} for label, arm in row.arms.items()}}
    values |= ratio | {"interaction_p": row.interaction_p}
    if row.interaction_p is None:
        reasons["interaction_p"] = row.interaction_why or "not_estimable"
    return values | ({"why": reasons} if reasons else {})


def sensitivity_object(row: SensitivityRow) -> Json:
    """`why` of a value that the kind does not have is not_requested; only accelerated failure times have `time_ratio`, only
    ties broken at random a `range`."""
    ratio = row.ratio
    values: Json = {
        "kind": row.kind,
        "settings": row.settings,
        "endpoint": row.endpoint,
        "n_treated": row.n_focal,
        "n_control": row.n_reference,
        "hr": ratio.hr,
        "low": ratio.low,
        "high": ratio.high,
        "se": ratio.se,
        "p": ratio.p,
        "max_smd": row.max_smd,
        "value": row.value,
        "value_limit": row.value_limit,
    }
    failed = ratio.why or "not_estimable"
    reasons = dict.fromkeys(("hr", "low", "high", "se", "n_treated", "n_control"), failed)
    reasons |= {"p": ratio.why or ("not_requested" if row.kind in (TIED_SCORES, "bootstrap") else "not_estimable")}
    reasons |= {"se": "not_requested"} if row.kind == TIED_SCORES and ratio.why is None else {}
    reasons |= dict.fromkeys(("max_smd", "value", "value_limit"), "not_requested")
    found = with_reasons(values, why=reasons)
    found |= {} if row.time_ratio is None else {"time_ratio": _time_ratio(row.time_ratio)}
    return found | ({} if row.spread is None else {"range": _spread(row.spread)})


def stability_object(outcomes: Sequence[Outcome]) -> Json:
    """The first outcome is that of the protocol. `share_beyond` is of the specifications on the other side of 1."""
    found = np.array([one.hr for one in outcomes if one.hr is not None])
    planned = outcomes[0].hr if outcomes else None
    if planned is None or not found.size:
        values = dict.fromkeys(("planned", "median", "p5", "p95", "min", "max", "share_beyond"))
        return with_reasons({"n": int(found.size), **values}, why=dict.fromkeys(values, "not_estimable"))
    p5, median, p95 = (float(value) for value in np.percentile(found, [5, 50, 95]))
    return {
        "n": int(found.size),
        "planned": planned,
        "median": median,
        "p5": p5,
        "p95": p95,
        "min": float(found.min()),
        "max": float(found.max()),
        "share_beyond": float(((found > 1) != (planned > 1)).mean()),
        "specifications": [_specification(one) for one in outcomes if one.hr is not None],
    }


def _specification(outcome: Outcome) -> Json:
    chosen = outcome.specification
    return {
        "design": dict(chosen.design),
        "left_out": chosen.left_out,
        "months": chosen.months,
        "n_treated": outcome.n_focal,
        "n_control": outcome.n_reference,
        "hr": outcome.hr,
    }


def _spread(found: Spread) -> Json:
    return {"draws": found.draws, "failed": found.failed, "min": found.smallest, "max": found.largest}


def _time_ratio(found: TimeRatio) -> Json:
    values = {"ratio": found.ratio, "low": found.low, "high": found.high, "se": found.se, "p": found.p}
    return with_reasons(values, why=found.why or "not_estimable")


def immortal_time_object(
    guaranteed: Mapping[str, float | None], *, fair: Mapping[str, Mapping[str, FairStarts]]
) -> Json:
    """The first endpoint's unmatched arms stand above; `endpoints` has each endpoint and cohort."""
    endpoints = {name: {cohort: _fair_starts(starts) for cohort, starts in of.items()} for name, of in fair.items()}
    first = next((starts["unmatched"] for starts in fair.values()), None)
    values: Json = {"guaranteed": dict(guaranteed)}
    found = with_reasons(values | _ways(first), why="not_requested")
    unknown = {f"guaranteed.{label}": "not_estimable" for label, months in guaranteed.items() if months is None}
    reasons = found.get("why", {}) | unknown
    return found | ({"why": reasons} if reasons else {}) | ({"endpoints": endpoints} if endpoints else {})


def verification_object(found: Verification) -> Json:
    quantities = [
        with_reasons(
            {
                "endpoint": one.endpoint,
                "cohort": one.cohort,
                "quantity": one.name,
                "arm": one.arm,
                "value": one.value,
                NAME: one.second,
                "ok": one.agrees,
            },
            why="not_reached" if one.name == MEDIAN else "not_estimable",
            text=("arm",),
        )
        for one in found.quantities
    ]
    not_compared = [
        {"endpoint": one.endpoint, "cohort": one.cohort, "quantity": one.name, "why": one.why}
        for one in found.not_compared
    ]
    return {
        "engine": NAME,
        "version": found.version,
        "tolerance": AGREED,
        "quantities": quantities,
        "not_compared": not_compared,
    }


def overall_object(result: OverallResult) -> Json:
    return {
        "arms": {label: arm_object(arm) for label, arm in result.arms.items()},
        "logrank": log_rank_object(result.logrank),
        "at_risk": at_risk_object(result.arms),
        "curves": {label: curve_object(arm.curve) for label, arm in result.arms.items()},
    }


def _fair_starts(starts: FairStarts) -> Json:
    return with_reasons(_ways(starts), why="not_requested")


def _ways(starts: FairStarts | None) -> Json:
    if starts is None:
        return {"naive": None, "rezero": None, "landmark": [], "time_dependent": None, "ccw": None}
    return {
        "naive": _fair(starts.naive),
        "rezero": _fair(starts.rezero),
        "landmark": [_fair(one) for one in starts.landmark],
        "time_dependent": _fair(starts.time_dependent),
        "ccw": _fair(starts.ccw),
    }


def _fair(found: FairRatio | None) -> Json | None:
    if found is None:
        return None
    counts: Json = {"n": found.n, "n_treated": found.focal, "events": found.events}
    month = {} if found.month is None else {"months": found.month}
    return ratio_object(found.ratio) | counts | month
