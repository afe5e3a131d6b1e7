import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.utils import translation

from tests.analytics.tables import RESPONSE, make_content, make_rows, with_cells, write_table
from tests.reference.frames import DATA, golden_matching

ROOT = Path(__file__).parents[3]


def write_protocol(folder: Path, **changes: Any) -> Path:
    path = folder / "protocol.yaml"
    path.write_text(yaml.safe_dump(make_content(**changes), allow_unicode=True), encoding="utf-8")
    return path


def compare(protocol: Path, *, table: Path, json_out: str | None = None, design_only: bool = False) -> str:
    out = StringIO()
    call_command("compare", str(protocol), table=table, json_out=json_out, design_only=design_only, stdout=out)
    return out.getvalue()


def test_the_summary_names_arms_pairs_and_hazard_ratio(tmp_path: Path) -> None:
    rows = make_rows()
    text = compare(write_protocol(tmp_path), table=write_table(tmp_path, rows=rows))
    counts = rows["arm"].value_counts()
    assert f"Resection {counts['R']}, Ablation {counts['A']}" in text
    assert "-0" not in text
    assert "matched pairs: " in text
    assert "OS matched: median (months) Resection" in text
    assert "hazard ratio " in text
    assert "(95% CI " in text


def test_the_result_goes_to_a_file_or_to_the_output_alone(tmp_path: Path) -> None:
    protocol, table = write_protocol(tmp_path), write_table(tmp_path, rows=make_rows())
    printed = json.loads(compare(protocol, table=table, json_out="-"))
    assert "hazard ratio" in compare(protocol, table=table, json_out=str(tmp_path / "result.json"))
    kept = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert kept["endpoints"] == printed["endpoints"]
    assert kept["data"]["source"] == "table.csv"


def test_responses_and_adverse_events_are_in_the_summary_and_the_second_file_lies_beside_the_first(
    tmp_path: Path,
) -> None:
    rows = make_rows().assign(bor=["CR", "SD", "PD", ""] * 60)
    (tmp_path / "ae.csv").write_text("patient,term,grade\n000,Fever,3\n001,Fever,1\n", encoding="utf-8")
    endpoints = make_content()["endpoints"] | {"ORR": RESPONSE}
    protocol = write_protocol(tmp_path, endpoints=endpoints, safety={"table": "ae.csv"}, design=None)
    text = compare(protocol, table=write_table(tmp_path, rows=rows))
    evaluable = rows[rows["bor"] != ""]
    counts = {arm: ((part["bor"] == "CR").sum(), len(part)) for arm, part in evaluable.groupby("arm")}
    shares = {arm: f"{some}/{all_of} ({100 * some / all_of:.1f}%)" for arm, (some, all_of) in counts.items()}
    assert f"ORR unmatched: Resection {shares['R']}, Ablation {shares['A']}, P = " in text
    assert "Patients with any adverse event, unmatched: Resection " in text
    with translation.override("zh-hans"):
        assert "发生不良事件的患者" in compare(protocol, table=write_table(tmp_path, rows=rows))


def test_the_design_alone_shows_no_ratio(tmp_path: Path) -> None:
    text = compare(write_protocol(tmp_path), table=write_table(tmp_path, rows=make_rows()), design_only=True)
    assert "matched pairs: " in text
    assert "hazard ratio" not in text


def test_faulty_data_are_exit_1_with_the_faults_as_json(tmp_path: Path) -> None:
    table = write_table(tmp_path, rows=with_cells(make_rows(), {(3, "age"): "sixty", (4, "patient"): "001"}))
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("compare", str(write_protocol(tmp_path)), table=table, json_out="-", stdout=out)
    assert caught.value.returncode == 1
    errors = json.loads(out.getvalue())["errors"]
    assert [(e["code"], e["column"], e["rows"]) for e in errors] == [
        ("duplicate_id", "patient", [3, 6]),
        ("text_in_number_column", "age", [5]),
    ]
    assert all(error["message"]["en"] and error["message"]["zh"] for error in errors)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"subgroups": ["stage"]}, "subgroups names stage"),
        ({"colour": "red"}, "Unknown key colour"),
        ({"title": None}, "The required key title is missing"),
    ],
)
def test_a_protocol_that_cannot_be_honored_is_exit_2(changes: dict[str, Any], part: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=part) as caught:
        compare(write_protocol(tmp_path, **changes), table=write_table(tmp_path, rows=make_rows()))
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("language", "part"),
    [("en", "an-2025 is a study on the registry; --table requires"), ("zh-hans", "基于登记库的研究")],
)
def test_a_study_of_the_library_with_a_table_is_told_what_table_needs(language: str, part: str, tmp_path: Path) -> None:
    with translation.override(language), pytest.raises(CommandError, match=part) as caught:
        compare(Path("an-2025"), table=tmp_path / "x.csv")
    assert caught.value.returncode == 2
    assert "table:" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read_or_written_are_exit_2(tmp_path: Path) -> None:
    protocol, table = write_protocol(tmp_path), write_table(tmp_path, rows=make_rows())
    for one, other, out in (
        (tmp_path / "none.yaml", table, None),
        (protocol, tmp_path / "none.csv", None),
        (protocol, tmp_path, None),
        (protocol, table, str(tmp_path / "no" / "folder.json")),
    ):
        with pytest.raises(CommandError) as caught:
            compare(one, table=other, json_out=out)
        assert caught.value.returncode == 2


