"""What an edit check is, and what it finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from django.utils.functional import Promise

from registry.models.base.record import MISSING_REASON
from registry.rules.labels import labeled
from registry.rules.partial_dates import fires_on_other_days

Row = Mapping[str, Any]
Label = str | Promise
BLANK: tuple[object, ...] = (None, "", [])
OWN_RULE = "V-L"  # begins the code of a check that the data dictionary does not ask for; its `source` says who does


class Severity(StrEnum):
    ERROR = "ERROR"  # the row is held back
    QUERY = "QUERY"  # stored, and the center is asked
    WARNING = "WARNING"  # stored and shown


def nothing_more(_row: Row) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule about one kind of record: of the data dictionary, section 13, or of the registry's own (`OWN_RULE`, `source`).

    `fields` are the record's variables to point at. `fires` is asked only when every variable in `needs` (by default the
    fields) is known, so it never meets a missing one unless it says so; `reads` are others it looks at where they are known.
    A check of `analytes` is asked of the results of these alone. `message` is a template over the row and `details`.
    `subject` is what was entered wrongly where that stands on the record above: it is pointed at before the fields.
    `passing` and `failing` are example rows.
    """

    code: str
    severity: Severity
    entity: str
    fields: tuple[str, ...]
    message: Label
    fires: Callable[[Row], bool]
    passing: Row
    failing: Row
    subject: str = ""
    needs: tuple[str, ...] | None = None
    reads: tuple[str, ...] = ()
    analytes: frozenset[str] = frozenset()
    details: Callable[[Row], Mapping[str, object]] = field(default=nothing_more)
    source: str = ""

    @property
    def operands(self) -> tuple[str, ...]:
        return self.fields if self.needs is None else self.needs


class AnyCheck(Protocol):
    """What a finding tells of its check, whether that looked at one record or at all of a patient."""

    @property
    def code(self) -> str: ...

    @property
    def severity(self) -> Severity: ...

    @property
    def entity(self) -> str: ...

    @property
    def fields(self) -> tuple[str, ...]: ...

    @property
    def message(self) -> Label: ...

    @property
    def source(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check that fired, with the values its sentence names. The sentence is in the language in force when it is read.

    `records` are those that a check over a patient's records holds against each other, the one to point at first.
    """

    check: AnyCheck
    values: Mapping[str, object]
    records: tuple[Row, ...] = ()

    @property
    def code(self) -> str:
        return self.check.code

    @property
    def severity(self) -> Severity:
        return self.check.severity

    @property
    def fields(self) -> tuple[str, ...]:
        return self.check.fields

    @property
    def text(self) -> str:
        return str(self.check.message).format(**self.values)


def is_known(value: object) -> bool:
    return value not in BLANK


def is_missing(row: Row, *, name: str) -> bool:
    """Neither a value nor a reason for its absence: a reason is an answer, and nobody is asked again."""
    return not is_known(row.get(name)) and not is_known(row.get(f"{name}{MISSING_REASON}"))


def with_reason_for(*names: str) -> tuple[str, ...]:
    """What a check reads that misses these variables, where they may be those of another record."""
    return (*names, *(f"{name}{MISSING_REASON}" for name in names))


def row_of(own: Row, *, known: Row, today: date) -> Row:
    """What `findings` examines: a record's own variables over what is known of its patient and of its assessment.

    A blank of its own does not hide what is known: a contact without death date may still follow the patient's death.
    """
    return {**own, **known, **{name: value for name, value in own.items() if value not in BLANK}, "today": today}


def evaluate(check: Check, *, row: Row) -> Finding | None:
    """For a row in which all operands of the check are known."""
    if not check.fires(row) or not fires_on_other_days(check.fires, row=row, dates=(*check.operands, *check.reads)):
        return None
    named = {name: labeled(name, value=row.get(name)) for name in (*check.fields, *check.operands)}
    told = {**named, **check.details(row)}
    return Finding(check=check, values={name: readable(value) for name, value in told.items()})


def readable(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "; ".join(str(part) for part in value)
    return value
