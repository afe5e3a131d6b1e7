"""A laboratory value as a person types it: `41.7`, `<0.5`, `4.1 g/dL`."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from registry.choices import Comparator
from registry.clinical.ranges import ANALYTE_RANGES, Range

TYPED = re.compile(r"^(?P<comparator><=|>=|<|>|=|≤|≥)?\s*(?P<number>\d+(?:\.\d+)?|\.\d+)\s*(?P<unit>\S.*)?$")
SIGNS = {"": Comparator.EQUAL, "≤": Comparator.AT_MOST, "≥": Comparator.AT_LEAST}


@dataclass(frozen=True, slots=True, kw_only=True)
class LaboratoryValue:
    """In the canonical unit, with the number and the unit as they were typed."""

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
    plain = text.replace("10⁹", "10*9").replace("10^9", "10*9").replace("10³", "10*3")
    typed = TYPED.match(unicodedata.normalize("NFKC", plain).strip().replace("μ", "u"))
    if typed is None:
        raise NotALaboratoryValue(
            _("“%(found)s” is not a laboratory value; enter a number such as 41.7, <0.5 or 41.7 %(unit)s.")
            % _named(text, known)
        )
    sign, unit = typed["comparator"] or "", (typed["unit"] or known.unit).strip()
    exact = Decimal(typed["number"]) * _factor(unit, text=text, known=known)
    if not known.allows(float(exact)):
        raise NotALaboratoryValue(
            _("%(found)s is outside %(low)g to %(high)g %(unit)s; check the value and its unit.")
            % {**_named(text, known), "low": known.hard[0], "high": known.hard[1]}
        )
    return LaboratoryValue(
        value=float(exact), comparator=SIGNS.get(sign, sign), raw_value=f"{sign}{typed['number']}", raw_unit=unit
    )


def _factor(unit: str, *, text: str, known: Range) -> Decimal:
    factors = {
        known.unit.casefold(): Decimal(1),
        **{other.casefold(): factor for other, factor in known.factors.items()},
    }
    if unit.casefold() not in factors:
        accepted = ", ".join(filter(None, map(shown_unit, [known.unit, *known.factors])))
        raise NotALaboratoryValue(
            _("The unit of “%(found)s” is not known here; use one of: %(units)s.") % {"found": text, "units": accepted}
        )
    return factors[unit.casefold()]


def _named(text: str, known: Range) -> dict[str, str]:
    return {"found": text, "unit": shown_unit(known.unit)}
