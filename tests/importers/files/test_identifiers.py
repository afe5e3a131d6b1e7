import datetime

import pytest

from importers.files.identifiers import likeness, read_identifier


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (123456789012345678.0, "C-ID-DIGITS"), (1234567890123456.0, "C-ID-DIGITS"), (1e15, "C-ID-DIGITS"), ("3e+05", "C-ID-DIGITS"),
        ("1.23457E+17", "C-ID-DIGITS"), ("1.2E17", "C-ID-DIGITS"), (float("inf"), "C-ID-DIGITS"), (12345.5, "C-ID-FRACTION"),
        (True, "C-ID-BOOLEAN"), (False, "C-ID-BOOLEAN"), ("TRUE", "C-ID-BOOLEAN"), (datetime.date(2019, 8, 5), "C-ID-DATE"),
        (datetime.datetime.fromisoformat("2019-08-05 10:00"), "C-ID-DATE"), (datetime.time(8, 5), "C-ID-DATE"), ("a\x00b", "C-TEXT"),
        (110101196005170012.0, "C-PERSONAL"),
    ],
)  # fmt: skip
def test_what_cannot_be_the_number_that_somebody_entered_is_told(raw, code):
    cell = read_identifier(raw)
    assert (cell.value, cell.problem.code) == (None, code)
    assert cell.problem.en
    assert cell.problem.zh


def test_an_id_card_kept_as_a_number_is_not_quoted():
    cell = read_identifier(110101196005170012.0)
    assert "1960" not in cell.problem.en + cell.problem.zh + cell.raw


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("00001\u200b", "00001"), ("\u200e00002", "00002"), ("\ufeff00003", "00003"), ("Z40\n01", "Z40 01"), ("'00123", "00123"), ("1E05", "1E05"),
        ("123456789012345678", "123456789012345678"), (999999999999999.0, "999999999999999"), (300000.0, "300000"), ("A\u00ad7", "A7"),
        ("\u202eevil", "evil"), ("００１", "001"),
    ],
)  # fmt: skip
def test_nothing_invisible_makes_another_patient(raw, text):
    assert read_identifier(raw).value == text


def test_identifiers_are_alike_but_for_case_spaces_and_leading_zeros():
    assert len({likeness(text) for text in ("A007", "a7", "A 7", " a07 ", "Ａ７")}) == 1
    assert len({likeness(text) for text in ("7", "00007", "7.0", "'7")}) == 1
    assert len({likeness(text) for text in ("A7", "A70", "B7", "A-7", "A7.5", "A700")}) == 6
