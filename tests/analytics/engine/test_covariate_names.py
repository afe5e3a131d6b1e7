"""One variable as two covariates: classes in the score and in models, the mean and the median with its range in Table 1."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import translation

from analytics.engine.comparison import Comparison, compare
from analytics.engine.design.imputation import complete
from analytics.errors import FaultyDataError, ProtocolError
from analytics.protocol.errors import validate_plan
from analytics.protocol.plan import Covariate
from analytics.report.numbers import notice_text
from analytics.report.tables.tables import balance_table, baseline_table, cox_table
from analytics.result.comparison import result_object
from tests.analytics.tables import make_frame, make_protocol, make_rows, with_cells

CLASSES = {"name": "age_class", "variable": "age", "type": "continuous", "cut": [60]}
MEAN = {"name": "age_mean", "variable": "age", "type": "continuous", "show": ["mean", "median_range"], "use": ["balance", "baseline"]}  # fmt: skip
PLAIN = {"name": "age", "type": "continuous"}
OTHERS = [{"name": "bclc", "type": "categorical", "levels": ["0", "A", "B"]}]


def run(folder: Path, *, covariates: list[dict[str, Any]], rows: Any = None, **changes: Any) -> Comparison:
    names = [one["name"] for one in covariates]
    plan: dict[str, Any] = {"covariates": [*covariates, *OTHERS], "cox": {"covariates": [names[0], "bclc"]}} | changes
    protocol = make_protocol(**plan)
    return compare(make_frame(folder, protocol=protocol, rows=rows), protocol=protocol)


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return run(tmp_path_factory.mktemp("twice"), covariates=[CLASSES, MEAN], subgroups=["age_class"])


def test_the_score_holds_the_classes_alone_as_it_does_without_the_second_name(
    comparison: Comparison, tmp_path: Path
) -> None:
    once = run(tmp_path, covariates=[PLAIN | {"cut": [60]}])
    assert comparison.design.score is not None
    assert once.design.score is not None
    assert np.array_equal(comparison.design.score.distance, once.design.score.distance)
    pairs = [result_object(one)["matching"]["pairs"] for one in (comparison, once)]
    assert pairs[0] == pairs[1]


def test_balance_and_table_1_have_both_each_under_its_name(comparison: Comparison) -> None:
    result = result_object(comparison)
    assert [(row["covariate"], row["level"]) for row in result["balance"]][:4] == [
        ("distance", None), ("age_class", "≤60"), ("age_class", ">60"), ("age_mean", None),
    ]  # fmt: skip
    known = {row["covariate"]: row for row in result["baseline"]}
    ages = make_rows().query("arm == 'R'")["age"]
    summary = known["age_mean"]["unmatched"]["arms"]["Resection"]
    assert summary["mean"] == pytest.approx(ages.mean())
    assert (summary["min"], summary["max"]) == (ages.min(), ages.max())


def test_models_and_subgroups_find_the_covariate_by_its_name(comparison: Comparison) -> None:
    result = result_object(comparison)
    assert ("age_class", ">60") in {
        (row["term"], row["level"]) for row in result["cox"]["OS"]["matched"]["multivariable"]
    }
    assert {row["level"] for row in result["subgroups"]["OS"]["matched"]} == {"≤60", ">60"}


def test_the_table_has_a_row_for_each_way_a_covariate_is_shown_and_tests_once(comparison: Comparison) -> None:
    with translation.override("en"):
        table = baseline_table(result_object(comparison))
        rows = {row.cells[0]: row.cells for row in table.rows}
        balance = [row.cells[0] for row in balance_table(result_object(comparison)).rows]
        models = [row.cells[0] for row in cox_table(result_object(comparison), endpoint="OS", cohort="matched").rows]
    ages = make_rows().query("arm == 'R'")["age"]
    assert rows["age, mean (SD)"][1] == f"{ages.mean():.1f} ({ages.std():.1f})"
    assert rows["age, median (range)"][1] == f"{ages.median():.1f} ({ages.min():.1f}–{ages.max():.1f})"
    assert rows["age, mean (SD)"][3] != ""
    assert rows["age, median (range)"][3] == ""
    assert balance[1:3] == ["age: >60", "age"]
    assert models[1].startswith("age: >60")


def test_a_notice_calls_the_covariate_by_its_variable(comparison: Comparison) -> None:
    message = {"en": "Still above 0.1 for age_class=>60, age_mean.", "zh": "age_class=>60、age_mean"}
    with translation.override("en"):
        text = notice_text(message, result=result_object(comparison))
    assert text == "Still above 0.1 for age: >60, age."


def test_both_names_of_a_variable_are_filled_in_alike(tmp_path: Path) -> None:
    rows = with_cells(make_rows(), {(place, "age"): "" for place in range(0, 40, 3)})
    fill = {"missing": "impute"}
    protocol = make_protocol(
        covariates=[CLASSES | fill, MEAN | fill, *OTHERS], cox={"covariates": ["age_class"]}, imputation={"m": 2}
    )
    frames = complete(make_frame(tmp_path, protocol=protocol, rows=rows), protocol=protocol)
    assert len(frames) == 2
    for frame in frames:
        assert frame.table["age_class"].notna().all()
        assert frame.table["age_class"].tolist() == frame.table["age_mean"].tolist()


def test_a_fault_of_the_column_is_told_by_the_name_in_the_file(tmp_path: Path) -> None:
    rows = with_cells(make_rows(), {(3, "age"): "old"})
    with pytest.raises(FaultyDataError) as caught:
        run(tmp_path, covariates=[CLASSES, MEAN], rows=rows)
    assert {error.column for error in caught.value.errors} == {"age"}


@pytest.mark.parametrize("show", [["mean", "mean"], ["average"], []])
def test_a_way_of_showing_that_is_unknown_or_listed_twice_is_refused(show: list[str]) -> None:
    with pytest.raises(ProtocolError):
        validate_plan(Covariate, content=PLAIN | {"show": show})


def test_one_way_of_showing_may_stand_without_a_list() -> None:
    assert validate_plan(Covariate, content=PLAIN | {"show": "median"}).show == ("median",)
