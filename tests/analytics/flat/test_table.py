from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.errors import DataError, FaultyDataError, UnreadableTableError
from analytics.flat.table import read_table
from tests.analytics.tables import make_frame, make_protocol, make_rows, with_cells, write_table


def faults(folder: Path, cells: dict[tuple[int, str], object], **changes: Any) -> tuple[DataError, ...]:
    with pytest.raises(FaultyDataError) as caught:
        make_frame(folder, protocol=make_protocol(**changes), rows=with_cells(make_rows(), cells))
    assert all(error.message.en and error.message.zh for error in caught.value.errors)
    return caught.value.errors


def the_fault(folder: Path, cells: dict[tuple[int, str], object], **changes: Any) -> DataError:
    (error,) = faults(folder, cells, **changes)
    return error


def read_text(folder: Path, text: str, **changes: Any) -> Any:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8-sig")
    protocol = make_protocol(
        endpoints={}, covariates=[], design=None, cox=None, table={"id": "id", "arm": "arm"}, **changes
    )
    return read_table(path, protocol=protocol)


def test_times_become_months_and_codes_become_one_and_zero(tmp_path: Path) -> None:
    rows = make_rows()
    table = make_frame(tmp_path, protocol=make_protocol(), rows=rows).table
    assert table["OS_time"].to_numpy() == pytest.approx(rows["days"].to_numpy() / 30.4375)
    assert table["OS_event"].tolist() == rows["died"].tolist()
    assert table["arm"].tolist() == rows["arm"].map({"R": "Resection", "A": "Ablation"}).tolist()


@pytest.mark.parametrize(
    ("unit", "factor"), [("days", 1 / 30.4375), ("weeks", 7 / 30.4375), ("months", 1), ("years", 12)]
)
def test_each_unit_becomes_months(unit: str, factor: float, tmp_path: Path) -> None:
    protocol = make_protocol(endpoints={"OS": {"time": "days", "event": "died", "unit": unit}})
    assert make_frame(tmp_path, protocol=protocol).table["OS_time"][0] == pytest.approx(make_rows()["days"][0] * factor)


def test_ids_are_text_exactly_as_in_the_file(tmp_path: Path) -> None:
    frame = read_text(tmp_path, "id,arm\n007,R\n7,A\n 7,A\nNA,R\n")
    assert frame.table["id"].tolist() == ["007", "7", " 7", "NA"]


def test_blank_na_and_nan_are_missing_unless_the_protocol_lists_them(tmp_path: Path) -> None:
    cells: dict[tuple[int, str], object] = {
        (0, "bclc"): "NA",
        (1, "bclc"): "",
        (2, "bclc"): "NaN",
        (3, "age"): "",
        (4, "hbv"): "NA",
    }
    rows = with_cells(make_rows(), cells)
    table = make_frame(tmp_path, protocol=make_protocol(), rows=rows).table
    assert table["bclc"][:3].tolist() == [None, None, None]
    assert np.isnan([table["age"][3], table["hbv"][4]]).all()
    listed = make_protocol(
        covariates=[{"name": "bclc", "type": "categorical", "levels": ["0", "A", "B", "NA"]}], cox=None
    )
    assert make_frame(tmp_path, protocol=listed, rows=rows).table["bclc"][:3].tolist() == ["NA", None, None]


def test_an_arm_may_have_several_values_and_be_a_number_or_na(tmp_path: Path) -> None:
    arms = {"focal": {"value": [1, "NA"], "label": "new"}, "reference": {"value": 0, "label": "old"}}
    frame = read_text(tmp_path, "id,arm\na,1.0\nb,NA\nc,0\nd,2\ne,\n", arms=arms)
    assert frame.table["arm"].tolist() == ["new", "new", "old", None, None]


def test_quoted_cells_with_commas_and_line_breaks_keep_their_lines(tmp_path: Path) -> None:
    with pytest.raises(FaultyDataError) as caught:
        read_text(tmp_path, 'id,arm,note\na,R,"x,\ny"\n\na,A,z\n')
    assert caught.value.errors[0].rows == (3, 5)


