import datetime
from zoneinfo import ZoneInfo

import pytest

from importers.files.dates import read_date, read_moment, with_order_seen

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "text",
    [
        "4-May-1960", "4 May 1960", "04MAY1960", "May 4, 1960", "May 4th 1960", "4th May, 1960", "1960-May-04", "1960-05-04T00:00:00Z",
        "1960-05-04T00:00:00.000+00:00", "1960–05–04", "1960‑05‑04", "1960−05−04", "1960—05—04", "'1960-05-04", "1960-05-04\u200b",
        "民国49年5月4日", "1960-05-04 下午3:20", "1960年5月4日上午9点20分", "1960-05-04 3:20 PM", "1960-05-04 15:20:33.123", "1960-05-04 24:00:00",
        "1960.5.4", "1960/5/4",
    ],
)  # fmt: skip
def test_a_date_that_can_only_be_one_is_read(text):
    assert read_date(text, zone=SHANGHAI).value == datetime.date(1960, 5, 4)


def test_a_moment_of_another_zone_is_on_the_day_it_is_here():
    assert read_date("2019-03-05T16:00:00Z", zone=SHANGHAI).value == datetime.date(2019, 3, 6)
    assert read_date("2019-03-05T00:00:00Z", zone=ZoneInfo("America/New_York")).value == datetime.date(2019, 3, 5)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("2019-03-06 下午3:20", 15, 20), ("2019-03-06 上午12:05", 0, 5), ("2019-03-06 中午12:05", 12, 5), ("2019-03-06 晚上8点5分", 20, 5),
        ("2019-03-06 3:20pm", 15, 20), ("2019-03-06 12:20 AM", 0, 20), ("2019-03-06T15:20:00+08:00", 15, 20), ("2019-03-06T07:20:00Z", 15, 20),
    ],
)  # fmt: skip
def test_a_time_of_day_is_read_as_hospitals_write_it(text, hour, minute):
    found = read_moment(text, zone=SHANGHAI).value.astimezone(SHANGHAI)
    assert (found.date(), found.hour, found.minute) == (datetime.date(2019, 3, 6), hour, minute)


def test_24_hours_are_the_beginning_of_the_next_day():
    found = read_moment("2019-03-06 24:00:00", zone=SHANGHAI).value.astimezone(SHANGHAI)
    assert (found.date(), found.time()) == (datetime.date(2019, 3, 7), datetime.time())


@pytest.mark.parametrize(
    "text", ["2019-03-06 25:70", "2019-03-06 24:01", "4-May-60", "31-Feb-1960", "2019-03-06 14:00 EST", "2019-3"]
)
def test_what_is_no_date_is_told(text):
    assert read_date(text).problem.code.startswith("C-DATE")
    assert read_moment(text, zone=SHANGHAI).problem.code.startswith("C-DATE")


def test_a_cell_of_before_1900_quotes_nothing_that_nobody_saw():
    for raw in (datetime.time(), datetime.timedelta(days=-5)):
        cell = read_date(raw)
        assert cell.problem.code == "C-DATE"
        assert "00:00" not in cell.problem.en
        assert "1900" in cell.problem.zh


def test_a_day_above_12_tells_the_order_and_offers_it_for_the_column():
    cells = [
        (row, read_date(text))
        for row, text in ((2, "03/04/2019"), (3, "25/03/2019"), (4, "2019-05-01"), (5, "05/05/2019"))
    ]
    order, (first, second, whole, same) = with_order_seen(cells)
    assert order == "DMY"
    assert "2019-04-03" in first.problem.en
    assert "“25/03/2019” in row 3" in first.problem.en
    assert "DD/MM/YYYY" in second.problem.en
    assert "2019-03-25" in second.problem.zh
    assert {first.problem.code, second.problem.code} == {"C-DATE-ORDER"}
    assert (whole.value, same.value) == (datetime.date(2019, 5, 1), datetime.date(2019, 5, 5))
    assert read_date("03/04/2019", order=order).value == datetime.date(2019, 4, 3)


def test_a_column_of_both_orders_settles_nothing():
    cells = [(row, read_date(text)) for row, text in enumerate(("03/04/2019", "25/03/2019", "03/25/2019"), start=2)]
    order, (first, *_rest) = with_order_seen(cells)
    assert order == ""
    assert "ambiguous" in first.problem.en
