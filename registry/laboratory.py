"""A laboratory value as a person types it: `41.7`, `<0.5`, `4.1 g/dL`."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from registry.choices import Comparator
from registry.clinical.quantities import NotAQuantity, UnknownUnit, read_quantity
from registry.clinical.ranges import ANALYTE_RANGES, Range


@dataclass(frozen=True, slots=True, kw_only=True)
class LaboratoryValue:
    """In the canonical unit, with the number and the unit as they were typed; `raw_unit` is "" where none was."""

    value: float
    comparator: str
    raw_value: str
    raw_unit: str


class NotALaboratoryValue(ValueError):
    """The text cannot be understood; its message is for the person who typed it."""


def shown_unit(unit: str) -> str:
    """A UCUM unit as people write it; read_value takes either. Nothing for a ratio."""
    return (
        ""
        if unit == "1"
        else unit.replace("umol", "µmol").replace("ukat", "µkat").replace("10*9", "10⁹").replace("10*3", "10³")
    )


def shown_value(value: float, *, comparator: str) -> str:
    """What read_value reads back as the same value."""
    sign = "" if comparator == Comparator.EQUAL else comparator
    return f"{sign}{Decimal(repr(value)).normalize():f}"


def read_value(text: str, *, analyte: str) -> LaboratoryValue:
    known = ANALYTE_RANGES[analyte]
    try:
        found = read_quantity(text, unit=known.unit, factors=known.factors)
    except UnknownUnit as unknown:
        raise NotALaboratoryValue(_unknown_unit(text, known=known)) from unknown
    except NotAQuantity as unreadable:
        raise NotALaboratoryValue(
            _("“%(found)s” is not a laboratory value; enter a number such as 41.7, <0.5 or 41.7 %(unit)s.")
            % _named(text, known)
        ) from unreadable
    if not known.allows(found.value):
        raise NotALaboratoryValue(
            _("%(found)s is outside %(low)g to %(high)g %(unit)s; check the value and its unit.")
            % {**_named(text, known), "low": known.hard[0], "high": known.hard[1]}
        )
    return LaboratoryValue(value=found.value, comparator=found.comparator, raw_value=found.number, raw_unit=found.unit)


def _unknown_unit(text: str, *, known: Range) -> str:
    accepted = ", ".join(filter(None, map(shown_unit, [known.unit, *known.factors])))
    return _("The unit of “%(found)s” is not known here; use one of: %(units)s.") % {"found": text, "units": accepted}


def _named(text: str, known: Range) -> dict[str, str]:
    return {"found": text, "unit": shown_unit(known.unit)}
