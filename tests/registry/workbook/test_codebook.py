"""The codebook says of every variable what the template, the forms and the checks go by."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import load_workbook

from registry.workbook.codebook import all_entries, as_csv, as_markdown, derived_entries, entries
from registry.workbook.codebook_files import as_redcap
from registry.workbook.sheets import sheets


def by_name() -> dict[tuple[str, str], dict[str, str]]:
    rows = csv.DictReader(io.StringIO(as_csv().removeprefix("\ufeff")))
    return {(row["sheet"], row["name"]): row for row in rows}


def test_every_column_of_every_sheet_is_in_the_codebook_once() -> None:
    columns = [(sheet.name, column.name) for sheet in sheets() for column in sheet.columns]
    assert [(entry.sheet, entry.name) for entry in entries()] == columns
    derived = [("", entry.name) for entry in derived_entries()]
    assert list(by_name()) == list(dict.fromkeys([*columns, *derived]))


def test_a_measured_variable_is_shown_with_unit_and_limits() -> None:
    row = by_name()["03b_检验_lab_wide", "alb"]
    shown = {key: row[key] for key in ("label_en", "label_zh", "unit", "soft", "hard", "type", "record")}
    assert shown == {
        "label_en": "Albumin",
        "label_zh": "白蛋白",
        "unit": "g/L",
        "soft": "25–55",
        "hard": "10–70",
        "type": "analyte",
        "record": "labresult",
    }


def test_large_limits_are_written_out() -> None:
    assert by_name()["03b_检验_lab_wide", "afp"]["hard"] == "0–10000000"


def test_a_coded_variable_is_shown_with_its_codes_in_both_languages() -> None:
    row = by_name()["01_患者_patient", "sex"]
    assert row["codes"] == "M = Male 男 | F = Female 女 | UNK = Unknown 未知"
    assert row["required"] == "yes"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_codebook_is_the_same_whoever_asks(language: str) -> None:
    with translation.override("en"):
        expected = as_csv(), as_markdown()
    with translation.override(language):
        assert (as_csv(), as_markdown()) == expected


def test_each_sheet_is_a_table_of_its_own_whose_lines_have_equal_cells() -> None:
    for part in as_markdown().split("\n## ")[1:]:
        lines = [line for line in part.splitlines() if line.startswith("|")]
        assert len(lines) > 2
        assert {line.replace("\\|", "").count("|") for line in lines} == {7 if part.startswith("Derived") else 12}


def test_the_command_writes_to_the_output_or_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("codebook")
    assert capsys.readouterr().out == as_markdown()
    call_command("codebook", str(tmp_path / "codebook.csv"), "--format", "csv")
    assert (tmp_path / "codebook.csv").read_text(encoding="utf-8") == as_csv()


@pytest.mark.parametrize("arguments", [["--format", "docx"], ["missing/codebook.md"]])
def test_what_cannot_be_written_is_one_clear_line(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("codebook", *arguments)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)


def test_the_workbook_lists_every_variable_with_a_filter(tmp_path: Path) -> None:
    call_command("codebook", str(tmp_path / "codebook.xlsx"), "--format", "xlsx")
    page = load_workbook(tmp_path / "codebook.xlsx").active
    rows = list(page.iter_rows(values_only=True))
    assert [row[2] for row in rows[1:]] == [entry.name for entry in all_entries()]
    assert page.auto_filter.ref.startswith("A1:")


def test_redcap_gets_each_name_once_and_codes_it_accepts() -> None:
    rows = list(csv.DictReader(io.StringIO(as_redcap().removeprefix("\ufeff"))))
    names = [row["Variable / Field Name"] for row in rows]
    assert names[0] == "local_id"
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", row["Form Name"]) for row in rows)
    for row in rows:
        choices = [part.split(",")[0] for part in row["Choices, Calculations, OR Slider Labels"].split(" | ") if part]
        assert len(choices) == len(set(choices)), row["Variable / Field Name"]
        assert all(re.fullmatch(r"\w+", code, re.ASCII) for code in choices)
        assert bool(choices) == (row["Field Type"] in {"dropdown", "checkbox"})


def test_what_is_required_and_by_which_code_others_know_it_is_told() -> None:
    row = by_name()["03b_检验_lab_wide", "alb"]
    assert row["vocabulary"] == "LOINC 1751-7"
    assert by_name()["02_评估_assessment", "weight_kg"]["vocabulary"] == "LOINC 29463-7"
    told = {name: row["required_when"] for (_sheet, name), row in by_name().items() if row["required_when"]}
    assert len(told) > 200
    assert {name for name, when in told.items() if not re.search(r"[\u4e00-\u9fff]", when)} == set()
