"""A sheet with a row per result, as laboratory systems export: which test a row is of, and its value in the unit of the row. PURE."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from importers.files.cells import MISSING, is_blank, normalized, shown
from importers.mapping.catalog import ANALYTE, UNIT, VALUE, KnownKind
from importers.mapping.columns import Columns
from importers.mapping.language import RecordRule, ResultSource, Source
from importers.mapping.sources import Bind, BoundSource
from importers.mapping.values import BLANK, NUMERIC, Cells, Given, number_in

IN_A_RESULT = (ANALYTE, VALUE, UNIT)
ALIKE = ResultSource()


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """`chosen` are the lines that are a result; of each variable that one is of, a value or BLANK for each of these lines."""

    chosen: Sequence[int]
    variables: dict[str, list[Given]]
    places: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class ResultReader:
    """A number takes the unit of its row; where that says none, the one that the mapping gives."""

    value: BoundSource
    unit: BoundSource | None

    @cached_property
    def inputs(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys((*self.value.inputs, *(self.unit.inputs if self.unit else ()))))

    @cached_property
    def _bare(self) -> BoundSource:
        return replace(self.value, unit="", cases=())

    def convert(self, cells: Cells) -> Given:
        at = dict(zip(self.inputs, cells, strict=True))
        unit = _read(self.unit, at=at) if self.unit and self.value.type in NUMERIC else BLANK
        if unit.problem is None and (unit.is_blank or normalized(shown(unit.value)) in MISSING):
            return _read(self.value, at=at)
        given = _read(self._bare, at=at)
        if given.problem is not None or number_in(given.value) is None:
            return given
        if unit.problem is not None:
            return replace(given, value="", problem=unit.problem)
        return replace(given, value=f"{shown(given.value).strip()} {shown(unit.value).strip()}")


def results_of(
    chosen: Sequence[int],
    *,
    rule: RecordRule,
    kind: KnownKind,
    sources: Mapping[str, Source],
    bind: Bind,
    columns: Columns,
) -> Results:
    """None where the sheet lacks the column of the test or of the value."""
    test, value, unit = (
        bind(sources[name], type_=kind.variables[name].type) if name in sources else None for name in IN_A_RESULT
    )
    if test is None or value is None or value.number is None:
        return Results(chosen=(), variables={}, places={})
    tests = columns.each(test.inputs, convert=test.convert, chosen=chosen)
    cells = columns.column(value.number)
    kept = [place for place, line in enumerate(chosen) if _is_result(tests[place], cell=cells[line])]
    lines, tests = [chosen[place] for place in kept], [tests[place] for place in kept]
    variables = {ANALYTE: tests}
    for name, places in _by_variable(tests, kind=kind).items():
        own = _as_written(sources[VALUE], test=rule.tests.get(name, ALIKE))
        bound = bind(own, type_=kind.results[name].type)
        if bound is not None:
            reader = ResultReader(value=bound, unit=unit)
            variables[name] = _told(reader, places=places, lines=lines, columns=columns)
    numbers = {ANALYTE: test.number, **dict.fromkeys(variables.keys() - {ANALYTE}, value.number)}
    return Results(
        chosen=lines, variables=variables, places={name: number for name, number in numbers.items() if number}
    )


def _is_result(test: Given, *, cell: Any) -> bool:
    """Not a test that the mapping leaves out, nor a line without test and value."""
    if test.problem is not None or not is_blank(test.value):
        return True
    return not test.raw and not is_blank(cell)


def _by_variable(tests: Sequence[Given], *, kind: KnownKind) -> dict[str, list[int]]:
    """The places of each variable's results. Without codes of its own a sheet calls the tests as the registry does."""
    names = {id(test): _variable(test, kind=kind) for test in tests}
    found: dict[str, list[int]] = {}
    for place, test in enumerate(tests):
        if (name := names[id(test)]) is not None:
            found.setdefault(name, []).append(place)
    return found


def _variable(test: Given, *, kind: KnownKind) -> str | None:
    word = shown(test.value).strip()
    name = word if word in kind.results else kind.variables[ANALYTE].spellings.get(normalized(word), "")
    return name if test.problem is None and name in kind.results else None


def _as_written(value: Source, *, test: ResultSource) -> Source:
    given = test.model_dump(exclude_none=True)
    if "missing" in given:
        given["missing"] = {**(value.missing or {}), **given["missing"]}
    if "unit" in given:
        given["units"] = ()
    return value.model_copy(update=given)


def _told(reader: ResultReader, *, places: Sequence[int], lines: Sequence[int], columns: Columns) -> list[Given]:
    """What the reader of the file left out, such as an error cell, is told where its value would stand."""
    own = [lines[place] for place in places]
    told = [BLANK] * len(lines)
    for place, given in zip(places, columns.each(reader.inputs, convert=reader.convert, chosen=own), strict=True):
        told[place] = given
    if columns.hidden:
        for place in places:
            at = [columns.hidden.get((columns.lines[lines[place]], number)) for number in reader.value.numbers]
            if problem := next(filter(None, at), None):
                told[place] = Given(problem=problem)
    return told


def _read(bound: BoundSource, *, at: Mapping[int, Any]) -> Given:
    return bound.convert(tuple(at[number] for number in bound.inputs))
