"""A result → the same for those who may see no single patient. What is not named here is not told."""

from typing import Any

from analytics.messages import Message
from analytics.result.disclosure.classes import Classes, hidden
from analytics.result.disclosure.design import (
    arms_object,
    baseline_rows,
    data_object,
    flow_rows,
    largest_difference,
    matching_object,
)
from analytics.result.disclosure.outcomes import (
    endpoint_object,
    overall_object,
    response_object,
    safety_rows,
    subgroup_rows,
)
from analytics.result.source import printed_rows

Json = dict[str, Any]
FAILED = Message("A check of this result failed.", "本结果未通过一项自检。")
LATE = Message(
    "Immortal time: patients entered their arm only after time zero, so survival until then was guaranteed.",
    "永恒时间偏倚：患者在时间零点之后才进入所属组，此前的生存时间是有保证的。",
)
FAIR_STARTS = ("naive", "rezero", "time_dependent", "ccw")


def restricted(result: Json, *, below: int) -> Json:
    """Counts in classes of `below`, nothing of a single patient, pair or center: Note [Classes of eight]."""
    classes = Classes(width=below)
    protocol = _shown_by_quartiles(result["protocol"])
    found = {
        "protocol": protocol,
        "data": data_object(result["data"], arms=arms_object(result["arms"], classes=classes), classes=classes),
        "software": result["software"],
        **_of_two_arms(result, protocol=protocol, classes=classes),
        "disclosure": {"below": below, "largest_smd": largest_difference(result["balance"])},
    }
    if "contrasts" in result:
        contrasts = [_of_two_arms(one, protocol=protocol, classes=classes) for one in result["contrasts"]]
        found["contrasts"] = contrasts
    if "overall" in result:
        found["overall"] = {name: overall_object(of, classes=classes) for name, of in result["overall"].items()}
    return found | ({"printed": printed_rows(found)} if "printed" in result else {})


def _of_two_arms(result: Json, *, protocol: Json, classes: Classes) -> Json:
    found = {
        "warnings": _warnings(result["warnings"]),
        "flow": flow_rows(result["flow"], classes=classes),
        "arms": arms_object(result["arms"], classes=classes),
        "propensity": {},
        "matching": matching_object(result["matching"], classes=classes),
        "balance": [],
        "baseline": baseline_rows(result["baseline"], classes=classes),
        **_outcomes(result, protocol=protocol, classes=classes),
        "cox": {},
        "sensitivity": [],
        "checks": _checks(result["checks"]),
    }
    if "immortal_time" in result:
        found["immortal_time"] = _immortal_time(result, classes=classes)
    return found


def _outcomes(result: Json, *, protocol: Json, classes: Classes) -> Json:
    """A ratio of arms that the covariates separate is none, so it is not told."""
    apart, level = "arms_apart" in result["propensity"], protocol["conventions"]["level"]
    plans = protocol["endpoints"]
    return {
        "endpoints": {
            name: {
                cohort: endpoint_object(content, classes=classes, is_apart=apart and cohort != "unmatched")
                for cohort, content in cohorts.items()
            }
            for name, cohorts in result["endpoints"].items()
        },
        "subgroups": {
            name: {cohort: subgroup_rows(rows, classes=classes) for cohort, rows in cohorts.items()}
            for name, cohorts in result["subgroups"].items()
        },
        "response": {
            name: {
                cohort: response_object(content, plan=plans[name], level=level, classes=classes)
                for cohort, content in cohorts.items()
            }
            for name, cohorts in result["response"].items()
        },
        "safety": {cohort: safety_rows(rows, classes=classes) for cohort, rows in result["safety"].items()},
    }


def _shown_by_quartiles(protocol: Json) -> Json:
    """Where the protocol shows means of a covariate, its quartiles are all there is."""
    return protocol | {"covariates": [{**covariate, "show": ["median"]} for covariate in protocol["covariates"]]}


def _warnings(notices: list[Json]) -> list[Json]:
    """Most name counts, or tell by being there that a cell is empty; the one that changes how all is read is told without."""
    late = next((notice for notice in notices if notice["code"] == "immortal_time"), None)
    return [] if late is None else [{**late, "message": _sentence(LATE)}]


def _checks(notices: list[Json]) -> list[Json]:
    """A check that holds says nothing of anybody; of one that fails its sentence may."""
    return [notice if notice["ok"] else {**notice, "message": _sentence(FAILED)} for notice in notices]


def _sentence(message: Message) -> Json:
    return {"en": message.en, "zh": message.zh}


def _immortal_time(result: Json, *, classes: Classes) -> Json:
    months = result["immortal_time"]["guaranteed"]
    sizes = result["arms"]["n"]
    guaranteed = {
        label: float(round(month)) if month is not None and sizes.get(label, 0) >= 2 * classes.width else None
        for label, month in months.items()
    }
    return {"guaranteed": guaranteed, "landmark": [], **hidden(*FAIR_STARTS)}
