from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from analytics.errors import ProtocolError
from analytics.flat.protocol import TableProtocol, read_table_protocol
from analytics.protocol.errors import validate_plan
from analytics.protocol.text import parse_protocol
from tests.analytics.tables import make_content, make_protocol

DOCS = Path(__file__).resolve().parents[3] / "docs"
COVARIATE = {"name": "age", "type": "continuous"}
RESPONSE = {"type": "binary", "value": "bor", "success": ["CR", "PR"]}


def refused(**changes: Any) -> str:
    with pytest.raises(ProtocolError) as caught:
        make_protocol(**changes)
    assert all(message.en and message.zh for message in caught.value.messages)
    return " ".join(message.en for message in caught.value.messages)


def test_only_what_is_needed_is_needed() -> None:
    content = {key: make_content()[key] for key in ("id", "title", "table", "arms")}
    protocol = validate_plan(TableProtocol, content=content)
    assert protocol.design.method == "none"
    assert protocol.conventions.smd == "pooled"
    for key in ("id", "title", "table", "arms"):
        with pytest.raises(ProtocolError, match=f"The required key {key} is missing"):
            validate_plan(TableProtocol, content={k: v for k, v in content.items() if k != key})


def test_a_design_without_a_method_is_nearest_without_caliper_on_the_probability() -> None:
    design = make_protocol(design={}).design
    assert (design.method, design.caliper, design.scale, design.order) == ("nearest", None, "ps", "largest")
    assert make_protocol(design={"caliper": {"width": 0.2}}).design.scale == "logit"


def test_every_default_may_be_written_out() -> None:
    protocol = make_protocol(
        table={"id": "patient", "arm": "arm", "defining": None},
        arms=make_content()["arms"] | {"others": [], "contrasts": [], "hr": "focal_vs_reference"},
        endpoints={"OS": {"time": "days", "event": "died", "event_code": 1, "censor_code": 0, "competing_code": None, "tau": None}},
        covariates=[COVARIATE | {"missing": "drop", "log": False, "measured": "before", "cut": [], "show": "mean"}],
        design={"method": "nearest", "estimand": "ATT", "ratio": 1, "replace": False, "order": "largest", "exact": [],
                "caliper": None, "distance": "score", "mahalanobis": [], "covariate_caliper": None, "discard": "none",
                "reestimate": False, "allow_post_baseline": False, "cem": None, "subclasses": 6, "weights": None},
        cox={"covariates": ["age"], "ties": "efron", "strata": [], "selection": "prespecified", "entry": 0.05,
             "removal": 0.1, "statistic": "lr", "errors": "robust"},
        subgroups=[], immortal_time=None, imputation={"m": 20}, sensitivity=[], safety=None,
        conventions={"profile": "r", "km_ci": "log", "smd": "pooled", "quantile": 7, "ph": "km", "level": 0.95, "balance_p": False},
    )  # fmt: skip
    assert protocol.cox.covariates == ("age",)


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("rato", {"design": {"rato": 2}}),
        ("colour", {"colour": "red"}),
        ("lavel", {"arms": {"focal": {"value": 1, "lavel": "x"}, "reference": {"value": 0}}}),
        ("unit_", {"endpoints": {"OS": {"time": "days", "event": "died", "unit_": "days"}}}),
    ],
)
def test_unknown_keys_are_refused_by_name(key: str, changes: dict[str, Any]) -> None:
    assert f"Unknown key {key}" in refused(**changes)


OTHERS = make_content()["arms"] | {"others": [{"value": "C", "label": "TACE"}]}


