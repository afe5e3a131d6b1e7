"""A form as a browser would send it: every field with what stands in it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict

from analytics.editor.form import form_sections
from analytics.editor.nodes import Node, walk


@pytest.fixture
def send() -> Callable[..., QueryDict]:
    def run(content: dict[str, Any], **typed: str) -> QueryDict:
        data = QueryDict(mutable=True)
        data["population@is"] = "1"
        for section in form_sections(content):
            for top in section.nodes:
                for node in walk(top):
                    _fill(data, node=node)
        for name, value in typed.items():
            data[name] = value
        return data

    return run


def _fill(data: QueryDict, *, node: Node) -> None:
    if node.kind in {"part", "condition", "variants"}:
        data[f"{node.name}@is"] = "1"
    if node.kind in {"condition", "variants"}:
        data[f"{node.name}@kind"] = data[f"{node.name}@was"] = node.variant
    if node.kind == "rows":
        data[f"{node.name}@rows"] = node.value
    if node.entry is not None:
        data[f"{node.name}@name"] = node.entry
    if node.kind in {"text", "long"}:
        data[node.name] = node.value
    if node.kind in {"choice", "ticks"}:
        data.setlist(node.name, [value for value, _, is_chosen in node.options if is_chosen])
    if node.kind == "ticks":
        data[f"{node.name}@ticks"] = "1"
