"""A number with its comparator and unit as people type them: `41.7`, `<0.5`, `≥ 1.2×10^5 /uL`, `4.1 g/dL`. Nothing is guessed."""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

LONGEST_NUMBER = 64
NO_FACTORS: Mapping[str, Decimal] = MappingProxyType({})
COMPARATORS: Mapping[str, str] = MappingProxyType(
    {
        **{"": "=", "=": "=", "<": "<", "<=": "<=", "≤": "<=", "≦": "<=", "=<": "<="},
        **{">": ">", ">=": ">=", "≥": ">=", "≧": ">=", "=>": ">="},
    }
)
NUMBER = re.compile(
    r"(?P<comparator><=|>=|=<|=>|[<>=≤≥≦≧])?\s*"
    r"(?P<number>[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+)(?P<exponent>[eE][+-]?\d{1,4})?"
    r"\s*(?P<rest>.*)",
    re.DOTALL,
)
POWER_OF_TEN = re.compile(r"[×xX*]\s*10\s*(?:\^|\*\*?)?\s*(?P<power>[+-]?\d{1,3})")
DECIMAL_COMMA = re.compile(r"[<>=≤≥]*\s*[+-]?\d+,\d{1,2}")
# A comma, or what the key of the point gives while Chinese is typed.
INSTEAD_OF_A_POINT = re.compile(r"(?P<before>[<>=≤≥]*\s*[+-]?\d+)[,。、·](?P<after>\d+(?:\D.*)?)", re.DOTALL)
SUPERSCRIPTS = str.maketrans({character: f"^{digit}" for digit, character in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """`value` in the canonical unit; `number` and `unit` as typed, `unit` "" where none was. `comparator`: =, <, <=, > or >=."""

    value: float
    comparator: str
    has_comparator: bool
    number: str
    unit: str


class NotAQuantity(ValueError):
    """The text cannot be read as a number."""


class UnknownUnit(ValueError):
    """The number can be read, its unit is not known here."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        super().__init__(f"unknown unit {unit}")


def plain_text(text: str) -> str:
    """Half width, trimmed, with 10⁹ as 10^9."""
    return unicodedata.normalize("NFKC", text.translate(SUPERSCRIPTS)).strip()


def folded_unit(unit: str) -> str:
    """One spelling for each unit: ×10^9/L, x10⁹/l and 10*9/L are the same."""
    plain = plain_text(unit).replace("μ", "u").replace("µ", "u")
    plain = re.sub(r"\s+", "", plain).casefold().lstrip("×x*")
    return re.sub(r"^10(?:\^|\*\*|\*|e)(\d+)", r"10*\1", plain)


def read_quantity(text: str, *, unit: str = "", factors: Mapping[str, Decimal] = NO_FACTORS) -> Quantity:
    """A number in `unit`, or in one of `factors`, by whose factor it is multiplied in decimal arithmetic.

    A number without unit is taken to be in `unit`. Raises NotAQuantity, and UnknownUnit for any unit besides.

    >>> read_quantity("<4.1 g/dL", unit="g/L", factors={"g/dL": Decimal(10)}).value
    41.0
    """
    plain = plain_text(text)
    match = NUMBER.fullmatch(plain)
    if match is None or (DECIMAL_COMMA.fullmatch(plain) and "." not in plain):
        raise NotAQuantity(text)
    known = {folded_unit(unit): Decimal(1)} | {folded_unit(other): factor for other, factor in factors.items()}
    number, rest = _number_and_rest(match, known=known)
    if rest.isdecimal():  # two numbers, even where 1 is the unit
        raise NotAQuantity(text)
    factor = known.get(folded_unit(rest)) if rest else Decimal(1)
    if factor is None:
        has_unit = any((unit, *factors)) and not re.match(r"[\d+\-,.<>=。、·]", rest)
        raise UnknownUnit(rest) if has_unit else NotAQuantity(text)
    value, typed = float(number * factor), plain.removesuffix(rest).strip()
    if not math.isfinite(value) or len(typed) > LONGEST_NUMBER:
        raise NotAQuantity(text)
    sign = match["comparator"] or ""
    return Quantity(
        value=value, comparator=COMPARATORS[sign], has_comparator=bool(sign), number=typed, unit=" ".join(rest.split())
    )


def possible_readings(text: str) -> tuple[str, str] | None:
    """What may be meant by a number with a comma or a Chinese full stop for its point; None where it has neither.

    >>> possible_readings("1。5 mL")
    ('1.5 mL', '15 mL')
    """
    found = INSTEAD_OF_A_POINT.fullmatch(plain_text(text))
    return (f"{found['before']}.{found['after']}", f"{found['before']}{found['after']}") if found else None


def _number_and_rest(match: re.Match[str], *, known: Mapping[str, Decimal]) -> tuple[Decimal, str]:
    """1.2×10^5 is a number; 210×10^9/L is 210 of that unit."""
    number, rest = Decimal(match["number"].replace(",", "") + (match["exponent"] or "")), match["rest"].strip()
    power = POWER_OF_TEN.match(rest)
    if power is None or folded_unit(rest) in known:
        return number, rest
    return number.scaleb(int(power["power"])), rest[power.end() :].strip()
