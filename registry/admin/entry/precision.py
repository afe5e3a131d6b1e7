"""How exactly a date is known, on a form: `1961` is shown and typed as that; see Note [Partial dates].

The day stored for it is nobody's to invent, and so is nowhere on the page.
"""

from collections.abc import Iterator, MutableMapping
from datetime import date
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext as _

from registry.admin.entry.fields import DayField, PartialDate, precision_typed
from registry.choices import DatePrecision
from registry.clinical.date_text import shortened
from registry.models.base.record import PRECISION


class DatedForm(Protocol):
    """What is asked of a form with dates."""

    instance: Any
    initial: MutableMapping[str, Any]
    cleaned_data: dict[str, Any]
    fields: dict[str, forms.Field]

    @property
    def changed_data(self) -> list[str]: ...
    def add_error(self, field: str | None, error: Any) -> None: ...


def show_partial_dates(form: DatedForm) -> None:
    for name in _partial(form):
        day, precision = form.initial.get(name), getattr(form.instance, f"{name}{PRECISION}", None)
        if isinstance(day, date) and shortened(day, precision=precision) != day.isoformat():
            form.initial[name] = PartialDate.of(day, precision=precision or "")


def take_precisions(form: DatedForm) -> None:
    """What was typed says how exactly it is known; a choice made beside it must agree."""
    for name in _partial(form):
        day = form.cleaned_data.get(name)
        if not isinstance(day, date):
            continue
        form.cleaned_data[name] = date(day.year, day.month, day.day)
        _take(form, name=name, typed=precision_typed(day))


def _take(form: DatedForm, *, name: str, typed: str) -> None:
    beside = f"{name}{PRECISION}"
    is_chosen = beside in form.changed_data and bool(form.cleaned_data.get(beside))
    if is_chosen and typed and form.cleaned_data[beside] != typed:
        known = DatePrecision(typed).label.lower() if typed else ""
        form.add_error(
            beside,
            _("The date as entered is known to the %(typed)s. Choose that, or complete the date.") % {"typed": known},
        )
        return
    was_partial = bool(precision_typed(form.initial.get(name)))
    exact = typed or (DatePrecision.DAY.value if was_partial and not is_chosen else None)
    if exact is None:
        return
    if beside in form.fields:
        form.cleaned_data[beside] = exact
    else:
        setattr(form.instance, beside, exact)


def _partial(form: DatedForm) -> Iterator[str]:
    return (name for name, field in form.fields.items() if isinstance(field, DayField) and field.may_be_partial)
