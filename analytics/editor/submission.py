"""What a form sent, as a protocol's content again: every value as written, in the kind that its place asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from analytics.editor.names import Scope, known_variable
from analytics.editor.shapes import PROTOCOL, Choice, Named, PartOf, Rows, Scalar, Several, Shape, Variants
from analytics.errors import ProtocolError
from analytics.protocol.changes import ABSENT
from analytics.protocol.conditions import LISTS, WITHOUT_VALUE
from analytics.protocol.kinds import Kind
from analytics.protocol.plan import Covariate
from analytics.protocol.text import parse_protocol
from registry.clinical.laboratory.quantities import NotAQuantity, read_quantity

Content = dict[str, Any]

MOST_ROWS = 500
BLANK: Mapping[str, Content] = {  # what tells a variant that has no key of its own for it
    "comparison": {},
    "all": {"all": [{}]},
    "any": {"any": [{}]},
    "not": {"not": {}},
    "type: records": {},
    "type: events": {"later_of": []},
}


def posted_content(data: QueryDict, *, before: Content) -> Content:
    """`before` is what the form was drawn from: where the form says the same, it stays as it was written there."""
    found = Reader(data=data, content=before).part(PROTOCOL, name="")
    settled: Content = settle(PROTOCOL, before=before, after=found)
    return settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    data: QueryDict
    content: Content
    scope: Scope = ()

    def part(self, shape: PartOf, *, name: str) -> Content:
        found: Content = {}
        reader = self
        for each in shape.fields:
            own = f"{name}.{each.name}".lstrip(".")
            value = each.only if each.only is not None and each.is_required else reader.value(each.shape, name=own)
            if value is ABSENT and each.is_required and each.default is not None and f"{own}@null" in self.data:
                value = None
            if value is ABSENT:
                continue
            found[each.name] = value
            if each.name == "records" and isinstance(value, list):
                reader = Reader(data=self.data, content=self.content, scope=tuple(map(str, value)))
        return self._with_codes(found) if shape.model is Covariate else found

    def _with_codes(self, covariate: Content) -> Content:
        """Levels of a coded variable are text, also those that look like numbers."""
        name = str(covariate.get("variable") or covariate.get("name") or "")
        known = known_variable(name, scope=(), content=self.content)
        if known is not None and known.kind is Kind.CODE:
            for key in {"positive", "levels"} & covariate.keys():
                given = covariate[key]
                covariate[key] = list(map(str, given)) if isinstance(given, list) else str(given)
        return covariate

    def value(self, shape: Shape, *, name: str) -> Any:
        match shape:
            case PartOf():
                return self.part(shape, name=name) if f"{name}@is" in self.data else ABSENT
            case Rows():
                return self._rows(shape.item, name=name)
            case Named():
                return self._named(shape.item, name=name)
            case Variants():
                return self._variant(shape, name=name) if f"{name}@kind" in self.data else ABSENT
            case Several():
                return self._several(shape, name=name)
            case Choice() | Scalar():
                return one_value(shape, text=self._text(name))

    def _rows(self, item: Shape, *, name: str) -> Any:
        numbers = self._numbers(name)
        return ABSENT if numbers is None else [self._item(item, name=f"{name}.{number}") for number in numbers]

    def _named(self, item: Shape, *, name: str) -> Any:
        numbers = self._numbers(name)
        if numbers is None:
            return ABSENT
        found: Content = {}
        for number in numbers:
            key = unused(self._text(f"{name}.{number}@name"), taken=found)
            found[key] = self._item(item, name=f"{name}.{number}")
        return found

    def _item(self, item: Shape, *, name: str) -> Any:
        value = self.value(item, name=name)
        return {} if value is ABSENT and isinstance(item, PartOf | Variants) else [] if value is ABSENT else value

    def _numbers(self, name: str) -> range | None:
        count = self._text(f"{name}@rows")
        return range(min(int(count), MOST_ROWS)) if count.isascii() and count.isdigit() else None

    def _variant(self, shape: Variants, *, name: str) -> Any:
        """Where another variant was chosen, as much as fits of the one before."""
        wanted, was = self._text(f"{name}@kind"), self._text(f"{name}@was")
        was = was if was in shape.parts else wanted
        if wanted not in shape.parts:
            wanted = was if was in shape.parts else next(iter(shape.parts))
        found = self._of_variant(shape, variant=was, name=name)
        return found if wanted == was else turned(found, shape=shape, into=wanted)

    def _of_variant(self, shape: Variants, *, variant: str, name: str) -> Content:
        part = shape.parts[variant]
        found = self.part(part, name=name) if isinstance(part, PartOf) else {}
        if variant == "comparison":
            self._fit_comparison(found, name=name)
        if shape.tell(found) != variant:
            found = {**blank(shape, variant=variant), **found}
        return found

    def _fit_comparison(self, found: Content, *, name: str) -> None:
        """The value in the kind of the variable: a code is text, also where it looks like a number."""
        found.pop("value", None)
        operator = found.get("operator")
        texts = [text for text in self.data.getlist(f"{name}.value") if text.strip()]
        if not texts or operator in WITHOUT_VALUE or "than" in found:
            return
        known = known_variable(str(found.get("variable", "")), scope=self.scope, content=self.content)
        pieces = texts if len(texts) > 1 or (known and known.codes) else split(texts[0]) if operator in LISTS else texts
        values = [fitted(piece, kind=known.kind if known else None) for piece in pieces]
        found["value"] = values if operator in LISTS or len(values) > 1 else values[0]

    def _several(self, shape: Several, *, name: str) -> Any:
        texts = [text for text in self.data.getlist(name) if text.strip()]
        pieces = texts if f"{name}@ticks" in self.data else split(", ".join(texts))
        if shape.item == Scalar("text"):
            pieces = [piece.strip('"') for piece in pieces]
        values = [one_value(shape.item, text=piece) for piece in pieces]
        return [value for value in values if value is not ABSENT] or ABSENT

    def _text(self, name: str) -> str:
        return str(self.data.get(name, "")).strip()


def one_value(shape: Scalar | Choice, *, text: str) -> Any:
    """What cannot be read in its kind stays as it was typed: it is told at the field, not lost."""
    if not text:
        return ABSENT
    if isinstance(shape, Choice):
        return next((option for option in shape.options if str(option) == text), text)
    match shape.kind:
        case "claim":
            return {"true": True, "false": False}.get(text, text)
        case "token":
            return plain(text)
        case "number" | "whole":
            return number(text)
        case _:
            return text


def number(text: str) -> int | float | str:
    """By the parser of the record forms: what it asks about, such as 1,5, stays as it was typed and is told at the field."""
    try:
        found = read_quantity(text)
    except NotAQuantity:
        return text
    if found.has_comparator:
        return text
    return int(found.number) if found.number.lstrip("+-").isdecimal() else found.value


def fitted(text: str, *, kind: Kind | None) -> Any:
    if kind in {Kind.CODE, Kind.DATE}:
        return text.strip().strip('"')
    return plain(text)


def plain(text: str) -> Any:
    """A word, number or claim as YAML reads it; anything more is text, also what YAML would take for a remark or another line."""
    if not text.startswith('"') and re.search(r"[#\r\n]", text):
        return text
    try:
        value = parse_protocol(f"value: {text}")["value"]
    except ProtocolError:
        return text
    return text if value is None or isinstance(value, dict | list) else value


def split(text: str) -> list[str]:
    """Pieces between commas, Chinese ones too, with the quotes that they had. A comma within quotes or brackets is none."""
    pieces = re.findall(r'(?:"[^"]*"|\[[^\]]*\]|[^,，、])+', text)
    return [piece.strip() for piece in pieces if piece.strip()]


def unused(key: str, *, taken: Mapping[str, Any]) -> str:
    """A name twice is kept under one that shows it, so that neither entry is lost."""
    number, wanted = 2, key
    while key in taken:
        key, number = f"{wanted} ({number})", number + 1
    return key


def blank(shape: Shape, *, variant: str = "") -> Any:
    """What a new row or part begins with: what it must have, and nothing in it."""
    match shape:
        case PartOf():
            return {
                each.name: each.only if each.only is not None else blank(each.shape)
                for each in shape.fields
                if each.is_required and (each.only is not None or isinstance(each.shape, PartOf | Variants))
            }
        case Variants():
            variant = variant or next(iter(shape.parts))
            return dict(BLANK.get(variant) or blank(shape.parts[variant]))
        case Rows() | Several():
            return []
        case Named():
            return {}
        case _:
            return ""


def turned(content: Content, *, shape: Variants, into: str) -> Content:
    """One kind of condition keeps what it held when it becomes another; other variants keep the keys they share."""
    if into in {"all", "any", "not", "comparison"}:
        inner = content.get("all") or content.get("any") or ([content["not"]] if "not" in content else [content])
        return {"comparison": inner[0], "not": {"not": inner[0]}}.get(into) or {into: list(inner)}
    start: Content = blank(shape, variant=into)
    part = shape.parts[into]
    names = {each.name for each in part.fields if each.only is None} if isinstance(part, PartOf) else set()
    return {**start, **{key: value for key, value in content.items() if key in names}}


def settle(shape: Shape, *, before: Any, after: Any) -> Any:
    """`after`, but as it was written before where it says the same, and in the order of keys that it had."""
    if after is ABSENT:
        return before if before in (None, "", [], {}) else ABSENT
    if before is ABSENT and after in ([], {}) and isinstance(shape, Rows | Named):
        return ABSENT
    if isinstance(shape, Scalar | Choice | Several):
        return _settled_value(before, after=after)
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return _settled_mapping(shape, before=before, after=after)
    if isinstance(shape, Rows) and isinstance(before, list) and isinstance(after, list):
        former = [*before, *([ABSENT] * len(after))]
        return [settle(shape.item, before=old, after=new) for old, new in zip(former, after, strict=False)]
    return before if after == {"name": before} else after  # a row that is a word alone is short for its name


def _settled_mapping(shape: Shape, *, before: Mapping[str, Any], after: Mapping[str, Any]) -> Any:
    match shape:
        case PartOf():
            return _settled_keys({each.name: each.shape for each in shape.fields}, before=before, after=after)
        case Variants():
            variant = shape.tell(after)
            is_same_kind = variant in shape.parts and shape.tell(before) == variant
            return settle(shape.parts[variant], before=before, after=after) if is_same_kind else after
        case Named():
            return {
                key: settle(shape.item, before=before.get(key, ABSENT), after=value) for key, value in after.items()
            }
    return after


def _settled_value(before: Any, *, after: Any) -> Any:
    """A number written as text, or one value in the place of a list of one, says the same."""
    if isinstance(after, list):
        given = before if isinstance(before, list) else [before]
        return before if list(map(str, given)) == list(map(str, after)) else after
    return before if str(before) == str(after) and not isinstance(before, bool) else after


def _settled_keys(shapes: Mapping[str, Shape], *, before: Mapping[str, Any], after: Mapping[str, Any]) -> Content:
    order = list(before)
    for place, key in enumerate(shapes):
        if key in after and key not in order:  # where the schema has it, whenever it was written
            earlier = [order.index(each) for each in list(shapes)[:place] if each in order]
            order.insert(earlier[-1] + 1 if earlier else 0, key)
    found = {
        key: settle(shapes[key], before=before.get(key, ABSENT), after=after.get(key, ABSENT))
        for key in order
        if key in shapes
    }
    unknown = {key: value for key, value in before.items() if key not in shapes}  # told at the field, not swallowed
    return {key: value for key, value in {**found, **unknown}.items() if value is not ABSENT}
