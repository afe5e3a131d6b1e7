"""A cell → a date or a moment, or a problem. Nothing is guessed: 03/04/2019 is asked about."""

import datetime
import math
from collections.abc import Iterable
from dataclasses import replace

from importers.files import messages
from importers.files.cell import MISSING, Cell, shown
from importers.files.characters import written
from importers.files.message import Message
from registry.clinical.date_text import (
    FIRST_YEAR,
    LAST_YEAR,
    ORDERS,
    Fault,
    NotADate,
    WrittenDate,
    read_date_text,
)

# A bare number is an Excel date only where it cannot be a year or a year and month: 1910-01-01 to 2099-12-31.
SERIAL_EPOCH, FIRST_SERIAL, LAST_SERIAL = datetime.date(1899, 12, 30), 3654, 73050
DAYS_FROM_1900_TO_1904 = 1462
FIRST_COMPACT = 19000101  # a number from here on is a date's own digits
SECONDS_A_DAY = 86_400

SETTLED_DATE = Message(
    "C-DATE-ORDER",
    "“{found}” can only be {order}: {date}. If the whole column is {order}, say so once for the column; otherwise enter {date}.",
    "“{found}”只能按 {order} 理解，即 {date}。如整列均为 {order}，可为该列统一指定；否则请填写 {date}。",
)
ORDER_SEEN = Message(
    "C-DATE-ORDER",
    "“{found}” is {date} if it is {order}, as “{other}” in row {row} of this column must be. Say so once for the column, or enter it as YYYY-MM-DD.",
    "本列第 {row} 行的“{other}”只能按 {order} 理解；若此处相同，“{found}”即 {date}。请为该列统一指定，或按 YYYY-MM-DD 填写。",
)
BEFORE_1900 = Message(
    "C-DATE",
    "The cell holds a time of day without a date, or a date before 1900, which Excel cannot keep. Enter the date as text: YYYY-MM-DD.",
    "单元格只有时间没有日期，或为 Excel 无法保存的 1900 年以前的日期。请按 YYYY-MM-DD 以文本填写。",
)

FAULTS = {
    Fault.UNREADABLE: messages.NOT_A_DATE,
    Fault.AMBIGUOUS: messages.AMBIGUOUS_DATE,
    Fault.NO_SUCH_DAY: messages.NO_SUCH_DAY,
    Fault.TOO_FAR: messages.DATE_TOO_FAR,
}


def read_date(
    raw: object,
    *,
    epoch_1904: bool = False,
    may_be_partial: bool = False,
    zone: datetime.tzinfo | None = None,
    order: str = "",
) -> Cell:
    """A date without its day is read only where its variable can say so; `order`, DMY or MDY, is what the center said of a column.

    A moment of another zone, as programs write it, is on the day that it is in `zone`; at midnight it is just a date.
    """
    cell = _read_date(raw, epoch_1904=epoch_1904, zone=zone, order=order)
    return cell if may_be_partial else _whole(cell)


def _whole(cell: Cell) -> Cell:
    return Cell(raw=cell.raw, problem=messages.PARTIAL_DATE.about(found=cell.raw)) if cell.precision else cell


def _read_date(raw: object, *, epoch_1904: bool, zone: datetime.tzinfo | None, order: str) -> Cell:
    text = shown(raw)
    if isinstance(raw, datetime.datetime):
        return _calendar_date(raw.date(), text=text)
    if isinstance(raw, datetime.date):
        return _calendar_date(raw, text=text)
    if isinstance(raw, datetime.time | datetime.timedelta):
        return Cell(raw=text, problem=BEFORE_1900.about())
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        return _serial_date(float(raw), epoch_1904=epoch_1904, text=text)
    if not isinstance(raw, str):
        return Cell(raw=text, problem=messages.NOT_A_DATE.about(found=text)) if raw is not None else Cell(missing="")
    return _written_date(raw, text=text.strip(), zone=zone, order=order)


def _written_date(raw: str, *, text: str, zone: datetime.tzinfo | None = None, order: str = "") -> Cell:
    reason = MISSING.get(written(raw).casefold())
    if reason is not None:
        return Cell(raw=text, missing=reason)
    try:
        found = read_date_text(written(raw), order=order)
    except NotADate as refused:
        return Cell(raw=text, problem=_problem(refused, text=text))
    return Cell(value=_own_day(found, zone=zone), raw=text, precision=found.precision)


