"""A laboratory value as a person types it: `41.7`, `<0.5`, `4.1 g/dL`, `+`, or `ND` for one that was not measured."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from registry.choices import Comparator, LabQuality, MissingReason
from registry.clinical.laboratory.analyte_ranges import ANALYTE_CODES, spellings_of
from registry.clinical.laboratory.quantities import (
    NotAQuantity,
    UnknownUnit,
    plain_text,
    possible_readings,
    read_quantity,
)
from registry.clinical.ranges import ANALYTE_RANGES, Range


@dataclass(frozen=True, slots=True, kw_only=True)
class LaboratoryValue:
    """A number in the canonical unit, a code or the reason for neither, as it was typed; `raw_unit` is "" where none was."""

    value: float | None = None
    comparator: str = Comparator.EQUAL.value
    raw_value: str
    raw_unit: str = ""
    value_code: str | None = None
    missing_reason: str | None = None


class NotALaboratoryValue(ValueError):
    """The text cannot be understood; its message is for the person who typed it."""


LONGEST_QUOTE = 80

# UCUM as people write it; what is read takes either.
UNSHOWN_UNITS = ("1", "a", "/a")
SHOWN_UNITS = {
    "m[arb'U]": "mAU",
    "[IU]": "IU",
    "(24.h)": "24h",
    "umol": "µmol",
    "ukat": "µkat",
    "10*9": "×10⁹",
    "10*3": "×10³",
    "mm[Hg]": "mmHg",
    "{1.73_m2}": "1.73 m²",
    "Cel": "°C",
}


def shown_unit(unit: str) -> str:
    """A UCUM unit as people write it; read_value takes either. Nothing for a ratio, and for years, which labels name."""
    if unit in UNSHOWN_UNITS:
        return ""
    for ucum, written in SHOWN_UNITS.items():
        unit = unit.replace(ucum, written)
    return unit


def shown_value(value: float, *, comparator: str) -> str:
    """What read_value reads back as the same value."""
    sign = "" if comparator == Comparator.EQUAL else comparator
    return f"{sign}{Decimal(repr(value)).normalize():f}"


def quoted(text: str) -> str:
    """As far as a sentence has room for it."""
    return f"{text[: LONGEST_QUOTE - 1]}…" if len(text) > LONGEST_QUOTE else text


def asked_about(text: str, *, readings: tuple[str, str]) -> str:
    """A number of which nobody but its writer knows the point."""
    return _("“%(found)s” could be %(point)s or %(together)s. Enter it with a decimal point.") % {
        "found": quoted(text.strip()),
        "point": quoted(readings[0]),
        "together": quoted(readings[1]),
    }


def read_value(text: str, *, analyte: str) -> LaboratoryValue:
    """Raises NotALaboratoryValue, worded for the person who typed it."""
    reason = code_in(text, choices=MissingReason.choices)
    if reason:
        return LaboratoryValue(raw_value=text.strip(), missing_reason=reason)
    return _read_code(text, analyte=analyte) if analyte in ANALYTE_CODES else _read_number(text, analyte=analyte)


def _read_code(text: str, *, analyte: str) -> LaboratoryValue:
    choices = [(code, LabQuality(code).label) for code in ANALYTE_CODES[analyte]]
    code = code_in(text, choices=choices) or spellings_of(analyte).get(plain_text(text).casefold())
    if code is None:
        raise NotALaboratoryValue(
            _("“%(found)s” is not a valid result for this test. Enter one of: %(codes)s.")
            % {"found": quoted(text), "codes": ", ".join(f"{code} ({label})" for code, label in choices)}
        )
    return LaboratoryValue(raw_value=text.strip(), value_code=code)


def code_in(text: str, *, choices: Iterable[tuple[str, Any]]) -> str | None:
    """The code written as itself or as its label."""
    plain = plain_text(text).casefold()
    return next((code for code, label in choices if plain in {code.casefold(), str(label).casefold()}), None)


def _read_number(text: str, *, analyte: str) -> LaboratoryValue:
    known = ANALYTE_RANGES[analyte]
    try:
        found = read_quantity(text, unit=known.unit, factors=known.factors)
    except UnknownUnit as unknown:
        raise NotALaboratoryValue(_unknown_unit(text, known=known)) from unknown
    except NotAQuantity as unreadable:
        if readings := possible_readings(text):
            raise NotALaboratoryValue(asked_about(text, readings=readings)) from unreadable
        raise NotALaboratoryValue(
            _("“%(found)s” is not a valid laboratory value. Enter a number, for example 41.7, <0.5 or 41.7 %(unit)s.")
            % _named(text, known)
        ) from unreadable
    if not known.allows(found.value):
        raise NotALaboratoryValue(
            _("%(found)s is outside the range %(low)g to %(high)g %(unit)s. Check the value and its unit.")
            % {**_named(text, known), "low": known.hard[0], "high": known.hard[1]}
        )
    return LaboratoryValue(value=found.value, comparator=found.comparator, raw_value=found.number, raw_unit=found.unit)


def _unknown_unit(text: str, *, known: Range) -> str:
    accepted = ", ".join(dict.fromkeys(filter(None, map(shown_unit, [known.unit, *known.factors]))))
    return _("The unit in “%(found)s” is not recognized. Use one of: %(units)s.") % {
        "found": quoted(text),
        "units": accepted,
    }


def _named(text: str, known: Range) -> dict[str, str]:
    return {"found": quoted(text), "unit": shown_unit(known.unit)}
