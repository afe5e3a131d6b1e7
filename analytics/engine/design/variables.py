"""Covariates of a protocol over the rows of a frame → columns for models, for balance and for Table 1."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from analytics.protocol.plan import Covariate, token_text
from analytics.stats.event_times import Booleans, Floats, Integers

MISSING_LEVEL = "(missing)"


@dataclass(frozen=True)
class ModelColumn:
    """One column of a model: `level` against `reference` for a factor, both None for a continuous covariate."""

    covariate: str
    level: str | None
    reference: str | None
    values: Floats

    @property
    def term(self) -> str:
        return self.covariate if self.reference is None else f"{self.covariate}={self.level}"


@dataclass(frozen=True)
class Shown:
    """One row of a table: a continuous covariate, or one level as 1 and 0; NaN where missing."""

    covariate: str
    level: str | None
    values: Floats
    is_binary: bool


@dataclass(frozen=True)
class Variable:
    """A covariate as the analysis uses it. A factor holds the place of its level, a binary one 1 or 0; NaN is missing."""

    covariate: Covariate
    kind: Literal["continuous", "binary", "factor"]
    values: Floats
    levels: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.covariate.name

    @property
    def missing(self) -> Booleans:
        return np.isnan(self.values) | (self.values <= 0) if self.covariate.log else np.isnan(self.values)

    def at(self, rows: Integers) -> "Variable":
        return replace(self, values=self.values[rows])

    def model_columns(self) -> list[ModelColumn]:
        """The first level is the reference."""
        if self.kind == "continuous":
            return [ModelColumn(self.name, level=None, reference=None, values=self._in_models())]
        if self.kind == "binary":
            return [ModelColumn(self.name, level=self.levels[0], reference=None, values=self.values)]
        if not self.levels:
            return []
        first, *others = self.levels
        return [
            ModelColumn(self.name, level=level, reference=first, values=self._is(place))
            for place, level in enumerate(others, start=1)
        ]

    def shown(self) -> list[Shown]:
        if self.kind == "continuous":
            return [Shown(self.name, level=None, values=self.values, is_binary=False)]
        if self.kind == "binary":
            return [Shown(self.name, level=self.levels[0], values=self.values, is_binary=True)]
        return [
            Shown(self.name, level=level, values=self._is(place), is_binary=True)
            for place, level in enumerate(self.levels)
        ]

    def balanced(self) -> list[Shown]:
        """As shown, a covariate that models take the logarithm of on that scale, as its balance matters there."""
        if self.kind == "continuous" and self.covariate.log:
            return [Shown(self.name, level=None, values=self._in_models(), is_binary=False)]
        return self.shown()

    def missing_as_level(self) -> Shown:
        """Whether the value is missing, as one more row of the balance."""
        return Shown(self.name, level=MISSING_LEVEL, values=self.missing.astype(float), is_binary=True)

    def _in_models(self) -> Floats:
        """Its logarithm where the protocol says so; a value without one is missing."""
        if not self.covariate.log:
            return self.values
        return np.log(np.where(self.values > 0, self.values, np.nan))

    def _is(self, place: int) -> Floats:
        return np.where(self.missing, np.nan, (self.values == place).astype(float))


def build_variables(table: pd.DataFrame, *, covariates: tuple[Covariate, ...]) -> tuple[Variable, ...]:
    """The covariates over the rows of the frame: cut, and with missing values as a level, where the protocol says so."""
    return tuple(_build(table[covariate.name], covariate=covariate) for covariate in covariates)


def _build(column: pd.Series, *, covariate: Covariate) -> Variable:
    variable = _read(column, covariate=covariate)
    if covariate.missing != "level" or not variable.missing.any():
        return variable
    if variable.kind == "binary":
        positive = variable.levels[0]
        negative = "0" if positive == "1" else f"not {positive}"
        variable = replace(variable, kind="factor", levels=(negative, positive))
    values = np.where(variable.missing, len(variable.levels), variable.values)
    return replace(variable, values=values, levels=(*variable.levels, MISSING_LEVEL))


def _read(column: pd.Series, *, covariate: Covariate) -> Variable:
    if covariate.type == "categorical":
        return _factor(column, covariate=covariate)
    values = column.to_numpy(dtype=float)
    if covariate.type == "binary":
        return Variable(covariate, kind="binary", values=values, levels=(token_text(covariate.positive),))
    if not covariate.cut:
        return Variable(covariate, kind="continuous", values=values)
    place = np.searchsorted(np.array(covariate.cut), values, side="left" if covariate.cut_side == "right" else "right")
    return Variable(
        covariate,
        kind="factor",
        values=np.where(np.isnan(values), np.nan, place.astype(float)),
        levels=_cut_levels(covariate),
    )


def _factor(column: pd.Series, *, covariate: Covariate) -> Variable:
    levels = tuple(token_text(level) for level in covariate.levels) or observed_levels(column)
    place = pd.Categorical(column, categories=list(levels)).codes.astype(float)
    return Variable(covariate, kind="factor", values=np.where(place < 0, np.nan, place), levels=levels)


def observed_levels(column: pd.Series) -> tuple[str, ...]:
    """Levels in the order of numbers where all are numbers, of text otherwise."""
    found = sorted(str(value) for value in column.dropna().unique())
    try:
        return tuple(sorted(found, key=float))
    except ValueError:
        return tuple(found)


def _cut_levels(covariate: Covariate) -> tuple[str, ...]:
    below, above = ("≤", ">") if covariate.cut_side == "right" else ("<", "≥")
    cuts = [f"{value:g}" for value in covariate.cut]
    between = [f"{above}{low} to {below}{high}" for low, high in pairwise(cuts)]
    return (f"{below}{cuts[0]}", *between, f"{above}{cuts[-1]}")
