"""The endpoints and the Cox tables of a comparison as JSON objects."""

from typing import Any

import numpy as np

from analytics.nulls import Json, month_key, with_reasons
from analytics.outcome_notices import PairsSeen
from analytics.outcomes import ArmSurvival, EndpointResult, RestrictedMeans
from analytics.regression import CoxRow, CoxTables
from analytics.stats.cox import HazardRatio
from analytics.stats.event_times import Floats
from analytics.stats.kaplan_meier import Curve
from analytics.stats.log_rank import LogRank


def endpoint_object(result: EndpointResult) -> Json:
    ratios = {method: ratio_object(ratio) | {"method": method} for method, ratio in result.hazard_ratios.items()}
    return {
        "arms": {label: _arm(arm) for label, arm in result.arms.items()},
        "logrank": _log_rank(result.logrank, stratified=result.stratified),
        "hazard_ratio": ratios[result.headline],
        "hazard_ratios": list(ratios.values()),
        "ph_test": with_reasons({"chi2": result.ph_chi2, "p": result.ph_p}),
        "rmst": _restricted_means(result.rmst),
        "at_risk": {
            label: {month_key(month): count for month, count in arm.at_risk.items()}
            for label, arm in result.arms.items()
        },
        "pairs": _pairs(result.pairs),
        "curves": {label: _curve(arm.curve) for label, arm in result.arms.items()},
    }


def _pairs(pairs: PairsSeen | None) -> Json:
    values = {"complete": pairs.complete if pairs else None, "broken": pairs.broken if pairs else None}
    return with_reasons(values, why="not_requested")


def ratio_object(ratio: HazardRatio) -> Json:
    values = {"hr": ratio.hr, "low": ratio.low, "high": ratio.high, "se": ratio.se, "p": ratio.p}
    return with_reasons(values, why=ratio.why or "not_estimable")


def cox_object(tables: CoxTables) -> Json:
    return {
        "univariable": [_cox_row(row) for row in tables.univariable],
        "multivariable": [_cox_row(row) for row in tables.multivariable],
    }


def _cox_row(row: CoxRow) -> Json:
    names = {"term": row.term, "level": row.level, "reference": row.reference}
    return names | ratio_object(row.ratio) | {"n": row.n, "events": row.events}


def _arm(arm: ArmSurvival) -> Json:
    reason = "not_reached" if arm.curve.n else "not_estimable"
    values: Json = {
        "n": arm.curve.n,
        "events": arm.curve.events,
        "median": arm.median.value,
        "median_low": arm.median.low,
        "median_high": arm.median.high,
        "rates": {},
        "followup_median": arm.follow_up,
        "followup_median_crude": arm.crude_follow_up,
    }
    reasons = {}
    for month, rate in arm.rates.items():
        key = month_key(month)
        values["rates"][key] = [rate.survival, rate.low, rate.high]
        if rate.survival is None:
            reasons[f"rates.{key}"] = "beyond_follow_up"
        elif rate.low is None:
            reasons[f"rates.{key}"] = "not_estimable"
    nulls = with_reasons(values, why=dict.fromkeys(values, reason))
    return nulls | ({"why": nulls.get("why", {}) | reasons} if reasons else {})


def _log_rank(plain: LogRank, *, stratified: LogRank | None) -> Json:
    values = {
        "chi2": plain.chi2,
        "df": plain.df,
        "p": plain.p,
        "stratified_chi2": stratified.chi2 if stratified else None,
        "stratified_p": stratified.p if stratified else None,
    }
    absent = "not_estimable" if stratified else "not_requested"
    reasons = {"stratified_chi2": absent, "stratified_p": absent}
    return with_reasons(values, why=dict.fromkeys(("chi2", "p"), "no_events") | reasons)


def _restricted_means(means: RestrictedMeans) -> Json:
    contrast = means.contrast
    values: dict[str, Any] = {
        "tau": means.horizon,
        "arms": {label: {"rmst": arm.mean, "se": arm.se} for label, arm in means.arms.items()},
        "difference": contrast.difference if contrast else None,
        "ratio": contrast.ratio if contrast else None,
        "low": contrast.low if contrast else None,
        "high": contrast.high if contrast else None,
        "p": contrast.p if contrast else None,
    }
    return with_reasons(values, why=means.why or "not_estimable")


def _curve(curve: Curve) -> Json:
    return {
        "time": curve.time.tolist(),
        "survival": curve.survival.tolist(),
        "low": _finite(curve.low),
        "high": _finite(curve.high),
        "at_risk": curve.at_risk.astype(int).tolist(),
        "events": curve.died.astype(int).tolist(),
        "censored": curve.censored.astype(int).tolist(),
    }


def _finite(values: Floats) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
