"""In which order the parts of a combination were given: courses of HAIC, and systemic agents beside HAIC or TACE."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

COURSE_GAP_DAYS = 42

# Transarterial modalities as the rules read them; one session of TACE and HAIC is both
TACE_MODALITIES = frozenset({"CTACE", "DEBTACE", "STACE", "BTACE", "TACE_HAIC"})
HAIC_MODALITIES = frozenset({"HAIC", "TACE_HAIC"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """HAIC cycles that belong together; `number` is 1 for the first course, `dates` are one per cycle, ascending."""

    number: int
    dates: tuple[date, ...]

    @property
    def first(self) -> date:
        return self.dates[0]

    @property
    def last(self) -> date:
        return self.dates[-1]

    @property
    def cycles(self) -> int:
        return len(self.dates)

    @property
    def span_days(self) -> int:
        return (self.last - self.first).days

    def cycle_no(self, day: date) -> int | None:
        """The cycle given on this day, counted from 1; None where the course has none."""
        return self.dates.index(day) + 1 if day in self.dates else None


def haic_courses(session_dates: Iterable[date], *, course_gap_days: int = COURSE_GAP_DAYS) -> tuple[Course, ...]:
    """The courses of a patient's HAIC sessions: one more than `course_gap_days` after the last starts a new course.

    Two sessions on one day are one cycle. No sessions, no courses.
    """
    courses: list[list[date]] = []
    for day in sorted(set(session_dates)):
        if courses and (day - courses[-1][-1]).days <= course_gap_days:
            courses[-1].append(day)
        else:
            courses.append([day])
    return tuple(Course(number=number, dates=tuple(dates)) for number, dates in enumerate(courses, start=1))


class HaicRelation(StrEnum):
    SIMULTANEOUS = "SI"
    SEQUENTIAL = "SE"
    BEFORE = "PRE"
    INDETERMINATE = "IND"
    NOT_APPLICABLE = "NA"


class HaicReason(StrEnum):
    """Why: the first three explain SI, SE and PRE, then three IND, the rest NA."""

    WITHIN_WINDOW = "WITHIN_WINDOW"  # both agents started soon after the first cycle
    AFTER_LAST_CYCLE = "AFTER_LAST_CYCLE"
    BEFORE_FIRST_CYCLE = "BEFORE_FIRST_CYCLE"
    APART = "APART"  # one agent in the window or during the course, the other later
    DURING_COURSE = "DURING_COURSE"  # both after the window, neither after the last cycle
    GAP_TOO_LONG = "GAP_TOO_LONG"  # both after the last cycle, the later one too late
    NO_HAIC = "NO_HAIC"
    NO_ANTI_ANGIOGENIC = "NO_ANTI_ANGIOGENIC"
    NO_PD1_OR_PDL1 = "NO_PD1_OR_PDL1"
    CYCLES_OUTSIDE_GATE = "CYCLES_OUTSIDE_GATE"
    COURSE_TOO_LONG = "COURSE_TOO_LONG"


@dataclass(frozen=True, slots=True, kw_only=True)
class HaicLimits:
    """Parameters of rule S1. The paper does not state `se_max_gap_days`."""

    first_cycle_days: int = 2  # from the first cycle's date to its end, where the end is not recorded
    simultaneous_days: int = 21
    se_max_gap_days: int = 42
    min_cycles: int = 2
    max_cycles: int = 6
    max_span_days: int = 126


@dataclass(frozen=True, slots=True, kw_only=True)
class HaicSequence:
    """`relation` is NA when the course fails the gate; `timing` is what the dates alone say, and `gate` why it fails.

    `gap_days` is from the last cycle to the start of the later agent.
    """

    relation: HaicRelation
    reason: HaicReason
    timing: HaicRelation
    gate: HaicReason | None = None
    gap_days: int | None = None


STANDARD_HAIC_LIMITS = HaicLimits()


def haic_sequence(
    course: Course | None,
    *,
    anti_angiogenic_start: date | None,
    pd1_or_pdl1_start: date | None,
    first_cycle_end: date | None = None,
    limits: HaicLimits = STANDARD_HAIC_LIMITS,
) -> HaicSequence:
    """How an anti-angiogenic agent and a PD-(L)1 antibody relate to a course of HAIC: rule S1, after Cao 2024.

    Simultaneous: both start on or after the first cycle's date and at most 21 days after its end. Sequential: both start after
    the last cycle, the later one within 42 days. Before: one starts ahead of the first cycle. Else indeterminate. Of a short
    course that fits the first two, the first counts. The gate: 2 to 6 cycles within 126 days. Starts are each agent's first;
    None means never given. Raises ValueError for a first cycle that ends before it starts.
    """
    if course is None:
        return _not_applicable(HaicReason.NO_HAIC)
    if anti_angiogenic_start is None:
        return _not_applicable(HaicReason.NO_ANTI_ANGIOGENIC)
    if pd1_or_pdl1_start is None:
        return _not_applicable(HaicReason.NO_PD1_OR_PDL1)
    first_end = first_cycle_end or course.first + timedelta(days=limits.first_cycle_days)
    if first_end < course.first:
        raise ValueError(f"the first cycle, {course.first}, cannot end on {first_end}")
    earlier, later = sorted((anti_angiogenic_start, pd1_or_pdl1_start))
    timing, reason = _timing(course, earlier=earlier, later=later, first_end=first_end, limits=limits)
    gate = _gate(course, limits=limits)
    return HaicSequence(
        relation=HaicRelation.NOT_APPLICABLE if gate else timing,
        reason=gate or reason,
        timing=timing,
        gate=gate,
        gap_days=(later - course.last).days,
    )


def course_sequences(
    session_ends: Mapping[date, date | None], *, anti_angiogenic_start: date | None, pd1_or_pdl1_start: date | None
) -> tuple[tuple[Course, HaicSequence], ...]:
    """Every course of HAIC with how the agents relate to it; `session_ends` has the end of each session where it is recorded.

    An end before the start of the first cycle is an error of entry and counts as not recorded.
    """
    found = []
    for course in haic_courses(session_ends):
        end = session_ends[course.first]
        sequence = haic_sequence(
            course,
            anti_angiogenic_start=anti_angiogenic_start,
            pd1_or_pdl1_start=pd1_or_pdl1_start,
            first_cycle_end=end if end is not None and end >= course.first else None,
        )
        found.append((course, sequence))
    return tuple(found)


def _not_applicable(reason: HaicReason) -> HaicSequence:
    return HaicSequence(relation=HaicRelation.NOT_APPLICABLE, reason=reason, timing=HaicRelation.NOT_APPLICABLE)


def _timing(
    course: Course, *, earlier: date, later: date, first_end: date, limits: HaicLimits
) -> tuple[HaicRelation, HaicReason]:
    window_end = first_end + timedelta(days=limits.simultaneous_days)
    if earlier < course.first:
        return HaicRelation.BEFORE, HaicReason.BEFORE_FIRST_CYCLE
    if later <= window_end:
        return HaicRelation.SIMULTANEOUS, HaicReason.WITHIN_WINDOW
    if earlier > course.last:
        if (later - course.last).days <= limits.se_max_gap_days:
            return HaicRelation.SEQUENTIAL, HaicReason.AFTER_LAST_CYCLE
        return HaicRelation.INDETERMINATE, HaicReason.GAP_TOO_LONG
    if earlier > window_end and later <= course.last:
        return HaicRelation.INDETERMINATE, HaicReason.DURING_COURSE
    return HaicRelation.INDETERMINATE, HaicReason.APART


def _gate(course: Course, *, limits: HaicLimits) -> HaicReason | None:
    if not limits.min_cycles <= course.cycles <= limits.max_cycles:
        return HaicReason.CYCLES_OUTSIDE_GATE
    return HaicReason.COURSE_TOO_LONG if course.span_days > limits.max_span_days else None


class TaceRelation(StrEnum):
    COMBINED = "COMBO"
    BEFORE = "PRE"
    AFTER = "POST"
    NOT_APPLICABLE = "NA"


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinationLimits:
    """Parameters of rule S2, a study's choice: no source gives them."""

    combo_pre_days: int = 28
    combo_post_days: int = 60
    min_exposure_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """From the first to the last day an agent was taken. While it goes on, `stop` is None and `known_until` its last sign."""

    start: date
    stop: date | None = None
    known_until: date | None = None

    @property
    def end(self) -> date | None:
        return self.stop or self.known_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """`relation` is None where the end of the exposure decides and is not known. `tace_date`: the first TACE combined with."""

    relation: TaceRelation | None
    tace_date: date | None = None