def test_a_missing_column_is_named_with_those_found(tmp_path: Path) -> None:
    with pytest.raises(FaultyDataError) as caught:
        make_frame(tmp_path, protocol=make_protocol(), rows=make_rows().drop(columns=["age", "died"]))
    assert [(error.code, error.column) for error in caught.value.errors] == [
        ("missing_column", "died"),
        ("missing_column", "age"),
    ]
    assert "patient, arm, center" in caught.value.errors[0].message.en


def test_repeated_and_blank_ids_are_named_by_line(tmp_path: Path) -> None:
    error = the_fault(tmp_path, {(5, "patient"): "002"})
    assert (error.code, error.column, error.rows) == ("duplicate_id", "patient", (4, 7))
    assert the_fault(tmp_path, {(5, "patient"): " "}).code == "missing_id"


@pytest.mark.parametrize("text", ["twelve", "1,5", "12 kg", "inf", "0x10", "1e999", "１２", "--3"])
def test_text_in_a_number_column_is_named_by_line(text: str, tmp_path: Path) -> None:
    error = the_fault(tmp_path, {(0, "age"): text, (9, "age"): text})
    assert (error.code, error.column, error.rows) == ("text_in_number_column", "age", (2, 11))


def test_text_in_a_time_column_is_named(tmp_path: Path) -> None:
    assert the_fault(tmp_path, {(0, "days"): "long"}).column == "days"


def test_an_event_that_is_no_code_is_named_with_the_codes(tmp_path: Path) -> None:
    error = the_fault(tmp_path, {(3, "died"): 2})
    assert (error.code, error.rows) == ("bad_event_code", (5,))
    assert "contain 2; the codes in the protocol are 1, 0" in error.message.en


def test_a_level_that_is_not_listed_is_named(tmp_path: Path) -> None:
    error = the_fault(tmp_path, {(3, "bclc"): "D"})
    assert (error.code, error.column, error.rows) == ("unknown_level", "bclc", (5,))


def test_a_binary_column_with_three_values_is_named(tmp_path: Path) -> None:
    assert the_fault(tmp_path, {(3, "hbv"): 2, (4, "hbv"): 3}).code == "more_than_two_values"


def test_an_empty_arm_is_named_with_the_values_found(tmp_path: Path) -> None:
    rows = make_rows().assign(arm="A")
    with pytest.raises(FaultyDataError) as caught:
        make_frame(tmp_path, protocol=make_protocol(), rows=rows)
    (error,) = caught.value.errors
    assert (error.code, error.column) == ("empty_arm", "arm")
    assert "Resection is empty" in error.message.en
    assert "Values found: A" in error.message.en


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, {(0, "age"): "x", (1, "died"): 9, (2, "bclc"): "Z"})
    assert {error.code for error in found} == {"text_in_number_column", "bad_event_code", "unknown_level"}


def test_rows_of_another_length_are_named(tmp_path: Path) -> None:
    with pytest.raises(FaultyDataError) as caught:
        read_text(tmp_path, "id,arm\na,R\nb,A,x\nc\n")
    assert (caught.value.errors[0].code, caught.value.errors[0].rows) == ("ragged_row", (3, 4))


def test_a_header_alone_has_two_empty_arms(tmp_path: Path) -> None:
    with pytest.raises(FaultyDataError) as caught:
        read_text(tmp_path, "id,arm\n")
    assert [error.code for error in caught.value.errors] == ["empty_arm", "empty_arm"]


def test_a_column_that_is_there_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(FaultyDataError) as caught:
        read_text(tmp_path, "id,arm,arm\na,R,R\nb,A,A\n")
    assert caught.value.errors[0].code == "duplicate_column"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00x", b"PK\x03\x04\xd0\xcf", b"id;arm\n1;R\n", b"\n\n"])
def test_what_is_no_table_is_refused_in_one_sentence(content: bytes, tmp_path: Path) -> None:
    path = write_table(tmp_path, rows=make_rows())
    path.write_bytes(content)
    with pytest.raises(UnreadableTableError) as caught:
        read_table(path, protocol=make_protocol())
    assert len(caught.value.messages) == 1


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTableError, match="cannot be opened"):
        read_table(tmp_path / "none.csv", protocol=make_protocol())
