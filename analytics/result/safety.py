"""Responses and adverse events of a comparison as JSON objects."""

from analytics.engine.outcomes.response import ArmResponse, ResponseResult
from analytics.engine.outcomes.safety import ANY, ArmSafety, SafetyRow
from analytics.result.nulls import Json, with_reasons
from analytics.stats.tests.two_sample import TwoSampleTest


def test_object(test: TwoSampleTest) -> Json:
    values = {"name": test.name, "statistic": test.statistic, "df": test.df, "p": test.p}
    found = with_reasons(values, why=test.why or "not_requested")
    return found | ({"warning": "few_expected"} if test.few_expected else {})


def response_object(result: ResponseResult) -> Json:
    values: Json = {
        "arms": {label: _arm_response(arm) for label, arm in result.arms.items()},
        "difference": result.difference.value,
        "difference_low": result.difference.low,
        "difference_high": result.difference.high,
        "test": test_object(result.test),
        "mcnemar": _mcnemar(result),
    }
    return with_reasons(values)


def safety_object(row: SafetyRow) -> Json:
    return {
        "term": ANY if row.term is None else row.term,
        "class": row.class_,
        "arms": {label: _arm_safety(arm) for label, arm in row.arms.items()},
        "test": test_object(row.test),
    }


def _arm_response(arm: ArmResponse) -> Json:
    rate = {"rate": arm.proportion.rate, "low": arm.proportion.low, "high": arm.proportion.high}
    return {"n": arm.n, "evaluable": arm.evaluable, "counts": arm.counts} | with_reasons(rate)


def _mcnemar(result: ResponseResult) -> Json:
    """The test of the pairs of which both count, and the difference between their rates."""
    paired, difference = result.paired, result.paired_difference
    if paired is None or difference is None:
        absent = ("pairs", "b", "c", "name", "p", "difference", "low", "high")
        return with_reasons(dict.fromkeys(absent), why="not_requested")
    counts = {"pairs": paired.pairs, "b": paired.b, "c": paired.c, "name": paired.name, "p": paired.p}
    return with_reasons(counts | {"difference": difference.value, "low": difference.low, "high": difference.high})


def _arm_safety(arm: ArmSafety) -> Json:
    rate = {"per_100_patient_years": arm.per_100_patient_years}
    counts = {"n": arm.n, "patients": arm.patients, "events": arm.events}
    return counts | with_reasons(rate, why=arm.why or "not_estimable")