def _problem(refused: NotADate, *, text: str) -> messages.Problem:
    if refused.fault is Fault.OTHER_ORDER and refused.day is not None:
        return SETTLED_DATE.about(found=text, order=ORDERS[refused.order], date=refused.day.isoformat())
    return FAULTS[refused.fault].about(found=text, first=FIRST_YEAR, last=LAST_YEAR)


def _own_day(found: WrittenDate, *, zone: datetime.tzinfo | None) -> datetime.date:
    if found.offset is None or zone is None or not found.clock_time or found.clock_time == datetime.time():
        return found.day
    return _moment(found, zone=zone).astimezone(zone).date()


def _moment(found: WrittenDate, *, zone: datetime.tzinfo) -> datetime.datetime:
    own = zone if found.offset is None else datetime.timezone(found.offset)
    day = found.day + datetime.timedelta(days=1) if found.is_midnight_after else found.day
    return datetime.datetime.combine(day, found.clock_time or datetime.time(), tzinfo=own)


def _serial_date(serial: float, *, epoch_1904: bool, text: str) -> Cell:
    if serial.is_integer() and FIRST_COMPACT <= serial <= 21001231:
        return _written_date(str(int(serial)), text=text)
    if not math.isfinite(serial):
        return Cell(raw=text, problem=messages.NOT_A_DATE.about(found=text))
    days = math.floor(serial) + (DAYS_FROM_1900_TO_1904 if epoch_1904 else 0)
    if not FIRST_SERIAL <= days <= LAST_SERIAL:
        if serial.is_integer() and FIRST_YEAR <= serial <= LAST_YEAR:
            return _written_date(text, text=text)
        return Cell(raw=text, problem=messages.NOT_A_DATE.about(found=text))
    return Cell(value=SERIAL_EPOCH + datetime.timedelta(days=days), raw=text)


def _calendar_date(value: datetime.date, *, text: str) -> Cell:
    if FIRST_YEAR <= value.year <= LAST_YEAR:
        return Cell(value=value, raw=text)
    return Cell(raw=text, problem=messages.DATE_TOO_FAR.about(found=text, first=FIRST_YEAR, last=LAST_YEAR))


def read_moment(raw: object, *, zone: datetime.tzinfo, epoch_1904: bool = False) -> Cell:
    """A date with the time of day in this zone, as everybody in it writes and reads it; the day's beginning where no time is given."""
    date = _whole(_read_date(raw, epoch_1904=epoch_1904, zone=None, order=""))
    if date.value is None:
        return date
    if isinstance(raw, str):
        moment = _moment(read_date_text(written(raw)), zone=zone)
    else:
        moment = datetime.datetime.combine(date.value, _time_of_day(raw), tzinfo=zone)
    return replace(date, value=moment.astimezone(datetime.UTC))


def _time_of_day(raw: object) -> datetime.time:
    if isinstance(raw, datetime.datetime):
        return raw.time().replace(microsecond=0)
    if isinstance(raw, float) and raw < FIRST_COMPACT:
        hours, seconds = divmod(min(round(raw % 1 * SECONDS_A_DAY), SECONDS_A_DAY - 1), 3600)
        return datetime.time(hours, *divmod(seconds, 60))
    return datetime.time()


def with_order_seen(cells: Iterable[tuple[int, Cell]]) -> tuple[str, list[Cell]]:
    """Of a whole column, by row: the one order that its dates can have, or "", and its cells, of which the doubtful say so."""
    column = list(cells)
    settled = [(row, cell) for row, cell in column if _is(cell, SETTLED_DATE)]
    seen = {cell.problem.values["order"] for _, cell in settled if cell.problem}
    order = next((order for order, name in ORDERS.items() if seen == {name}), "")
    if not order:
        return "", [cell for _, cell in column]
    row, telling = settled[0]
    about = {"order": ORDERS[order], "other": telling.raw, "row": row}
    return order, [_asked(cell, order=order, about=about) for _, cell in column]


def _asked(cell: Cell, *, order: str, about: dict[str, object]) -> Cell:
    if not _is(cell, messages.AMBIGUOUS_DATE):
        return cell
    try:
        found = read_date_text(written(cell.raw), order=order)
    except NotADate:
        return cell
    return replace(cell, problem=ORDER_SEEN.about(found=cell.raw, date=found.day.isoformat(), **about))


def _is(cell: Cell, message: messages.Message) -> bool:
    return cell.problem is not None and cell.problem.message is message
