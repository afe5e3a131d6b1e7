"""Follow-up, progression and death of the synthetic patients, row by row."""

from collections.abc import Iterator

import numpy as np

from demo.cohort.patients import Random
from demo.cohort.timetable import Calendar, Progression, Row

USUAL_CAUSES = ("HCC", "HCC", "HCC", "LF", "GIB", "INF", "NONLIVER", "UNK")
RECURRENCES = {"INTRA_TARGET": "LTP", "INTRA_NEW": "IDR", "VASC_NEW": "IDR", "EXTRA_NEW": "EHM"}
SHORTEST_GAP_DAYS, LONGEST_GAP_DAYS = 120, 183


def follow_up_rows(
    calendar: Calendar, *, progression: Progression | None, is_cured: bool, is_lost: bool, random: Random
) -> Iterator[Row]:
    """A contact every four to six months, at progression, and the last: a death, or the last time known alive."""
    seen = calendar.local_day
    for day in _contact_days(calendar, random=random):
        is_death, is_last = calendar.is_dead and day == calendar.last_day, day == calendar.last_day
        row: Row = {
            "follow_up_date": calendar.on(day),
            "last_known_alive_date": calendar.on(seen if is_death else day),
            "vital_status": "DEAD" if is_death else "LTFU" if is_lost and is_last else "ALIVE",
        }
        if is_death:
            row |= {
                "death_date": calendar.on(day),
                "death_cause": draw_cause(random, has_progressed=progression is not None),
            }
        if progression is not None and day == progression.day:
            row |= _progressed(progression, calendar=calendar, is_cured=is_cured)
        seen = day
        yield row


def draw_cause(random: Random, *, has_progressed: bool) -> str:
    """Nobody dies of a tumor that was not seen to progress."""
    cause = str(random.choice(USUAL_CAUSES))
    return "LF" if cause == "HCC" and not has_progressed else cause


def _contact_days(calendar: Calendar, *, random: Random) -> list[int]:
    planned = calendar.local_day + np.cumsum(random.integers(SHORTEST_GAP_DAYS, LONGEST_GAP_DAYS, 50))
    days = {int(day) for day in planned if day < calendar.last_day} | {calendar.last_day}
    return sorted(days | ({calendar.progression_day} if calendar.progression_day else set()))


def _progressed(progression: Progression, *, calendar: Calendar, is_cured: bool) -> Row:
    return {
        "progression_date": calendar.on(progression.day),
        "progression_criteria": "MRECIST",
        "progression_type": [progression.kind],
        "progression_site": [progression.site],
        "recurrence_type": [RECURRENCES[progression.kind]] if is_cured else None,
        "post_progression_therapy": list(progression.therapy),
    }
