"""Step 2: which kinds of record a row makes, on what condition, and how often."""

import re
from copy import deepcopy
from typing import Any

from django.http import QueryDict

from importers.pages.guide.content import Content, rules_of, set_or_drop
from importers.pages.guide.names import rule_name, spoken
from importers.pages.guide.workspace import Workspace

LISTED = re.compile(r"[,，;；、\n]+")
FILLED, BLANK, IS, IS_NOT, OTHER = "filled", "blank", "is", "is_not", "other"
CONDITIONS = 2


def shown(work: Workspace) -> dict[str, Any]:
    rules = [
        {
            "name": name,
            "title": rule_name(name, catalog=work.catalog, every=""),
            "repeat": ", ".join(map(str, rule.get("repeat", ()))),
            "variables": len(rule.get("variables", {})),
            "conditions": _conditions(rule),
        }
        for name, rule in rules_of(work.content).items()
    ]
    kinds = [(kind.name, spoken(kind.title)) for kind in work.catalog.values()]
    return {"rules": rules, "kinds": kinds, "headers": [column.header for column in work.look.columns]}


def taken(work: Workspace, *, given: QueryDict) -> None:
    rules = rules_of(work.content)
    for name, rule in rules.items():
        if f"repeat-{name}" in given:
            _take_rule(rule, name=name, given=given)
    kept = [rule for name, rule in rules.items() if given.get("drop") != name]
    copied = [deepcopy(rule) for name, rule in rules.items() if given.get("copy") == name]
    added = [{"kind": kind} for kind in given.getlist("add") if kind in work.catalog]
    work.content["records"] = [*kept, *copied, *added]


def _conditions(rule: Content) -> list[Content]:
    """The two that the page shows, the second perhaps empty. More, or others, are kept as they are."""
    when = rule.get("when") or []
    when = when if isinstance(when, list) else [when]
    shown = [_condition(one) for one in when]
    if len(shown) > CONDITIONS or any(one["asks"] == OTHER for one in shown):
        return [{"header": when[0]["header"], "asks": OTHER, "values": ""}]
    return [*shown, *({"header": "", "asks": FILLED, "values": ""} for _ in range(CONDITIONS - len(shown)))]


def _condition(one: Content) -> Content:
    asks = next((name for name in (IS, IS_NOT) if one.get(name)), None)
    asks = asks or (FILLED if one.get("filled") else BLANK if one.get("filled") is False else OTHER)
    is_other = len([name for name in one if one[name] is not None]) > 2
    values = one.get(asks) or []
    return {
        "header": one["header"],
        "asks": OTHER if is_other else asks,
        "values": ", ".join([values] if isinstance(values, str) else map(str, values))
        if isinstance(values, str | list | tuple)
        else "",
    }


def _take_rule(rule: Content, *, name: str, given: QueryDict) -> None:
    set_or_drop(rule, name="repeat", value=_listed(given.get(f"repeat-{name}", "")))
    lines = list(zip(*(given.getlist(f"{field}-{name}") for field in ("when", "asks", "values")), strict=False))
    if any(asks == OTHER for _header, asks, _values in lines):
        return
    said = [_said(header, asks=asks, values=_listed(values)) for header, asks, values in lines]
    set_or_drop(rule, name="when", value=list(filter(None, said)))


def _said(header: str, *, asks: str, values: list[str]) -> Content | None:
    blank: dict[str, Content] = {FILLED: {"filled": True}, BLANK: {"filled": False}}
    condition = blank.get(asks) or ({asks: values} if values and asks in {IS, IS_NOT} else None)
    return {"header": header, **condition} if header and condition else None


def _listed(text: str) -> list[str]:
    return [part.strip() for part in LISTED.split(text) if part.strip()]
