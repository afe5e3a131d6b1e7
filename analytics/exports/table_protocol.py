"""The protocol of a study on the registry → the same plan for its exported data set, to be run with `compare --table`."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import yaml

from analytics.engine.outcomes.ctcae_versions import untested_arms
from analytics.exports.dataset import DataSet, levels_of
from analytics.flat.cells import MISSING
from analytics.frame import AnalysisFrame
from analytics.protocol.plan import DEFINING, ENTRY, EXPOSURE, AnalysisPlan, Arms, Covariate, EndpointPlan, ResponsePlan
from analytics.protocol.population import StudyArm, StudyProtocol
from registry.spreadsheet import harmless

SHARED = set(AnalysisPlan.model_fields) - {
    "arms",
    "endpoints",
    "covariates",
    "safety",
}  # these say where the values come from
EVENTS_FILE = "adverse-events.csv"
HEAD = """\
# The plan of the study for the data set beside this file. With the data set as CSV
#     manage.py compare table-protocol.yaml --table data.csv
# finds the same pairs and the same hazard ratios as the study found on the registry.
"""

Json = dict[str, Any]


def table_protocol(protocol: StudyProtocol, *, frame: AnalysisFrame, data: DataSet, events: DataSet | None) -> str:
    """YAML. `data` was made from `frame`; `events` are the adverse events beside it, where the study has them."""
    table, adverse = frame.table, frame.adverse_events
    are_compared = adverse is None or untested_arms(table, adverse=adverse, arms=protocol.arms).why is None
    plan = protocol.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    names = {column.source: column.name for column in data.columns}
    covariates = {covariate.name: names[covariate.name] for covariate in protocol.covariates}
    plan["sensitivity"] = [row for row in plan.get("sensitivity", []) if row["kind"] != "lost_censored"]
    plan |= {"version": protocol.version, "seed": protocol.seed, **_spelled_out(protocol)}
    content: Json = {key: _renamed(value, names=covariates) for key, value in plan.items() if key in SHARED}
    content |= {
        "table": _columns(names, protocol=protocol),
        "arms": _arms(protocol, dumped=plan["arms"]),
        "endpoints": {name: _endpoint(name, protocol=protocol, names=names) for name in protocol.endpoints},
        "covariates": [_covariate(c, values=table[c.name], name=names[c.name]) for c in protocol.covariates],
    }
    if events is not None:
        content["safety"] = _safety(names, events=events, protocol=protocol)
        content["safety"] |= {} if are_compared else {"p_values": False}
    return HEAD + yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _spelled_out(protocol: StudyProtocol) -> Json:
    """Design and conventions with their defaults, so that a later version with other defaults repeats this analysis."""
    dumped = protocol.model_dump(mode="json", by_alias=True, include={"design", "conventions"})
    return {
        part: {key: value for key, value in keys.items() if value not in (None, [], {})}
        for part, keys in dumped.items()
    }


def _columns(names: Mapping[str, str], *, protocol: StudyProtocol) -> Json:
    columns = {"id": names["id"], "arm": names["arm"], "center": names["center"]}
    if DEFINING in names and protocol.survival_endpoints:
        columns["defining"] = names[DEFINING]
    if ENTRY in names and protocol.survival_endpoints:
        columns["entry"] = names[ENTRY]
    return columns


def _arms(protocol: StudyProtocol, *, dumped: Json) -> Json:
    shared = {key: value for key, value in dumped.items() if key in Arms.model_fields}
    others = {"others": [_arm(arm) for arm in protocol.arms.others]} if protocol.arms.others else {}
    return shared | others | {"focal": _arm(protocol.arms.focal), "reference": _arm(protocol.arms.reference)}


def _arm(arm: StudyArm) -> Json:
    return {"value": harmless(arm.label), "label": arm.label}


def _endpoint(name: str, *, protocol: StudyProtocol, names: Mapping[str, str]) -> Json:
    plan = protocol.endpoints[name]
    kept = EndpointPlan.model_fields if isinstance(plan, EndpointPlan) else ResponsePlan.model_fields
    common = plan.model_dump(mode="json", include=set(kept))
    if isinstance(plan, EndpointPlan):
        competing = {"competing_code": list(range(2, len(plan.causes) + 1))} if plan.causes else {}
        entry = {"entry": names[f"{name}_entry"]} if f"{name}_entry" in names else {}
        columns = {"time": names[f"{name}_time"], "event": names[f"{name}_event"], **entry, "unit": "months"}
        return columns | common | competing
    return {"type": "binary", "value": names[f"{name}_value"], **_safe(common)}


def _covariate(covariate: Covariate, *, values: pd.Series, name: str) -> Json:
    """Levels that the protocol leaves open stay open, unless the file has to write one of them in another way."""
    dumped = covariate.model_dump(mode="json", exclude_defaults=True, exclude={"variable"}) | {"name": name}
    if covariate.type == "binary":
        return {key: value for key, value in dumped.items() if key != "positive"}  # the file says 1 or 0
    if covariate.type == "categorical":
        levels = levels_of(covariate, values=values)
        if covariate.levels or any(harmless(level) != level or level in MISSING for level in levels):
            dumped["levels"] = [harmless(level) for level in levels]
    return dumped


def _safety(names: Mapping[str, str], *, events: DataSet, protocol: StudyProtocol) -> Json:
    """Times stand in the unit of the first endpoint with a time; without one there is no unit to read them in."""
    asked = {"id": "id", "term": "term", "grade": "grade", "class": "class"}
    asked |= {"start": "start_months"} if protocol.survival_endpoints else {}
    columns = {key: name for key, source in asked.items() if (name := events.name_of(source))}
    exposure = {"exposure": names[EXPOSURE]} if EXPOSURE in names and protocol.survival_endpoints else {}
    terms = [harmless(term) for term in protocol.safety.terms] if protocol.safety else []
    return {"table": EVENTS_FILE, **columns, **exposure, **({"terms": terms} if terms else {})}


def _safe(value: Any) -> Any:
    if isinstance(value, list):
        return [_safe(part) for part in value]
    if isinstance(value, dict):
        return {key: _safe(part) for key, part in value.items()}
    return harmless(value) if isinstance(value, str) else value


def _renamed(value: Any, *, names: Mapping[str, str]) -> Any:
    """Wherever the plan names a covariate, the name of its column."""
    if isinstance(value, list):
        return [_renamed(part, names=names) for part in value]
    if isinstance(value, dict):
        return {names.get(key, key): _renamed(part, names=names) for key, part in value.items()}
    return names.get(value, value) if isinstance(value, str) else value


class _Dumper(yaml.SafeDumper):
    """Words as they are, all other text in quotes: what could be read as a number or a date stays text."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    is_word = value.replace("_", "").replace(" ", "").isalpha()
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if is_word else '"')


_Dumper.add_representer(str, _text)
