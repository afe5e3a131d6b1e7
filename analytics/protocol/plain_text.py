"""A protocol as text, written in one way only: equal content gives equal bytes, and so the same hash."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from analytics.errors import ProtocolError
from analytics.protocol.text import parse_protocol

WIDTH = 120  # a part that fits on a line stands on one
DEEPEST = 2  # levels of brackets on one line
STEP = "  "
PLAIN = re.compile(r"^[A-Za-z0-9_\u4e00-\u9fff]([^\s:#,\[\]{}'\"&*!|>%@`\\]|[ ](?=[^\s#]))*$")
PLAIN_KEY = re.compile(r"^[A-Za-z_][A-Za-z0-9_.-]*$")
DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")  # other readers of YAML would make a date of it
HEADER = re.compile(r"\A(?:[ \t]*#[^\n]*\n|[ \t]*\n)+")


def written(content: Mapping[str, Any]) -> str:
    """YAML that `parse_protocol` reads as this content, in the order of its keys."""
    return "".join(f"{line}\n" for line in _lines_of_mapping(content, indent=""))


def rewritten(content: Mapping[str, Any], *, before: str) -> str:
    """The text of a changed protocol. Unchanged content keeps its text to the byte; the comment at its head always stays."""
    former = _content_or_none(before)
    if former is not None and is_same(former, content):
        return before
    header = HEADER.match(before)
    return (header[0] if header else "") + written(content)


def is_same(one: Any, other: Any) -> bool:
    """In values, kinds and order: true is not 1, and the order of events decides."""
    return json.dumps(one, ensure_ascii=False) == json.dumps(other, ensure_ascii=False)


def flow_text(value: Any) -> str:
    """On one line: `HCC`, `"1"`, `[CR, PR]`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {flow_text(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow_text, value)) + "]"
    return _scalar(value)


def _lines_of_mapping(content: Mapping[str, Any], *, indent: str) -> Iterator[str]:
    for key, value in content.items():
        start = f"{indent}{_key(key)}:"
        if _fits(value, start=start):
            yield f"{start} {flow_text(value)}"
        else:
            yield start
            yield from _lines(value, indent=indent + STEP)


def _lines(value: Any, *, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _lines_of_mapping(value, indent=indent)
        return
    for item in value:
        if _fits(item, start=f"{indent}-"):
            yield f"{indent}- {flow_text(item)}"
            continue
        first, *rest = _lines(item, indent=indent + STEP)
        yield f"{indent}- {first.removeprefix(indent + STEP)}"
        yield from rest


def _fits(value: Any, *, start: str) -> bool:
    if not isinstance(value, Mapping | list | tuple) or not value:
        return True
    return _depth(value) <= DEEPEST and len(start) + 1 + len(flow_text(value)) <= WIDTH


def _depth(value: Any) -> int:
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return 1 + max(map(_depth, parts), default=0) if isinstance(value, Mapping | list | tuple) else 0


def _key(key: object) -> str:
    text = str(key)
    return text if PLAIN_KEY.match(text) and isinstance(_read(text), str) else json.dumps(text, ensure_ascii=False)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    is_plain = PLAIN.match(text) and not DATE.match(text) and isinstance(_read(text), str)
    return text if is_plain else json.dumps(text, ensure_ascii=False)


@lru_cache(maxsize=4096)
def _read(text: str) -> Any:
    """What a plain scalar is read as."""
    return parse_protocol(f"value: {text}")["value"]


def _content_or_none(text: str) -> dict[str, Any] | None:
    try:
        return parse_protocol(text)
    except ProtocolError:
        return None
