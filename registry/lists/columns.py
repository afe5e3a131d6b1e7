"""What a column of a list is, and which of them a person sees."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape, unescape
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Read = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`value` is what stands in a file. A page may show it shorter, lead somewhere from it, and say something below it.

    `is_more` where the column is shown only to who chose it; a phone leaves out what is `is_aside`. `sort` are the fields that
    it is sorted by. What `is_code` is a name for programs, in no language.
    """

    name: str
    label: str | Promise
    value: Read
    shown: Read | None = None
    url: Read | None = None
    note: Read | None = None
    badge: Read | None = None
    sort: tuple[str, ...] = ()
    is_more: bool = False
    is_number: bool = False
    is_aside: bool = False
    is_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One column of one row, as the page draws it; on a phone, which has no heads, a number needs its `label`."""

    text: Any
    url: str
    note: str
    badge: str
    styles: str
    label: str
    is_code: bool


def cells_of(row: Any, *, columns: Iterable[Column]) -> list[Cell]:
    return [
        Cell(
            text=_said(column.shown(row) if column.shown else plain(column.value(row))),
            url=column.url(row) if column.url else "",
            note=str(column.note(row) or "") if column.note else "",
            badge=str(column.badge(row)).lower() if column.badge else "",
            styles=_styles(column),
            label=str(column.label) if column.is_number else "",
            is_code=column.is_code,
        )
        for column in columns
    ]


def chosen(offered: Sequence[str], *, first: Sequence[str], wanted: Iterable[str]) -> list[str]:
    """The names asked for, in the order of the list; those shown first where none of them is offered."""
    asked = {*wanted} & {*offered}
    return [name for name in offered if name in asked] if asked else list(first)


def plain(value: Any) -> Any:
    """A value as a spreadsheet program takes it: numbers as such, days and moments as text that sorts, no markup."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "; ".join(str(plain(each)) for each in value)
    return unescape(strip_tags(value)).strip() if isinstance(value, SafeString) else str(value)


def markup(text: Any) -> str:
    """As conditional_escape of Django, which asks of every text whether it is to be put off."""
    return str(text) if hasattr(text, "__html__") else escape(str(text))


def thousands(name: str) -> Read:
    """A number on the page, with its thousands apart."""
    return lambda row: f"{getattr(row, name):,}"


def _styles(column: Column) -> str:
    told = {
        "caliper-number": column.is_number,
        "caliper-aside": column.is_aside,
        "caliper-sentence": column.shown is not None and not column.is_number,
    }
    return " ".join(name for name, holds in told.items() if holds)


def _said(text: Any) -> Any:
    return "–" if text in ("", None) else text
