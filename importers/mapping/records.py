"""The rows of a foreign sheet → records of the kinds that the registry knows, each value with the place it stood. PURE.

Column by column: each different cell is read once, however many rows have it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from importers.files.cells import normalized, shown
from importers.files.messages import Problem
from importers.mapping.catalog import Catalog, KnownKind
from importers.mapping.columns import Columns
from importers.mapping.conditions import Holds, all_hold
from importers.mapping.headers import LocatedSheet
from importers.mapping.language import PLACE, RecordRule, SheetMapping, Source
from importers.mapping.repetition import Difference, merged
from importers.mapping.results import IN_A_RESULT, Results, results_of
from importers.mapping.sources import Bind, BoundSource, Sheet, bound_source
from importers.mapping.values import BLANK, Given


@dataclass(slots=True, kw_only=True)
class MappedKind:
    """The records of one kind: parallel lists. `rows` are those of the hospital's sheet, `blocks` say which of `columns` hold.

    `columns` {variable: column number} tell of each block where its values stand; `elsewhere` where one stands on another row
    than its record's first.
    """

    kind: KnownKind
    rows: list[int] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    columns: list[Mapping[str, int]] = field(default_factory=list)
    variables: dict[str, list[Given]] = field(default_factory=dict)
    elsewhere: Mapping[tuple[int, str], int] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()

    def add(self, rows: Sequence[int], *, columns: Mapping[str, int], variables: Mapping[str, Sequence[Given]]) -> None:
        """Of variables that another block has, these rows say nothing."""
        for name in variables.keys() - self.variables.keys():
            self.variables[name] = [BLANK] * len(self.rows)
        for name, told in self.variables.items():
            told.extend(variables.get(name) or [BLANK] * len(rows))
        self.blocks += [len(self.columns)] * len(rows)
        self.columns.append(columns)
        self.rows += rows


def mapped_kinds(
    located: LocatedSheet, *, mapping: SheetMapping, catalog: Catalog, epoch_1904: bool = False
) -> list[MappedKind]:
    """In the order of import. The mapping has been held against the catalog: what it names is known."""
    sheet, columns = Sheet(located=located, mapping=mapping, epoch_1904=epoch_1904), Columns(located)
    found: dict[str, MappedKind] = {}
    once = {rule.kind: rule for rule in mapping.records if rule.is_once}
    for rule in mapping.records:
        kind = catalog[rule.kind]
        into = found.setdefault(rule.kind, MappedKind(kind=kind))
        for n in rule.blocks:
            _add_block(into, rule=rule, n=n, sheet=sheet, columns=columns)
    for name, rule in once.items():
        _merge(found[name], take_last=rule.once == "last")
    return [found[name] for name in catalog if name in found]


def _add_block(into: MappedKind, *, rule: RecordRule, n: str, sheet: Sheet, columns: Columns) -> None:
    conditions = sheet.bound(rule.when, n=n)
    if conditions is None:
        return
    sources = dict(_sources(rule, kind=into.kind, mapping=sheet.mapping))
    bind: Bind = partial(bound_source, n=n, sheet=sheet)
    results = Results(chosen=_chosen(conditions, columns=columns), variables={}, places={})
    if into.kind.results:
        results = results_of(results.chosen, rule=rule, kind=into.kind, sources=sources, bind=bind, columns=columns)
    bound = {
        name: found
        for name, source in sources.items()
        if not (into.kind.results and name in IN_A_RESULT)
        and (found := bind(source, type_=into.kind.variables[name].type)) is not None
    }
    chosen = results.chosen
    variables = {name: columns.each(one.inputs, convert=one.convert, chosen=chosen) for name, one in bound.items()}
    places = {name: one.number for name, one in bound.items() if one.number is not None}
    _tell_hidden(variables, bound=bound, chosen=chosen, columns=columns)
    variables |= {
        name: [Given(value=value.replace(PLACE, n) if n else value)] * len(chosen)
        for name, value in rule.constants.items()
    }
    into.add(
        [columns.lines[line] for line in chosen],
        columns={**places, **results.places},
        variables={**variables, **results.variables},
    )


def _sources(rule: RecordRule, *, kind: KnownKind, mapping: SheetMapping) -> Iterator[tuple[str, Source]]:
    """What the rule says itself stands before what is said for every kind."""
    own = {**rule.constants, **rule.variables}
    for name, source in mapping.everywhere.items():
        if name in kind.variables and name not in own:
            yield name, source
    yield from rule.variables.items()


def _chosen(conditions: Sequence[tuple[int, Holds]], *, columns: Columns) -> list[int]:
    everything = list(range(len(columns.lines)))
    if not conditions:
        return everything
    tests = [test for _, test in conditions]
    holds = columns.each(
        [number for number, _ in conditions], convert=lambda cells: all_hold(cells, tests=tests), chosen=everything
    )
    return [line for line in everything if holds[line]]


def _tell_hidden(
    variables: dict[str, list[Given]], *, bound: Mapping[str, BoundSource], chosen: Sequence[int], columns: Columns
) -> None:
    """What the reader left out, such as an error cell, is told where its value would stand."""
    if not columns.hidden:
        return
    for name, one in bound.items():
        for place, line in enumerate(chosen):
            told = [columns.hidden.get((columns.lines[line], number)) for number in one.numbers]
            problem: Problem | None = next((found for found in told if found is not None), None)
            if problem is not None:
                variables[name][place] = Given(problem=problem)


def _merge(kind: MappedKind, *, take_last: bool) -> None:
    """One record for all rows with the same key; rows without a whole key stay by themselves and are told by the checks."""
    names = [name for name in kind.kind.key if name in kind.variables]
    if not names:
        return
    words = [kind.variables[name] for name in names]
    spelled = [_spelled(told) for told in words]
    keys = [None if None in key else key for key in zip(*spelled, strict=True)]
    groups: dict[Any, list[int]] = {}
    for place, key in enumerate(keys):
        groups.setdefault(key if key is not None else place, []).append(place)
    found = merged(kind.variables, key=names, groups=list(groups.values()), rows=kind.rows, take_last=take_last)
    kind.variables, kind.elsewhere, kind.differences = found.variables, found.elsewhere, found.differences
    kind.rows, kind.blocks = (
        [kind.rows[at[0]] for at in groups.values()],
        [kind.blocks[at[0]] for at in groups.values()],
    )


def _spelled(told: Sequence[Given]) -> list[str | None]:
    """As words of a key are compared; equal cells are one Given, which is looked at once."""
    each = {id(one): one for one in told}
    known = {name: None if one.is_blank or one.problem else normalized(shown(one.value)) for name, one in each.items()}
    return [known[id(one)] for one in told]
