"""What a column may mean, and why it may: for somebody who decides. Nothing is applied unasked. PURE."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from enum import StrEnum
from functools import cached_property

from importers.files.cells import MISSING, normalized, read_code
from importers.mapping.agreement import is_known_unit
from importers.mapping.catalog import ANALYTE, Catalog, KnownVariable
from importers.mapping.headers import UNIT
from importers.mapping.look import ColumnLook, SheetLook
from importers.mapping.synonyms import SYNONYMS
from importers.mapping.values import DATED, NUMERIC, number_in

WORD_AND_CODE = re.compile(r"[^\W\d_]{3,}[\s_:-]+([^\W_]{1,4})")
MOST = 5
LIKENESS = 0.75
PART_OF = 0.8  # as near as that is a header that has the spelling among its words
MOSTLY = 0.8  # of the values of a column


class Evidence(StrEnum):
    """Strongest first."""

    NAME = "name"  # the header is the variable's machine name
    LABEL = "label"  # or its label in a language
    SYNONYM = "synonym"  # or another known spelling
    SIMILAR = "similar"  # or nearly one of these
    VALUES = "values"  # the column holds its codes
    UNIT = "unit"  # the header gives one of its units
    RANGE = "range"  # its numbers are usual for it


# By the header; what a column holds makes that likelier, and by itself is a weak hint
WEIGHTS: Mapping[Evidence, float] = {
    Evidence.NAME: 0.9,
    Evidence.LABEL: 0.85,
    Evidence.SYNONYM: 0.75,
    Evidence.SIMILAR: 0.5,
    Evidence.VALUES: 0.3,
    Evidence.UNIT: 0.1,
    Evidence.RANGE: 0.05,
}
LEAST = 0.25  # likely enough to be shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """`score` is between 0 and 1; `why` says it in English and Chinese, one pair for each piece of evidence."""

    kind: str
    variable: str
    score: float
    evidence: tuple[Evidence, ...]
    why: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSuggestion:
    """For one value of the center: our code or a reason, None where nothing is likely."""

    value: str
    count: int
    code: str | None
    why: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSuggestion:
    """`share` of the numbers that are usual for the variable, were they in this unit."""

    unit: str
    share: float
    why: tuple[str, str]


def suggest_columns(look: SheetLook, *, catalog: Catalog) -> Mapping[str, tuple[Suggestion, ...]]:
    """{header: what it may mean, likeliest first}; at most five of a header."""
    known = _Known(_fitting(catalog, look=look))
    return {column.header: tuple(known.suggestions(column)) for column in look.columns}


def _fitting(catalog: Catalog, *, look: SheetLook) -> Catalog:
    """A column of units or methods is one of a row per result only beside the column that says which test it is."""
    headers = {normalized(_bare(column.header).replace("_", " ")) for column in look.columns}
    tests = {*map(normalized, SYNONYMS[ANALYTE]), normalized(ANALYTE.replace("_", " "))}
    tests |= {spelling for kind in catalog.values() if kind.results for spelling in kind.variables[ANALYTE].names}
    return catalog if headers & tests else {name: kind for name, kind in catalog.items() if not kind.results}


def suggest_codes(column: ColumnLook, *, variable: KnownVariable) -> tuple[CodeSuggestion, ...]:
    """For each value of the column, most frequent first."""
    return tuple(_code(value, count=count, variable=variable) for value, count in column.values)


def suggest_units(column: ColumnLook, *, variable: KnownVariable) -> tuple[UnitSuggestion, ...]:
    """Units in which the numbers would be usual, likeliest first. Empty for what has no unit."""
    if variable.usual is None or variable.type not in NUMERIC or not variable.unit:
        return ()
    factors = {variable.unit: 1.0, **{unit: float(factor) for unit, factor in variable.units.items()}}
    found = [_unit(unit, factor=factor, column=column, variable=variable) for unit, factor in factors.items()]
    said = [one for one in found if column.unit and normalized(one.unit) == normalized(column.unit)]
    return tuple(dict.fromkeys((*said, *sorted(found, key=lambda one: -one.share))))


@dataclass(frozen=True)
class _Known:
    """The variables by their spellings. One that several kinds have is named by the first of them."""

    catalog: Catalog

    @cached_property
    def variables(self) -> dict[str, tuple[str, KnownVariable]]:
        found: dict[str, tuple[str, KnownVariable]] = {}
        for kind in self.catalog.values():
            for name, variable in kind.variables.items():
                found.setdefault(name, (kind.name, variable))
        return found

    @cached_property
    def spellings(self) -> dict[str, dict[str, Evidence]]:
        """{spelling: {variable: how well it is one of its}}."""
        found: dict[str, dict[str, Evidence]] = {}
        for name, (_, variable) in self.variables.items():
            for spelling in SYNONYMS.get(name, ()):
                found.setdefault(normalized(spelling), {})[name] = Evidence.SYNONYM
            for spelling in variable.names:
                found.setdefault(spelling, {})[name] = Evidence.LABEL
            found.setdefault(normalized(name.replace("_", " ")), {})[name] = Evidence.NAME
        return found

    def suggestions(self, column: ColumnLook) -> list[Suggestion]:
        told = self._by_name(normalized(_bare(column.header).replace("_", " ")))
        for name, (_, variable) in self.variables.items():
            if name not in told and variable.codes and _holds_codes(column, variable=variable, alone=True):
                told[name] = (Evidence.VALUES, 1.0)
        found = [self._suggestion(column, name=name, first=first, weight=w) for name, (first, w) in told.items()]
        likely = sorted((one for one in found if one.score >= LEAST), key=lambda one: -one.score)
        return likely[:MOST]

    def _by_name(self, spelled: str) -> dict[str, tuple[Evidence, float]]:
        """What the header is called by, else what it is nearly called by, with how near."""
        if spelled in self.spellings:
            return {name: (evidence, 1.0) for name, evidence in self.spellings[spelled].items()}
        found: dict[str, tuple[Evidence, float]] = {}
        for spelling in get_close_matches(spelled, self.spellings, n=MOST, cutoff=LIKENESS):
            nearness = SequenceMatcher(None, spelled, spelling).ratio()
            for name in self.spellings[spelling]:
                found.setdefault(name, (Evidence.SIMILAR, nearness))
        for spelling in sorted(self.spellings, key=len, reverse=True):
            if _is_part(spelling, of=spelled):
                for name in self.spellings[spelling]:
                    found.setdefault(name, (Evidence.SIMILAR, PART_OF))
                break
        return found

    def _suggestion(self, column: ColumnLook, *, name: str, first: Evidence, weight: float) -> Suggestion:
        kind, variable = self.variables[name]
        evidence = list(dict.fromkeys((first, *_of_content(column, variable=variable))))
        score = sum(WEIGHTS[one] * (weight if one is first else 1) for one in evidence)
        why = tuple(_why(one, column=column, variable=variable) for one in evidence)
        return Suggestion(kind=kind, variable=name, score=round(min(score, 1.0), 3), evidence=tuple(evidence), why=why)


def _is_part(spelling: str, *, of: str) -> bool:
    """As a word of its own, of a language that has words; 甲胎蛋白 also within 术前甲胎蛋白."""
    if not spelling.isascii():
        return len(spelling) >= 2 and spelling in of
    return f" {spelling} " in f" {of} "


def _bare(header: str) -> str:
    """Without a unit in brackets at the end."""
    return UNIT.sub("", header.split(" #")[0]).strip() or header


def _of_content(column: ColumnLook, *, variable: KnownVariable) -> Iterator[Evidence]:
    if variable.codes and _holds_codes(column, variable=variable, alone=False):
        yield Evidence.VALUES
    if variable.type in DATED and column.filled and column.dates >= MOSTLY * column.filled:
        yield Evidence.VALUES
    if variable.type in NUMERIC and column.unit and is_known_unit(column.unit, variable=variable):
        yield Evidence.UNIT
    if variable.type in NUMERIC and variable.usual and _usual(column, variable=variable, factor=1) >= MOSTLY:
        yield Evidence.RANGE


def _holds_codes(column: ColumnLook, *, variable: KnownVariable, alone: bool) -> bool:
    """Alone only words tell something: 0 and 1 are codes of dozens of variables."""
    counts = [(normalized(text), count) for text, count in column.values if normalized(text) not in MISSING]
    total = sum(count for _, count in counts)
    fitting = sum(count for text, count in counts if text in variable.spellings)
    telling = [text for text, _ in counts if number_in(text) is None and len(text) > 1 and text in variable.spellings]
    return total > 0 and fitting >= MOSTLY * total and (not alone or len(telling) >= 2)


def _usual(column: ColumnLook, *, variable: KnownVariable, factor: float) -> float:
    """The share of the numbers that are usual for the variable."""
    numbers = [(number, count) for text, count in column.values if (number := number_in(text)) is not None]
    total, limits = sum(count for _, count in numbers), variable.usual
    if not total or limits is None:
        return 0.0
    return sum(count for number, count in numbers if limits[0] <= number * factor <= limits[1]) / total


def _why(evidence: Evidence, *, column: ColumnLook, variable: KnownVariable) -> tuple[str, str]:
    header, (english, chinese) = column.header, variable.label
    match evidence:
        case Evidence.NAME:
            return f"The header is the name {variable.name}.", f"表头即变量名 {variable.name}。"
        case Evidence.LABEL:
            return f"The header is the label of {english}.", f"表头即“{chinese}”的名称。"
        case Evidence.SYNONYM:
            return f"“{header}” is another word for {english}.", f"“{header}”是“{chinese}”的别称。"
        case Evidence.SIMILAR:
            return f"The header is similar to {english}.", f"表头与“{chinese}”相近。"
        case Evidence.VALUES:
            shown = ", ".join(text for text, _ in column.values[:3])
            return f"The column holds what {english} may be: {shown}.", f"该列的值符合“{chinese}”：{shown}。"
        case Evidence.UNIT:
            return f"{column.unit} is a unit of {english}.", f"{column.unit} 是“{chinese}”的单位。"
        case Evidence.RANGE:
            low, middle, high = column.numbers or (0.0, 0.0, 0.0)
            return (
                f"The numbers ({low:g} to {high:g}, middle {middle:g}) are usual for {english}.",
                f"数值（{low:g} 至 {high:g}，中位 {middle:g}）在“{chinese}”的常见范围内。",
            )


def _code(value: str, *, count: int, variable: KnownVariable) -> CodeSuggestion:
    read = read_code(value, names=variable.spellings)
    if read.value in variable.codes:
        english, chinese = variable.codes[read.value]
        return CodeSuggestion(
            value=value, count=count, code=read.value, why=(f"It reads as {english}.", f"可识别为“{chinese}”。")
        )
    spelled = normalized(_bare(value))
    synonym = next((code for code in variable.codes if spelled in map(normalized, SYNONYMS.get(code, ()))), None)
    if synonym is not None:
        english, chinese = variable.codes[synonym]
        why = (f"It is another word for {english}.", f"是“{chinese}”的别称。")
        return CodeSuggestion(value=value, count=count, code=synonym, why=why)
    spoken = _last_word(value)
    if spoken in variable.spellings and variable.spellings[spoken] in variable.codes:
        code = variable.spellings[spoken]
        english, chinese = variable.codes[code]
        why = (f"It ends with what reads as {english}.", f"末尾可识别为“{chinese}”。")
        return CodeSuggestion(value=value, count=count, code=code, why=why)
    if read.missing is not None:
        return CodeSuggestion(
            value=value, count=count, code=read.missing or None, why=("It is a word for missing.", "表示缺失。")
        )
    close = get_close_matches(normalized(value), variable.spellings, n=1, cutoff=LIKENESS)
    if close:
        code = variable.spellings[close[0]]
        english, chinese = variable.codes.get(code, (code, code))
        return CodeSuggestion(
            value=value, count=count, code=code, why=(f"It is similar to {english}.", f"与“{chinese}”相近。")
        )
    return CodeSuggestion(value=value, count=count, code=None, why=("Nothing similar is known.", "没有相近的代码。"))


def _last_word(value: str) -> str:
    """III of “Level III”, A of “Stage-A”; "" of what is no word with something behind it."""
    found = WORD_AND_CODE.fullmatch(value.strip())
    return normalized(found[1]) if found else ""


def _unit(unit: str, *, factor: float, column: ColumnLook, variable: KnownVariable) -> UnitSuggestion:
    share = _usual(column, variable=variable, factor=factor)
    low, high = variable.usual or (0.0, 0.0)
    english, chinese = variable.label
    why = (
        f"{share:.0%} of the numbers would be usual for {english} ({low:g} to {high:g} {variable.unit}).",
        f"{share:.0%} 的数值处于“{chinese}”的常见范围（{low:g} 至 {high:g} {variable.unit}）。",
    )
    return UnitSuggestion(unit=unit, share=round(share, 3), why=why)
