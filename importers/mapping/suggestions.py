"""What a column may mean, and why it may: for somebody who decides. Nothing is applied unasked. PURE."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from importers.mapping.catalog import Catalog, KnownVariable
from importers.mapping.look import ColumnLook, SheetLook


class Evidence(StrEnum):
    """Strongest first."""

    NAME = "name"  # the header is the variable's machine name
    LABEL = "label"  # or its label in a language
    SYNONYM = "synonym"  # or another known spelling
    SIMILAR = "similar"  # or nearly one of these
    VALUES = "values"  # the column holds its codes
    UNIT = "unit"  # the header gives one of its units
    RANGE = "range"  # its numbers are usual for it


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
    raise NotImplementedError


def suggest_codes(column: ColumnLook, *, variable: KnownVariable) -> tuple[CodeSuggestion, ...]:
    """For each value of the column, most frequent first."""
    raise NotImplementedError


def suggest_units(column: ColumnLook, *, variable: KnownVariable) -> tuple[UnitSuggestion, ...]:
    """Units in which the numbers would be usual, likeliest first. Empty for what has no unit."""
    raise NotImplementedError
