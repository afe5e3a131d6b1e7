"""What is left of a result for those who may see no single patient."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from analytics.result.disclosure.classes import as_published
from analytics.result.disclosure.result import restricted
from bench.disclosure.__main__ import attack, attack_on_hiding

Json = dict[str, Any]


@pytest.fixture
def told(result: Json) -> Json:
    found: Json = as_published(restricted(result, below=8))
    return found


def counts(content: Any, *, key: str = "") -> Iterator[tuple[str, int]]:
    """Every whole number of a result, but for its protocol, with its name."""
    if isinstance(content, dict):
        for name, value in content.items():
            if name not in ("protocol", "software", "disclosure", "df", "printed"):
                yield from counts(value, key=name)
    elif isinstance(content, list):
        for value in content:
            yield from counts(value, key=key)
    elif type(content) is int:
        yield key, content


def test_no_identifier_score_pair_or_center_is_told(result: Json, told: Json) -> None:
    text = json.dumps(told)
    assert re.search(r"C01-\d{6}", json.dumps(result))
    assert not re.search(r"C0\d", text)
    assert (told["propensity"], told["matching"]["pairs"], told["matching"]["centers"]) == ({}, [], [])


def test_no_count_is_told_but_a_class(told: Json) -> None:
    allowed = {"removed": {0}, "missing": {0}, "events": {0}, "censored": {0}}
    wrong = [(key, n) for key, n in counts(told) if n % 4 or n < 8]
    assert {(key, n) for key, n in wrong if n not in allowed.get(key, set())} == set()


def test_what_is_small_is_null_and_says_why(result: Json, told: Json) -> None:
    grades = told["safety"]["matched"][0]["arms"]["Resection"]["patients"]
    small = [key for key, n in result["safety"]["matched"][0]["arms"]["Resection"]["patients"].items() if n < 8]
    assert small
    assert all(grades[key] is None and grades["why"][key] == "suppressed" for key in small)


def test_curves_move_by_whole_classes_and_end_where_few_are_at_risk(result: Json, told: Json) -> None:
    for label, curve in told["endpoints"]["PFS"]["matched"]["curves"].items():
        n = result["endpoints"]["PFS"]["matched"]["arms"][label]["n"]
        told_n = n // 8 * 8 + 4
        assert {round((1 - height) * told_n) % 8 for height in curve["survival"]} == {0}
        assert min(curve["at_risk"]) >= 8
        assert all(month == int(month) for month in curve["time"])
        assert set(curve["low"]) == {None}


def test_a_ratio_is_told_only_where_both_arms_have_enough_events(result: Json) -> None:
    few = copy.deepcopy(result)
    few["endpoints"]["OS"]["matched"]["arms"]["Resection"]["events"] = 7
    endpoints = restricted(few, below=8)["endpoints"]
    assert endpoints["OS"]["matched"]["hazard_ratio"]["hr"] is None
    assert endpoints["OS"]["matched"]["hazard_ratio"]["why"]["hr"] == "suppressed"
    assert endpoints["PFS"]["matched"]["hazard_ratio"]["hr"] is not None


def test_what_a_later_engine_adds_is_not_told_until_it_is_named(result: Json) -> None:
    grown = copy.deepcopy(result)
    grown["downstaging"] = grown["flow"][0]["patients"] = grown["endpoints"]["OS"]["matched"]["persons"] = ["SECRET"]
    grown["baseline"][0]["matched"]["arms"]["Resection"]["mode"] = "SECRET"
    assert "SECRET" not in json.dumps(restricted(grown, below=8))


def test_sentences_with_counts_are_left_out(result: Json) -> None:
    failed = copy.deepcopy(result)
    failed["checks"][0] |= {"ok": False, "message": {"en": "The flow loses 3 patients.", "zh": "缺少 3 人。"}}
    told = restricted(failed, below=8)
    assert [notice["code"] for notice in told["warnings"]] in ([], ["immortal_time"])
    assert told["checks"][0]["message"]["en"] == "A check of this result failed."


@pytest.mark.parametrize("below", [5, 8, 12])
def test_subtraction_recovers_no_suppressed_cell(result: Json, below: int) -> None:
    found = attack(result, below=below)
    assert len(found.suppressed) > 20
    assert found.recovered() == []


def test_the_same_attack_finds_cells_where_only_small_ones_are_hidden(result: Json) -> None:
    assert attack_on_hiding(result).recovered()
