"""The files of the zip as programs and people read them."""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet
import pyreadstat
import pytest

from analytics.exports.cells import number_text
from analytics.exports.names import LONGEST_NAME, column_names
from analytics.exports.package import pack
from analytics.formats import ExportFormat
from analytics.frame import AnalysisFrame
from analytics.protocol.population import StudyProtocol
from registry.spreadsheet import harmless
from tests.analytics.exports.conftest import manifest

Packed = Callable[..., dict[str, bytes]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_that_would_run_as_a_formula_is_made_harmless(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


def test_other_text_stays_as_it_is() -> None:
    assert [harmless(text) for text in ("", "CR", "<5", "5-10", "乙肝")] == ["", "CR", "<5", "5-10", "乙肝"]


@pytest.mark.parametrize(
    ("value", "text"), [(57.0, "57"), (-2.6, "-2.6"), (0.1 + 0.2, "0.30000000000000004"), (np.nan, "")]
)
def test_numbers_keep_their_sign_and_every_digit(value: float, text: str) -> None:
    assert number_text(value) == text


def test_names_suit_every_program_and_none_comes_twice() -> None:
    long = "baseline.the_longest_variable_name_that_anybody_gave"
    names = column_names(["OS_months", "baseline.alb", "baseline_alb", "2nd", "by", long, f"{long}s", "白蛋白"])
    assert names[:5] == ["os_months", "baseline_alb", "baseline_alb_2", "v_2nd", "v_by"]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) == LONGEST_NAME
    assert all(name.isascii() and name.isidentifier() for name in names)


def test_the_csv_file_begins_with_its_first_name_and_is_read_by_pandas_as_it_is(
    packed: Packed, frame: AnalysisFrame, protocol: StudyProtocol
) -> None:
    content = packed(frame, protocol=protocol)["data.csv"]
    assert content.startswith(b"id,arm,center,os_months,os_event,")
    assert content.isascii()
    table = pd.read_csv(io.BytesIO(content), float_precision="round_trip")
    np.testing.assert_array_equal(table["os_months"], frame.table["OS_time"])
    np.testing.assert_array_equal(table["baseline_afp"], frame.table["baseline.afp"])
    assert table["id"].to_list() == frame.table["id"].to_list()


def test_the_spss_file_says_what_its_variables_and_values_mean(
    packed: Packed, frame: AnalysisFrame, protocol: StudyProtocol, tmp_path: Path
) -> None:
    (tmp_path / "data.sav").write_bytes(packed(frame, protocol=protocol, file_format="sav")["data.sav"])
    table, about = pyreadstat.read_sav(tmp_path / "data.sav")
    assert about.column_names_to_labels["baseline_alb"] == "Albumin (g/L) · 白蛋白 (g/L)"
    assert about.variable_value_labels["os_event"] == {1: "event · 事件", 0: "censored · 删失"}
    assert about.variable_value_labels["sex"] == {1: "Male · 男", 0: "Female · 女"}
    assert about.variable_value_labels["arm"]["Resection"] == "Resection · 手术切除"
    assert about.variable_measure["baseline_alb"] == "scale"
    np.testing.assert_array_equal(table["baseline_alb"], frame.table["baseline.alb"])


def test_the_workbook_holds_text_where_a_formula_could_stand(
    packed: Packed, frame: AnalysisFrame, protocol: StudyProtocol
) -> None:
    table = frame.table.assign(center="=HYPERLINK(1)")
    files = packed(replace(frame, table=table), protocol=protocol, file_format="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(files["data.xlsx"]))["data"]
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("'=HYPERLINK(1)", "s")
    assert sheet["D2"].data_type == "n"


def test_the_parquet_file_holds_numbers_as_numbers_with_labels(
    packed: Packed, frame: AnalysisFrame, protocol: StudyProtocol
) -> None:
    files = packed(frame, protocol=protocol, file_format="parquet")
    schema = pyarrow.parquet.read_schema(io.BytesIO(files["data.parquet"]))
    assert str(schema.field("os_months").type) == "double"
    assert schema.field("sex").metadata[b"label"].decode() == "Sex · 性别"


def test_the_codebook_explains_every_column_in_both_languages(
    packed: Packed, frame: AnalysisFrame, protocol: StudyProtocol
) -> None:
    files = packed(frame, protocol=protocol)
    content = files["codebook.csv"]
    assert content.startswith(b"\xef\xbb\xbf")  # Excel needs it for the Chinese
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))}
    assert ",".join(rows) == files["data.csv"].decode().splitlines()[0]
    assert rows["baseline_alb"]["unit"] == "g/L"
    assert rows["age_at_index"]["unit"] == "a"
    assert rows["baseline_alb"]["source"] == "baseline.alb"
    assert rows["os_months"]["label_zh"] == "总生存期：自时间零点起的月数"
    assert rows["baseline_ecog_ps"]["codes"].startswith("1 = ")
    assert rows["targeted_found"]["codes"] == "1 = yes 是 | 0 = no 否"
    assert rows["baseline_ecog_ps"]["type"] == "0 or 1"
    assert all(row["label_en"] and row["label_zh"] for row in rows.values())


def test_the_manifest_names_every_file_by_its_hash_and_the_software(
    packed: Packed, frame: AnalysisFrame, protocol: StudyProtocol, study_text: str
) -> None:
    files = packed(frame, protocol=protocol)
    said = manifest(files)
    assert set(said["files"]) | {"manifest.json"} == set(files)
    assert files["study-protocol.yaml"].decode() == study_text
    assert {"caliper", "python", "numpy", "pandas", "pyreadstat"} <= set(said["software"])
    assert said["study"]["id"] == "an-2025"


@pytest.mark.parametrize("file_format", ExportFormat.values)
def test_the_same_data_give_the_same_bytes(
    frame: AnalysisFrame, protocol: StudyProtocol, study_text: str, file_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def zipped() -> bytes:
        return pack(
            frame, protocol=protocol, protocol_text=study_text, file_format=ExportFormat(file_format), about={}
        ).content

    first = zipped()
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert zipped() == first
    assert {entry.date_time[0] for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {1980}


def test_the_moment_of_writing_is_not_in_the_spss_file(
    packed: Packed, frame: AnalysisFrame, protocol: StudyProtocol
) -> None:
    header = packed(frame, protocol=protocol, file_format="sav")["data.sav"][:176]
    assert header[92:109] == b"01 Jan 7000:00:00"


@pytest.mark.parametrize("file_format", ExportFormat.values)
def test_columns_without_a_single_value_and_no_adverse_event_at_all_can_be_written(
    packed: Packed, frame: AnalysisFrame, protocol: StudyProtocol, file_format: str
) -> None:
    empty = frame.table.assign(**{"baseline.bclc_stage": None, "TACE_RESPONSE_value": None, "sex": np.nan})
    assert frame.adverse_events is not None
    nothing = replace(frame.adverse_events, table=frame.adverse_events.table[:0])
    files = packed(replace(frame, table=empty, adverse_events=nothing), protocol=protocol, file_format=file_format)
    assert files[f"data.{file_format}"]
    assert files[f"adverse-events.{file_format}"]
