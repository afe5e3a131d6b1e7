"""The text of a protocol → nested dictionaries: YAML 1.2's plain scalars, no repeated keys, no code."""

import re
from pathlib import Path
from typing import Any

import yaml

from analytics.errors import ProtocolError
from analytics.messages import Message


class _Loader(yaml.SafeLoader):
    """YAML 1.1 reads NO as false, 010 as eight and 12:30 as a number; levels and codes of a table must stay as written."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


def _repeated_keys_refused(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if not isinstance(key, str | int | float | bool):
            raise yaml.constructor.ConstructorError(None, None, "a key must be plain text", key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key} appears twice", key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


def _decimal(loader: _Loader, node: yaml.ScalarNode) -> int:
    return int(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:map", _repeated_keys_refused)
_Loader.add_constructor("tag:yaml.org,2002:int", _decimal)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)


def parse_protocol(text: str) -> dict[str, Any]:
    """YAML (or JSON, which is YAML) as a dictionary; ProtocolError with the line where it cannot be read."""
    try:
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - derived from SafeLoader, constructs plain values only
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = error.problem or "invalid YAML"
        raise ProtocolError(
            Message(
                en=f"The protocol cannot be read at line {line}: {problem}.",
                zh=f"无法读取研究方案第 {line} 行：{problem}。",
            )
        ) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise ProtocolError(
            Message(en="The protocol is not valid YAML.", zh="研究方案不是有效的 YAML 文本。")
        ) from None
    if not isinstance(content, dict):
        raise ProtocolError(
            Message(
                en="The protocol has no keys. It must begin with id: and title:.",
                zh="研究方案中没有任何键；应以 id: 和 title: 开头。",
            )
        )
    return content


def read_protocol_text(path: Path) -> str:
    """The text of a protocol file; ProtocolError where it cannot be opened or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise ProtocolError(
            Message(
                en=f"The protocol {path.name} cannot be opened: {reason}.",
                zh=f"无法打开研究方案 {path.name}：{reason}。",
            )
        ) from None
    except UnicodeDecodeError:
        raise ProtocolError(
            Message(en=f"The protocol {path.name} is not UTF-8 text.", zh=f"研究方案 {path.name} 不是 UTF-8 文本。")
        ) from None
