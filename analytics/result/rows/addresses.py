"""Numbers of a result that know their address, and take it along into whatever sentence they are printed in.

# Note [How a number keeps its address]
A table is made of sentences: "0.61 (0.44–0.84)" is three numbers in one cell, and none of them could say any more where it
came from. `located` gives a copy of a result whose numbers know their addresses. While `marked` is open, each of them that
is formatted, by whatever means, is put between two noncharacters of Unicode together with its address; `read_off` takes
these out again and keeps the addresses beside the plain text. So nobody who writes a table has to think of addresses, and a
number from anywhere else has none, which the reading of the pages finds. Outside `marked` such a number prints as any other.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple, Self, overload

from analytics.result.nulls import Json
from analytics.result.rows.patients import counts_patients

BEGIN, BETWEEN, END = "\ufdd0", "\ufdd1", "\ufdd2"
SHARE = "share"
MARKED = re.compile(f"{BEGIN}([^{BETWEEN}]*){BETWEEN}([^{END}]*){END}")


class Printed(NamedTuple):
    """A number as it is printed, and the address of its row."""

    text: str
    address: str


class LocatedInt(int):
    address: str

    def __str__(self) -> str:
        return said(int.__repr__(self), of=self)

    def __format__(self, spec: str) -> str:
        return said(format(int(self), spec), of=self)


class LocatedFloat(float):
    address: str

    def __str__(self) -> str:
        return said(float.__repr__(self), of=self)

    def __format__(self, spec: str) -> str:
        return said(format(float(self), spec), of=self)


class LocatedCurve(dict[str, Any]):
    """A curve that knows its address; the numbers in it are read at a month."""

    address: str


class Text(str):
    """What people read, with the numbers in it that have rows."""

    printed: tuple[Printed, ...]

    def __new__(cls, text: str, *, printed: tuple[Printed, ...] = ()) -> Self:
        made = super().__new__(cls, text)
        made.printed = printed
        return made

    @property
    def addresses(self) -> str:
        """Each once, with a space between, as an attribute of HTML lists things."""
        return " ".join(dict.fromkeys(one.address for one in self.printed))

    @property
    def patients(self) -> str:
        """The address of the first number that counts patients, "" where none does."""
        return next((one.address for one in self.printed if counts_patients(one.address)), "")


Said = Callable[[Printed], str]
_SAYS: ContextVar[Said | None] = ContextVar("says", default=None)


@overload
def located_number(value: int, *, address: str) -> LocatedInt: ...
@overload
def located_number(value: float, *, address: str) -> LocatedFloat | LocatedInt: ...
def located_number(value: float, *, address: str) -> LocatedInt | LocatedFloat:
    made = LocatedInt(value) if isinstance(value, int) else LocatedFloat(value)
    made.address = address
    return made


def address_of(value: object) -> str:
    """ "" for a number that is not of a result."""
    return str(getattr(value, "address", ""))


def said(text: str, *, of: object) -> str:
    """`text` is how the number is printed, such as a share in percent."""
    address, says = address_of(of), _SAYS.get()
    return says(Printed(text, address)) if address and says else text


def said_at(text: str, *, address: str) -> str:
    """A sentence that is a row as a whole."""
    says = _SAYS.get()
    return says(Printed(text, address)) if says else text


def share(part: float, *, of: float) -> float:
    """What a part is of its whole; the share of a row is a row, too."""
    address = address_of(part)
    return located_number(part / of, address=f"{address}.{SHARE}") if address else part / of


def read_at(curve: Json, *, column: str, month: float, value: float) -> float:
    """`value` is what a column of the curve has at a month."""
    if not isinstance(curve, LocatedCurve):
        return value
    return located_number(value, address=f"{curve.address}.{column}.{month:g}")


@contextmanager
def marked() -> Iterator[None]:
    """Numbers are printed with their addresses, for `read_off`."""
    yield from _saying(lambda one: f"{BEGIN}{one.address}{BETWEEN}{one.text}{END}")


@contextmanager
def recorded() -> Iterator[list[Printed]]:
    """Numbers are printed as they are; what was printed is told, in its order."""
    found: list[Printed] = []

    def keep(one: Printed) -> str:
        found.append(one)
        return one.text

    token = _SAYS.set(keep)
    try:
        yield found
    finally:
        _SAYS.reset(token)


def read_off(text: str) -> Text:
    """The plain text, and beside it the numbers in it that have an address."""
    if isinstance(text, Text):
        return text
    if BEGIN not in text:
        return Text(text)
    printed = tuple(Printed(found[2], found[1]) for found in MARKED.finditer(text))
    return Text(MARKED.sub(r"\2", text), printed=printed)


def read_off_all(value: Any) -> Any:
    """Every text in a tuple or a frozen value, however deep; what has no mark in it stays as it is."""
    if isinstance(value, str):
        return read_off(value) if BEGIN in value else value
    if isinstance(value, tuple):
        found = tuple(map(read_off_all, value))
        return found if any(new is not old for new, old in zip(found, value, strict=True)) else value
    if is_dataclass(value) and not isinstance(value, type):
        old = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
        new = {name: read_off_all(each) for name, each in old.items()}
        changed = {name: each for name, each in new.items() if each is not old[name]}
        return replace(value, **changed) if changed else value
    return value


def _saying(says: Said) -> Iterator[None]:
    token = _SAYS.set(says)
    try:
        yield
    finally:
        _SAYS.reset(token)
