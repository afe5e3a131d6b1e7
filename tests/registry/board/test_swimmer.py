"""A course becomes lanes and marks that hide nothing."""

import datetime
from typing import Any

from registry.board.course import Entry
from registry.board.proportion import Share
from registry.board.swimmer import GUTTER, NEAREST, RIGHT, WIDTH, draw, months_since
from registry.clinical.timeline import Kind

DAY = datetime.date


def make_entry(day: DAY | None, **given: Any) -> Entry:
    plain: dict[str, Any] = {"kind": Kind.TRANSARTERIAL, "lane": "Transarterial", "shape": "triangle", "end": None}
    plain |= {"label": "Session", "details": "", "inside": "", "is_ongoing": False, "link": "/"}
    return Entry(day=day, **{**plain, **given})


def test_nothing_dated_draws_nothing() -> None:
    assert draw([]) is None
    assert draw([make_entry(None)]) is None


def test_time_runs_from_gutter_to_right_edge() -> None:
    drawing = draw([make_entry(DAY(2020, 1, 1)), make_entry(DAY(2021, 1, 1)), make_entry(DAY(2020, 7, 1))])
    assert drawing is not None
    (lane,) = drawing.lanes
    first, middle, last = (mark.x for mark in lane.marks)
    assert (first, last) == (GUTTER, WIDTH - RIGHT)
    assert abs(middle - (first + last) / 2) < 5


def test_marks_of_one_lane_never_hide_each_other() -> None:
    days = [DAY(2020, 1, 1) + datetime.timedelta(days=n) for n in (0, 1, 2, 3, 200, 201, 400)]
    drawing = draw([make_entry(day) for day in days])
    assert drawing is not None
    (lane,) = drawing.lanes
    for one in lane.marks:
        assert lane.top <= one.y <= lane.top + lane.height
        for other in lane.marks:
            assert one is other or one.y != other.y or abs(one.x - other.x) >= NEAREST


def test_lanes_follow_each_other_without_overlap() -> None:
    scan = make_entry(DAY(2020, 3, 1), kind=Kind.IMAGING, lane="Scans")
    drawing = draw([scan, make_entry(DAY(2020, 1, 1)), make_entry(DAY(2020, 2, 1))])
    assert drawing is not None
    assert [lane.label for lane in drawing.lanes] == ["Transarterial", "Scans"]
    upper, lower = drawing.lanes
    assert upper.top + upper.height == lower.top
    assert lower.top + lower.height == drawing.floor


def test_agent_without_a_stop_goes_on_to_the_end() -> None:
    agent = make_entry(DAY(2020, 2, 1), kind=Kind.SYSTEMIC_START, lane="Lenvatinib", shape="bar", is_ongoing=True)
    drawing = draw([agent, make_entry(DAY(2020, 1, 1)), make_entry(DAY(2020, 12, 1))])
    assert drawing is not None
    (mark,) = next(lane for lane in drawing.lanes if lane.label == "Lenvatinib").marks
    assert mark.end == WIDTH - RIGHT


def test_ticks_are_few_and_inside_however_long_the_course() -> None:
    for years in (0, 1, 5, 30):
        drawing = draw([make_entry(DAY(1990, 5, 17)), make_entry(DAY(1990 + years, 6, 20))])
        assert drawing is not None
        assert len(drawing.ticks) <= 10
        assert all(GUTTER <= tick.x <= WIDTH - RIGHT for tick in drawing.ticks)


def test_months_count_from_the_first_treatment_else_from_the_diagnosis() -> None:
    diagnosis = make_entry(DAY(2020, 1, 1), kind=Kind.DIAGNOSIS)
    assert months_since([diagnosis, make_entry(DAY(2020, 2, 3))]) == DAY(2020, 2, 3)
    assert months_since([diagnosis]) == DAY(2020, 1, 1)
    assert months_since([]) is None


def test_share_of_nothing_is_neither_none_nor_all() -> None:
    assert Share(part=0, whole=0).percent is None
    assert Share(part=0, whole=3).percent == 0
