"""The columns of a sheet: one for each number, date and code of a record, each laboratory value, and each drug or lesion below."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.admin.laboratory_panel import PREFIX
from registry.admin.missing_reasons import fields_with_reason
from registry.choices import AnalyteCode, LabQuality
from registry.clinical.dosing.agents import agents
from registry.clinical.laboratory.analyte_names import PRINTED, folded_name
from registry.clinical.laboratory.analyte_ranges import ANALYTE_CODES
from registry.clinical.ranges import ANALYTE_RANGES, RANGES
from registry.grid.kinds import GridKind
from registry.models.base.record import BOOKKEEPING, MISSING_REASON, PRECISION
from registry.records.laboratory_values import shown_unit

LESIONS = 5  # columns for lesions that no scan has measured yet
OWN, LABORATORY, BELOW = "own", "laboratory", "below"
TYPES = (models.FloatField, models.IntegerField, models.DateField)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`name` is that of its box in the form of the record; `key` the record below, where it is of one.

    `codes` are what may be typed besides numbers and dates. `may_be_missing` where a missing reason may be typed instead.
    """

    id: str
    source: str
    name: str
    label: str
    unit: str = ""
    codes: tuple[tuple[str, Any], ...] = ()
    key: str = ""
    is_day: bool = False
    is_date: bool = False
    may_be_missing: bool = False

    @property
    def title(self) -> str:
        return f"{self.label} ({self.unit})" if self.unit else self.label


def columns_of(kind: GridKind) -> tuple[Column, ...]:
    """The day first, then what is shown from the start, then what is below, then all else in the order of the form."""
    every = [*_own(kind), *(_laboratory() if kind.has_panel else ()), *_below(kind)]
    return tuple(sorted(every, key=lambda column: _place(column, kind=kind)))


def _place(column: Column, *, kind: GridKind) -> int:
    if column.is_day:
        return -1
    if column.id in kind.shown:
        return kind.shown.index(column.id)
    return len(kind.shown) + (column.source != BELOW)


def _own(kind: GridKind) -> Iterator[Column]:
    for field in kind.model._meta.concrete_fields:
        if _is_entered(field):
            yield _of_field(field, model=kind.model, source=OWN, is_day=field.name == kind.day)


def _is_entered(field: models.Field) -> bool:
    """A number, a date or a code; not texts, lists and what is said beside a value."""
    is_beside = field.name.endswith((MISSING_REASON, PRECISION)) or field.name in BOOKKEEPING or field.primary_key
    is_code = isinstance(field, models.CharField) and bool(field.choices)
    return not is_beside and field.editable and (is_code or isinstance(field, TYPES)) and not field.is_relation


def _of_field(field: Any, *, model: Any, source: str, is_day: bool = False, key: str = "", of: str = "") -> Column:
    known, label = RANGES.get(field.name), capfirst(str(field.verbose_name))
    return Column(
        id=f"{key}:{field.name}" if key else field.name,
        source=source,
        name=field.name,
        label=f"{of}: {label}" if of else label,
        unit=shown_unit(known.unit) if known else "",
        codes=tuple(field.choices or ()),
        key=key,
        is_day=is_day,
        is_date=isinstance(field, models.DateField),
        may_be_missing=field.name in fields_with_reason(model),
    )


def _laboratory() -> Iterator[Column]:
    for code, label in AnalyteCode.choices:
        codes = tuple((quality, LabQuality(quality).label) for quality in ANALYTE_CODES.get(code, ()))
        unit = shown_unit(ANALYTE_RANGES[code].unit) if code in ANALYTE_RANGES else ""
        yield Column(
            id=code, source=LABORATORY, name=f"{PREFIX}{code}", label=str(label), unit=unit, codes=codes, may_be_missing=True
        )  # fmt: skip


def _below(kind: GridKind) -> Iterator[Column]:
    if kind.below is None:
        return
    for key, label in _keys(kind):
        for name in kind.below.variables:
            field = kind.below.model._meta.get_field(name)
            yield _of_field(field, model=kind.below.model, source=BELOW, key=key, of=label)


def _keys(kind: GridKind) -> Iterator[tuple[str, str]]:
    if kind.below and kind.below.key == "agent_code":
        agent: Any = kind.below.model._meta.get_field(kind.below.key)
        labels = dict(agent.choices)
        yield from ((one.agent_code, str(labels[one.agent_code])) for one in agents() if one.agent_class == "CHEMO")
    else:
        yield from ((str(number), _("Lesion %(number)s") % {"number": number}) for number in range(1, LESIONS + 1))


def names_of(columns: tuple[Column, ...], *, kind: GridKind) -> dict[str, str]:
    """What a heading may say for each column, folded: its name in the workbook, its label in either language, what labs print."""
    found = dict(_printed()) if kind.has_panel else {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for column in columns_of(kind):
                for text in (column.id, column.label, column.title):
                    found.setdefault(folded_name(text), column.id)
    known = {column.id for column in columns}
    for text in (_("Date"), "Date", "日期"):
        found[folded_name(text)] = kind.day
    return {text: name for text, name in found.items() if name in known}


@cache
def _printed() -> Mapping[str, str]:
    return {folded_name(text): code for code, names in PRINTED.items() for text in names.split("|")}


def label_in(codes: tuple[tuple[str, Any], ...], *, code: str) -> str | Promise:
    return next((label for known, label in codes if known == code), code)