STANDARD_COMBINATION_LIMITS = CombinationLimits()


def tace_combination(
    tace_dates: Iterable[date], *, exposure: Exposure | None, limits: CombinationLimits = STANDARD_COMBINATION_LIMITS
) -> Combination:
    """How one systemic agent relates to a patient's TACE sessions: rule S2.

    Combined: the agent starts from 28 days before a TACE to 60 days after it and is taken for at least 14 days after that
    TACE. Otherwise before or after, by its start against the first TACE. NA without TACE or agent.
    """
    sessions = sorted(set(tace_dates))
    if not sessions or exposure is None:
        return Combination(relation=TaceRelation.NOT_APPLICABLE)
    verdicts = {day: _is_combined(day, exposure=exposure, limits=limits) for day in sessions}
    combined = [day for day, verdict in verdicts.items() if verdict]
    if combined:
        return Combination(relation=TaceRelation.COMBINED, tace_date=combined[0])
    if None in verdicts.values():
        return Combination(relation=None)
    return Combination(relation=TaceRelation.BEFORE if exposure.start < sessions[0] else TaceRelation.AFTER)


def _is_combined(tace_date: date, *, exposure: Exposure, limits: CombinationLimits) -> bool | None:
    if not -limits.combo_pre_days <= (exposure.start - tace_date).days <= limits.combo_post_days:
        return False
    begun = max(exposure.start, tace_date)
    if exposure.end is not None and (exposure.end - begun).days >= limits.min_exposure_days:
        return True
    return None if exposure.stop is None else False
