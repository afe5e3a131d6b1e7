import pytest

from registry.clinical.codes import flag, grade


@pytest.mark.parametrize(("code", "value"), [("1", True), ("0", False), ("UNK", None), (None, None)])
def test_a_flag_is_true_false_or_unknown(code: str | None, value: bool | None) -> None:
    assert flag(code) is value


@pytest.mark.parametrize(("code", "value"), [("0", 0), ("3", 3), ("UNK", None), ("", None), (None, None)])
def test_a_grade_is_a_number_or_unknown(code: str | None, value: int | None) -> None:
    assert grade(code) == value
