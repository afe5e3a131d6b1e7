"""A laboratory's printout or some cells of a spreadsheet, as text → which analyte is said to have which value.

A line is `ALT  45 ↑  U/L  9-50`, `1<tab>谷丙转氨酶<tab>45<tab>H<tab>U/L`, or several results side by side. Of a result only name, value
and unit are taken; serial numbers, arrows, H and L and limits of normal are left. What is not understood is told, never guessed:
whether the value can be one of the analyte is for registry.records.laboratory_values to say.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from registry.clinical.laboratory.analyte_names import folded_name, printed_names
from registry.clinical.laboratory.quantities import folded_unit, plain_text

MOST_LINES, LONGEST_LINE = 400, 400
CELLS = re.compile(r"\t|\||\s{2,}")
FLAG = r"[↑↓▲▼★☆*]|(?<![A-Za-z])(?:HH|LL|[HLhl])(?![A-Za-z])"
FLAGS = re.compile(FLAG)
NUMBER = r"(?:<=|>=|[<>=≤≥])?\s*[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][+-]?\d+|\s*[×xX*]\s*10\s*\^?\s*\d+)?"
VALUE = re.compile(rf"(?P<value>{NUMBER})(?P<rest>.*)", re.DOTALL)
LIMITS = re.compile(rf"\(?\s*{NUMBER}\s*(?:-+|~|–|—|至)\s*{NUMBER}.*", re.DOTALL)
QUALITY = re.compile(
    r"阴性?|阳性?|弱阳性?|neg(?:ative)?|pos(?:itive)?|trace|微量|[+\-±](?:\+{0,3}|\d)?|\([+\-±]\)", re.IGNORECASE
)

IN_SHORT: Mapping[str, str] = MappingProxyType(  # as the signs of a code are known in either language
    {"阳性": "阳", "阴性": "阴", "positive": "pos", "negative": "neg"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One result of one line; `unit` is "" where none was printed. `line` is the text it was read from."""

    analyte: str
    value: str
    unit: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Printout:
    """`others` are the lines of which nothing was understood."""

    results: tuple[Printed, ...]
    others: tuple[str, ...]


def read_printout(text: str, *, names: Mapping[str, str], units: Mapping[str, Collection[str]]) -> Printout:
    """`names` are further names by their folded spelling, `units` the units that each analyte may have.

    >>> read_printout("ALT 45 ↑ U/L 9-50", names={}, units={"alt": ["U/L"]}).results[0].value
    '45'
    """
    known = {**names, **printed_names()}
    results: list[Printed] = []
    others: list[str] = []
    for line in text.splitlines()[:MOST_LINES]:
        shown = line.strip()[:LONGEST_LINE]
        found = list(_results(shown, known=known, units=units)) if shown else []
        results += found
        if shown and not found:
            others.append(shown)
    return Printout(results=tuple(results), others=tuple(others))


def _results(line: str, *, known: Mapping[str, str], units: Mapping[str, Collection[str]]) -> Iterator[Printed]:
    words = list(_words(line, known=known))
    place = 0
    while place < len(words):
        analyte = _analyte(words[place], known=known)
        place += 1
        if analyte is None:
            continue
        end = next((at for at in range(place, len(words)) if _is_another(words[at], than=analyte, known=known)), None)
        taken = _value_and_unit(words[place:end], units=units.get(analyte, ()))
        if taken is not None:
            yield Printed(analyte=analyte, value=taken[0], unit=taken[1], line=line)
            place = len(words) if end is None else end


def _is_another(word: str, *, than: str, known: Mapping[str, str]) -> bool:
    return _analyte(word, known=known) not in {None, than}


def _words(line: str, *, known: Mapping[str, str]) -> Iterator[str]:
    """The cells of the line; where it is written with single spaces, its words, those of one name together."""
    cells = [cell.strip() for cell in CELLS.split(line) if cell.strip()]
    for cell in cells:
        parts = re.sub(r"[:：=]\s*(?=[<>≤≥+\-\d.])", " ", cell).split()
        at = 0
        while at < len(parts):
            longest = next((n for n in range(len(parts) - at, 1, -1) if _names(parts[at : at + n], known=known)), 1)
            yield " ".join(parts[at : at + longest])
            at += longest


def _names(parts: list[str], *, known: Mapping[str, str]) -> bool:
    return _analyte(" ".join(parts), known=known) is not None


def _analyte(word: str, *, known: Mapping[str, str]) -> str | None:
    """By the whole word, else by what stands before or within its brackets, where both do not mean two analytes."""
    plain = plain_text(FLAGS.sub("", word) if word.startswith(("*", "★", "▲")) else word)
    whole = known.get(folded_name(plain))
    if whole is not None:
        return whole
    match = re.fullmatch(r"(?P<before>[^()\[\]]+)[(\[](?P<within>[^()\[\]]+)[)\]]", plain)
    parts = {known.get(folded_name(part)) for part in match.groups()} if match else set()
    return parts.pop() if len(parts) == 1 else None


def _value_and_unit(words: list[str], *, units: Collection[str]) -> tuple[str, str] | None:
    """The first word that is a value, and the first unit after it, which may be joined to it."""
    value, unit, folded = None, "", {folded_unit(each) for each in units}
    for word in words:
        plain = plain_text(word)
        if value is None:
            value, unit = _value(plain, units=folded) or (None, "")
        elif not unit and folded_unit(plain) in folded:
            unit = plain
        elif not unit and _is_foreign_unit(plain):
            unit = plain  # told as what it is: not a unit of this analyte
    return None if value is None else (value, unit)


def _value(word: str, *, units: Collection[str]) -> tuple[str, str] | None:
    if LIMITS.fullmatch(word):
        return None
    bare = FLAGS.sub("", word).strip() if folded_unit(word) not in units else word
    if QUALITY.fullmatch(bare):
        return IN_SHORT.get(bare.casefold(), bare), ""
    match = VALUE.fullmatch(bare)
    if match is None:
        return None
    rest = match["rest"].strip()
    if not rest or folded_unit(rest) in units or _is_foreign_unit(rest):
        return match["value"].strip(), rest
    return bare, ""  # such as 12,5: told as not to be understood


def _is_foreign_unit(word: str) -> bool:
    return bool(re.fullmatch(r"%|[A-Za-zµμ万个/×x*^\d.\[\]{}']*/[A-Za-zµμ\d.^*]+", word)) and not LIMITS.fullmatch(word)
