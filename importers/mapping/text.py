"""The text of a mapping → its parts, and back: YAML 1.2's plain scalars, no repeated keys, no code. PURE."""

import re
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from importers.mapping.language import SheetMapping
from importers.mapping.refusals import MappingRefused, Sentence

LARGEST = 200_000  # characters


class _Loader(yaml.SafeLoader):
    """YAML 1.1 reads NO as false, 010 as eight and 12:30 as a number; headers and codes must stay as written."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        """A text that names another by an alias may grow without end when read."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(None, None, "aliases (*) are not allowed", mark)
        return super().compose_node(parent, index)


def _repeated_keys_refused(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    """Keys are headers, codes and words of the center: they stay text, as written."""
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key must be plain text", key_node.start_mark)
        if key_node.value in found:
            problem = f"the key {key_node.value} appears twice"
            raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
        found[key_node.value] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _repeated_keys_refused)
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|)$"), ["~", "n", ""])


class _Dumper(yaml.SafeDumper):
    """Writes what the loader above reads as the same: a text that could be taken for something else is quoted."""

    yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers


def read_mapping(text: str) -> SheetMapping:
    """YAML (or JSON, which is YAML) as a mapping. Raises MappingRefused with one sentence per key at fault."""
    try:
        return SheetMapping.model_validate(_content(text))
    except ValidationError as error:
        told = {sentence.path: sentence for sentence in map(_sentence, error.errors(include_url=False))}
        raise MappingRefused(*told.values()) from None


def write_mapping(mapping: SheetMapping) -> str:
    """Its YAML, without what is as it is anyway; read again it is the same mapping."""
    content = mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return yaml.dump(_shortened(content), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


def mapping_schema() -> dict[str, Any]:
    """The language as JSON Schema, for editors that check while somebody writes."""
    return SheetMapping.model_json_schema(by_alias=True)


def _content(text: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise MappingRefused(
            Sentence(
                "", en="The mapping is too long. Leave out what is not read.", zh="映射文件过长。请删去不读取的内容。"
            )
        )
    try:
        content = yaml.load(text.removeprefix("\ufeff"), Loader=_Loader)  # noqa: S506 - derived from SafeLoader, constructs plain values only
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, problem = (mark.line + 1 if mark else 1), error.problem or "invalid YAML"
        raise MappingRefused(
            Sentence(
                "",
                en=f"The mapping cannot be read at line {line}: {problem}.",
                zh=f"无法读取映射文件第 {line} 行：{problem}。",
            )
        ) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise MappingRefused(
            Sentence("", en="The mapping is not valid YAML.", zh="映射文件不是有效的 YAML 文本。")
        ) from None
    if not isinstance(content, dict):
        raise MappingRefused(
            Sentence(
                "",
                en="The mapping has no keys. It must begin with mapping: 1 and name:.",
                zh="映射文件中没有任何键；应以 mapping: 1 和 name: 开头。",
            )
        )
    return content


def _shortened(content: Any) -> Any:
    """A source that is only a header is written as that, a list of one condition as the condition."""
    if isinstance(content, list):
        return [_shortened(one) for one in content]
    if isinstance(content, int | float) and not isinstance(content, bool):
        return str(content)  # the loader knows no numbers, so that codes stay as written
    if not isinstance(content, dict):
        return content
    told = {name: _shortened(value) for name, value in content.items() if value not in ([], {})}
    for name in ("when", "is", "is_not"):
        if isinstance(told.get(name), list) and len(told[name]) == 1:
            told[name] = told[name][0]
    for name in ("variables", "everywhere"):
        if isinstance(told.get(name), dict):
            told[name] = {
                key: one["header"] if isinstance(one, dict) and set(one) == {"header"} else one
                for key, one in told[name].items()
            }
    return told


def _sentence(detail: ErrorDetails) -> Sentence:
    path = path_of(*detail["loc"])
    *_, key = detail["loc"] or ("",)
    parent = path_of(*detail["loc"][:-1])
    context: dict[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            where_en, where_zh = (f" in {parent}", f"（位于 {parent}）") if parent else ("", "")
            en = f"Unknown key {key}{where_en}. Remove it or correct its spelling."
            return Sentence(path, en=en, zh=f"未知的键 {key}{where_zh}：请删除或改正拼写。")
        case "missing":
            return Sentence(path, en=f"The required key {path} is missing.", zh=f"缺少必需的键 {path}。")
        case "literal_error":
            found, allowed = _shown(detail["input"]), context["expected"]
            en = f"{path}: {found} is not allowed. Allowed values: {allowed}."
            return Sentence(path, en=en, zh=f"{path}：未知的值 {found}；可用的值：{allowed}。")
        case "sentence":
            at_en, at_zh = (f"{path}: ", f"{path}：") if path else ("", "")
            return Sentence(path, en=f"{at_en}{context['en']}.", zh=f"{at_zh}{context['zh']}。")
        case _:
            found = _shown(detail["input"])
            en = f"{path}: {found} is not valid: {detail['msg'].lower()}."
            return Sentence(path, en=en, zh=f"{path}：值 {found} 不符合要求（{detail['msg']}）。")


def path_of(*keys: int | str) -> str:
    """records[1].variables.sex, counted from 1."""
    text = ""
    for key in keys:
        text += f"[{key + 1}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text


def _shown(value: object) -> str:
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    text = text if isinstance(value, str | int | float | None) else "this"
    return text if len(text) <= 60 else f"{text[:57]}..."
