"""What a spreadsheet puts on the clipboard, and which cell of the sheet each of its cells is for."""

import datetime

import pytest

from registry.grid.block import Place, View, place, read_block, turned

DAYS = [datetime.date(2016, month, 1) for month in (1, 2, 3)]
VIEW = View(
    lines=[Place(line=str(number), day=day) for number, day in enumerate(DAYS, start=1)],
    columns=["alb", "tbil", "na"],
    day_column="day",
    dates={"day"},
    names={"alb": "alb", "tbil": "tbil", "na": "na", "afp": "afp", "date": "day"},
    is_value=lambda text: text in {"NA", "ND"},
)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1\t2\r\n3\t4\r\n", [["1", "2"], ["3", "4"]]),
        ("1\t2\r3\t4", [["1", "2"], ["3", "4"]]),
        ('"a\tb"\t"c\nd"\t"say ""hi"""', [["a\tb", "c\nd", 'say "hi"']]),
        ('"never closed\t2\n3\t4\n', [['"never closed', "2"], ["3", "4"]]),
        ("1\n\n2", [["1"], [""], ["2"]]),
        ("", []),
    ],
)
def test_a_block_is_read_as_it_was_copied(text: str, rows: list[list[str]]) -> None:
    assert read_block(text) == rows


def test_a_turned_block_has_its_rows_as_columns() -> None:
    assert turned([["1", "2"], ["3"]]) == [["1", "3"], ["2", ""]]


def placed(text: str, *, line: str = "1", column: str = "alb") -> dict[tuple[str, str], str]:
    found = place(read_block(text), line=line, column=column, view=VIEW)
    return {(cell.line, cell.column): cell.text for cell in found.cells}


def test_a_block_begins_at_the_selected_cell_and_what_lies_beyond_the_sheet_is_counted() -> None:
    assert placed("1\t2\n3\t4", line="2") == {
        ("2", "alb"): "1",
        ("2", "tbil"): "2",
        ("3", "alb"): "3",
        ("3", "tbil"): "4",
    }
    found = place(read_block("1\t2\n3\t4"), line="3", column="na", view=VIEW)
    assert (len(found.cells), found.outside) == (1, 3)


def test_headings_lead_to_their_columns_also_to_those_not_shown() -> None:
    assert placed("AFP\tALB\n400\t39", line="2") == {("2", "afp"): "400", ("2", "alb"): "39"}


def test_a_missing_reason_is_no_heading_though_a_laboratory_prints_sodium_so() -> None:
    assert placed("NA\n39") == {("1", "alb"): "NA", ("2", "alb"): "39"}


def test_dates_in_the_first_column_name_the_rows() -> None:
    found = place(read_block("2016-03-01\t39\n2016-09-01\t40"), line="1", column="alb", view=VIEW)
    assert [(cell.line, cell.column, cell.text) for cell in found.cells] == [
        ("3", "alb", "39"),
        ("new1", "day", "2016-09-01"),
        ("new1", "alb", "40"),
    ]
    assert found.new_lines == ("new1",)


def test_a_year_alone_is_a_value() -> None:
    assert placed("1961\t39") == {("1", "alb"): "1961", ("1", "tbil"): "39"}


def test_empty_cells_are_counted_and_change_nothing() -> None:
    found = place(read_block("\t2\n \t"), line="1", column="alb", view=VIEW)
    assert ([cell.text for cell in found.cells], found.blank) == (["2"], 3)
