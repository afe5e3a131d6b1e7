from datetime import date, timedelta

import pytest

from registry.clinical.sequence import (
    HAIC_MODALITIES,
    TACE_MODALITIES,
    CombinationLimits,
    Course,
    Exposure,
    HaicLimits,
    HaicSequence,
    haic_courses,
    haic_sequence,
    tace_combination,
)

FIRST = date(2020, 1, 1)
COURSE = Course(number=1, dates=(FIRST, date(2020, 1, 22), date(2020, 2, 12), date(2020, 3, 5)))
LAST = COURSE.last


def after(days: int, *, since: date = FIRST) -> date:
    return since + timedelta(days=days)


def course_of(*days: int) -> Course:
    return Course(number=1, dates=tuple(after(day) for day in days))


def sequence(
    anti_angiogenic: date | None,
    pd1: date | None,
    *,
    course: Course | None = COURSE,
    first_cycle_end: date | None = None,
    limits: HaicLimits = HaicLimits(),  # noqa: B008  # frozen
) -> HaicSequence:
    return haic_sequence(
        course,
        anti_angiogenic_start=anti_angiogenic,
        pd1_or_pdl1_start=pd1,
        first_cycle_end=first_cycle_end,
        limits=limits,
    )


def test_a_session_of_tace_and_haic_is_both() -> None:
    assert {"TACE_HAIC"} == TACE_MODALITIES & HAIC_MODALITIES
    assert not {"TAE", "TAI", "TARE", "I125"} & (TACE_MODALITIES | HAIC_MODALITIES)


@pytest.mark.parametrize(("gap", "courses"), [(42, 1), (43, 2)])
def test_more_than_42_days_start_a_new_course(gap: int, courses: int) -> None:
    assert len(haic_courses([FIRST, after(gap)])) == courses


def test_cycles_are_counted_within_their_course_in_the_order_of_their_days() -> None:
    days = [after(110), FIRST, after(42), after(21), after(21), after(85)]
    first, second = haic_courses(days)
    assert (first.number, first.cycles, first.first, first.last, first.span_days) == (1, 3, FIRST, after(42), 42)
    assert (second.number, second.cycles, second.first) == (2, 2, after(85))
    assert [first.cycle_no(day) for day in (FIRST, after(21), after(42), after(85))] == [1, 2, 3, None]
    assert second.cycle_no(after(110)) == 2


def test_without_sessions_there_is_no_course() -> None:
    assert haic_courses([]) == ()


@pytest.mark.parametrize(
    ("anti_angiogenic", "pd1", "relation", "reason"),
    [
        (date(2020, 1, 10), date(2020, 1, 20), "SI", "WITHIN_WINDOW"),
        (date(2020, 1, 10), date(2020, 2, 15), "IND", "APART"),
        (date(2020, 3, 20), date(2020, 3, 22), "SE", "AFTER_LAST_CYCLE"),
    ],
)
def test_rule_s1_gives_the_dictionary_examples(anti_angiogenic: date, pd1: date, relation: str, reason: str) -> None:
    found = sequence(anti_angiogenic, pd1)
    assert (found.relation, found.reason, found.gate) == (relation, reason, None)
    assert sequence(pd1, anti_angiogenic) == found


def test_the_gap_runs_from_the_last_cycle_to_the_later_agent() -> None:
    assert sequence(date(2020, 3, 20), date(2020, 3, 22)).gap_days == 17


@pytest.mark.parametrize(
    ("earlier", "later", "relation", "reason"),
    [
        (FIRST, after(23), "SI", "WITHIN_WINDOW"),
        (after(-1), after(23), "PRE", "BEFORE_FIRST_CYCLE"),
        (FIRST, after(24), "IND", "APART"),
        (after(24), LAST, "IND", "DURING_COURSE"),
        (after(23), LAST, "IND", "APART"),
        (after(24), after(1, since=LAST), "IND", "APART"),
        (LAST, after(1, since=LAST), "IND", "APART"),
        (after(1, since=LAST), after(42, since=LAST), "SE", "AFTER_LAST_CYCLE"),
        (after(1, since=LAST), after(43, since=LAST), "IND", "GAP_TOO_LONG"),
    ],
)
def test_rule_s1_holds_at_both_sides_of_its_limits(earlier: date, later: date, relation: str, reason: str) -> None:
    found = sequence(earlier, later)
    assert (found.relation, found.timing, found.reason) == (relation, relation, reason)


def test_a_recorded_end_of_the_first_cycle_replaces_the_two_days() -> None:
    assert sequence(FIRST, after(22), first_cycle_end=after(1)).relation == "SI"
    assert sequence(FIRST, after(23), first_cycle_end=after(1)).relation == "IND"
    assert sequence(FIRST, after(21), first_cycle_end=FIRST).relation == "SI"
    with pytest.raises(ValueError, match="cannot end"):
        sequence(FIRST, FIRST, first_cycle_end=after(-1))


