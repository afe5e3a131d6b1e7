"""The endpoints and the Cox tables of a comparison as JSON objects."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analytics.engine.outcomes.competing_risks import CompetingRisks
from analytics.engine.outcomes.notices import PairsSeen
from analytics.engine.outcomes.outcomes import ArmSurvival, EndpointResult, RestrictedMeans
from analytics.engine.outcomes.regression import CoxRow, CoxTables
from analytics.result.nulls import Json, month_key, with_reasons
from analytics.result.residuals import residuals_object
from analytics.stats.event_times import Floats
from analytics.stats.survival.competing_risks import Incidence
from analytics.stats.survival.cox import HazardRatio
from analytics.stats.survival.gray import GrayTest
from analytics.stats.survival.kaplan_meier import Curve, Rate
from analytics.stats.survival.log_rank import LogRank
from analytics.stats.survival.period_ratios import PeriodRatio


def endpoint_object(result: EndpointResult) -> Json:
    ratios = {method: ratio_object(ratio) | {"method": method} for method, ratio in result.hazard_ratios.items()}
    return {
        "arms": {label: arm_object(arm) for label, arm in result.arms.items()},
        "logrank": _log_rank(result.logrank, stratified=result.stratified),
        "hazard_ratio": ratios[result.headline],
        "hazard_ratios": list(ratios.values()),
        "ph_test": with_reasons({"chi2": result.ph_chi2, "p": result.ph_p}),
        "rmst": _restricted_means(result.rmst),
        "schoenfeld": residuals_object(result.residuals),
        "period_hazard_ratios": [_period(period) for period in result.periods],
        "at_risk": at_risk_object(result.arms),
        "pairs": _pairs(result.pairs),
        "curves": {
            label: curve_object(arm.curve, is_weighted=result.is_weighted) for label, arm in result.arms.items()
        },
    } | ({} if result.competing is None else _competing(result.competing))


def at_risk_object(arms: Mapping[str, ArmSurvival]) -> Json:
    return {label: {month_key(month): count for month, count in arm.at_risk.items()} for label, arm in arms.items()}


def _competing(found: CompetingRisks) -> Json:
    curves = {
        label: {code: _incidence_curve(curve) for code, curve in of.items()} for label, of in found.curves.items()
    }
    return {
        "cif": {
            label: {code: _incidences(of_code) for code, of_code in of.items()} for label, of in found.rates.items()
        },
        "gray": {code: _gray(test) for code, test in found.gray.items()},
        "fine_gray": ratio_object(found.fine_gray),
        "cause_specific": ratio_object(found.cause_specific),
        "cif_curves": curves,
    }


def _incidences(rates: Mapping[float, Rate]) -> Json:
    values: Json = {month_key(month): [rate.survival, rate.low, rate.high] for month, rate in rates.items()}
    reasons = {
        month_key(month): "beyond_follow_up" if rate.survival is None else "not_estimable"
        for month, rate in rates.items()
        if rate.survival is None or rate.low is None
    }
    return values | ({"why": reasons} if reasons else {})


def _gray(test: GrayTest) -> Json:
    return with_reasons({"chi2": test.chi2, "df": test.df, "p": test.p}, why=test.why or "not_estimable")


def _incidence_curve(curve: Incidence) -> Json:
    return {
        "time": curve.time.tolist(),
        "incidence": curve.incidence.tolist(),
        "low": _finite(curve.low),
        "high": _finite(curve.high),
    }


def _period(period: PeriodRatio) -> Json:
    """The last period has no end."""
    end = None if period.end == float("inf") else period.end
    values: Json = {"start": period.start, "end": end, "n": period.n, "events": period.events}
    ratio = ratio_object(period.ratio)
    reasons = ({"end": "infinite"} if end is None else {}) | ratio.pop("why", {})
    return values | ratio | ({"why": reasons} if reasons else {})


def _pairs(pairs: PairsSeen | None) -> Json:
    values = {"complete": pairs.complete if pairs else None, "broken": pairs.broken if pairs else None}
    return with_reasons(values, why="not_requested")


def ratio_object(ratio: HazardRatio) -> Json:
    """`df` is there where limits and p are of Student's t."""
    values = {"hr": ratio.hr, "low": ratio.low, "high": ratio.high, "se": ratio.se, "p": ratio.p}
    values |= {} if ratio.df is None else {"df": ratio.df}
    return with_reasons(values, why=ratio.why or "not_estimable")


def cox_object(tables: CoxTables) -> Json:
    chosen = [{"term": step.term, "entered": step.entered, "p": step.p} for step in tables.selection or ()]
    return {
        "univariable": [_cox_row(row) for row in tables.univariable],
        "multivariable": [_cox_row(row) for row in tables.multivariable],
    } | ({} if tables.selection is None else {"selection": chosen})


def _cox_row(row: CoxRow) -> Json:
    names = {"term": row.term, "level": row.level, "reference": row.reference}
    return names | ratio_object(row.ratio) | {"n": row.n, "events": row.events}


def arm_object(arm: ArmSurvival) -> Json:
    reason = "not_reached" if arm.curve.n else "not_estimable"
    values: Json = {
        "n": arm.curve.n,
        "events": arm.curve.events,
        "median": arm.median.value,
        "median_low": arm.median.low,
        "median_high": arm.median.high,
        "median_at_risk": arm.median_at_risk,
        "median_on_few": arm.median_on_few,
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


def log_rank_object(plain: LogRank) -> Json:
    return with_reasons({"chi2": plain.chi2, "df": plain.df, "p": plain.p}, why="no_events")


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


def curve_object(curve: Curve, *, is_weighted: bool = False) -> Json:
    """Weighted numbers at risk are sums of weights; others are persons."""
    counts = {"at_risk": curve.at_risk, "events": curve.died, "censored": curve.censored}
    return {
        "time": curve.time.tolist(),
        "survival": curve.survival.tolist(),
        "low": _finite(curve.low),
        "high": _finite(curve.high),
        **{name: (of if is_weighted else of.astype(int)).tolist() for name, of in counts.items()},
    }


def _finite(values: Floats) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
