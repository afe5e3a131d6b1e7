"""Every number of a result as a row with an address."""

from collections import Counter
from importlib import import_module
from typing import Any

import pytest

from analytics.protocol.library import library, protocol_text
from analytics.protocol.population import StudyProtocol, read_study_protocol
from analytics.result.rows.rows import ResultRows
from analytics.result.rows.walk import undeclared, visit
from tests.analytics.made_up import made_up_result


@pytest.fixture(scope="module")
def rows(result: dict[str, Any]) -> ResultRows:
    return ResultRows(result)


@pytest.mark.parametrize("protocol", library(), ids=lambda protocol: protocol.id)
def test_no_number_of_any_study_is_without_a_declaration(protocol: StudyProtocol) -> None:
    found = made_up_result(protocol)
    addresses: Counter[str] = Counter()
    visit(found, of=lambda place, _statistic, _value: addresses.update([place.address]))
    assert undeclared(found) == []
    assert [address for address, count in addresses.items() if count > 1 or " " in address] == []


def test_a_number_that_nobody_declared_is_found(result: dict[str, Any]) -> None:
    grown = result | {"flow": [result["flow"][0] | {"screened": 400}], "extra": {"n": 3}}
    assert undeclared(grown) == ["flow[0].screened", "extra.n"]


@pytest.mark.parametrize(
    ("address", "about"),
    [
        ("flow.stage.removed", {"variable": "stage", "value": 60}),
        ("flow.stage.detail.missing.removed", {"variable": "stage", "value": 7}),
        ("arms.n.Resection", {"arm": "Resection", "cohort": ""}),
        (
            "baseline.hbv_status.POS.matched.arms.Ablation.count",
            {"variable": "hbv_status", "level": "POS", "cohort": "matched", "arm": "Ablation"},
        ),
        ("balance.distance.smd_after", {"variable": "distance", "level": ""}),
        ("endpoints.OS.matched.hazard_ratio.hr", {"endpoint": "OS", "cohort": "matched", "method": "cluster_pair"}),
        ("endpoints.OS.matched.arms.Resection.rates.12.low", {"month": "12", "arm": "Resection"}),
        ("endpoints.OS.matched.at_risk.Resection.12", {"month": "12", "arm": "Resection"}),
        ("safety.matched.Nausea.arms.Resection.patients.any", {"variable": "Nausea", "level": "any"}),
        ("response.TACE_RESPONSE.matched.arms.Resection.counts.CR", {"endpoint": "TACE_RESPONSE", "level": "CR"}),
    ],
)
def test_an_address_finds_its_number_and_says_whom_it_is_about(
    rows: ResultRows, address: str, about: dict[str, Any]
) -> None:
    row = rows.at(address)
    assert row is not None
    assert row.address == address
    assert {name: getattr(row, name) for name in about} == about


def test_the_value_is_that_of_the_json(rows: ResultRows, result: dict[str, Any]) -> None:
    row = rows.at("endpoints.OS.matched.hazard_ratio.hr")
    assert row is not None
    assert row.value == result["endpoints"]["OS"]["matched"]["hazard_ratio"]["hr"]
    assert row.rests_on == tuple(
        f"endpoints.OS.matched.arms.{arm}.{key}" for key in ("n", "events") for arm in ("Resection", "Ablation")
    )


def test_a_row_says_why_there_is_no_number(rows: ResultRows) -> None:
    missing = [row for row in rows if row.value is None and row.sentence is None]
    assert {row.why for row in missing} <= {
        "not_reached",
        "not_estimable",
        "beyond_follow_up",
        "too_few_events",
        "infinite",
    }
    assert missing


def test_a_curve_is_read_at_any_month(rows: ResultRows, result: dict[str, Any]) -> None:
    of = "endpoints.OS.matched.curves.Resection"
    reported = result["endpoints"]["OS"]["matched"]
    at_risk, survival = rows.at(f"{of}.at_risk.12"), rows.at(f"{of}.survival.12")
    assert at_risk is not None
    assert survival is not None
    assert at_risk.value == reported["at_risk"]["Resection"]["12"]
    assert survival.value == reported["arms"]["Resection"]["rates"]["12"][0]
    assert rows.at(f"{of}.at_risk.soon") is None


def test_a_share_rests_on_its_part_and_its_whole(rows: ResultRows) -> None:
    part = "safety.matched.Nausea.arms.Resection.patients.any"
    share = rows.at(f"{part}.share")
    assert share is not None
    assert share.rests_on == (part, "safety.matched.Nausea.arms.Resection.n")
    known, whole = rows.at(share.rests_on[0]), rows.at(share.rests_on[1])
    assert known is not None
    assert whole is not None
    assert share.value == known.value / whole.value  # type: ignore[operator]


def test_what_a_row_rests_on_is_itself_a_row(rows: ResultRows) -> None:
    assert [row.address for row in rows if any(rows.at(each) is None for each in row.rests_on)] == []


def test_a_further_contrast_rests_on_its_own_rows() -> None:
    rows = ResultRows(made_up_result(read_study_protocol(protocol_text("lencioni-2024"))))
    of_contrast = [row for row in rows if row.contrast and row.rests_on]
    assert of_contrast
    assert {each.split(".endpoints")[0] for row in of_contrast for each in row.rests_on if "endpoints" in each} == {
        f"contrasts.{row.contrast}" for row in of_contrast
    }


def test_the_function_of_each_row_exists(rows: ResultRows) -> None:
    for function in {row.function for row in rows}:
        module, _, name = function.rpartition(".")
        assert hasattr(import_module(module), name), function
