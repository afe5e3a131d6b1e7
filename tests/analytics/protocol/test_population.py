"""Conditions with a third answer, and events found in frames; worked by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError

from analytics.errors import ProtocolError
from analytics.protocol.conditions import Condition, decide, variables_of
from analytics.protocol.events import EventRule, Noun, attach_events
from analytics.protocol.library import library, protocol_text
from analytics.protocol.population import read_study_protocol, select

FRAME = pd.DataFrame(
    {
        "ecog": ["0", "1", None],
        "size": [2.0, 5.0, np.nan],
        "codes": ["SR;TACE", "NONE", None],
        "seen": pd.to_datetime(["2020-01-01", "2021-06-30", None]).astype("datetime64[s]"),
        "within": pd.array([True, False, None], dtype="boolean"),
        "later": pd.to_datetime(["2020-01-15", None, None]).astype("datetime64[s]"),
        "before": [3.0, 5.0, 1.0],
        "once": ["0", "0", "1"],
        "without": pd.array([True, True, None], dtype="boolean"),
    }
)
YES, NO, UNDECIDED = "yes", "no", "undecided"


def answers(condition: Any) -> list[str]:
    truth = decide(TypeAdapter(Condition).validate_python(condition), frame=FRAME)
    assert not (truth.true & ~truth.known).any()
    return [
        UNDECIDED if not known else YES if true else NO for true, known in zip(truth.true, truth.known, strict=True)
    ]


def part(variable: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"variable": variable, "operator": operator} | ({} if value is None else {"value": value})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (part("ecog", "eq", "0"), [YES, NO, UNDECIDED]),
        (part("ecog", "ne", "0"), [NO, YES, UNDECIDED]),
        (part("ecog", "in", ["0", "1"]), [YES, YES, UNDECIDED]),
        (part("ecog", "not_in", ["0"]), [NO, YES, UNDECIDED]),
        (part("size", "lt", 5), [YES, NO, UNDECIDED]),
        (part("size", "le", 5), [YES, YES, UNDECIDED]),
        (part("size", "gt", 2), [NO, YES, UNDECIDED]),
        (part("size", "between", [2, 4]), [YES, NO, UNDECIDED]),
        (part("seen", "ge", "2021-06-30"), [NO, YES, UNDECIDED]),
        (part("within", "eq", True), [YES, NO, UNDECIDED]),
        (part("codes", "contains", "TACE"), [YES, NO, UNDECIDED]),
        (part("size", "known"), [YES, YES, NO]),
        (part("size", "missing"), [NO, NO, YES]),
        ({"not": part("ecog", "eq", "0")}, [NO, YES, UNDECIDED]),
        ({"all": [part("ecog", "eq", "0"), part("size", "missing")]}, [NO, NO, UNDECIDED]),
        ({"any": [part("ecog", "eq", "0"), part("size", "missing")]}, [YES, NO, YES]),
    ],
)
def test_a_condition_is_true_false_or_undecided(condition: Any, expected: list[str]) -> None:
    assert answers(condition) == expected


def against(variable: str, operator: str, than: str, **more: Any) -> dict[str, Any]:
    return {"variable": variable, "operator": operator, "than": than, **more}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (against("seen", "lt", "later"), [YES, UNDECIDED, UNDECIDED]),
        (against("later", "le", "seen"), [NO, UNDECIDED, UNDECIDED]),
        (against("later", "le", "seen", plus_days=14), [YES, UNDECIDED, UNDECIDED]),
        (against("later", "le", "seen", plus_days=13), [NO, UNDECIDED, UNDECIDED]),
        (against("seen", "ge", "later", plus_days=-14), [YES, UNDECIDED, UNDECIDED]),
        (against("size", "lt", "before"), [YES, NO, UNDECIDED]),
        (against("size", "eq", "before"), [NO, YES, UNDECIDED]),
        (against("ecog", "ne", "once"), [NO, YES, UNDECIDED]),
        (against("within", "eq", "without"), [YES, NO, UNDECIDED]),
        ({"not": against("size", "lt", "before")}, [NO, YES, UNDECIDED]),
        ({"any": [against("size", "lt", "before"), part("ecog", "missing")]}, [YES, NO, YES]),
    ],
)
def test_a_variable_is_compared_with_another_and_undecided_where_one_is_missing(
    condition: Any, expected: list[str]
) -> None:
    assert answers(condition) == expected


@pytest.mark.parametrize(
    ("condition", "complaint"),
    [
        (against("seen", "lt", "size"), "seen contains dates, but size contains numbers. Compare like with like."),
        (against("ecog", "eq", "before"), "ecog contains codes, but before contains numbers"),
        (against("size", "lt", "before", plus_days=3), "plus_days can be added only to a date, and before contains"),
        (against("ecog", "lt", "once"), "ecog and once contain codes, which have no order. Use eq or ne."),
        (against("seen", "lt", "laater"), "A condition refers to laater, which is not a variable here"),
    ],
)
def test_two_variables_that_cannot_be_compared_are_refused_in_words(condition: Any, complaint: str) -> None:
    with pytest.raises(ProtocolError, match=complaint):
        answers(condition)


@pytest.mark.parametrize(
    "wrong",
    [
        against("size", "lt", "before", value=3),
        against("size", "in", "before"),
        against("size", "known", "before"),
        {**part("size", "lt", 3), "plus_days": 3},
    ],
)
def test_a_comparison_that_says_two_things_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        answers(wrong)


def test_both_variables_of_a_comparison_are_named_as_read() -> None:
    condition = TypeAdapter(Condition).validate_python({"not": against("size", "lt", "before")})
    assert list(variables_of(condition)) == ["size", "before"]


def test_a_code_compared_with_a_number_is_refused_instead_of_removing_everybody() -> None:
    with pytest.raises(ProtocolError, match="ecog is compared with 0, but it contains codes"):
        answers(part("ecog", "in", [0, 1]))


def test_an_unknown_variable_is_named() -> None:
    with pytest.raises(ProtocolError, match="A condition refers to ecgo"):
        answers(part("ecgo", "eq", "0"))


@pytest.mark.parametrize(
    "wrong",
    [part("ecog", "in", "0"), part("size", "between", [1]), part("size", "missing", 1), part("size", "like", 1)],
)
def test_an_operator_with_the_wrong_kind_of_value_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        answers(wrong)


PATIENTS = pd.DataFrame({"center": ["C01", "C01", "C02"]}, index=pd.Index(["a", "b", "c"], name="patient"))


def dated(rows: list[tuple[str, str]], **variables: list[Any]) -> pd.DataFrame:
    dates = pd.to_datetime([day for _, day in rows]).astype("datetime64[s]")
    return pd.DataFrame({"patient": [patient for patient, _ in rows], "date": dates, **variables})


RECORDS = {
    Noun.TRANSARTERIAL: dated(
        [("a", "2020-03-01"), ("a", "2020-01-10"), ("b", "2020-02-01")], modality=["HAIC", "CTACE", "CTACE"]
    ),
    Noun.RESECTION: dated([("a", "2020-05-01")], margin=["R0"]),
    Noun.ABLATION: dated([("a", "2020-05-01"), ("b", "2020-05-01"), ("b", "2020-04-01")], complete=["1", "1", None]),
    Noun.ASSESSMENT: dated([("a", "2020-01-10"), ("a", "2019-12-13"), ("b", "2019-12-30")], ecog=["1", "0", "0"]),
}


def found(**rules: dict[str, Any]) -> pd.DataFrame:
    return attach_events(PATIENTS, records=RECORDS, rules={name: EventRule(**rule) for name, rule in rules.items()})


INDEX = {"records": ["transarterial"]}


def test_the_first_record_by_date_is_the_event() -> None:
    index = found(index=INDEX)
    assert index["index.date"].dt.strftime("%Y-%m-%d").to_list()[:2] == ["2020-01-10", "2020-02-01"]
    assert index["index.modality"].to_list()[:2] == ["CTACE", "CTACE"]
    assert index["index.found"].to_list() == [True, True, False]


def test_a_window_includes_both_of_its_ends() -> None:
    window = {"records": ["assessment"], "which": "last", "window": {"event": "index", "days": [-28, 0]}}
    assert found(index=INDEX, baseline=window)["baseline.ecog"].to_list()[0] == "1"
    earlier = {**window, "window": {"event": "index", "days": [-28, -1]}}
    assert found(index=INDEX, baseline=earlier)["baseline.ecog"].to_list()[0] == "0"
    assert found(index=INDEX, baseline=window)["baseline.found"].to_list() == [True, False, False]


def test_of_two_procedures_on_one_day_the_noun_named_first_counts() -> None:
    procedures = found(cut={"records": ["resection", "ablation"]}, burnt={"records": ["ablation", "resection"]})
    assert procedures["cut.record"].to_list() == ["resection", "ablation", None]
    assert procedures["burnt.record"].to_list() == ["ablation", "ablation", None]
    assert procedures["cut.margin"].to_list()[0] == "R0"


def test_a_record_that_cannot_be_judged_leaves_the_event_undecided_unless_another_fits() -> None:
    complete = part("complete", "eq", "1")
    assert found(done={"records": ["ablation"], "where": complete})["done.found"].to_list() == [True, True, False]
    only_early = {**RECORDS, Noun.ABLATION: RECORDS[Noun.ABLATION].iloc[[2]]}
    rules = {"done": EventRule(records=("ablation",), where=complete)}
    undecided = attach_events(PATIENTS, records=only_early, rules=rules)["done.found"]
    assert undecided.isna().to_list() == [False, True, False]


def test_after_means_a_later_day() -> None:
    same_day = {"records": ["transarterial"], "after": "index"}
    assert found(index=INDEX, second=same_day)["second.modality"].to_list()[0] == "HAIC"
    assert found(index=INDEX, second=same_day)["second.found"].to_list() == [True, False, False]


def test_until_binds_only_those_who_have_the_other_event() -> None:
    rule = {"records": ["ablation"], "until": "cut"}
    early = found(cut={"records": ["resection"], "where": part("margin", "eq", "R1")}, burnt=rule)
    assert early["burnt.found"].to_list() == [True, True, False]  # nobody has a resection with residual tumor
    sessions = found(cut={"records": ["resection"]}, session={"records": ["transarterial"], "until": "cut"})
    assert sessions["session.found"].to_list() == [True, True, False]
    late = found(index=INDEX, burnt={"records": ["ablation"], "until": "index"})
    assert late["burnt.found"].to_list() == [False, False, False]


@pytest.mark.parametrize(
    ("end", "is_found"), [("2020-05-02", True), (None, True), ("2020-05-01", False), ("2020-04-01", False)]
)
def test_an_event_is_ongoing_that_ends_later_or_not_at_all(end: str | None, *, is_found: bool) -> None:
    ends = pd.to_datetime([end]).astype("datetime64[s]")
    records = {**RECORDS, Noun.ADVERSE_EVENT: dated([("a", "2020-03-10")], resolved=ends)}
    rules = {
        "cut": EventRule(records=("resection",)),
        "open": EventRule(records=("adverse_event",), before="cut", ongoing={"event": "cut", "end": "resolved"}),
    }
    assert attach_events(PATIENTS, records=records, rules=rules)["open.found"].to_list() == [is_found, False, False]


def test_every_protocol_of_the_library_can_be_read() -> None:
    assert "an-2025" in {protocol.id for protocol in library()}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("time_zero: index", "time_zero: first_tace", "time_zero names first_tace"),
        ("after: downstaging", "after: downstagging", "refers to downstagging, which is not defined before it"),
        ("kind: OS,", "kind: OSS,", "endpoints.OS.kind"),
        ("operator: between, value: [18, 75]", "operator: between, value: 18", "between takes a list"),
        ("cutoff_date", "cut_off_date", "cut_off_date"),
        ("since: curative", "since: cure", "endpoints.COMPLICATION names cure"),
        (
            "type: binary, kind: RESPONSE_TO_TACE",
            "type: graded, kind: RESPONSE_TO_TACE",
            "endpoints.TACE_RESPONSE.type",
        ),
        ('ctcae: ["4.0", "4.03"]', "ctcae: []", "safety.ctcae"),
    ],
)
def test_a_fault_in_a_protocol_is_named_by_its_key(old: str, new: str, complaint: str) -> None:
    text = protocol_text("an-2025")
    assert old in text
    with pytest.raises(ProtocolError, match=complaint):
        read_study_protocol(text.replace(old, new))


def test_arms_that_overlap_are_refused() -> None:
    protocol = read_study_protocol(protocol_text("an-2025"))
    everybody = TypeAdapter(Condition).validate_python(part("center", "known"))
    sides = {
        side: getattr(protocol.arms, side).model_copy(update={"where": everybody}) for side in ("focal", "reference")
    }
    arms = protocol.arms.model_copy(update=sides)
    changes = {"events": {"index": EventRule(**INDEX)}, "eligibility": (), "counts": {}, "exposures": {}}
    population = protocol.population.model_copy(update=changes)
    with pytest.raises(ProtocolError, match="3 patients match two arms"):
        select(PATIENTS, records=RECORDS, protocol=protocol.model_copy(update={"arms": arms, "population": population}))
