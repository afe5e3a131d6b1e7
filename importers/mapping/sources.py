"""A variable's source, bound to the columns of a sheet: from the cells of a row to the value that the checks read. PURE."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

from importers.files.cells import is_blank, normalized, read_date, shown
from importers.files.messages import Problem
from importers.mapping import messages
from importers.mapping.conditions import Holds, is_between, test_of
from importers.mapping.headers import LocatedSheet, unit_in
from importers.mapping.language import FROM_HEADER, PLACE, REFUSE, Condition, SheetMapping, Shift, Source
from importers.mapping.values import BLANK, NUMERIC, Cells, Given, Manner, number_in, read_cell, shifted, taken

FORMS = {"year": "%Y", "month": "%Y-%m"}


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What every source of a mapping is bound to. `missing` are the center's words for it, normalized."""

    located: LocatedSheet
    mapping: SheetMapping
    epoch_1904: bool

    @cached_property
    def missing(self) -> frozenset[str]:
        return frozenset(map(normalized, self.mapping.missing))

    def number(self, header: str, *, n: str) -> int | None:
        return self.located.number(header.replace(PLACE, n) if n else header)

    def bound(self, conditions: Sequence[Condition], *, n: str) -> list[tuple[int, Holds]] | None:
        """None where one asks a column that is not there."""
        tests = [(self.number(one.header, n=n), test_of(one, missing=self.missing)) for one in conditions]
        return None if any(number is None for number, _ in tests) else [(number or 0, test) for number, test in tests]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCase:
    """One rule of several: the unit, and when it holds."""

    unit: str
    above: float | None
    below: float | None
    tests: tuple[tuple[int, Holds], ...]


@dataclass(frozen=True, kw_only=True)
class BoundSource:
    """`numbers` are the columns that a value is made of, `inputs` all that are looked at, in the order of `convert`'s cells."""

    source: Source
    type: str
    numbers: tuple[int, ...]
    manners: tuple[Manner, ...]
    tests: tuple[tuple[int, Holds], ...]
    shift: Shift | None
    shift_number: int | None
    unit: str
    cases: tuple[UnitCase, ...]
    epoch_1904: bool

    @property
    def number(self) -> int | None:
        """The column that the value is said to stand in: of several the first."""
        return self.numbers[0] if self.numbers else self.shift_number

    @cached_property
    def inputs(self) -> tuple[int, ...]:
        asked = [number for number, _ in self.tests]
        asked += [number for case in self.cases for number, _ in case.tests]
        asked += [self.shift_number] if self.shift_number else []
        return tuple(dict.fromkeys((*self.numbers, *asked)))

    def convert(self, cells: Cells) -> Given:
        at = dict(zip(self.inputs, cells, strict=True))
        if not all(test(at[number]) for number, test in self.tests):
            return BLANK
        given = self._value([at[number] for number in self.numbers])
        if given.problem is not None:
            return given
        if self.shift is not None:
            return self._shifted(given, at=at)
        if given.is_blank or not (self.unit or self.cases):
            return given
        return self._with_unit(given, at=at)

    def _value(self, cells: Sequence[Any]) -> Given:
        """The one value of its cells, or of those that are not blank the one asked for."""
        if self.source.value is not None:
            return Given(value=self.source.value)
        given = [
            Given(problem=value, raw=_raw(cell), at=place)
            if isinstance(value := read_cell(cell, manner=manner), Problem)
            else Given(value=value, raw=_raw(cell), at=place)
            for place, (cell, manner) in enumerate(zip(cells, self.manners, strict=True))
        ]
        if len(given) == 1:
            return given[0]
        wrong = next((one for one in given if one.problem is not None), None)
        filled = [one for one in given if not one.is_blank]
        if wrong is not None or not filled:
            return wrong or next((one for one in given if not is_blank(one.value)), given[0])
        return self._taken(filled)

    def _taken(self, filled: Sequence[Given]) -> Given:
        value = taken([one.value for one in filled], take=self.source.take)
        if self.source.take in {"first", "last"}:
            return filled[0 if self.source.take == "first" else -1]
        if value is None:  # the checks say what is wrong with the one that is no number
            return next(one for one in filled if number_in(one.value) is None)
        same = next((one for one in filled if number_in(one.value) == value), None)
        return same or Given(value=value, raw=" + ".join(one.raw for one in filled), at=filled[0].at)

    def _shifted(self, given: Given, *, at: dict[int, Any]) -> Given:
        shift = self.shift
        assert shift is not None  # noqa: S101  # asked by the caller
        amount = at[self.shift_number] if self.shift_number else shift.value
        if given.is_blank or is_blank(amount) or normalized(shown(amount)) in self.manners[-1].missing:
            return BLANK
        raw = f"{given.raw} {shown(amount).strip()}".strip() if self.shift_number else given.raw
        number = number_in(amount)
        read = read_date(given.value, epoch_1904=self.epoch_1904, may_be_partial=True)
        if read.value is None:
            return Given(raw=given.raw, problem=read.problem, at=given.at)
        backwards = shift is self.source.minus
        found = None if number is None else shifted(read.value, by=number, shift=shift, backwards=backwards)
        if found is None:
            header = shift.header or ""
            return Given(raw=raw, problem=messages.NO_SHIFT.about(found=shown(amount), header=header, unit=shift.unit))
        known_to = self.source.known_to
        value = found.strftime(FORMS[known_to]) if known_to in FORMS else found
        year = found.year if known_to == "year" else None
        return Given(value=value, raw=raw, at=given.at, year_only=year)

    def _with_unit(self, given: Given, *, at: dict[int, Any]) -> Given:
        """A number that has its own unit keeps it."""
        if number_in(given.value) is None:
            return given
        unit = self.unit if not self.cases else self._unit_of(given, at=at)
        header = self.source.columns[given.at] if self.source.columns else ""
        if unit is None:
            return replace(given, value="", problem=messages.NO_UNIT.about(found=given.raw, header=header))
        if unit == REFUSE:
            return replace(given, value="", problem=messages.REFUSED_VALUE.about(found=given.raw, header=header))
        return replace(given, value=f"{shown(given.value).strip()} {unit}") if unit else given

    def _unit_of(self, given: Given, *, at: dict[int, Any]) -> str | None:
        for case in self.cases:
            if is_between(given.value, above=case.above, below=case.below) and all(
                test(at[number]) for number, test in case.tests
            ):
                return case.unit
        return None


