"""What the fields of the editor may name: variables as the registry declares them, events, covariates and arms of the draft."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.cohort.declaration import declared_variables
from analytics.protocol.events import Noun
from analytics.protocol.kinds import Kind
from analytics.report.labels import NOUNS, codes_of, variable_label

Content = Mapping[str, Any]
Scope = tuple[str, ...]  # nouns whose records have the variable; () for the patient

MOST = 40  # suggestions at once
OF_EVENTS = ("found", "date", "record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A variable that may be named here; `codes` where it has a vocabulary."""

    name: str
    kind: Kind
    label: str
    codes: Mapping[str, str]


def known_variable(name: str, *, scope: Scope, content: Content) -> Known | None:
    kind = _kind(name, scope=scope, content=content)
    if kind is None:
        return None
    codes = {str(code): str(label) for code, label in _codes(name).items()} if kind is Kind.CODE else {}
    return Known(name=name, kind=kind, label=variable_label(name), codes=codes)


def suggestions(typed: str, *, scope: Scope, content: Content) -> list[tuple[str, str]]:
    """Names with their labels that contain what was typed; names that begin so first."""
    wanted = typed.strip().casefold()
    found = [(name, variable_label(name)) for name in _names(scope, content=content)]
    fitting = [(name, label) for name, label in found if wanted in name.casefold() or wanted in label.casefold()]
    ranked = sorted(fitting, key=lambda pair: (not pair[0].casefold().startswith(wanted), len(pair[0]), pair[0]))
    return ranked[:MOST]


def events_of(content: Content) -> list[str]:
    return list(_mapping(content, "population", "events"))


def covariates_of(content: Content) -> list[str]:
    rows = content.get("covariates")
    return [str(row["name"]) for row in rows if isinstance(row, Mapping) and row.get("name")] if rows else []


def endpoints_of(content: Content) -> list[str]:
    return list(_mapping(content, "endpoints"))


def arms_of(content: Content) -> list[str]:
    arms = _mapping(content, "arms")
    others = arms.get("others")
    parts = [arms.get("focal"), arms.get("reference"), *(others if isinstance(others, list) else ())]
    return [str(part["label"]) for part in parts if isinstance(part, Mapping) and part.get("label")]


def _names(scope: Scope, *, content: Content) -> Iterator[str]:
    if scope:
        for noun in scope:
            yield from _variables_of(noun)
        return
    yield from (name for name in declared_variables()[None] if not name.endswith("_missing_reason"))
    yield from _mapping(content, "population", "counts")
    yield from _mapping(content, "population", "exposures")
    for event, rule in _mapping(content, "population", "events").items():
        yield from (f"{event}.{name}" for name in OF_EVENTS)
        for noun in _nouns(rule):
            yield from (f"{event}.{name}" for name in _variables_of(noun) if not name.endswith("_missing_reason"))


def _kind(name: str, *, scope: Scope, content: Content) -> Kind | None:
    if scope:
        kinds = [declared_variables()[Noun(noun)].get(name) for noun in scope if noun in set(Noun)]
        return next((kind for kind in kinds if kind is not None), None)
    population = _mapping(content, "population")
    if name in _mapping(population, "counts") or name in _mapping(population, "exposures"):
        return Kind.NUMBER
    event, _, variable = name.rpartition(".")
    rules = _mapping(population, "events")
    if event not in rules:
        return declared_variables()[None].get(name)
    if variable in (*OF_EVENTS, "event"):
        return {"found": Kind.CLAIM, "date": Kind.DATE}.get(variable, Kind.CODE)
    return _kind(variable, scope=_nouns(rules[event]), content=content) if _nouns(rules[event]) else None


def _codes(name: str) -> Mapping[str, Any]:
    if name.endswith(".record"):
        return {noun.value: label for noun, label in NOUNS.items()}
    return codes_of(name)


def _variables_of(noun: str) -> Iterator[str]:
    if noun in set(Noun):
        yield from declared_variables().get(Noun(noun), {})


def _nouns(rule: Any) -> Scope:
    records = rule.get("records") if isinstance(rule, Mapping) else None
    return tuple(map(str, records)) if isinstance(records, list) else ()


def _mapping(content: Any, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        content = content.get(key) if isinstance(content, Mapping) else None
    return content if isinstance(content, Mapping) else {}
