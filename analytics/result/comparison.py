"""A comparison → the JSON object that other people's scripts rest on: full doubles, null with a reason, times in months."""

import json
import platform
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from typing import Any

from analytics.engine.comparison import Comparison
from analytics.engine.design.balance import BalanceRow, BaselineCell, BaselineRow
from analytics.engine.design.design import Design
from analytics.engine.outcomes.outcomes import Outcomes
from analytics.errors import FaultyDataError
from analytics.frame import FlowRow
from analytics.messages import Message, Notice
from analytics.protocol.plan import AnalysisPlan
from analytics.result.design import matching_object, periods_object, propensity_object
from analytics.result.endpoints import cox_object, endpoint_object
from analytics.result.histories import center_ratios_object, histories_object, patients_object
from analytics.result.nulls import Json, with_reasons
from analytics.result.safety import response_object, safety_object, test_object
from analytics.result.secondary_analyses import (
    immortal_time_object,
    overall_object,
    sensitivity_object,
    stability_object,
    subgroup_object,
    verification_object,
)
from analytics.result.source import printed_rows
from analytics.stats.survival.second_engine import NAME, engine_version
from analytics.stats.tests.baseline import Summary

CALIPER_VERSION = "0.1.0"
LIBRARIES = ("numpy", "scipy", "pandas", "pydantic")
NO_OUTCOMES: Json = {"endpoints": {}, "cox": {}, "subgroups": {}, "response": {}, "safety": {}}


def result_object(comparison: Comparison) -> Json:
    """The whole result; every top-level key is there, empty where nothing was asked for or (design only) opened."""
    of_two = _of_two_arms(comparison)
    found = {
        "protocol": comparison.protocol.model_dump(mode="json", by_alias=True),
        "data": _data(comparison.design),
        "software": software_object()
        | _second_engine(comparison)
        | {"started": comparison.started, "seconds": comparison.seconds},
        **of_two,
        **({"contrasts": [_of_two_arms(one) for one in comparison.contrasts]} if comparison.contrasts else {}),
        **(
            {"overall": {name: overall_object(result) for name, result in comparison.overall.items()}}
            if comparison.overall
            else {}
        ),
    }
    if comparison.stability:
        found["stability"] = {name: stability_object(outcomes) for name, outcomes in comparison.stability.items()}
    printed = printed_rows(found) if comparison.outcomes else []
    return found | ({"printed": printed} if printed else {})


def _of_two_arms(comparison: Comparison) -> Json:
    """All that a contrast has of its own."""
    design, opened = comparison.design, comparison.outcomes
    found = {
        "warnings": _notices(comparison.warnings),
        "flow": [_flow_row(row) for row in design.flow],
        "arms": _arms(design),
        "propensity": propensity_object(design),
        "matching": matching_object(design),
        "balance": [balance_object(row) for row in design.balance],
        "baseline": [_baseline_row(row) for row in design.baseline],
        **(_outcomes(opened) if opened else NO_OUTCOMES),
        "sensitivity": [sensitivity_object(row) for row in comparison.sensitivity],
        "checks": _notices(comparison.checks),
        **periods_object(design),
        **(_beside(opened) if opened else {}),
    }
    if comparison.verification is not None:
        found["verification"] = verification_object(comparison.verification)
    if design.guaranteed is None:
        return found
    return found | {"immortal_time": immortal_time_object(design.guaranteed, fair=comparison.immortal_time)}


def _outcomes(opened: Outcomes) -> Json:
    return {
        "endpoints": _by_cohort(opened.endpoints, shown=endpoint_object),
        "cox": _by_cohort(opened.cox, shown=cox_object),
        "subgroups": _by_cohort(opened.subgroups, shown=lambda rows: [subgroup_object(row) for row in rows]),
        "response": _by_cohort(opened.responses, shown=response_object),
        "safety": {cohort: [safety_object(row) for row in rows] for cohort, rows in opened.safety.items()},
    }


def _beside(opened: Outcomes) -> Json:
    """What is there where centers or courses are known."""
    found: Json = {}
    if opened.centers:
        found["centers"] = {name: center_ratios_object(of) for name, of in opened.centers.items()}
    if opened.told:
        found |= {"histories": histories_object(opened.told), "patient_level": patients_object(opened.told)}
    return found


