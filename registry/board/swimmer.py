"""A course as lanes and marks with whole-number places, ready to be drawn. Pure: entries in, places out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.board.course import LANE_ORDER, Entry
from registry.clinical.timeline import Kind

WIDTH, GUTTER, RIGHT = 1000, 190, 26
TOP, LEVEL, PADDING, AXIS = 8, 20, 4, 26
NEAREST = 18  # of two marks in one level
MOST_TICKS = 9
TICK_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    entry: Entry
    x: int
    y: int
    end: int | None  # where a bar ends

    @property
    def length(self) -> int:
        return max(self.end - self.x, 3) if self.end is not None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    label: str
    top: int
    height: int
    marks: tuple[Mark, ...]

    @property
    def middle(self) -> int:
        return self.top + self.height // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    x: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """`life` are the places of diagnosis or first record, and of the last day the patient was known of."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    height: int
    life: tuple[int, int]
    width: int = WIDTH
    gutter: int = GUTTER
    right: int = WIDTH - RIGHT

    @property
    def floor(self) -> int:
        return self.height - AXIS


def draw(entries: Sequence[Entry]) -> Drawing | None:
    """None where nothing has a date."""
    dated = [entry for entry in entries if entry.day is not None]
    if not dated:
        return None
    scale = _scale(dated)
    lanes, top = [], TOP
    for label, members in _lanes(dated):
        lane = _lane(label, entries=members, top=top, scale=scale)
        lanes.append(lane)
        top += lane.height
    return Drawing(
        lanes=tuple(lanes),
        ticks=tuple(_ticks(scale)),
        height=top + AXIS,
        life=(scale.x(scale.first), scale.x(scale.last)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    first: date
    last: date

    def x(self, day: date) -> int:
        span = max((self.last - self.first).days, 1)
        return round(GUTTER + (day - self.first).days / span * (WIDTH - RIGHT - GUTTER))


def _scale(entries: Iterable[Entry]) -> Scale:
    days = [day for entry in entries for day in (entry.day, entry.end) if day is not None]
    first, last = min(days), max(days)
    return Scale(first=first, last=max(last, first + timedelta(days=30)))


def _lanes(entries: Sequence[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """One a kind, one an agent; kinds that share a name share the lane."""
    found: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda one: (LANE_ORDER.index(one.kind), one.day)):
        found.setdefault(entry.lane, []).append(entry)
    yield from found.items()


def _lane(label: str, *, entries: Sequence[Entry], top: int, scale: Scale) -> Lane:
    """Marks that would hide each other stand on levels, the earliest on top."""
    free: list[int] = []  # from where each level is free
    marks = []
    for entry in sorted(entries, key=lambda one: one.day or scale.first):
        x = scale.x(entry.day or scale.first)
        end = _end(entry, scale=scale)
        level = next((place for place, until in enumerate(free) if x >= until), len(free))
        busy = max(x, end if end is not None else x) + NEAREST
        free[level : level + 1] = [busy]
        marks.append(Mark(entry=entry, x=x, y=top + PADDING + level * LEVEL + LEVEL // 2, end=end))
    return Lane(label=label, top=top, height=len(free) * LEVEL + 2 * PADDING, marks=tuple(marks))


def _end(entry: Entry, *, scale: Scale) -> int | None:
    if entry.end is not None:
        return scale.x(entry.end)
    if entry.is_ongoing:
        return scale.x(scale.last)
    return scale.x(entry.day) if entry.shape == "bar" and entry.day else None


def _ticks(scale: Scale) -> Iterator[Tick]:
    months = (scale.last - scale.first).days / DAYS_PER_MONTH
    step = next((step for step in TICK_MONTHS if months / step <= MOST_TICKS), TICK_MONTHS[-1])
    number = scale.first.year * 12 + scale.first.month - 1
    number += -number % step
    while (day := date(number // 12, number % 12 + 1, 1)) <= scale.last:
        if day >= scale.first:
            yield Tick(x=scale.x(day), label=f"{day:%Y-%m}" if step < 12 else f"{day:%Y}")
        number += step


def months_since(entries: Sequence[Entry]) -> date | None:
    """From where a course counts its months: the first treatment, else the diagnosis."""
    treated = [entry.day for entry in entries if entry.kind in TREATMENTS and entry.day]
    diagnosed = [entry.day for entry in entries if entry.kind is Kind.DIAGNOSIS and entry.day]
    return min(treated or diagnosed, default=None)


TREATMENTS = {
    Kind.TRANSARTERIAL,
    Kind.ABLATION,
    Kind.RESECTION,
    Kind.TRANSPLANT,
    Kind.RADIOTHERAPY,
    Kind.SYSTEMIC_START,
}
