from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.clinical.date_text import Fault, NotADate, read_date_text, shortened


@pytest.mark.parametrize(
    "text",
    ["20-Jan-2023", "20 jan. 2023", "20/January/2023", "Jan 20, 2023", "2023-Jan-20", "2023。1。20", "2023年1月20号"],
)
def test_a_month_may_be_named_and_a_chinese_full_stop_may_stand_for_a_point(text: str) -> None:
    assert read_date_text(text).day == date(2023, 1, 20)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("03/04/2019", Fault.AMBIGUOUS), ("3-4-19", Fault.AMBIGUOUS), ("2024-02-30", Fault.NO_SUCH_DAY), ("2023-00", Fault.NO_SUCH_DAY),
        ("30-Feb-2024", Fault.NO_SUCH_DAY), ("0212-01-01", Fault.TOO_FAR), ("3023", Fault.TOO_FAR), ("20-Foo-2023", Fault.UNREADABLE),
        ("201903", Fault.UNREADABLE), ("", Fault.UNREADABLE), ("2023-01-20-05", Fault.UNREADABLE),
    ],
)  # fmt: skip
def test_a_refusal_says_which_rule_was_broken(text: str, fault: Fault) -> None:
    with pytest.raises(NotADate) as refused:
        read_date_text(text)
    assert refused.value.fault is fault


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["", "M", "Y", None]))
def test_a_date_as_it_is_shown_is_read_back_as_the_same_day(day: date, precision: str | None) -> None:
    assert read_date_text(shortened(day, precision=precision)).day == day


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(NotADate):
        assert 1900 <= read_date_text(text).day.year <= 2100
