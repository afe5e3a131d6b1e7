"""pydantic's complaints about a protocol → sentences that name the key."""

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from analytics.errors import ProtocolError
from analytics.messages import Message

Plan = TypeVar("Plan", bound=BaseModel)

KIND = "type: "  # begins the tag of each kind of a union, which is no key and is not shown


Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong at a place of the content; the words do not repeat the place."""

    place: Place
    message: Message


def sentence(en: str, *, zh: str, at: Place = ()) -> PydanticCustomError:
    """A complaint of our own validators, in both languages; `at` is where below the validated part the fault is."""
    return PydanticCustomError("sentence", "{en}", {"en": en, "zh": zh, "at": list(at)})


def problems_of(model: type[BaseModel], *, content: Any) -> tuple[Problem, ...]:
    """Every fault that pydantic and our validators find, each at its place."""
    try:
        model.model_validate(content)
    except ValidationError as error:
        return tuple(_problem(detail) for detail in error.errors(include_url=False))
    return ()


def _problem(detail: ErrorDetails) -> Problem:
    at = detail.get("ctx", {}).get("at", ())
    return Problem(place=(*detail["loc"], *at), message=_at_the_field(detail))


def _at_the_field(detail: ErrorDetails) -> Message:
    context: dict[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case "sentence":
            return Message(en=f"{_capital(context['en'])}.", zh=f"{context['zh']}。")
        case "missing":
            return Message(en="Required.", zh="必填。")
        case "extra_forbidden":
            return Message(en="Unknown key. Remove it.", zh="未知的键，请删除。")
        case "too_short":
            return Message(en="At least one is required.", zh="至少需要一项。")
        case "literal_error" | "enum":
            allowed = str(context["expected"])
            return Message(
                en=f"{_shown(detail['input'])} is not allowed. Allowed values: {allowed}.",
                zh=f"{_shown(detail['input'])} 不可用；可用的值：{allowed.replace(' or ', '、')}。",
            )
    return _of_a_value(detail, context=context)


def _of_a_value(detail: ErrorDetails, *, context: dict[str, Any]) -> Message:
    limits = {"greater_than": (">", "gt"), "greater_than_equal": ("≥", "ge"), "less_than": ("<", "lt")}
    limits |= {"less_than_equal": ("≤", "le")}
    shown = _shown(detail["input"])
    if detail["type"] in limits:
        sign, key = limits[detail["type"]]
        return Message(en=f"{shown} is not {sign} {context[key]}.", zh=f"{shown} 不满足 {sign} {context[key]}。")
    kinds = {"int": ("a whole number", "整数"), "float": ("a number", "数值"), "bool": ("yes or no", "是或否")}
    kinds |= {"date": ("a date such as 2023-08-31", "日期，如 2023-08-31"), "string": ("text", "文字")}
    en, zh = kinds.get(detail["type"].split("_")[0], ("a value that fits here", "适合此处的值"))
    return Message(en=f"{shown} is not {en}.", zh=f"{shown} 不是{zh}。")


def _capital(text: str) -> str:
    return text if "_" in text.split(" ")[0] else text[:1].upper() + text[1:]


def validate_plan(model: type[Plan], *, content: dict[str, Any]) -> Plan:
    """The plan, or a ProtocolError with one sentence per key at fault."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ProtocolError(*(_message(detail) for detail in error.errors(include_url=False))) from None


def _message(detail: ErrorDetails) -> Message:
    *parents, key = [step for step in detail["loc"] if not str(step).startswith(KIND)] or ["protocol"]
    parent, path = _path(*parents), _path(*parents, key)
    context: dict[str, Any] = detail.get("ctx", {})
    where_en, where_zh = (f" in {parent}", f"（位于 {parent}）") if parent else ("", "")
    match detail["type"]:
        case "extra_forbidden":
            return Message(
                en=f"Unknown key {key}{where_en}. Remove it or correct its spelling.",
                zh=f"未知的键 {key}{where_zh}：请删除或改正拼写。",
            )
        case "missing":
            return Message(en=f"The required key {path} is missing.", zh=f"缺少必需的键 {path}。")
        case "literal_error":
            return Message(
                en=f"{path}: {_shown(detail['input'])} is not allowed. Allowed values: {context['expected']}.",
                zh=f"{path}：未知的值 {_shown(detail['input'])}；可用的值：{context['expected']}。",
            )
        case "union_tag_invalid":
            asked = _shown(context["tag"].removeprefix(KIND))
            known = context["expected_tags"].replace(KIND, "")
            key = "kind" if path.startswith("sensitivity") else "type"
            return Message(
                en=f"{path}.{key}: {asked} is not allowed. Allowed values: {known}.",
                zh=f"{path}.{key}：未知的值 {asked}；可用的值：{known}。",
            )
        case "model_type" | "dict_type" | "mapping_type" | "model_attributes_type":
            return Message(
                en=f"{path}: {_shown(detail['input'])} is not valid; keys with values are expected here.",
                zh=f"{path}：值 {_shown(detail['input'])} 不符合要求；此处应为键值对。",
            )
        case "sentence":
            en, zh = (f"{path}: ", f"{path}：") if detail["loc"] else ("", "")
            return Message(en=f"{en}{context['en']}.", zh=f"{zh}{context['zh']}。")
        case _:
            return Message(
                en=f"{path}: {_shown(detail['input'])} is not valid: {detail['msg'].lower()}.",
                zh=f"{path}：值 {_shown(detail['input'])} 不符合要求（{detail['msg']}）。",
            )


def _path(*keys: int | str) -> str:
    text = ""
    for key in keys:
        text += f"[{key + 1}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    text = str(value) if isinstance(value, str | int | float) else "this"
    return text if len(text) <= 60 else f"{text[:57]}..."
