from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.engine.agreement import AGREED, Verification, verification_checks
from analytics.engine.comparison import Comparison, compare
from analytics.engine.outcomes import outcomes as outcomes_module
from analytics.engine.outcomes.outcomes import EndpointResult, Outcomes
from analytics.engine.verification import verification
from analytics.messages import Notice
from analytics.result.comparison import result_object
from analytics.stats.survival import second_engine
from analytics.stats.survival.cox import HazardRatio, hazard_ratio
from tests.analytics.tables import make_frame, make_protocol, make_rows

ENDPOINTS = {
    "OS": {"time": "days", "event": "died", "report_months": [12]},
    "PFS": {"time": "free", "event": "cause", "event_code": 1, "competing_code": 2, "report_months": [12]},
}


def tied_rows() -> pd.DataFrame:
    """Seen on every thirtieth day, so that many die on the same one."""
    rows, random = make_rows(), np.random.default_rng(3)
    free = np.minimum(rows["days"], random.exponential(900, len(rows)).round() + 1)
    return rows.assign(
        days=(rows["days"] // 30 + 1) * 30, free=(free // 30 + 1) * 30, cause=random.choice([0, 1, 2], len(rows))
    )


def run(folder: Path, *, rows: pd.DataFrame | None = None, **changes: Any) -> Comparison:
    protocol = make_protocol(endpoints=ENDPOINTS, **changes)
    frame = make_frame(folder, protocol=protocol, rows=tied_rows() if rows is None else rows)
    return compare(frame, protocol=protocol, verify=True)


def verdict(comparison: Comparison) -> Verification:
    assert comparison.verification is not None
    return comparison.verification


def verdicts(comparison: Comparison) -> list[Notice]:
    return [check for check in comparison.checks if check.code == "second_engine"]


DESIGNS: dict[str, dict[str, Any]] = {
    "pairs": {},
    "pairs, Breslow": {"cox": {"ties": "breslow"}},
    "two controls each": {"design": {"ratio": 2}},
    "shared controls": {"design": {"replace": True, "caliper": {"width": 0.2}}},
    "sIPTW": {"design": {"method": "weighting", "estimand": "ATE", "weights": {"type": "siptw"}}},
    "overlap": {"design": {"method": "weighting", "estimand": "ATO", "weights": {"type": "overlap"}}},
    "subclasses": {"design": {"method": "subclassification"}},
    "strata": {"design": {"method": "cem", "cem": {"cut": {"age": [50, 60]}}}},
}


@pytest.mark.parametrize("changes", DESIGNS.values(), ids=DESIGNS)
def test_lifelines_finds_the_headline_of_every_design_far_within_what_is_agreed(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    found = verdict(run(tmp_path, **changes))
    assert len(found.quantities) == 2 * 2 * 4  # endpoints, cohorts; a median per arm, the ratio, its error
    assert not found.not_compared
    for one in found.quantities:
        assert one.agrees
        assert one.value == pytest.approx(one.second, rel=AGREED / 100)


def test_a_result_says_once_with_what_it_was_verified_and_how_many_numbers_agree(tmp_path: Path) -> None:
    comparison = run(tmp_path)
    (check,) = verdicts(comparison)
    assert check.ok
    version = second_engine.engine_version()
    assert check.message.en.startswith(f"Verified with lifelines {version}: 16 quantities")
    assert check.message.en.endswith("agree within 1e-5.")
    assert check.message.zh == f"已用 lifelines {version} 复核：16 个数值（中位数、风险比及其标准误）在 1e-5 内一致。"
    found = result_object(comparison)
    assert found["software"]["lifelines"] == found["verification"]["version"] == version
    ratio = found["endpoints"]["OS"]["matched"]["hazard_ratio"]["hr"]
    row = next(
        row
        for row in found["verification"]["quantities"]
        if (row["endpoint"], row["cohort"], row["quantity"]) == ("OS", "matched", "hazard_ratio")
    )
    assert (row["value"], row["ok"], row["arm"]) == (ratio, True, None)


def broken(comparison: Comparison, **changes: Any) -> list[Notice]:
    """The checks where the matched OS has other numbers than it should."""
    opened = comparison.outcomes
    assert opened is not None
    result: EndpointResult = replace(opened.endpoints["OS"]["matched"], **changes)
    wrong: Outcomes = replace(opened, endpoints=opened.endpoints | {"OS": opened.endpoints["OS"] | {"matched": result}})
    return list(verification_checks(verification([comparison.design], opened=wrong)))


def test_a_wrong_ratio_error_or_median_fails_where_it_stands(tmp_path: Path) -> None:
    comparison = run(tmp_path)
    assert comparison.outcomes is not None
    result = comparison.outcomes.endpoints["OS"]["matched"]
    ratio, arm = result.hazard_ratios["cluster_pair"], result.arms["Resection"]
    assert ratio.hr is not None
    assert ratio.se is not None
    one_off = replace(ratio, hr=ratio.hr * (1 + 2 * AGREED))
    (check,) = broken(comparison, hazard_ratios=result.hazard_ratios | {"cluster_pair": one_off})
    assert (check.code, check.ok, check.where) == ("second_engine", False, "endpoints.OS.matched")
    assert check.message.en.endswith("does not agree within 1e-5: hazard ratio.")
    narrow = replace(ratio, se=ratio.se * (1 - 2 * AGREED))
    (check,) = broken(comparison, hazard_ratios=result.hazard_ratios | {"cluster_pair": narrow})
    assert check.message.en.endswith(": standard error.")
    late = replace(arm, median=replace(arm.median, value=None))
    (check,) = broken(comparison, arms=result.arms | {"Resection": late})
    assert check.message.en.endswith(": median (Resection).")
    assert check.message.zh.endswith("：中位数 (Resection)。")


def test_an_engine_gone_wrong_fails_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def off(fit: Any, **options: Any) -> HazardRatio:
        found = hazard_ratio(fit, **options)
        return found if found.hr is None else replace(found, hr=found.hr * 1.0001)

    monkeypatch.setattr(outcomes_module, "hazard_ratio", off)
    found = verdicts(run(tmp_path))
    assert {(check.ok, check.where) for check in found} == {
        (False, f"endpoints.{name}.{cohort}") for name in ENDPOINTS for cohort in ("unmatched", "matched")
    }


def test_ratios_over_completed_tables_are_put_together_before_they_are_compared(tmp_path: Path) -> None:
    rows = tied_rows()
    rows.loc[::6, "age"] = np.nan
    covariates = [{"name": "age", "type": "continuous", "missing": "impute"}, {"name": "hbv", "type": "binary"}]
    found = run(tmp_path, rows=rows, covariates=covariates, imputation={"m": 3}, cox=None)
    assert [check.ok for check in verdicts(found)] == [True]
    assert len(verdict(found).quantities) == 16


def test_what_lifelines_has_not_is_said_and_the_rest_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = run(tmp_path, cox={"errors": "corrected"})
    assert {(one.cohort, one.name, one.why) for one in verdict(found).not_compared} == {
        ("matched", "se", "corrected_error")
    }
    (check,) = verdicts(found)
    assert check.ok
    assert "Not compared: standard errors corrected for small samples" in check.message.en
    monkeypatch.setattr(second_engine, "MOST_ROWS", 100)
    large = run(tmp_path)
    assert {(one.cohort, one.name, one.why) for one in verdict(large).not_compared} == {
        ("matched", "se", "too_many_rows")
    }
    names = [one.name for one in verdict(large).quantities if one.cohort == "matched"]
    assert names == ["median", "median", "hazard_ratio"] * 2
    assert [check.ok for check in verdicts(large)] == [True]


def test_a_ratio_without_a_value_is_no_number_to_compare(tmp_path: Path) -> None:
    rows = tied_rows()
    found = run(tmp_path, rows=rows.assign(died=np.where(rows["arm"] == "R", 0, rows["died"])), cox=None)
    kinds = [one.name for one in verdict(found).quantities if one.endpoint == "OS"]
    assert kinds == ["median"] * 4
    assert [check.ok for check in verdicts(found)] == [True]


def test_nothing_is_verified_before_the_outcomes_are_opened_or_unasked(tmp_path: Path) -> None:
    protocol = make_protocol()
    frame = make_frame(tmp_path, protocol=protocol)
    closed = compare(frame, protocol=protocol, design_only=True, verify=True)
    unasked = compare(frame, protocol=protocol)
    for found in (closed, unasked):
        assert found.verification is None
        assert not verdicts(found)
        assert "verification" not in result_object(found)
        assert "lifelines" not in result_object(found)["software"]


def test_each_contrast_is_verified(tmp_path: Path) -> None:
    rows = tied_rows()
    rows.loc[::3, "arm"] = "T"
    arms = {
        "focal": {"value": "R", "label": "Resection"},
        "reference": {"value": "A", "label": "Ablation"},
        "others": [{"value": "T", "label": "TACE"}],
        "contrasts": [["Resection", "TACE"]],
    }
    found = run(tmp_path, rows=rows, arms=arms, cox=None)
    assert [one.ok for part in (found, *found.contrasts) for one in verdicts(part)] == [True, True]
