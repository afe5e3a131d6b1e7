"""Whatever a table or a protocol holds, the command ends in words: a named fault, or a result with a named warning."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from django.core.management import CommandError, call_command

from analytics.flat.table import read_table
from tests.analytics.tables import make_content, make_protocol, make_rows, with_cells, write_table

Change = Callable[[pd.DataFrame], pd.DataFrame]
REASONS = {
    "not_reached", "infinite", "not_estimable", "separation", "no_events", "too_few_events", "beyond_follow_up",
    "suppressed", "not_requested",
}  # fmt: skip
TABLE = make_content()["table"]


def run(folder: Path, *, rows: pd.DataFrame | None, **changes: Any) -> tuple[int, dict[str, Any], str]:
    """Exit status, JSON (empty where there is none) and what was said."""
    protocol, out = folder / "protocol.yaml", folder / "result.json"
    protocol.write_text(yaml.safe_dump(make_content(**changes), allow_unicode=True), encoding="utf-8")
    table = folder / "none.csv" if rows is None else write_table(folder, rows=rows)
    said = StringIO()
    status = 0
    try:
        call_command("compare", str(protocol), table=table, json_out=str(out), stdout=said)
    except CommandError as error:
        status = error.returncode
        said.write(str(error))
    content: dict[str, Any] = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    return status, content, said.getvalue()


def cells(changes: dict[tuple[int, str], object]) -> Change:
    return lambda rows: with_cells(rows, changes)


def column(**values: Any) -> Change:
    return lambda rows: rows.assign(**values)


def first(count: int) -> Change:
    return lambda rows: rows.head(count)


def two_rows(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop_duplicates("arm")


@pytest.mark.parametrize(
    ("change", "code", "at"),
    [
        (column(arm="R"), "empty_arm", "arm"),
        (column(arm=""), "empty_arm", "arm"),
        (first(0), "empty_arm", "arm"),
        (cells({(3, "patient"): "000"}), "duplicate_id", "patient"),
        (cells({(3, "patient"): ""}), "missing_id", "patient"),
        (cells({(7, "age"): "old"}), "text_in_number_column", "age"),
        (cells({(7, "days"): "12,5"}), "text_in_number_column", "days"),
        (cells({(7, "days"): "inf"}), "text_in_number_column", "days"),
        (cells({(7, "days"): "1e999"}), "text_in_number_column", "days"),
        (cells({(7, "days"): "1e300"}), "number_out_of_range", "days"),
        (lambda rows: rows.assign(age=rows["age"] * 1e-300), "number_out_of_range", "age"),
        (cells({(7, "age"): "9" * 40}), "number_out_of_range", "age"),
        (column(days="2024-01-05"), "text_in_number_column", "days"),
        (cells({(7, "age"): "１２"}), "text_in_number_column", "age"),
        (cells({(7, "age"): "#N/A"}), "text_in_number_column", "age"),
        (lambda rows: rows.assign(arm=rows["arm"].str.lower()), "empty_arm", "arm"),
        (lambda rows: rows.assign(arm=rows["arm"] + "\u200b"), "empty_arm", "arm"),
        (lambda rows: rows.assign(died=rows["died"].map({1: "TRUE", 0: "FALSE"})), "bad_event_code", "died"),
        (lambda rows: rows.rename(columns={"center": ""}), "missing_column", "center"),
        (cells({(5, "died"): 7}), "bad_event_code", "died"),
        (cells({(5, "died"): "dead"}), "bad_event_code", "died"),
        (cells({(5, "bclc"): "D"}), "unknown_level", "bclc"),
        (column(hbv=["yes", "no", "maybe"] * 80), "more_than_two_values", "hbv"),
        (lambda rows: rows.drop(columns="age"), "missing_column", "age"),
        (lambda rows: rows.drop(columns=["days", "died"]), "missing_column", "days"),
        (lambda rows: rows.rename(columns={"hbv": "age"}), "duplicate_column", "age"),
        (column(age=""), "empty_arm", "arm"),
        (column(age=60, bclc="A", hbv=1), "constant_score", None),
    ],
)
def test_faulty_data_are_named_by_column_and_end_with_status_1(
    change: Change, code: str, at: str | None, tmp_path: Path
) -> None:
    status, content, said = run(tmp_path, rows=change(make_rows()))
    assert status == 1
    assert (code, at) in [(error["code"], error["column"]) for error in content["errors"]]
    assert all(error["message"]["en"] and error["message"]["zh"] for error in content["errors"])
    assert "Traceback" not in said


SINGLE = [{"name": "age", "type": "continuous"}]
FULL = {
    "subgroups": ["bclc", "center"],
    "sensitivity": [
        {"kind": "caliper", "widths": [0, 0.1]}, {"kind": "weighting"}, {"kind": "doubly_adjusted"},
        {"kind": "center_stratified"}, {"kind": "leave_one_center_out"}, {"kind": "landmark", "months": [6]},
        {"kind": "complete_case"}, {"kind": "imputation", "m": 2}, {"kind": "missing_level"}, {"kind": "e_value"},
        {"kind": "bootstrap", "n": 5}, {"kind": "bootstrap", "n": 5, "unit": "pair"},
    ],
}  # fmt: skip
COMPETING = {"endpoints": {"OS": {"time": "days", "event": "died", "competing_code": [2, 3]}}}
WAITING = {
    "table": TABLE | {"defining": "wait"},
    "immortal_time": {"landmark_months": [3], "rezero": True, "time_dependent": True, "ccw": {"grace_months": 6}},
}


def focal_alone_dies(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(died=(rows["arm"] == "R").astype(int))


def arms_apart(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(age=np.where(rows["arm"] == "R", 40, 70) + np.arange(len(rows)) % 5)


def follow_up_of_events_alone(rows: pd.DataFrame) -> pd.DataFrame:
    lived = rows["days"] >= 800
    return rows.assign(died=(~lived).astype(int), days=rows["days"].astype(object).mask(lived, ""))


@pytest.mark.parametrize(
    ("change", "changes", "code"),
    [
        (cells({(0, "days"): -5}), {}, "outcome_missing"),
        (cells({(0, "days"): ""}), {}, "outcome_missing"),
        (column(died=0), {}, "no_events"),
        (column(died=0), COMPETING | FULL, "no_events"),
        (focal_alone_dies, FULL, "no_events"),
        (column(days=100), FULL, None),
        (column(days=0), FULL, None),
        (column(died=1), {}, None),
        (follow_up_of_events_alone, {}, "event_only_follow_up"),
        (column(age=60), {}, "constant_column"),
        (lambda rows: rows.assign(hbv=(rows["bclc"] == "A").astype(int)), {}, "collinear_column"),
        (arms_apart, {}, "separation"),
        (arms_apart, FULL | {"design": {"method": "nearest"}}, "separation"),
        (two_rows, FULL, "too_few_events"),
        (two_rows, {"design": None, "cox": None}, "separation"),
        (first(6), FULL, "too_few_events"),
        (column(center=""), FULL, "sensitivity_failed"),
        (column(center="C01"), FULL, "sensitivity_failed"),
        (column(wait=""), WAITING, "defining_missing"),
        (column(wait=-3), WAITING, None),
        (column(wait=5000), WAITING, "immortal_time"),
        (column(wait=0), WAITING | COMPETING, None),
        (cells({(place, "age"): "" for place in range(0, 100, 2)}), FULL, "missing_covariate"),
        (cells({(place, "age"): "NA" for place in range(50)}), {"covariates": [SINGLE[0] | {"missing": "impute"}], "cox": None, "imputation": {"m": 2}}, "imputed"),
        (lambda rows: rows, {"design": {"caliper": {"width": 0, "unit": "raw"}}, "covariates": SINGLE, "cox": None}, "caliper_changes_estimand"),
        (lambda rows: rows, {"covariates": [*make_content()["covariates"][1:], SINGLE[0] | {"measured": "after"}]}, "post_baseline_covariate"),
        (lambda rows: rows.sort_values("arm"), {"design": {"method": "weighting"}} | FULL, "sensitivity_failed"),
        (lambda rows: rows, {"endpoints": {"OS": {"time": "days", "event": "died", "tau": 9999, "report_months": [0, 9999]}}}, None),
    ],
)  # fmt: skip
def test_what_can_be_computed_is_and_the_rest_is_null_with_a_reason_and_a_warning(
    change: Change, changes: dict[str, Any], code: str | None, tmp_path: Path
) -> None:
    status, content, said = run(tmp_path, rows=change(make_rows()), **changes)
    assert status == 0, said
    assert code is None or code in {notice["code"] for notice in content["warnings"]}
    assert [check["code"] for check in content["checks"] if not check["ok"]] == []
    for found in _objects({key: value for key, value in content.items() if key not in ("protocol", "software")}):
        assert set(found.get("why", {}).values()) <= REASONS, found


def test_an_imputed_covariate_without_any_value_is_a_fault(tmp_path: Path) -> None:
    covariates = [SINGLE[0] | {"missing": "impute"}, {"name": "hbv", "type": "binary"}]
    status, content, _ = run(tmp_path, rows=make_rows().assign(age=""), covariates=covariates, cox=None)
    assert (status, content["errors"][0]["code"]) == (1, "nothing_to_impute_from")


def test_a_logarithm_of_nothing_is_a_fault(tmp_path: Path) -> None:
    rows, covariates = with_cells(make_rows(), {(4, "age"): 0}), [SINGLE[0] | {"log": True}]
    status, content, _ = run(tmp_path, rows=rows, covariates=covariates, cox=None)
    assert (status, content["errors"][0]["code"], content["errors"][0]["rows"]) == (1, "no_logarithm", [6])


def test_a_table_that_is_not_there_ends_with_status_2(tmp_path: Path) -> None:
    status, content, said = run(tmp_path, rows=None)
    assert (status, content) == (2, {})
    assert "cannot be opened" in said


CSV = make_rows().to_csv(index=False)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\n\r\n\n", "is empty"),
        (b"\xff\xfe\x00\x01", "not CSV text in UTF-8"),
        (CSV.replace("C01", "Zürich").encode("latin-1"), "not CSV text in UTF-8"),
        (CSV.encode() + "999,R,上海,5,1,50,A,1\n".encode("gbk"), "not CSV text in UTF-8"),
        (CSV.encode("utf-16"), "not CSV text in UTF-8"),
        (CSV.encode("utf-16-le"), "not CSV text in UTF-8"),
        (CSV.replace("C01", "C\0").encode(), "not CSV text in UTF-8"),
        (CSV.replace(",", ";").encode(), "not separated by commas"),
        (CSV.replace(",", ";").replace(".", ",").encode(), "not separated by commas"),
        (CSV.replace(",", "\t").encode(), "not separated by commas"),
        (CSV.replace("C01,", '"C01,', 1).encode(), "quotation mark"),
        (CSV.replace("C01", "C" * 200_000, 1).encode(), "more than 131,072 characters"),
    ],
)
def test_a_file_that_is_no_table_ends_with_status_2(text: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(text)
    (tmp_path / "protocol.yaml").write_text(yaml.safe_dump(make_content()), encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        call_command("compare", str(tmp_path / "protocol.yaml"), table=tmp_path / "table.csv", stdout=StringIO())
    assert caught.value.returncode == 2
    assert sentence in str(caught.value)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_line_ends_are_read(ends: str, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(b"\xef\xbb\xbf" + CSV.replace("\n", ends).encode())
    protocol = make_protocol()
    assert len(read_table(tmp_path / "table.csv", protocol=protocol).table) == len(make_rows())


def test_a_covariate_without_any_value_is_named_where_it_empties_the_arms(tmp_path: Path) -> None:
    _, content, _ = run(tmp_path, rows=make_rows().assign(age=""))
    assert "values are missing in age" in content["errors"][0]["message"]["en"]


def test_a_ratio_beyond_all_controls_takes_them_all(tmp_path: Path) -> None:
    status, content, _ = run(tmp_path, rows=make_rows(), design={"ratio": 10**9})
    assert (status, content["matching"]["n_control"]) == (0, int((make_rows()["arm"] == "A").sum()))


def _objects(content: Any) -> list[dict[str, Any]]:
    if isinstance(content, dict):
        return [content, *(found for part in content.values() for found in _objects(part))]
    return [found for part in content for found in _objects(part)] if isinstance(content, list) else []
