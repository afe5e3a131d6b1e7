"""What a number format makes of a number: 0.12 is seen as 12%, 7 as 00007, 4.1 as 4.1 g/dL. What is seen is what was meant.

Formats that change only how many digits are shown say nothing and are passed over, as are those of dates, which the reader knows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

BUILT_IN = {9: "0%", 10: "0.00%"}
PLACEHOLDERS = "0#?"
PART = re.compile(r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[[^\]]*\]|(?P<sign>[%])|(?P<plain>.)', re.DOTALL)
OF_DATES = frozenset("ymdhseg")
OTHERWISE = frozenset(",./E@")  # thousands, decimals, fractions, exponents, text: the number is seen as itself


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """`inside` are the placeholders with what stands between them where these are digits of a code, else ()."""

    before: str = ""
    inside: tuple[str, ...] = ()
    after: str = ""
    is_percent: bool = False

    def seen(self, number: float) -> str:
        """The number as text, with all its digits."""
        exact = Decimal(repr(float(number))) * (100 if self.is_percent else 1)
        is_code = bool(self.inside) and number >= 0 and float(number).is_integer() and number < 1e15
        digits = _filled(self.inside, digits=f"{int(number)}") if is_code else _plain(exact)
        return f"{self.before}{digits}{self.after}".strip()


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _filled(inside: Sequence[str], *, digits: str) -> str:
    """From the right, as Excel does; what is left over stands before the first."""
    left, seen = list(digits), list[str]()
    for part in reversed(inside):
        if part not in PLACEHOLDERS:
            seen.insert(0, part)
        elif left:
            seen.insert(0, left.pop())
        elif part == "0":
            seen.insert(0, "0")
    return "".join([*left, *seen])


def telling_format(code: str) -> NumberFormat | None:
    """None where the number is seen as itself.

    >>> [telling_format(code).seen(number) for code, number in (("0.0%", 0.123), ("00000", 7.0), ('0.0" g/dL"', 4.1))]
    ['12.3%', '00007', '4.1 g/dL']
    """
    parts = _parts(code)
    places = [number for number, (kind, _text) in enumerate(parts) if kind == "place"]
    if not places or any(kind == "date" for kind, _ in parts):
        return None
    first, last = places[0], places[-1]
    before = "".join(text for _, text in parts[:first]).lstrip()
    after = "".join(text for _, text in parts[last + 1 :]).rstrip()
    region = parts[first : last + 1]
    is_percent = any(kind == "percent" for kind, _ in parts)
    inside = () if is_percent else _code_inside(region)
    if any(kind == "literal" for kind, _ in region) and not inside:
        return None
    if not (is_percent or inside or before.strip() or after.strip()):
        return None
    return NumberFormat(before=before, inside=inside, after=after, is_percent=is_percent)


def _parts(code: str) -> list[tuple[str, str]]:
    """Of the format's first section, which is for numbers above 0: places of digits, literals, signs."""
    parts: list[tuple[str, str]] = []
    for found in PART.finditer(code):
        quoted, escaped, sign, plain = (found[name] for name in ("quoted", "escaped", "sign", "plain"))
        if plain == ";":
            break
        if quoted is not None or escaped is not None:
            parts.append(("literal", quoted if quoted is not None else escaped))
        elif sign:
            parts.append(("percent", sign))
        elif plain is not None:
            kind = "place" if plain in PLACEHOLDERS or plain in OTHERWISE else "literal"
            parts.append(("date" if plain.casefold() in OF_DATES and plain != "E" else kind, plain))
    return parts


def _code_inside(region: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    inside = tuple(text for _, text in region)
    if any(text in OTHERWISE for kind, text in region if kind == "place"):
        return ()
    return inside if inside.count("0") > 1 or any(kind == "literal" for kind, _ in region) else ()


def telling_styles(formats: Mapping[int, str], *, styles: Sequence[int]) -> dict[int, NumberFormat]:
    """{style of a cell: its format} of those that tell something. `formats` are the workbook's own, `styles` their numbers."""
    known = BUILT_IN | dict(formats)
    found = {number: telling_format(known[number]) for number in set(styles) if number in known}
    return {style: one for style, number in enumerate(styles) if (one := found.get(number)) is not None}
