import pytest

from registry.spreadsheet import harmless


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+1+cmd", "-1+1|x", "@SUM(A1)", "\t=1", "＝1+1", "－", "-"])
def test_text_that_a_spreadsheet_would_run_is_quoted(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-0.25", "+3", "-1e-05", "plain", "a=b", "", "–"])
def test_numbers_and_plain_text_stay_as_they_are(text):
    assert harmless(text) == text
