import pytest

from registry.clinical.codes import any_of, exceeds, flag, grade, reaches


@pytest.mark.parametrize(("code", "value"), [("1", True), ("0", False), ("UNK", None), (None, None)])
def test_a_flag_is_true_false_or_unknown(code: str | None, value: bool | None) -> None:
    assert flag(code) is value


@pytest.mark.parametrize(("code", "value"), [("0", 0), ("3", 3), ("UNK", None), ("", None), (None, None)])
def test_a_grade_is_a_number_or_unknown(code: str | None, value: int | None) -> None:
    assert grade(code) == value


@pytest.mark.parametrize(
    ("claims", "verdict"),
    [((False, True, None), True), ((False, None), None), ((False, False), False), ((), False)],
)
def test_one_true_claim_is_enough_and_an_unknown_one_leaves_it_open(
    claims: tuple[bool | None, ...], verdict: bool | None
) -> None:
    assert any_of(*claims) is verdict


@pytest.mark.parametrize(
    ("value", "comparator", "verdict"),
    [
        (121_000, ">", True),
        (400, "<", False),
        (400, ">", True),
        (20, ">", None),
        (400, ">=", None),
        (401, ">=", True),
        (400, "<=", False),
        (500, "<", None),
        (400, "=", False),
        (400.1, "=", True),
        (None, "=", None),
    ],
)
def test_a_censored_afp_exceeds_400_or_leaves_it_open(
    value: float | None, comparator: str, verdict: bool | None
) -> None:
    assert exceeds(value, limit=400, comparator=comparator) is verdict


@pytest.mark.parametrize(
    ("value", "comparator", "verdict"),
    [
        (9.9, "=", False),
        (10.0, "=", True),
        (10.0, "<", False),
        (12.0, "<", None),
        (9.9, "<=", False),
        (10.0, "<=", None),
        (10.0, ">", True),
        (10.0, ">=", True),
        (9.9, ">", None),
        (None, "=", None),
    ],
)
def test_a_censored_result_reaches_a_limit_or_leaves_it_open(
    value: float | None, comparator: str, verdict: bool | None
) -> None:
    assert reaches(value, limit=10, comparator=comparator) is verdict
