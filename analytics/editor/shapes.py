"""What a protocol may hold, as shapes for a form, drawn from the pydantic models themselves: no key is listed a second time."""

import datetime
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Discriminator, Tag
from pydantic.fields import FieldInfo

from analytics.protocol.population import StudyProtocol

NOTHING: Any = object()  # a field without a default


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value: text, number, whole, date, claim (yes or no), or token (text, number or claim)."""

    kind: Literal["text", "number", "whole", "date", "claim", "token"]


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Several:
    """A list of values, each of this shape, written in one line or ticked."""

    item: Scalar | Choice


@dataclass(frozen=True, slots=True)
class PartOf:
    """A part with keys of its own."""

    model: type[BaseModel]

    @property
    def fields(self) -> "tuple[Field, ...]":
        return fields_of(self.model)


@dataclass(frozen=True, slots=True)
class Rows:
    item: "Shape"


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping: entries under names of their own."""

    item: "Shape"


@dataclass(frozen=True, slots=True)
class Variants:
    """One of several parts; `tell` says which of them a content is."""

    parts: Mapping[str, "Shape"] = field(hash=False)
    tell: Callable[[Any], str]


Shape = Scalar | Choice | Several | PartOf | Rows | Named | Variants


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A key of a part. `only` is the one value that it can have, such as the kind of a sensitivity analysis."""

    name: str
    shape: Shape
    is_required: bool
    default: Any

    @property
    def only(self) -> Any:
        options = self.shape.options if isinstance(self.shape, Choice) else ()
        return options[0] if len(options) == 1 else None


PROTOCOL = PartOf(StudyProtocol)


@cache
def fields_of(model: type[BaseModel]) -> tuple[Field, ...]:
    return tuple(
        Field(
            name=info.alias or name,
            shape=shape_of(info.annotation, metadata=tuple(info.metadata)),
            is_required=info.is_required(),
            default=_default(info),
        )
        for name, info in model.model_fields.items()
    )


def shape_of(annotation: Any, *, metadata: tuple[Any, ...] = ()) -> Shape:
    """Raises TypeError for what no form can show: a new kind of key must not be left out silently."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return shape_of(arguments[0], metadata=(*metadata, *arguments[1:]))
    if origin in {Union, types.UnionType}:
        return _of_union([part for part in arguments if part is not type(None)], metadata=metadata)
    if origin is Literal:
        return Choice(arguments)
    if origin is tuple:
        return _of_tuple(arguments)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Named(shape_of(arguments[1]))
    return _plain(annotation)


def _plain(annotation: Any) -> Shape:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return PartOf(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Choice(tuple(member.value for member in annotation))
    kinds = {str: "text", float: "number", int: "whole", bool: "claim", datetime.date: "date"}
    if annotation in kinds:
        return Scalar(kinds[annotation])  # type: ignore[arg-type]
    raise TypeError(f"no form field is known for {annotation}")


def _of_union(parts: list[Any], *, metadata: tuple[Any, ...]) -> Shape:
    """Plain values of several kinds are a token. A sentence that may be a text or a pair of texts is the pair."""
    if len(parts) == 1:
        return shape_of(parts[0], metadata=metadata)
    teller = next((each for each in metadata if isinstance(each, Discriminator)), None)
    if teller is not None:
        tagged = {_tag(part): shape_of(part) for part in parts}
        return Variants(tagged, teller.discriminator)  # type: ignore[arg-type]
    shapes = [shape_of(part) for part in parts]
    of_parts = [shape for shape in shapes if isinstance(shape, PartOf)]
    if of_parts:
        return of_parts[0]
    lists = [shape for shape in shapes if isinstance(shape, Several)]
    return lists[0] if lists else Scalar("token")


def _of_tuple(arguments: tuple[Any, ...]) -> Shape:
    """Of any length, or a pair such as the days of a window; () is the list without anything."""
    item: Shape = shape_of(arguments[0]) if arguments else Scalar("token")
    return Several(item) if isinstance(item, Scalar | Choice) else Rows(item)


def _tag(part: Any) -> str:
    return next(str(each.tag) for each in get_args(part)[1:] if isinstance(each, Tag))


def _default(info: FieldInfo) -> Any:
    if info.is_required():
        return NOTHING
    default = info.get_default(call_default_factory=True, validated_data={})
    return default.value if isinstance(default, Enum) else default
