"""Responses and adverse events of a comparison as JSON objects."""

from analytics.engine.outcomes.response import ArmResponse, ResponseResult
from analytics.engine.outcomes.safety import ANY, ArmSafety, SafetyRow
from analytics.result.nulls import Json, with_reasons
from analytics.stats.tests.proportions import McNemar
from analytics.stats.tests.two_sample import TwoSampleTest


def test_object(test: TwoSampleTest) -> Json:
    values = {"name": test.name, "statistic": test.statistic, "df": test.df, "p": test.p}
    found = with_reasons(values, why=test.why or "not_requested")
    return found | ({"warning": "few_expected"} if test.few_expected else {})


def response_object(result: ResponseResult) -> Json:
    values: Json = {
        "arms": {label: _arm_response(arm) for label, arm in result.arms.items()},
        "difference": result.difference,
        "test": test_object(result.test),
        "mcnemar": _mcnemar(result.paired),
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


def _mcnemar(paired: McNemar | None) -> Json:
    if paired is None:
        return with_reasons(dict.fromkeys(("pairs", "b", "c", "name", "p")), why="not_requested")
    return with_reasons({"pairs": paired.pairs, "b": paired.b, "c": paired.c, "name": paired.name, "p": paired.p})


def _arm_safety(arm: ArmSafety) -> Json:
    rate = {"per_100_patient_years": arm.per_100_patient_years}
    counts = {"n": arm.n, "patients": arm.patients, "events": arm.events}
    return counts | with_reasons(rate, why=arm.why or "not_estimable")
