"""How the guided page names kinds of record, variables and codes, and how it understands what was chosen from them."""

import re
from collections.abc import Iterator

from importers.files.cells import normalized
from importers.mapping.catalog import Catalog, KnownVariable
from importers.pages.guide.content import EVERY, SHARED, Content, rules_of
from registry.languages import is_chinese

TOKEN = re.compile(r"\(([a-z_]+(?:#\d+)?\.[a-z0-9_]+)\)\s*$")
REASONS = ("ND", "NR", "NA", "UNK")


def spoken(pair: tuple[str, str]) -> str:
    """Of English and Chinese the one that is read."""
    return pair[1 if is_chinese() else 0]


def rule_name(rule: str, *, catalog: Catalog, every: str) -> str:
    kind, _sign, number = rule.partition("#")
    title = every if rule == EVERY else spoken(catalog[kind].title) if kind in catalog else kind
    return f"{title} {number}" if number else title


def target_name(token: str, *, catalog: Catalog, every: str) -> str:
    """`Patient: Sex (patient.sex)`: what is read, and what it is understood by."""
    rule, _dot, variable = token.partition(".")
    known = variable_named(token, catalog=catalog)
    label = spoken(known.label) if known else variable
    return f"{rule_name(rule, catalog=catalog, every=every)}: {label} ({token})"


def variable_named(token: str, *, catalog: Catalog) -> KnownVariable | None:
    rule, _dot, variable = token.partition(".")
    kind = rule.split("#")[0]
    kinds = list(catalog.values()) if rule == EVERY else [catalog[kind]] if kind in catalog else []
    found = (known.get(variable) for one in kinds for known in (one.variables, one.results))
    return next(filter(None, found), None)


def token_in(text: str, *, catalog: Catalog, content: Content) -> str | None:
    """The variable that was chosen or typed: as the list shows it, or its name or label where only one record has it.

    None where there is none such, or several.
    """
    found = TOKEN.search(text.strip())
    token = found[1] if found else text.strip()
    if variable_named(token, catalog=catalog) is not None:
        return None if _is_result(token, catalog) else token
    return _only_one(normalized(text), rules=list(rules_of(content)), catalog=catalog)


def _only_one(name: str, *, rules: list[str], catalog: Catalog) -> str | None:
    """Among the records that are chosen, else among all."""
    for within in (rules, [kind for kind in catalog if kind not in rules]):
        found = {
            shared_token(rule, variable=known.name)
            for rule in within
            if rule.split("#")[0] in catalog
            for known in catalog[rule.split("#")[0]].variables.values()
            if name in {known.name, *map(normalized, known.label)}
        }
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _is_result(token: str, catalog: Catalog) -> bool:
    """Of a row per result no column gives the variable, but which test stands in the row."""
    kind, _dot, variable = token.partition(".")
    return kind.split("#")[0] in catalog and variable in catalog[kind.split("#")[0]].results


def targets(content: Content, *, catalog: Catalog, every: str) -> Iterator[str]:
    """Every variable that a column can give, those of the chosen kinds of record first."""
    for variable in SHARED:
        yield target_name(f"{EVERY}.{variable}", catalog=catalog, every=every)
    chosen = list(rules_of(content))
    for rule in [*chosen, *(kind for kind in catalog if kind not in chosen)]:
        for variable in catalog[rule.split("#")[0]].variables if rule.split("#")[0] in catalog else ():
            yield target_name(f"{rule}.{variable}", catalog=catalog, every=every)


def shared_token(kind: str, *, variable: str) -> str:
    """The study number is that of every record which the row makes."""
    return f"{EVERY}.{variable}" if variable in SHARED[:3] else f"{kind}.{variable}"
