"""The way through a result along its declaration: each number with its address and what it is about."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from analytics.result.nulls import Json
from analytics.result.rows.shapes import Block, Curve, Deep, Each, Listed, Node, Points, Statistic, Unlisted, segment
from analytics.result.rows.statistics.whole import RESULT, SOURCES

KEPT = {"univariable": "model", "multivariable": "model"}  # keys of an object that say what a number is about
KEPT |= dict.fromkeys(("unmatched", "matched", "weighted"), "cohort")
CONTRASTS = "contrasts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a result: the address, what it is about, and what was computed there."""

    address: str = ""
    contrast: str = ""  # the address of a further contrast, with a point behind it
    roles: Mapping[str, str] = field(default_factory=dict)
    method: str = ""
    why: Mapping[str, str] = field(default_factory=dict)

    def at(self, key: object, **roles: str) -> "Place":
        address = f"{self.address}.{segment(key)}" if self.address else segment(key)
        known = {**self.roles, **roles} if roles else self.roles
        return Place(address=address, contrast=self.contrast, roles=known, method=self.method, why=self.why)


Visit = Callable[[Place, Statistic, Any], Any]


def visit(
    result: Json,
    *,
    of: Visit,
    curve: Callable[[Place, Curve, Json], Any] = lambda _place, _node, content: content,
    unlisted: Callable[[Any], Any] = lambda content: content,
    goes_into_drawn: bool = True,
) -> Json:
    """A copy of the result in which each declared number is what `of` makes of it."""
    walk = _Walk(of=of, curve=curve, unlisted=unlisted, goes_into_drawn=goes_into_drawn)
    copied = walk.block(Place(), node=RESULT, content=result)
    return {key: copied.get(key, value) for key, value in result.items()}


def undeclared(result: Json) -> list[str]:
    """The paths of numbers of which nobody has declared what they are: none, or a number has come that has no row."""
    declared = visit(result, of=lambda *_one: None, curve=lambda *_one: None, unlisted=lambda _one: None)
    return [path for key, value in declared.items() if key not in SOURCES for path in _numbers(value, path=key)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    of: Visit
    curve: Callable[[Place, Curve, Json], Any]
    unlisted: Callable[[Any], Any]
    goes_into_drawn: bool

    def node(self, place: Place, *, node: Node | None, content: Any) -> Any:
        """What is of another shape than declared stays as it is; a null is a number that there is not."""
        if isinstance(content, Mapping):
            return self.of_object(place, node=node, content=dict(content))
        if isinstance(content, list):
            return self.of_list(place, node=node, content=content)
        if isinstance(node, Unlisted):
            return self.unlisted(content)
        statistic = node.statistic if isinstance(node, Deep) else node
        if isinstance(statistic, Statistic) and (content is None or _is_value(content)):
            return self.of(place, statistic, content)
        return content

    def of_object(self, place: Place, *, node: Node | None, content: Json) -> Any:
        match node:
            case Block():
                return self.block(place, node=node, content=content)
            case Each():
                return self.each(place, node=node, content=content)
            case Curve():
                return self.curve(place, node, content)
            case Deep():
                return {key: self.node(place.at(key), node=node, content=value) for key, value in content.items()}
            case Unlisted():
                return self.unlisted(content)
        return content

    def of_list(self, place: Place, *, node: Node | None, content: list[Any]) -> Any:
        match node:
            case Listed():
                return self.listed(place, node=node, content=content)
            case Points():
                named = zip(node.names, node.statistics, content, strict=True)
                return [self.node(place.at(name), node=of, content=value) for name, of, value in named]
            case Deep():
                return [self.node(place.at(number), node=node, content=one) for number, one in enumerate(content)]
        return content

    def block(self, place: Place, *, node: Block, content: Json) -> Json:
        method = str(content.get(node.method) or "") if node.method else place.method
        why = content.get("why", {})
        here = replace(place, method=method, why=why if isinstance(why, Mapping) else {})
        return {
            key: self.node(_below(here, key=key), node=declared, content=value)
            if (declared := node.fields.get(key))
            else value
            for key, value in content.items()
        }

    def each(self, place: Place, *, node: Each, content: Json) -> Json:
        here = replace(place, why=content.get("why", {}))
        return {
            key: value
            if key == "why"
            else self.node(here.at(key, **{node.role: str(key)}), node=node.node, content=value)
            for key, value in content.items()
        }

    def listed(self, place: Place, *, node: Listed, content: list[Json]) -> list[Json]:
        if node.is_drawn and not self.goes_into_drawn:
            return content
        names: Counter[str] = Counter()
        found = []
        for one in content:
            name = segment(node.called(one))
            names[name] += 1
            called = name if names[name] == 1 else f"{name}#{names[name]}"
            roles = {role: str(one[key]) for key, role in node.roles.items() if one.get(key) is not None}
            below = place.at(called, **roles, name=called)
            if place.address == CONTRASTS:
                below = replace(below, contrast=f"{below.address}.", roles={"contrast": called})
            found.append(self.node(below, node=node.node, content=one))
        return found


def _below(place: Place, *, key: str) -> Place:
    return place.at(key, **{KEPT[key]: key}) if key in KEPT else place.at(key)


def _is_value(content: object) -> bool:
    return isinstance(content, int | float) and not isinstance(content, bool)


def _numbers(content: Any, *, path: str) -> Iterator[str]:
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from _numbers(value, path=f"{path}.{key}")
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from _numbers(value, path=f"{path}[{number}]")
    elif _is_value(content):
        yield path
