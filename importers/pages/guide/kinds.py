"""Step 2: which kinds of record a row makes, on what condition, and how often."""

import re
from typing import Any

from django.http import QueryDict

from importers.pages.guide.content import Content, rules_of, set_or_drop
from importers.pages.guide.names import rule_name, spoken
from importers.pages.guide.workspace import Workspace

LISTED = re.compile(r"[,，;；、\n]+")
FILLED, BLANK, IS, IS_NOT, OTHER = "filled", "blank", "is", "is_not", "other"


def shown(work: Workspace) -> dict[str, Any]:
    rules = [
        {
            "name": name,
            "title": rule_name(name, catalog=work.catalog, every=""),
            "repeat": ", ".join(map(str, rule.get("repeat", ()))),
            "variables": len(rule.get("variables", {})),
            **_condition(rule),
        }
        for name, rule in rules_of(work.content).items()
    ]
    kinds = [(kind.name, spoken(kind.title)) for kind in work.catalog.values()]
    return {"rules": rules, "kinds": kinds, "headers": [column.header for column in work.look.columns]}


def taken(work: Workspace, *, given: QueryDict) -> None:
    for name, rule in rules_of(work.content).items():
        if f"repeat-{name}" in given:
            _take_rule(rule, name=name, given=given)
    dropped = {name for name in rules_of(work.content) if given.get("drop") == name}
    kept = [rule for name, rule in rules_of(work.content).items() if name not in dropped]
    added = [{"kind": kind} for kind in given.getlist("add") if kind in work.catalog]
    work.content["records"] = [*kept, *added]


def _condition(rule: Content) -> Content:
    """The one condition that the page shows. Several, or others, are kept as they are."""
    when = rule.get("when") or []
    when = when if isinstance(when, list) else [when]
    if not when:
        return {"when_header": "", "asks": FILLED, "values": ""}
    (one, *more) = when
    asks = next((name for name in (IS, IS_NOT) if one.get(name)), None)
    asks = asks or (FILLED if one.get("filled") else BLANK if one.get("filled") is False else OTHER)
    is_other = bool(more) or asks == OTHER or len([name for name in one if one[name] is not None]) > 2
    values = one.get(asks) or []
    return {
        "when_header": one["header"],
        "asks": OTHER if is_other else asks,
        "values": ", ".join([values] if isinstance(values, str) else map(str, values)),
    }


def _take_rule(rule: Content, *, name: str, given: QueryDict) -> None:
    set_or_drop(rule, name="repeat", value=_listed(given.get(f"repeat-{name}", "")))
    header, asks = given.get(f"when-{name}", ""), given.get(f"asks-{name}", FILLED)
    if asks == OTHER:
        return
    values = _listed(given.get(f"values-{name}", ""))
    said: dict[str, Content] = {FILLED: {"filled": True}, BLANK: {"filled": False}}
    condition = said.get(asks) or ({asks: values} if values and asks in {IS, IS_NOT} else None)
    set_or_drop(rule, name="when", value=[{"header": header, **condition}] if header and condition else None)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in LISTED.split(text) if part.strip()]
