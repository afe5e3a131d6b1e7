"""What leaves the registry gives the same analysis again: same pairs, same hazard ratios, to the last digit."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from analytics.engine.comparison import Comparison, compare
from analytics.flat.protocol import read_table_protocol
from analytics.flat.table import read_table
from analytics.frame import AdverseEvents, AnalysisFrame
from analytics.protocol.library import FOLDER, protocol_text
from analytics.protocol.population import StudyProtocol, read_study_protocol
from analytics.protocol.text import parse_protocol
from analytics.result.comparison import result_object
from registry.spreadsheet import harmless
from tests.analytics.exports.conftest import RISKY_TERM, make_frame


def compared_again(files: dict[str, bytes], *, folder: Path) -> Comparison:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    protocol = read_table_protocol(folder / "table-protocol.yaml")
    return compare(read_table(folder / "data.csv", protocol=protocol), protocol=protocol)


def numbers_of(comparison: Comparison) -> dict[str, Any]:
    """All a result says but for the names of covariates and the source."""
    result = result_object(comparison)
    kept = ("matching", "endpoints", "response", "immortal_time")
    return {key: result.get(key) for key in kept} | {
        "safety": json.loads(json.dumps(result["safety"]).replace(f"{harmless(RISKY_TERM)}", RISKY_TERM)),
        "terms": [(term["estimate"], term["se"]) for term in result["propensity"]["terms"]],
        "scores": result["propensity"]["scores"],
        "balance": [[row[key] for key in ("smd_before", "smd_after", "ks_after")] for row in result["balance"]],
        "cox": [
            [row["hr"], row["low"], row["high"], row["n"]]
            for cohorts in result["cox"].values()
            for tables in cohorts.values()
            for row in [*tables["univariable"], *tables["multivariable"]]
        ],
    }


@pytest.mark.parametrize("study", sorted(path.stem for path in FOLDER.glob("*.yaml")))
def test_the_csv_file_of_every_study_gives_every_number_again(
    packed: Callable[..., dict[str, bytes]], tmp_path: Path, study: str
) -> None:
    protocol = read_study_protocol(protocol_text(study))
    frame = make_frame(protocol)
    first = compare(frame, protocol=protocol)
    assert first.design.matching is not None
    assert (first.design.matching.adjusted.weights > 0).sum() > 60
    again = compared_again(packed(frame, protocol=protocol), folder=tmp_path)
    assert numbers_of(again) == numbers_of(first)


@pytest.mark.parametrize("file_format", ["sav", "parquet"])
def test_the_other_exact_formats_give_every_number_again(
    packed: Callable[..., dict[str, bytes]],
    frame: AnalysisFrame,
    protocol: StudyProtocol,
    tmp_path: Path,
    file_format: str,
) -> None:
    files = packed(frame, protocol=protocol, file_format=file_format)
    for name in ("data", "adverse-events"):
        kept = tmp_path / f"{name}.{file_format}"
        kept.write_bytes(files.pop(kept.name))
        table = pyreadstat.read_sav(kept)[0] if file_format == "sav" else pd.read_parquet(kept)
        files[f"{name}.csv"] = table.to_csv(index=False).encode()
    assert numbers_of(compared_again(files, folder=tmp_path)) == numbers_of(compare(frame, protocol=protocol))


def test_a_workbook_holds_the_same_values_to_fifteen_digits(
    packed: Callable[..., dict[str, bytes]], frame: AnalysisFrame, protocol: StudyProtocol, tmp_path: Path
) -> None:
    (tmp_path / "data.xlsx").write_bytes(packed(frame, protocol=protocol, file_format="xlsx")["data.xlsx"])
    (tmp_path / "data.csv").write_bytes(packed(frame, protocol=protocol)["data.csv"])
    book, text = pd.read_excel(tmp_path / "data.xlsx"), pd.read_csv(tmp_path / "data.csv")
    pd.testing.assert_frame_equal(book, text, check_dtype=False, rtol=1e-14)


def test_levels_that_would_run_as_formulas_or_read_as_missing_give_the_same_pairs(
    packed: Callable[..., dict[str, bytes]], study_text: str, tmp_path: Path
) -> None:
    text = study_text.replace('levels: ["<5", "5-10", ">10"]', 'levels: ["=1+1", "-1", "NA"]').replace(
        "label: Ablation\n", 'label: "@Ablation"\n'
    )
    text = text.replace("arm: Ablation,", 'arm: "@Ablation",')  # also where its results are printed
    protocol = read_study_protocol(text)
    frame = make_frame(protocol)
    files = packed(frame, protocol=protocol)
    assert b",'=1+1," in files["data.csv"]
    assert b",'@Ablation," in files["data.csv"]
    first, again = compare(frame, protocol=protocol), compared_again(files, folder=tmp_path)
    assert numbers_of(again) == numbers_of(first)


def test_a_variable_under_two_names_is_two_columns_with_its_label_and_terms_stay_asked_for(
    packed: Callable[..., dict[str, bytes]], study_text: str, tmp_path: Path
) -> None:
    age = "  - {name: age_at_index, type: continuous, cut: [65]}\n"
    mean = (
        "  - {name: age_again, variable: age_at_index, type: continuous, show: [mean, median_range], use: [baseline]}\n"
    )
    assert age in study_text
    content = study_text.replace(age, age + mean)
    protocol = read_study_protocol(content)
    assert protocol.safety is not None
    asked = protocol.safety.model_copy(update={"terms": ("fever", "Bile leak")})
    protocol = protocol.model_copy(update={"safety": asked})
    frame = make_frame(protocol)
    frame = replace(frame, table=frame.table.assign(age_again=frame.table["age_at_index"]))
    files = packed(frame, protocol=protocol)
    plan = parse_protocol(files["table-protocol.yaml"].decode())
    assert [c["name"] for c in plan["covariates"]][:2] == ["age_at_index", "age_again"]
    assert plan["covariates"][1]["show"] == ["mean", "median_range"]
    assert plan["safety"]["terms"] == ["fever", "Bile leak"]
    labels = [
        line for line in files["codebook.csv"].decode().splitlines() if line.startswith(("age_at_index", "age_again"))
    ]
    assert len(labels) == 2
    assert all("Age at first treatment (years)" in line for line in labels)
    assert numbers_of(compared_again(files, folder=tmp_path)) == numbers_of(compare(frame, protocol=protocol))


def test_arms_whose_events_are_not_compared_here_are_not_compared_there(
    packed: Callable[..., dict[str, bytes]], frame: AnalysisFrame, protocol: StudyProtocol, tmp_path: Path
) -> None:
    assert frame.adverse_events is not None
    arm = dict(zip(frame.table["id"], frame.table["arm"], strict=True))
    events = frame.adverse_events.table
    mine = events["id"].map(arm) == protocol.arms.focal.label
    told = replace(frame.adverse_events, table=events[mine], of_other_versions=tuple(events.loc[~mine, "id"]))
    files = packed(replace(frame, adverse_events=told), protocol=protocol)
    assert parse_protocol(files["table-protocol.yaml"].decode())["safety"]["p_values"] is False
    again = result_object(compared_again(files, folder=tmp_path))["safety"]["unmatched"]
    assert {row["test"]["p"] for row in again} == {None}


@pytest.mark.parametrize("codes", [["A", "B"], ["A", "NA"]])
def test_levels_the_protocol_leaves_open_are_found_again(
    packed: Callable[..., dict[str, bytes]], study_text: str, tmp_path: Path, codes: list[str]
) -> None:
    protocol = read_study_protocol(study_text.replace(", levels: [A, B]", ""))
    frame = make_frame(protocol)
    named = frame.table["baseline.bclc_stage"].map(dict(zip("01", codes, strict=True)), na_action="ignore")
    frame = replace(frame, table=frame.table.assign(**{"baseline.bclc_stage": named.astype(object)}))
    again = compared_again(packed(frame, protocol=protocol), folder=tmp_path)
    assert numbers_of(again) == numbers_of(compare(frame, protocol=protocol))


def test_the_plan_is_the_protocols_but_for_names(
    packed: Callable[..., dict[str, bytes]], frame: AnalysisFrame, protocol: StudyProtocol
) -> None:
    plan = parse_protocol(packed(frame, protocol=protocol)["table-protocol.yaml"].decode())
    assert plan["arms"]["hr"] == "reference_vs_focal"
    assert plan["design"]["caliper"] == {"width": 0.1, "unit": "sd", "scale": "logit"}
    assert (plan["design"]["method"], plan["conventions"]["km_ci"], plan["seed"]) == ("nearest", "log", 1)
    assert plan["endpoints"]["OS"]["report_months"] == [12, 36, 60, 120]
    assert "baseline_whole_tumor_number" in [c["name"] for c in plan["covariates"]]
    assert any("." in name for name in protocol.cox.covariates)
    assert len(plan["cox"]["covariates"]) == len(protocol.cox.covariates)
    assert set(plan["cox"]["covariates"]) <= {c["name"] for c in plan["covariates"]}


def test_adverse_events_go_in_a_file_of_their_own(
    packed: Callable[..., dict[str, bytes]], frame: AnalysisFrame, protocol: StudyProtocol
) -> None:
    events = pd.DataFrame(
        {"id": frame.table["id"][:2], "term": ["Fever", RISKY_TERM], "class": [None, "GI"], "grade": [1.0, 3.0]}
    )
    with_events = replace(frame, adverse_events=AdverseEvents(table=events, source="registry", sha256="", rows=2))
    files = packed(with_events, protocol=protocol)
    assert files["adverse-events.csv"].decode().splitlines() == [
        "id,term,class,grade",
        "C01-000000-0,Fever,,1",
        f"C01-000001-0,'{RISKY_TERM},GI,3",
    ]


def test_the_plan_says_where_times_responses_and_adverse_events_stand(
    packed: Callable[..., dict[str, bytes]], frame: AnalysisFrame, protocol: StudyProtocol
) -> None:
    plan = parse_protocol(packed(frame, protocol=protocol)["table-protocol.yaml"].decode())
    assert plan["table"] == {"id": "id", "arm": "arm", "center": "center", "defining": "defining_months"}
    assert plan["endpoints"]["TACE_RESPONSE"] == {
        "type": "binary",
        "value": "tace_response_value",
        "success": ["CR", "PR"],
        "order": ["CR", "PR", "SD", "PD", "NE"],
        "denominator": "evaluable",
    }
    assert plan["safety"] == {
        "table": "adverse-events.csv",
        "id": "id",
        "term": "term",
        "grade": "grade",
        "class": "class",
        "start": "start_months",
        "exposure": "exposure_months",
    }