class Bind(Protocol):
    """bound_source() for the columns of one sheet and block."""

    def __call__(self, source: Source, *, type_: str) -> BoundSource | None: ...


def bound_source(source: Source, *, type_: str, n: str, sheet: Sheet) -> BoundSource | None:
    """None where the sheet has none of its columns, or not the one that a computation or condition needs."""
    numbers = [(number, header) for header in source.columns if (number := sheet.number(header, n=n)) is not None]
    tests = sheet.bound(source.when, n=n)
    shift = source.plus or source.minus
    by = sheet.number(shift.header, n=n) if shift and shift.header is not None else None
    if (source.columns and not numbers) or tests is None or (shift and shift.header is not None and by is None):
        return None
    manners = [
        Manner.of(source, mapping=sheet.mapping, type_=type_, header=header, epoch_1904=sheet.epoch_1904)
        for _, header in numbers
    ] or [Manner.of(source, mapping=sheet.mapping, type_=type_, header="", epoch_1904=sheet.epoch_1904)]
    first = numbers[0][0] if numbers else None
    return BoundSource(
        source=source.model_copy(update={"value": source.value.replace(PLACE, n)}) if source.value and n else source,
        type=type_,
        numbers=tuple(number for number, _ in numbers),
        manners=tuple(manners),
        tests=tuple(tests),
        shift=shift,
        shift_number=by,
        unit=_unit(source, header=sheet.located.names[first - 1] if first else "") if type_ in NUMERIC else "",
        cases=tuple(_cases(source, n=n, sheet=sheet)) if type_ in NUMERIC else (),
        epoch_1904=sheet.epoch_1904,
    )


def _unit(source: Source, *, header: str) -> str:
    return unit_in(header) if source.unit == FROM_HEADER else source.unit or ""


def _cases(source: Source, *, n: str, sheet: Sheet) -> Iterator[UnitCase]:
    """A rule that asks a column that is not there never holds."""
    for rule in source.units:
        tests = sheet.bound(rule.when, n=n)
        if tests is not None:
            yield UnitCase(unit=rule.unit, above=rule.above, below=rule.below, tests=tuple(tests))


def _raw(cell: Any) -> str:
    return shown(cell).strip()