@pytest.mark.parametrize(
    "changes",
    [
        {"subgroups": ["bclc", {"name": "age", "cut": [60]}, "center"]},
        {"immortal_time": {"landmark_months": 3, "rezero": True}, "table": {"id": "patient", "arm": "arm", "defining": "w"}},
        {"arms": OTHERS | {"contrasts": [["R", "C"], ["Ablation", "TACE"]]}},
        {"cox": {"selection": "forward", "covariates": ["age"], "strata": ["bclc", "center"]}},
        {"conventions": {"profile": "spss", "balance_p": True}},
        {"covariates": [COVARIATE | {"missing": "impute", "log": True}], "cox": None},
        {"endpoints": {"OS": {"type": "time", "time": "t", "event": "e", "competing_code": [2, 3]}}},
        {"sensitivity": [{"kind": "caliper", "widths": [0.1]}, {"kind": "weighting"}, {"kind": "doubly_adjusted", "covariates": ["age"]},
                         {"kind": "center_stratified"}, {"kind": "leave_one_center_out"}, {"kind": "landmark", "months": 6},
                         {"kind": "complete_case"}, {"kind": "imputation", "m": 5}, {"kind": "missing_level"}, {"kind": "e_value"},
                         {"kind": "convention", "smd": "matchit"}, {"kind": "bootstrap", "n": 100, "unit": "pair"}]},
    ],
)  # fmt: skip
def test_what_a_protocol_may_ask_for_can_be_written_and_read_again(changes: dict[str, Any]) -> None:
    protocol = make_protocol(**changes)
    assert validate_plan(TableProtocol, content=protocol.model_dump(mode="json", by_alias=True)) == protocol


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("design.method: guess is not allowed", {"design": {"method": "guess"}}),
        ("safety: table must be the name of a file in the same folder as the first", {"safety": {"table": "../other/ae.csv"}}),
        ("arms: this is not valid; keys with values are expected here", {"arms": ["R", "A"]}),
        ("endpoints: this is not valid; keys with values are expected here", {"endpoints": ["OS"]}),
        ("covariates[1]: age is not valid; keys with values are expected here", {"covariates": ["age"]}),
        ("design.caliper.width: -1 is not valid", {"design": {"caliper": {"width": -1}}}),
        ("cox.covariates names weight", {"cox": {"covariates": ["weight"]}}),
        ("two arms have the same label", {"arms": {"focal": {"value": 1, "label": "x"}, "reference": {"value": 0, "label": "x"}}}),
        ("is assigned to two arms", {"arms": {"focal": {"value": 1, "label": "x"}, "reference": {"value": [0, 1], "label": "y"}}}),
        ("listed twice", {"covariates": [COVARIATE, COVARIATE], "cox": None}),
        ("cannot be named arm", {"covariates": [COVARIATE | {"name": "arm"}], "cox": None}),
        ("no level for missing", {"covariates": [COVARIATE | {"missing": "level"}], "cox": None}),
        ("requires at least one propensity score covariate", {"covariates": [], "cox": None}),
        ("is assigned to both event and censored", {"endpoints": {"OS": {"time": "t", "event": "e", "event_code": 0}}}),
        ("cut is allowed only for continuous", {"covariates": [{"name": "x", "type": "binary", "cut": [1]}], "cox": None}),
        ("a level is listed twice", {"covariates": [{"name": "x", "type": "categorical", "levels": [1, "1"]}], "cox": None}),
        ("is not valid", {"endpoints": {"OS": {"time": "t", "event": "e", "report_months": ["inf"]}}}),
        ("endpoints.ORR: the success value PR is not in order", {"endpoints": {"ORR": RESPONSE | {"order": ["CR", "SD"]}}}),
        ("endpoints.ORR: a value of order is listed twice", {"endpoints": {"ORR": RESPONSE | {"order": ["CR", "PR", "CR"]}}}),
        ("endpoints.ORR.type: ordinal is not allowed. Allowed values: 'time', 'binary'", {"endpoints": {"ORR": RESPONSE | {"type": "ordinal"}}}),
        ("The required key endpoints.ORR.success is missing", {"endpoints": {"ORR": {"type": "binary", "value": "bor"}}}),
        ("endpoints.ORR.denominator: both is not allowed", {"endpoints": {"ORR": RESPONSE | {"denominator": "both"}}}),
        ("The required key safety.table is missing", {"safety": {"term": "term"}}),
        ("Unknown key grades in safety", {"safety": {"table": "ae.csv", "grades": "grade"}}),
        ("cannot be named defining_months", {"covariates": [COVARIATE | {"name": "defining_months"}], "cox": None}),
        ("must be in ascending order", {"covariates": [COVARIATE | {"cut": [60, 50]}], "cox": None}),
        ("is assigned to both event and competing", {"endpoints": {"OS": {"time": "t", "event": "e", "competing_code": [2, 1]}}}),
        ("subgroups names stage", {"subgroups": ["stage"]}),
        ("subgroups names age, which is continuous", {"subgroups": ["age"]}),
        ("subgroups cuts bclc, which is not continuous", {"subgroups": [{"name": "bclc", "cut": [1]}]}),
        ("cox.strata names age, which is continuous", {"cox": {"strata": ["age"]}}),
        ("bclc is both a covariate and a stratum", {"cox": {"strata": ["bclc"], "covariates": ["bclc"]}}),
        ("removal is below entry", {"cox": {"selection": "forward", "entry": 0.2}}),
        ("contrasts names C, which is not an arm", {"arms": make_content()["arms"] | {"contrasts": [["R", "C"]]}}),
        ("a contrast compares an arm with itself", {"arms": make_content()["arms"] | {"contrasts": [["R", "Resection"]]}}),
        ("immortal_time requires the time of the arm-defining event", {"immortal_time": {"rezero": True}}),
        ("lost_censored is available only for studies on the registry", {"sensitivity": [{"kind": "lost_censored"}]}),
        ("sensitivity[1].kind: guess is not allowed", {"sensitivity": [{"kind": "guess"}]}),
        ("The required key sensitivity[1].widths is missing", {"sensitivity": [{"kind": "caliper"}]}),
        ("Unknown key months in sensitivity[1]", {"sensitivity": [{"kind": "e_value", "months": 3}]}),
        ("sensitivity.covariates names weight", {"sensitivity": [{"kind": "doubly_adjusted", "covariates": ["weight"]}]}),
        ("log is allowed only for continuous", {"covariates": [{"name": "x", "type": "binary", "log": True}], "cox": None}),
        ("require a center column; name it in table.center", {"subgroups": ["center"], "table": {"id": "patient", "arm": "arm"}}),
    ],
)  # fmt: skip
def test_contradictions_are_named(part: str, changes: dict[str, Any]) -> None:
    assert part in refused(**changes)


