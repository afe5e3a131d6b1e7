"""The days that shape a synthetic patient's record, counted from the first treatment, and the progression if there is one."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from demo.cohort.outcomes import Course
from demo.cohort.patients import Random

Row = dict[str, Any]

# What a scan shows of it, and where the tumor was then found
KINDS = {
    "INTRA_TARGET": ("NO", ("LIVER",)),
    "INTRA_NEW": ("INTRA", ("LIVER",)),
    "VASC_NEW": ("NO", ("LIVER",)),
    "EXTRA_NEW": ("EXTRA", ("LUNG", "BONE", "LN_REG", "ADRENAL")),
}
FREQUENT = ("INTRA_TARGET", "INTRA_NEW", "INTRA_NEW", "INTRA_NEW", "VASC_NEW", "EXTRA_NEW", "EXTRA_NEW")
THERAPIES = (("TACE",), ("TACE", "SYS_TKI"), ("SYS_TKI", "SYS_ICI"), ("HAIC",), ("ABL",), ("RT",), ("BSC",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """`local_day` is the curative procedure, the visit where it is not done, or the end of the arterial stage.

    Nothing is recorded after `last_day`, the last contact or the death.
    """

    index_date: date
    session_days: tuple[int, ...]
    local_day: int
    last_day: int
    course: Course

    def on(self, day: int) -> date:
        return self.index_date + timedelta(days=day)

    @property
    def is_dead(self) -> bool:
        return self.course.death_day == self.last_day

    @property
    def progression_day(self) -> int | None:
        return self.course.progression_day if self.course.progression_day < self.last_day else None

    @property
    def treated_until(self) -> int | None:
        """The day an agent without planned end is stopped: at progression or death; None where it goes on."""
        return self.progression_day or (self.last_day if self.is_dead else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progression:
    day: int
    kind: str
    site: str
    therapy: tuple[str, ...]

    @property
    def new_lesion(self) -> str:
        return KINDS[self.kind][0]


def draw_progression(calendar: Calendar, *, random: Random) -> Progression | None:
    """What the first progression is like; nothing of it depends on the arm."""
    if calendar.progression_day is None:
        return None
    kind = FREQUENT[int(random.integers(len(FREQUENT)))]
    sites = KINDS[kind][1]
    return Progression(
        day=calendar.progression_day,
        kind=kind,
        site=sites[int(random.integers(len(sites)))],
        therapy=THERAPIES[int(random.integers(len(THERAPIES)))],
    )
