"""A mapping while it is being made: the content of its YAML as a dictionary, which may still lack what a mapping needs.

What the guided page cannot show, such as conditions of single variables, stays in it as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from importers.files.cells import normalized
from importers.mapping.catalog import Catalog, KnownVariable
from importers.mapping.language import PLACE

Content = dict[str, Any]

EVERY = "every"  # stands for the rule in the name of a variable that all kinds of record share
FROM = {"header", "headers", "value"}  # where a source takes its value; it has one of these
SHARED = ("local_id", "assessment_date", "assessment_type", "start_date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """A variable and where its value comes from. `rule` is a kind, imaging#2 for its second rule, or EVERY."""

    rule: str
    kind: str
    variable: str
    source: Content
    blocks: tuple[str, ...]

    @property
    def token(self) -> str:
        return f"{self.rule}.{self.variable}"

    @property
    def headers(self) -> list[str]:
        """Those whose cells make the value, of repeated columns one by one."""
        named = _columns(self.source)
        return [header.replace(PLACE, block) if block else header for block in self.blocks for header in named]


def rules_of(content: Content) -> dict[str, Content]:
    """Each rule by its name: patient, imaging, imaging#2."""
    found: dict[str, Content] = {}
    for rule in content.get("records", []):
        number = sum(name.split("#")[0] == rule["kind"] for name in found) + 1
        found[rule["kind"] if number == 1 else f"{rule['kind']}#{number}"] = rule
    return found


def assigned_in(content: Content) -> Iterator[Assigned]:
    for variable, source in content.get("everywhere", {}).items():
        yield Assigned(rule=EVERY, kind="", variable=variable, source=_whole(source), blocks=("",))
    for name, rule in rules_of(content).items():
        blocks = tuple(map(str, rule.get("repeat", ()))) or ("",)
        for variable, source in rule.get("variables", {}).items():
            yield Assigned(rule=name, kind=rule["kind"], variable=variable, source=_whole(source), blocks=blocks)


def known_of(assigned: Assigned, *, catalog: Catalog) -> KnownVariable | None:
    kinds = [catalog[assigned.kind]] if assigned.kind in catalog else list(catalog.values())
    return next((kind.variables[assigned.variable] for kind in kinds if assigned.variable in kind.variables), None)


def tokens_of(content: Content, *, header: str) -> list[str]:
    """The variables that this column gives."""
    wanted = normalized(header)
    return [one.token for one in assigned_in(content) if wanted in map(normalized, one.headers)]


def is_ignored(content: Content, *, header: str) -> bool:
    return normalized(header) in map(normalized, content.get("ignored", ()))


def ignore(content: Content, *, header: str) -> None:
    if not is_ignored(content, header=header):
        content["ignored"] = [*content.get("ignored", ()), header]


def read_again(content: Content, *, header: str) -> None:
    content["ignored"] = [one for one in content.get("ignored", ()) if normalized(one) != normalized(header)]


def assign(content: Content, *, header: str, token: str) -> None:
    """The column gives this variable; of several columns that do, the first that is filled.

    How its codes and units are read stays, if it was given before. A computed date has one column that it starts from.
    """
    rule, _dot, variable = token.partition(".")
    variables = variables_of(content, rule=rule)
    before = _whole(variables.get(variable, {}))
    kept = {name: value for name, value in before.items() if name not in FROM}
    columns = [] if before.get("plus") or before.get("minus") else _columns(before)
    given = placed(header, blocks=blocks_of(content, rule=rule))
    variables[variable] = _of([*(one for one in columns if one != given), given]) | kept
    read_again(content, header=header)


def withdraw(content: Content, *, header: str, token: str) -> None:
    """The column gives this variable no longer; other columns still do."""
    rule, _dot, variable = token.partition(".")
    variables, blocks = variables_of(content, rule=rule), blocks_of(content, rule=rule)
    before = _whole(variables.pop(variable, {}))
    columns = _columns(before)
    left = [one for one in columns if normalized(header) not in _each(one, blocks=blocks)]
    if left and not (before.get("plus") or before.get("minus")):
        variables[variable] = _of(left) | {name: value for name, value in before.items() if name not in FROM}


def variables_of(content: Content, *, rule: str) -> Content:
    """Those of a rule, which is added where there is none yet."""
    if rule == EVERY:
        return dict_in(content, name="everywhere")
    found = rules_of(content).get(rule)
    if found is None:
        found = {"kind": rule.split("#")[0]}
        content.setdefault("records", []).append(found)
    return dict_in(found, name="variables")


def source_of(content: Content, *, token: str) -> Content:
    """The source itself, to be changed, as a dictionary."""
    rule, _dot, variable = token.partition(".")
    variables = variables_of(content, rule=rule)
    variables[variable] = _whole(variables.get(variable, {}))
    found: Content = variables[variable]
    return found


def blocks_of(content: Content, *, rule: str) -> tuple[str, ...]:
    return tuple(map(str, rules_of(content).get(rule, {}).get("repeat", ())))


def placed(header: str, *, blocks: tuple[str, ...]) -> str:
    """`AE1` of a rule that repeats for 1, 2, 3 is `AE{n}`."""
    for block in sorted(blocks, key=len, reverse=True):
        before, found, after = header.rpartition(block)
        if found:
            return f"{before}{PLACE}{after}"
    return header


def dict_in(content: Content, *, name: str) -> Content:
    content[name] = dict(content.get(name) or {})
    found: Content = content[name]
    return found


def set_or_drop(content: Content, *, name: str, value: Any) -> None:
    """What says nothing is left out."""
    if value in (None, "", {}, [], ()):
        content.pop(name, None)
    else:
        content[name] = value


def _columns(source: Content) -> list[str]:
    return [source["header"]] if "header" in source else list(source.get("headers", ()))


def _of(columns: list[str]) -> Content:
    return {"header": columns[0]} if len(columns) == 1 else {"headers": columns}


def _each(header: str, *, blocks: tuple[str, ...]) -> set[str]:
    """Of a repeated group every column that the one header stands for."""
    return {normalized(header.replace(PLACE, block)) for block in blocks or ("",)}


def _whole(source: Any) -> Content:
    return {"header": source} if isinstance(source, str) else dict(source)