def test_agents_soon_after_a_short_course_are_simultaneous() -> None:
    assert sequence(after(22), after(23), course=course_of(0, 21)).relation == "SI"
    assert sequence(after(22), after(24), course=course_of(0, 21)).relation == "SE"


@pytest.mark.parametrize(
    ("course", "gate"),
    [
        (course_of(0), "CYCLES_OUTSIDE_GATE"),
        (course_of(0, 21), None),
        (course_of(0, 21, 42, 63, 84, 105), None),
        (course_of(0, 21, 42, 63, 84, 105, 120), "CYCLES_OUTSIDE_GATE"),
        (course_of(0, 42, 84, 126), None),
        (course_of(0, 42, 84, 105, 127), "COURSE_TOO_LONG"),
    ],
)
def test_the_gate_asks_for_2_to_6_cycles_in_18_weeks(course: Course, gate: str | None) -> None:
    found = sequence(after(1), after(2), course=course)
    assert found.gate == gate
    assert found.timing == "SI"
    assert (found.relation, found.reason) == (("NA", gate) if gate else ("SI", "WITHIN_WINDOW"))


def test_the_limits_of_rule_s1_are_the_studys_choice() -> None:
    late = after(60, since=LAST)
    assert sequence(late, late).relation == "IND"
    assert sequence(late, late, limits=HaicLimits(se_max_gap_days=60)).relation == "SE"


@pytest.mark.parametrize(
    ("course", "anti_angiogenic", "pd1", "reason"),
    [
        (None, FIRST, FIRST, "NO_HAIC"),
        (COURSE, None, FIRST, "NO_ANTI_ANGIOGENIC"),
        (COURSE, FIRST, None, "NO_PD1_OR_PDL1"),
    ],
)
def test_without_all_three_parts_there_is_no_sequence(
    course: Course | None, anti_angiogenic: date | None, pd1: date | None, reason: str
) -> None:
    found = sequence(anti_angiogenic, pd1, course=course)
    assert (found.relation, found.reason, found.gap_days) == ("NA", reason, None)


LONG = date(2021, 1, 1)


@pytest.mark.parametrize(
    ("start", "relation"),
    [(-29, "PRE"), (-28, "COMBO"), (0, "COMBO"), (60, "COMBO"), (61, "POST")],
)
def test_an_agent_combines_from_28_days_before_a_tace_to_60_after(start: int, relation: str) -> None:
    assert tace_combination([FIRST], exposure=Exposure(start=after(start), stop=LONG)).relation == relation


@pytest.mark.parametrize(
    ("start", "stop", "relation"),
    [(-20, 14, "COMBO"), (-20, 13, "PRE"), (10, 24, "COMBO"), (10, 23, "POST"), (0, 13, "POST")],
)
def test_a_combination_needs_14_days_of_exposure_after_the_tace(start: int, stop: int, relation: str) -> None:
    exposure = Exposure(start=after(start), stop=after(stop))
    assert tace_combination([FIRST], exposure=exposure).relation == relation


@pytest.mark.parametrize(("known", "relation"), [(None, None), (13, None), (14, "COMBO")])
def test_an_ongoing_exposure_is_counted_as_far_as_it_is_known(known: int | None, relation: str | None) -> None:
    exposure = Exposure(start=FIRST, known_until=None if known is None else after(known))
    assert tace_combination([FIRST], exposure=exposure).relation == relation


def test_an_ongoing_exposure_far_from_every_tace_needs_no_end() -> None:
    assert tace_combination([FIRST], exposure=Exposure(start=after(61))).relation == "POST"


def test_any_tace_may_combine_and_the_first_that_does_is_named() -> None:
    sessions = [after(180), FIRST, after(90), after(120)]
    found = tace_combination(sessions, exposure=Exposure(start=after(95), stop=LONG))
    assert (found.relation, found.tace_date) == ("COMBO", after(90))


def test_an_agent_between_two_sessions_that_combines_with_neither_is_after() -> None:
    found = tace_combination([FIRST, after(100)], exposure=Exposure(start=after(65), stop=after(70)))
    assert (found.relation, found.tace_date) == ("POST", None)


def test_without_tace_or_agent_there_is_no_combination() -> None:
    assert tace_combination([], exposure=Exposure(start=FIRST)).relation == "NA"
    assert tace_combination([FIRST], exposure=None).relation == "NA"


def test_the_windows_of_rule_s2_are_the_studys_choice() -> None:
    wide = CombinationLimits(combo_pre_days=90, combo_post_days=90, min_exposure_days=0)
    assert tace_combination([FIRST], exposure=Exposure(start=after(-90), stop=FIRST), limits=wide).relation == "COMBO"