def lalonde_protocol(folder: Path, *, caliper: dict[str, Any] | None) -> Path:
    kinds = {"age": "continuous", "educ": "continuous", "race": "categorical", "married": "binary"}
    kinds |= {"nodegree": "binary", "re74": "continuous", "re75": "continuous"}
    return write_protocol(
        folder,
        table={"id": "id", "arm": "treat"},
        arms={"focal": {"value": 1, "label": "trained"}, "reference": {"value": 0, "label": "not trained"}},
        endpoints=None,
        covariates=[{"name": name, "type": kind} for name, kind in kinds.items()],
        design={"caliper": caliper},
        cox=None,
        conventions={"smd": "matchit"},
    )


@pytest.mark.parametrize("case", golden_matching()["cases"], ids=lambda case: f"{case['scale']}-{case['width']}")
def test_the_command_finds_the_golden_pairs_and_balance_of_lalonde(case: dict[str, Any], tmp_path: Path) -> None:
    caliper = None if case["width"] is None else {key: case[key] for key in ("width", "unit", "scale")}
    protocol = lalonde_protocol(tmp_path, caliper=caliper)
    content = json.loads(compare(protocol, table=DATA / "lalonde.csv", json_out="-"))
    assert content["matching"]["n_pairs"] == case["pairs"]
    assert content["propensity"]["sd"] == pytest.approx(golden_matching()["sd"][case["scale"]], abs=1e-6)
    after = {row["covariate"]: row["smd_after"] for row in content["balance"]}
    assert [after[name] for name in ("distance", "age", "re74")] == pytest.approx(case["smd_after"], abs=5e-5)


@pytest.mark.slow
def test_a_shell_sees_status_and_one_line_and_needs_no_database(tmp_path: Path) -> None:
    """Also with a database server that does not exist."""
    protocol, table = write_protocol(tmp_path), write_table(tmp_path, rows=make_rows())
    nowhere = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "DATABASE_OWNER_URL": "postgresql://nobody@127.0.0.1:1/none",
    }

    def shell(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", "compare", *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, env=os.environ | nowhere, capture_output=True, text=True, check=False)

    done = shell(protocol, "--table", table, "--json", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert "endpoints" in json.loads(done.stdout)
    unreadable = shell(protocol, "--table", tmp_path / "none.csv")
    assert (unreadable.returncode, unreadable.stderr.count("\n")) == (2, 1)
    write_table(tmp_path, rows=make_rows().assign(arm="R"))
    faulty = shell(protocol, "--table", table, "--json", tmp_path / "errors.json")
    assert (faulty.returncode, faulty.stderr.count("\n")) == (1, 1)
    assert json.loads((tmp_path / "errors.json").read_text())["errors"][0]["code"] == "empty_arm"


def test_warnings_speak_the_language_of_the_person(tmp_path: Path) -> None:
    with translation.override("zh-hans"):
        text = compare(write_protocol(tmp_path), table=write_table(tmp_path, rows=make_rows()))
    assert "卡钳使 Resection" in text


@pytest.mark.slow
@pytest.mark.parametrize("verify", [False, True])
def test_the_headline_is_verified_on_demand_and_the_second_engine_loaded_only_then(
    verify: bool, tmp_path: Path
) -> None:
    protocol, table = write_protocol(tmp_path), write_table(tmp_path, rows=make_rows())
    script = (
        "import django, sys; django.setup(); from django.core.management import call_command; "
        f"call_command('compare', {str(protocol)!r}, '--table', {str(table)!r}, verify={verify}); "
        "print('lifelines' in sys.modules)"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert ("Verified with lifelines" in done.stdout) is verify
    assert done.stdout.splitlines()[-1] == str(verify)