def _by_cohort(found: Mapping[str, Mapping[str, Any]], *, shown: Callable[[Any], Any]) -> Json:
    """Of each endpoint the result in each cohort."""
    return {name: {cohort: shown(result) for cohort, result in of.items()} for name, of in found.items()}


def result_json(comparison: Comparison) -> str:
    """The result as text, UTF-8 characters as they are, a newline at the end."""
    return json_text(result_object(comparison))


def errors_json(fault: FaultyDataError) -> str:
    """What is wrong with the data, in the same manner."""
    errors = [
        {
            "code": error.code,
            "message": _message(error.message),
            "column": error.column,
            "rows": list(error.rows),
        }
        for error in fault.errors
    ]
    return json_text({"errors": errors})


def software_object() -> Json:
    """Versions of everything a number may depend on."""
    return {"caliper": CALIPER_VERSION, "python": platform.python_version()} | {
        name: version(name) for name in LIBRARIES
    }


def _second_engine(comparison: Comparison) -> Json:
    """Where any number rests on it."""
    of_all = (comparison, *comparison.contrasts)
    is_used = any(one.verification or any(row.kind == "aft" for row in one.sensitivity) for one in of_all)
    return {NAME: engine_version()} if is_used else {}


def json_text(content: Json) -> str:
    """An object as the text of a file."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _message(message: Message) -> Json:
    return {"en": message.en, "zh": message.zh}


def _notices(notices: Iterable[Notice]) -> list[Json]:
    return [
        {"code": notice.code, "ok": notice.ok, "message": _message(notice.message), "where": notice.where}
        for notice in notices
    ]


def _data(design: Design) -> Json:
    frame = design.frame
    values = {"source": frame.source, "sha256": frame.sha256, "rows": frame.rows, "n": len(design.unmatched)}
    events = frame.adverse_events
    if events is None:
        return values
    return values | {"adverse_events": {"source": events.source, "sha256": events.sha256, "rows": events.rows}}


def _arms(design: Design) -> Json:
    plan: AnalysisPlan = design.protocol
    counts = design.unmatched["arm"].value_counts()
    return {
        "focal": plan.arms.focal.label,
        "reference": plan.arms.reference.label,
        "hr": plan.arms.hr,
        "n": {label: int(counts.get(label, 0)) for label in (plan.arms.focal.label, plan.arms.reference.label)},
    }


def _flow_row(row: FlowRow) -> Json:
    values: Json = {
        "id": row.id,
        "text": row.text.en,
        "text_zh": row.text.zh,
        "removed": row.removed,
        "remaining": row.remaining,
        "arms": row.arms,
        "centers": row.centers,
    }
    detail = {} if row.detail is None else {"detail": row.detail}
    return with_reasons(values, why="not_requested") | detail


def balance_object(row: BalanceRow) -> Json:
    values: Json = {"covariate": row.covariate, "level": row.level}
    reasons = {}
    for name in ("smd", "variance_ratio", "ks"):
        for moment, balance in (("before", row.before), ("after", row.after)):
            key = f"{name}_{moment}"
            values[key] = getattr(balance, name) if balance else None
            is_of_level = name == "variance_ratio" and row.level is not None
            reasons[key] = "not_requested" if balance is None or is_of_level else "not_estimable"
    for key, test in row.tests.items():
        values[f"p_{key}"] = test.p
        reasons[f"p_{key}"] = test.why or "not_estimable"
    return with_reasons(values, why=reasons, text=("level",))


def _baseline_row(row: BaselineRow) -> Json:
    cohorts = {cohort: _baseline_cell(cell) for cohort, cell in row.cohorts.items()}
    return {"covariate": row.covariate, "level": row.level} | cohorts


def _baseline_cell(cell: BaselineCell) -> Json:
    return {
        "arms": {label: _summary(summary) for label, summary in cell.arms.items()},
        "test": test_object(cell.test),
    }


def _summary(summary: Summary) -> Json:
    of_level = ("count", "percent")
    is_level = summary.count is not None
    values: Json = {key: getattr(summary, key) for key in Summary.__dataclass_fields__}
    reasons = {
        key: "not_estimable" if (key in of_level) == is_level else "not_requested" for key in values if key != "n"
    }
    return with_reasons(values, why=reasons)
