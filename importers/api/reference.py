"""The addresses for scripts as a page, drawn from the OpenAPI description that the code gives of itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularJSONAPIView


class ByTokenDescribed(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class, name = "registry.web.authentication.ByToken", "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        about = "The word Token, a space, and a token created on the page Tokens for scripts"
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": about}


class Description(SpectacularJSONAPIView):
    """For whoever asks: it tells nothing of any center."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    kind: str
    required: bool
    values: tuple[str, ...]
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`fields` are what is sent, `answer` what comes back when it is done."""

    method: str
    path: str
    about: str
    fields: tuple[Field, ...]
    statuses: tuple[str, ...]
    answer: tuple[Field, ...]


@cache
def addresses(language: str) -> tuple[Address, ...]:
    """What is said of them is in this language."""
    generator: Any = SchemaGenerator  # without types of its own
    with translation.override(language):
        schema: Mapping[str, Any] = generator().get_schema(request=None, public=True)
        return tuple(
            _address(path, method=method, described=described, schema=schema)
            for path, methods in schema["paths"].items()
            for method, described in methods.items()
        )


def _address(path: str, *, method: str, described: Mapping[str, Any], schema: Mapping[str, Any]) -> Address:
    asked = [
        _field(one["name"], one["schema"], required=one.get("required", False), about=one.get("description", ""))
        for one in described.get("parameters", ())
        if one["in"] == "query"
    ]
    sent = _content(described.get("requestBody", {}))
    done = [answer for number, answer in described["responses"].items() if number.startswith("2")]
    given = _content(done[0]) if done else {}
    return Address(
        method=method.upper(),
        path=path,
        about=str(described.get("description", "")),
        fields=(*asked, *_fields(sent, schema=schema)),
        statuses=tuple(described["responses"]),
        answer=tuple(_fields(given.get("items", given), schema=schema)),
    )


def _content(described: Mapping[str, Any]) -> Mapping[str, Any]:
    kinds = [kind.get("schema", {}) for kind in described.get("content", {}).values()]
    return kinds[0] if kinds else {}


def _fields(shape: Mapping[str, Any], *, schema: Mapping[str, Any]) -> Iterator[Field]:
    known = _resolved(shape, schema=schema)
    for name, described in known.get("properties", {}).items():
        whole = _resolved(described, schema=schema)
        yield _field(name, whole, required=name in known.get("required", ()), about=described.get("description", ""))


def _field(name: str, described: Mapping[str, Any], *, required: bool, about: str) -> Field:
    values = tuple(str(value) for value in described.get("enum", ()) if value is not None)
    kind = str(described.get("format") or described.get("type") or "object")
    return Field(name=name, kind=kind, required=required, values=values, about="" if values else str(about))


def _resolved(shape: Mapping[str, Any], *, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference names, alone or wrapped beside a description."""
    for one in (shape, *shape.get("allOf", ()), *shape.get("oneOf", ())):
        if "$ref" in one:
            found: Mapping[str, Any] = schema["components"]["schemas"][one["$ref"].rsplit("/", 1)[1]]
            return found
    return shape
