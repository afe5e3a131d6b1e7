"""Step 7: what the file does not say because it is the same for all, and dates that follow from others."""

import re
from collections.abc import Iterator
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from importers.mapping.catalog import KnownVariable
from importers.pages.guide.content import (
    Assigned,
    Content,
    assigned_in,
    dict_in,
    rules_of,
    set_or_drop,
    variables_of,
)
from importers.pages.guide.names import rule_name, spoken, target_name, targets, token_in
from importers.pages.guide.workspace import Workspace
from registry.workbook.sheets import Kind

SPANS = ("days", "weeks", "months", "years")
PRECISIONS = ("day", "month", "year")
LISTED = re.compile(r"\s*[,，;；]\s*")
FIELDS = ("target", "base", "sign", "by", "span", "known_to", "if_header", "if_is")
SHOWN = {"header", "value", "plus", "minus", "known_to"}
SPARE = 4  # empty lines for more


def shown(work: Workspace) -> dict[str, Any]:
    every = _("Every record")
    return {
        "rules": [_rule(name, rule=rule, work=work) for name, rule in rules_of(work.content).items()],
        "dates": [_date(one, work=work) for one in _computed(work)] + [_empty(work)] * SPARE,
        "targets": list(targets(work.content, catalog=work.catalog, every=every)),
        "headers": [column.header for column in work.look.columns],
        "spans": list(zip(SPANS, (_("days"), _("weeks"), _("months"), _("years")), strict=True)),
        "precisions": list(zip(PRECISIONS, (_("the day"), _("the month"), _("the year")), strict=True)),
    }


def taken(work: Workspace, *, given: QueryDict) -> None:
    for name, rule in rules_of(work.content).items():
        constants = dict_in(rule, name="constants")
        for key in [key for key in given if key.startswith(f"constant-{name}.")]:
            set_or_drop(constants, name=key.partition(".")[2], value=str(given[key]).strip())
        set_or_drop(rule, name="constants", value=constants)
    _take_more(work, given=given)
    if "target" in given:
        _take_dates(work, given=given)


def _rule(name: str, *, rule: Content, work: Workspace) -> dict[str, Any]:
    """Its constants, and what it requires and nothing gives yet."""
    kind = work.catalog.get(rule["kind"])
    given = {one.variable for one in assigned_in(work.content) if one.rule in {name, "every"}}
    constants = {str(key): str(value) for key, value in (rule.get("constants") or {}).items()}
    lacking = [known.name for known in kind.variables.values() if known.is_required] if kind else []
    asked = [*constants, *(variable for variable in lacking if variable not in given and variable not in constants)]
    return {
        "name": name,
        "title": rule_name(name, catalog=work.catalog, every=""),
        "constants": [
            _constant(kind.variables[variable], value=constants.get(variable, ""), rule=name)
            for variable in asked
            if kind and variable in kind.variables
        ],
    }


def _constant(known: KnownVariable, *, value: str, rule: str) -> dict[str, Any]:
    options = [(code, f"{spoken(label)} ({code})") for code, label in known.codes.items()]
    if options and value and value not in known.codes:  # several codes, or a reason: it stays what it is
        options.append((value, value))
    return {
        "token": f"{rule}.{known.name}",
        "label": spoken(known.label),
        "value": value,
        "is_required": known.is_required,
        "is_date": known.type == Kind.DATE,
        "options": options,
    }


def _take_more(work: Workspace, *, given: QueryDict) -> None:
    """A constant of any other variable."""
    token, value = (
        token_in(given.get("more", ""), catalog=work.catalog, content=work.content),
        given.get("more_value", "").strip(),
    )
    if token is not None and value:
        rule, _dot, variable = token.partition(".")
        for name in rules_of(work.content) if rule == "every" else [rule]:
            kind = work.catalog.get(rules_of(work.content)[name]["kind"]) if name in rules_of(work.content) else None
            if rule == "every" and (kind is None or variable not in kind.variables):
                continue
            variables_of(work.content, rule=name)
            dict_in(rules_of(work.content)[name], name="constants")[variable] = value


def _computed(work: Workspace) -> Iterator[Assigned]:
    for one in assigned_in(work.content):
        if one.source.get("minus") or one.source.get("plus") or "value" in one.source:
            yield one


def _date(one: Assigned, *, work: Workspace) -> dict[str, Any]:
    sign = "plus" if one.source.get("plus") else "minus"
    shift = one.source.get(sign) or {}
    return {
        "target": target_name(one.token, catalog=work.catalog, every=_("Every record")),
        "base": one.source.get("header", ""),
        "value": one.source.get("value", ""),
        "sign": sign,
        "by": shift.get("header") or shift.get("value") or "",
        "span": shift.get("unit", "days"),
        "known_to": one.source.get("known_to", "day"),
        **_only_where(one.source),
    }


def _empty(work: Workspace) -> dict[str, Any]:
    """Most dates of a file without dates follow from the one day that is the same for all."""
    told = [str(rule.get("constants", {}).get("assessment_date", "")) for rule in rules_of(work.content).values()]
    days = set(filter(None, told))
    return {"sign": "minus", "value": days.pop() if len(days) == 1 else ""}


def _only_where(source: Content) -> Content:
    """One condition of the form `header is value`; any other is left to the text."""
    (one, *more) = _listed(source.get("when")) or [{}]
    values = _listed(one.get("is"))
    is_simple = not more and set(one) == {"header", "is"}
    return {"if_header": one["header"], "if_is": ", ".join(map(str, values))} if is_simple else {}


def _listed(given: Any) -> list[Any]:
    return [] if given is None else list(given) if isinstance(given, list | tuple) else [given]


def _take_dates(work: Workspace, *, given: QueryDict) -> None:
    """The lines as they stand on the page take the place of those before; what the page does not show of them stays."""
    former = {one.token: one for one in _computed(work)}
    for one in former.values():
        variables_of(work.content, rule=one.rule).pop(one.variable, None)
    headers = {column.header for column in work.look.columns}
    for line in zip(*(given.getlist(name) for name in FIELDS), strict=False):
        said = {name: text.strip() for name, text in zip(FIELDS, line, strict=True)}
        token = token_in(said["target"], catalog=work.catalog, content=work.content)
        if token is None or not said["base"]:
            continue
        more = former[token].source if token in former else {}
        hidden = SHOWN | ({"when"} if said["if_header"] or _only_where(more) else set())
        rule, _dot, variable = token.partition(".")
        kept = {name: value for name, value in more.items() if name not in hidden}
        variables_of(work.content, rule=rule)[variable] = {**_source(said, headers=headers), **kept}


def _source(said: dict[str, str], *, headers: set[str]) -> Content:
    """One line of the page as the source of a date."""
    source: Content = {"header" if said["base"] in headers else "value": said["base"]}
    if said["by"] and said["sign"] in {"plus", "minus"} and said["span"] in SPANS:
        source[said["sign"]] = {"header" if said["by"] in headers else "value": said["by"], "unit": said["span"]}
    set_or_drop(source, name="known_to", value=said["known_to"] if said["known_to"] in PRECISIONS[1:] else None)
    if said["if_header"] and said["if_is"]:
        source["when"] = [{"header": said["if_header"], "is": LISTED.split(said["if_is"])}]
    return source


def lacking(work: Workspace) -> list[str]:
    """Required variables that neither a column nor a constant gives, in words."""
    every = _("Every record")
    return [
        target_name(constant["token"], catalog=work.catalog, every=every)
        for name, rule in rules_of(work.content).items()
        for constant in _rule(name, rule=rule, work=work)["constants"]
        if constant["is_required"] and not constant["value"]
    ]
