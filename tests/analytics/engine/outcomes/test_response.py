from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.engine.comparison import Comparison, compare
from analytics.result.comparison import result_object
from tests.analytics.tables import RESPONSE, make_frame, make_protocol, make_responders

AGE = [{"name": "age", "type": "continuous"}]


def run(folder: Path, *, rows: pd.DataFrame, response: dict[str, Any] | None = None, **changes: Any) -> Comparison:
    plan = {"covariates": AGE, "cox": None, "design": {}} | changes
    protocol = make_protocol(endpoints={"ORR": RESPONSE | (response or {})}, **plan)
    return compare(make_frame(folder, protocol=protocol, rows=rows), protocol=protocol)


def found(comparison: Comparison, *, cohort: str) -> dict[str, Any]:
    answer: dict[str, Any] = result_object(comparison)["response"]["ORR"][cohort]
    return answer


def test_values_are_counted_in_their_order_and_the_rate_is_of_those_evaluable(tmp_path: Path) -> None:
    rows = make_responders(arms={"R": "CPSD-", "A": "CSSDDD--"})
    answer = found(run(tmp_path, rows=rows), cohort="unmatched")
    ours, theirs = answer["arms"]["Resection"], answer["arms"]["Ablation"]
    assert ours["counts"] == {"CR": 1, "PR": 1, "SD": 1, "PD": 1}
    assert list(theirs["counts"].items()) == [("CR", 1), ("PR", 0), ("SD", 2), ("PD", 3)]
    assert (ours["n"], ours["evaluable"], ours["rate"]) == (5, 4, 0.5)
    assert (theirs["n"], theirs["evaluable"], theirs["rate"]) == (8, 6, 1 / 6)
    assert answer["difference"] == 0.5 - 1 / 6
    assert ours["low"] == pytest.approx(0.0675860, abs=1e-7)


def test_with_all_below_the_line_a_patient_without_a_value_is_no_success(tmp_path: Path) -> None:
    rows = make_responders(arms={"R": "CPSD-", "A": "CSSDDD--"})
    answer = found(run(tmp_path, rows=rows, response={"denominator": "all"}), cohort="unmatched")
    assert (answer["arms"]["Resection"]["rate"], answer["arms"]["Ablation"]["rate"]) == (2 / 5, 1 / 8)
    assert answer["arms"]["Resection"]["evaluable"] == 4


def test_disease_control_is_another_endpoint_on_the_same_column(tmp_path: Path) -> None:
    rows = make_responders(arms={"R": "CPSD-", "A": "CSSDDD--"})
    answer = found(run(tmp_path, rows=rows, response={"success": ["CR", "PR", "SD"]}), cohort="unmatched")
    assert (answer["arms"]["Resection"]["rate"], answer["arms"]["Ablation"]["rate"]) == (0.75, 0.5)


def test_pairs_are_told_by_which_of_the_two_alone_had_a_success(tmp_path: Path) -> None:
    comparison = run(tmp_path, rows=make_responders(arms={"R": "CCCPSD-C", "A": "DSPCCDC-"}))
    answer = found(comparison, cohort="matched")
    assert comparison.design.matching is not None
    assert comparison.design.matching.pairs.count == 8
    paired = {key: answer["mcnemar"][key] for key in ("pairs", "b", "c", "name", "p")}
    assert paired == {"pairs": 6, "b": 2, "c": 1, "name": "McNemar, exact", "p": 1.0}
    assert answer["mcnemar"]["difference"] == pytest.approx(1 / 6)
    assert answer["mcnemar"]["low"] < 1 / 6 < answer["mcnemar"]["high"]
    everybody = found(run(tmp_path, rows=make_responders(arms={"R": "CCCPSD-C", "A": "DSPCCDC-"}),
                          response={"denominator": "all"}), cohort="matched")  # fmt: skip
    assert (everybody["mcnemar"]["pairs"], everybody["mcnemar"]["b"], everybody["mcnemar"]["c"]) == (8, 3, 2)


def test_the_difference_of_the_rates_has_newcombes_limits(tmp_path: Path) -> None:
    """9 of 10 against 3 of 10: 0.1705 to 0.8090 (Newcombe 1998, Table II b)."""
    rows = make_responders(arms={"R": "CCCCCCCCCD", "A": "CCCDDDDDDD"})
    answer = found(run(tmp_path, rows=rows), cohort="unmatched")
    limits = (answer["difference_low"], answer["difference_high"])
    assert answer["difference"] == pytest.approx(0.6)
    assert limits == pytest.approx((0.1705, 0.8090), abs=5e-5)