def test_plain_words_of_yaml_stay_words() -> None:
    content = parse_protocol("levels: [NO, yes, on, 010, 1.5, null, 2020-01-01, 12:30, true, '1']")
    assert content["levels"] == ["NO", "yes", "on", 10, 1.5, None, "2020-01-01", "12:30", True, "1"]


@pytest.mark.parametrize(
    "text",
    ["", "just words", "[1, 2]", "a: [1", "a: 1\na: 2", "a: !!python/object/apply:os.system [ls]", "a: &x [*x]", "\t- :", "? [1]\n: 2"],
)  # fmt: skip
def test_what_is_not_a_protocol_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text)
    assert len(caught.value.messages) == 1


def test_a_protocol_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="cannot be opened"):
        read_table_protocol(tmp_path / "none.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProtocolError, match="is not UTF-8 text"):
        read_table_protocol(tmp_path / "binary.yaml")


def test_covariates_measured_later_stay_out_of_the_score_unless_allowed() -> None:
    late = [COVARIATE, {"name": "cycles", "type": "continuous", "measured": "after"}]
    kept_out = make_protocol(covariates=late, cox=None)
    allowed = make_protocol(covariates=late, cox=None, design={"allow_post_baseline": True})
    assert [c.name for c in kept_out.score_covariates] == ["age"]
    assert [c.name for c in allowed.score_covariates] == ["age", "cycles"]


def test_endpoints_with_a_time_and_binary_ones_stand_apart() -> None:
    protocol = make_protocol(endpoints=make_content()["endpoints"] | {"ORR": RESPONSE})
    assert (list(protocol.survival_endpoints), list(protocol.responses)) == (["OS"], ["ORR"])
    assert protocol.responses["ORR"].denominator == "evaluable"


def test_times_outside_the_endpoints_have_the_unit_of_the_first_time_to_event() -> None:
    weeks = {"time": "t", "event": "e", "unit": "weeks"}
    assert make_protocol(endpoints={"ORR": RESPONSE, "OS": weeks}).first_unit == "weeks"
    assert make_protocol(endpoints={"ORR": RESPONSE}).first_unit == "days"


def test_the_protocol_in_a_result_can_be_read_again() -> None:
    protocol = make_protocol(safety={"table": "ae.csv", "class": "organ"}, endpoints={"ORR": RESPONSE})
    assert validate_plan(TableProtocol, content=protocol.model_dump(mode="json", by_alias=True)) == protocol


def test_the_schema_names_every_key() -> None:
    schema = TableProtocol.model_json_schema()
    assert {"design", "sensitivity", "immortal_time", "table", "arms"} <= schema["properties"].keys()


@pytest.mark.parametrize("kind", ["study", "table"])
def test_the_published_schema_is_the_one_in_force(kind: str) -> None:
    printed = StringIO()
    call_command("protocol_schema", kind, stdout=printed)
    assert (DOCS / "protocol-schema" / f"{kind}.json").read_text(encoding="utf-8") == printed.getvalue()
