"""Checks of every date of every record."""

from collections.abc import Iterator
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.rules.check import Check, Label, Row, Severity
from registry.rules.partial_dates import MONTH, PRECISION, YEAR
from registry.rules.records import clinical_dates, date_fields, fields_of

EARLIEST_EXPECTED = date(1995, 1, 1)
TODAY = date(2024, 1, 31)
BORN = date(1960, 5, 4)
INDEX = "start_date"
IMPRECISE = _(
    "{day} is precise only to the month or year; the analysis uses a day within that "
    "period. Enter the exact date if known."
)


def date_checks() -> Iterator[Check]:
    for entity in fields_of():
        yield from (not_in_the_future(entity, field=field) for field in date_fields(entity))
        for field in clinical_dates(entity):
            yield not_before_birth(entity, field=field)
            yield not_unusually_early(entity, field=field)
    for entity, name in (("progressionevent", "progression_date"), ("followup", "death_date")):
        yield imprecise_date(entity, name=name)
    for entity in fields_of():
        if any(field.name == f"{INDEX}{PRECISION}" for field in fields_of()[entity]):
            yield imprecise_index(entity)


def not_in_the_future(entity: str, *, field: models.Field) -> Check:
    name = field.name
    return Check(
        code="V-D01",
        severity=Severity.ERROR,
        entity=entity,
        fields=(name,),
        needs=(name, "today"),
        message=_("{field} {value} is in the future. Correct the date."),
        fires=lambda row: row[name] > row["today"],
        details=lambda row: _named(row, name=name, label=field.verbose_name),
        passing={name: TODAY, "today": TODAY},
        failing={name: date(2024, 2, 1), "today": TODAY},
    )


def not_before_birth(entity: str, *, field: models.Field) -> Check:
    name = field.name
    return Check(
        code="V-D02",
        severity=Severity.ERROR,
        entity=entity,
        fields=(name,),
        needs=(name, "birth_date"),
        message=_("{field} {value} is before birth. Correct this date or the birth date."),
        fires=lambda row: row[name] < row["birth_date"],
        details=lambda row: _named(row, name=name, label=field.verbose_name),
        passing={name: BORN, "birth_date": BORN},
        failing={name: date(1960, 5, 3), "birth_date": BORN},
    )


def not_unusually_early(entity: str, *, field: models.Field) -> Check:
    name = field.name
    return Check(
        code="V-D03",
        severity=Severity.WARNING,
        entity=entity,
        fields=(name,),
        message=_("{field} {value} is unusually early. Check the year."),
        fires=lambda row: row[name] < EARLIEST_EXPECTED,
        details=lambda row: _named(row, name=name, label=field.verbose_name),
        passing={name: EARLIEST_EXPECTED},
        failing={name: date(1919, 3, 5)},
    )


def imprecise_date(entity: str, *, name: str) -> Check:
    precision = f"{name}{PRECISION}"
    return Check(
        code="V-D29",
        severity=Severity.WARNING,
        entity=entity,
        fields=(name,),
        needs=(name, precision),
        message=IMPRECISE,
        fires=lambda row: row[precision] in {MONTH, YEAR},
        details=lambda row: {"day": row[name]},
        passing={name: TODAY, precision: "D"},
        failing={name: TODAY, precision: "M"},
    )


def imprecise_index(entity: str) -> Check:
    """The first treatment's date counts all times; the precision of the others decides nothing."""
    precision = f"{INDEX}{PRECISION}"
    return Check(
        code="V-D29",
        severity=Severity.WARNING,
        entity=entity,
        fields=(INDEX,),
        needs=("index_date", precision),
        message=IMPRECISE,
        fires=lambda row: row.get(INDEX) == row["index_date"] and row[precision] in {MONTH, YEAR},
        details=lambda row: {"day": row[INDEX]},
        passing={INDEX: TODAY, "index_date": BORN, precision: "M"},
        failing={INDEX: TODAY, "index_date": TODAY, precision: "M"},
    )


def _named(row: Row, *, name: str, label: Label) -> dict[str, object]:
    return {"field": label, "value": row[name]}


CHECKS = date_checks
