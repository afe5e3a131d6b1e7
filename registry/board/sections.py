"""The dashboard as tables, a column per center: page and CSV are written from these."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from registry.board.dashboard import AGES, Board
from registry.board.follow_up_age import MONTHS, OVERDUE_AFTER
from registry.board.forms import forms
from registry.board.proportion import Share

Value = Share | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    label: str
    values: tuple[Value, ...]
    link: str = ""
    is_of_what_is_missing: bool = False  # the longer its bar, the more is to be done


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`height` of 100; a month without anybody has none."""

    month: date
    count: int
    x: int
    height: int

    @property
    def top(self) -> int:
        return 115 - self.height

    @property
    def middle(self) -> int:
        return self.x + BAR // 2


LEFT, BAR, STEP = 12, 24, 30


def sections(boards: Sequence[Board], *, waiting: Mapping[int, int]) -> list[Section]:
    """`waiting` counts by center the uploads that nobody confirmed."""
    return [
        _now(boards, waiting=waiting),
        Section(
            title=_("Required values completed, by form"), rows=tuple(_completeness(boards)), note=_uncounted(boards)
        ),
        Section(title=_("Open queries by age"), rows=tuple(_ages(boards))),
        Section(
            title=_("Follow-up of living patients"),
            rows=tuple(_currency(boards)),
            note=_(
                "Living patients: not known to have died and consent not withdrawn. Contacts "
                "that only established loss to follow-up are not counted."
            ),
        ),
    ]


def bars(board: Board, *, most: int) -> list[Bar]:
    """All centers on one scale, so that they can be compared by eye."""
    return [
        Bar(month=month, count=count, x=LEFT + place * STEP, height=round(100 * count / most) if most else 0)
        for place, (month, count) in enumerate(board.enrollment)
    ]


def file_rows(boards: Sequence[Board], *, told: Sequence[Section]) -> Iterator[list[str | int | float | None]]:
    """One figure a line: a share as its two counts and the percentage, which is blank where nothing was to be counted."""
    yield [_("Section"), _("Indicator"), _("Center"), _("Count"), _("Total"), _("Percent")]
    for board in boards:
        for month, count in board.enrollment:
            yield [_("Enrollment"), f"{month:%Y-%m}", board.center.center_code, count, None, None]
    for section in told:
        for row in section.rows:
            for board, value in zip(boards, row.values, strict=True):
                yield [section.title, row.label, board.center.center_code, *_counts(value)]


def _counts(value: Value) -> tuple[int | float | None, ...]:
    if not isinstance(value, Share):
        return value, None, None
    return value.part, value.whole, None if value.percent is None else round(value.percent, 1)


def _now(boards: Sequence[Board], *, waiting: Mapping[int, int]) -> Section:
    rows = (
        Row(label=_("Patients"), values=tuple(board.patients for board in boards)),
        Row(label=_("Required values completed"), values=tuple(board.overall for board in boards)),
        Row(
            label=_("Patients without a valid sign-off"),
            values=tuple(board.unsigned for board in boards),
            is_of_what_is_missing=True,
        ),
        Row(
            label=_("Uploads awaiting confirmation"),
            values=tuple(waiting.get(board.center.pk, 0) for board in boards),
        ),
    )
    return Section(title=_("At a glance"), rows=rows)


def _completeness(boards: Sequence[Board]) -> Iterable[Row]:
    nothing = Share(part=0, whole=0)
    for form in forms():
        yield Row(label=form.label, values=tuple(board.completeness.get(form.entity, nothing) for board in boards))


def _uncounted(boards: Sequence[Board]) -> str:
    left = sum(board.uncounted for board in boards)
    if not left:
        return ""
    return _(
        "Completeness has not been updated for %(n)s patients changed since the last count. "
        "Reload the page to continue counting."
    ) % {"n": left}


def _ages(boards: Sequence[Board]) -> Iterable[Row]:
    for place, age in enumerate(AGES):
        yield Row(label=str(age.label), values=tuple(board.ages[place] for board in boards))
    yield Row(label=_("All"), values=tuple(sum(board.ages) for board in boards))


def _currency(boards: Sequence[Board]) -> Iterable[Row]:
    for place, months in enumerate(MONTHS):
        yield Row(
            label=_("Seen in the last %(n)s months") % {"n": months},
            values=tuple(Share(part=board.currency.seen[place], whole=board.currency.alive) for board in boards),
        )
    yield Row(
        label=_("Overdue: not seen for more than %(n)s months") % {"n": OVERDUE_AFTER},
        values=tuple(Share(part=board.currency.overdue, whole=board.currency.alive) for board in boards),
        is_of_what_is_missing=True,
    )