def test_with_weights_the_difference_is_the_weighted_one(tmp_path: Path) -> None:
    rows = make_responders(arms={"R": "CCSDCSDD", "A": "CSSDDDCD"})
    answer = found(run(tmp_path, rows=rows, design={"method": "weighting"}), cohort="weighted")
    rates = [answer["arms"][label]["rate"] for label in ("Resection", "Ablation")]
    assert answer["difference"] == pytest.approx(rates[0] - rates[1])
    assert answer["difference_low"] < answer["difference"] < answer["difference_high"]
    assert answer["mcnemar"]["why"]["difference"] == "not_requested"


def test_before_matching_there_are_no_pairs_to_test(tmp_path: Path) -> None:
    answer = found(run(tmp_path, rows=make_responders(arms={"R": "CPSD", "A": "CSSD"})), cohort="unmatched")
    assert answer["mcnemar"]["p"] is None
    assert set(answer["mcnemar"]["why"].values()) == {"not_requested"}


def test_the_test_is_that_of_the_profile(tmp_path: Path) -> None:
    rows = make_responders(arms={"R": "CCCCPPSDD", "A": "CSSDDDDDD"})
    names = {
        profile: found(run(tmp_path, rows=rows, conventions={"profile": profile}), cohort="unmatched")["test"]["name"]
        for profile in ("r", "gtsummary")
    }
    assert names == {"r": "chi-squared, Yates", "gtsummary": "Fisher exact"}


def test_the_level_of_the_protocol_widens_the_interval(tmp_path: Path) -> None:
    rows = make_responders(arms={"R": "CPSD", "A": "CSSD"})
    narrow, wide = (
        found(run(tmp_path, rows=rows, conventions={"level": level}), cohort="unmatched")["arms"]["Resection"]
        for level in (0.9, 0.99)
    )
    assert wide["low"] < narrow["low"] < narrow["high"] < wide["high"]


def test_an_arm_nobody_of_which_is_evaluable_has_reasons_and_a_warning(tmp_path: Path) -> None:
    comparison = run(tmp_path, rows=make_responders(arms={"R": "----", "A": "CPSD"}))
    answer = found(comparison, cohort="unmatched")
    assert answer["arms"]["Resection"]["why"] == dict.fromkeys(("rate", "low", "high"), "not_estimable")
    assert answer["why"] == dict.fromkeys(("difference", "difference_low", "difference_high"), "not_estimable")
    assert answer["test"]["why"]["p"] == "not_estimable"
    absent = dict.fromkeys(("p", "difference", "low", "high"), "not_estimable")
    assert found(comparison, cohort="matched")["mcnemar"]["why"] == absent
    assert any(
        "Resection 4 of 4, Ablation 0 of 4" in notice.message.en
        for notice in comparison.warnings
        if notice.code == "not_evaluable"
    )
    assert all(check.ok for check in comparison.checks)


def test_without_an_order_successes_come_first_and_numbers_need_no_spelling(tmp_path: Path) -> None:
    rows = make_responders(arms={"R": "CPSD", "A": "CSSD"}).assign(bor=["1.0", "0", "1", "", "2", "0", "0", "1"])
    comparison = run(tmp_path, rows=rows, response={"success": 1, "order": []})
    arms = found(comparison, cohort="unmatched")["arms"]
    assert list(arms["Resection"]["counts"].items()) == [("1", 2), ("0", 1), ("2", 0)]
    assert arms["Resection"]["rate"] == 2 / 3


def test_the_design_alone_shows_no_response(tmp_path: Path) -> None:
    protocol = make_protocol(endpoints={"ORR": RESPONSE}, covariates=AGE, cox=None, design={})
    frame = make_frame(tmp_path, protocol=protocol, rows=make_responders(arms={"R": "CPSD", "A": "CSSD"}))
    assert result_object(compare(frame, protocol=protocol, design_only=True))["response"] == {}


@pytest.mark.parametrize("seed", range(5))
def test_the_pairs_agree_with_counting_them_one_by_one(seed: int, tmp_path: Path) -> None:
    random = np.random.default_rng(seed)
    arms = {arm: "".join(random.choice(list("CPSD-"), size)) for arm, size in (("R", 60), ("A", 80))}
    comparison = run(tmp_path, rows=make_responders(arms=arms), design={"caliper": {"width": 0.5}})
    content = result_object(comparison)
    success = {
        row.id: row.ORR_value in ("CR", "PR") for row in comparison.design.unmatched.itertuples() if row.ORR_value
    }
    both = [(success[a], success[b]) for a, b in content["matching"]["pairs"] if a in success and b in success]
    paired = content["response"]["ORR"]["matched"]["mcnemar"]
    assert (paired["pairs"], paired["b"], paired["c"]) == (
        len(both),
        both.count((True, False)),
        both.count((False, True)),
    )
