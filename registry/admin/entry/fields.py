"""Numbers and dates as they are typed into a form: read by the parsers that also read uploads, refused in words.

A box of the browser's own kind for numbers drops the comma of 1,5 and turns with the mouse wheel, so ours are boxes of text;
see docs/adr/0031-typed-values.md.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from registry.clinical.date_text import FIRST_YEAR, LAST_YEAR, Fault, NotADate, read_date_text, shortened
from registry.clinical.laboratory.quantities import (
    NO_FACTORS,
    NotAQuantity,
    UnknownUnit,
    possible_readings,
    read_quantity,
)
from registry.records.laboratory_values import LONGEST_QUOTE, asked_about, quoted, shown_unit


class NumberInput(UnfoldAdminTextInputWidget):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class TextField(forms.CharField):
    """Refuses what is too long; a browser that knew the limit would cut off what is pasted beyond it, without a word."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class TypedNumber(forms.Field):
    """What the number boxes have in common. `unit` and `factors`: what may stand behind the number, as in an upload."""

    unit: str = ""
    factors: Mapping[str, Decimal] = NO_FACTORS

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # no step, no minimum: they belong to the browser's own kind of box

    def read(self, value: Any) -> float | None:
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        try:
            found = read_quantity(text, unit=self.unit, factors=self.factors)
        except UnknownUnit as unknown:
            raise ValidationError(self._unknown_unit(text), code="unit") from unknown
        except NotAQuantity as unreadable:
            raise ValidationError(_why_no_number(text), code="invalid") from unreadable
        if found.has_comparator:
            sentence = _("“%(found)s” has a comparison sign, which this field does not accept. Enter a number.")
            raise ValidationError(sentence % {"found": quoted(text)}, code="comparator")
        return found.value

    def _unknown_unit(self, text: str) -> str:
        accepted = ", ".join(dict.fromkeys(filter(None, map(shown_unit, [self.unit, *self.factors]))))
        sentence = _("The unit in “%(found)s” is not recognized. Use one of: %(units)s.")
        return sentence % {"found": quoted(text), "units": accepted}


class NumberField(TypedNumber, forms.FloatField):
    widget = NumberInput

    def to_python(self, value: Any) -> Any:
        return self.read(value)


class WholeNumberField(TypedNumber, forms.IntegerField):
    widget = NumberInput

    def to_python(self, value: Any) -> int | None:
        number = self.read(value)
        if number is not None and not number.is_integer():
            sentence = _("“%(found)s” is not a whole number. Enter a number without decimals.")
            raise ValidationError(sentence % {"found": quoted(str(value))}, code="whole")
        return None if number is None else int(number)


class PartialDate(date):
    """The day stored for a date that is known to its month or year alone."""

    precision: str = ""

    @classmethod
    def of(cls, day: date, *, precision: str) -> "PartialDate":
        made = cls(day.year, day.month, day.day)
        made.precision = precision
        return made


def precision_typed(day: date | None) -> str:
    """M or Y where the day itself was not written."""
    return day.precision if isinstance(day, PartialDate) else ""


class DayField(forms.DateField):
    """Reads a date in any of its spellings; one without a day only where the record can say how exactly it is known."""

    widget = UnfoldAdminSingleDateWidget
    may_be_partial = False

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        text = "" if value is None else value if isinstance(value, date) else str(value).strip()
        if isinstance(text, date):
            return text
        if not text:
            return None
        try:
            found = read_date_text(text)
        except NotADate as refused:
            raise ValidationError(self._refusal(text, fault=refused.fault), code="invalid") from refused
        if found.precision and not self.may_be_partial:
            sentence = _("“%(found)s” has no day, and a full date is required here.") % {"found": quoted(text)}
            raise ValidationError(f"{sentence} {self._forms()}", code="partial")
        return PartialDate.of(found.day, precision=found.precision) if found.precision else found.day

    def prepare_value(self, value: Any) -> Any:
        return shortened(value, precision=value.precision) if isinstance(value, PartialDate) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        if super().has_changed(initial, data):
            return True
        return not self.disabled and precision_typed(initial) != precision_typed(self.to_python(data))

    def _refusal(self, text: str, *, fault: Fault) -> str:
        sentences = {
            Fault.UNREADABLE: _("“%(found)s” is not a date."),
            Fault.AMBIGUOUS: _("“%(found)s” could be day/month or month/day. The year goes first."),
            Fault.OTHER_ORDER: _("“%(found)s” does not begin with the year."),
            Fault.NO_SUCH_DAY: _("“%(found)s” is not a day of the calendar."),
            Fault.TOO_FAR: _("“%(found)s” is outside the years %(first)s–%(last)s."),
        }
        about = {"found": quoted(text), "first": FIRST_YEAR, "last": LAST_YEAR}
        return f"{sentences[fault] % about} {self._forms()}"

    def _forms(self) -> str:
        if self.may_be_partial:
            return _(
                "Enter it as 2023-01-20, 2023/1/20, 20230120, 2023年1月20日 or 20-Jan-2023; "
                "as 2023-01 or 2023 if the day or month is not known."
            )
        return _("Enter it as 2023-01-20, 2023/1/20, 20230120, 2023年1月20日 or 20-Jan-2023.")


OVERRIDES: Mapping[type[models.Field], Mapping[str, Any]] = {
    models.FloatField: {"form_class": NumberField, "widget": NumberInput},
    models.IntegerField: {"form_class": WholeNumberField, "widget": NumberInput},
    models.BigIntegerField: {"form_class": WholeNumberField, "widget": NumberInput},
    models.DateField: {"form_class": DayField, "widget": UnfoldAdminSingleDateWidget},
}


def _why_no_number(text: str) -> str:
    readings = possible_readings(text)
    if readings and len(text) <= LONGEST_QUOTE:
        return asked_about(text, readings=readings)
    sentence = _("“%(found)s” is not a number. Enter digits with a decimal point, such as 12.5.")
    return sentence % {"found": quoted(text)}
