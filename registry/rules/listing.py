"""All edit checks as one table, rule by rule, for people who want to read them."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields

from registry.languages import in_both
from registry.rules import batch_check, registry_check
from registry.rules.catalog import checks, patient_checks
from registry.rules.check import OWN_RULE, AnyCheck
from registry.rules.external_rules import EXTERNAL_RULES, ExternalRule

# The dictionary's sections of section 13, by the letter of the code; C9 is of section 0
SECTIONS = {"D": "13.1", "U": "13.2", "P": "13.3", "S": "13.4", "T": "13.5", "R": "13.6", "E": "13.7", "B": "13.8"}
INTRODUCTION = (
    "Written by `manage.py refresh_docs`; a test holds it to the code. An ERROR rejects the row, a QUERY is stored and asks the"
    " center, a WARNING is stored and shown."
)
SCOPES = (
    "Scopes: row (one record, with what is known of its patient), cross (all records of a patient), batch (an upload), registry"
    " (all patients), study (a comparison)."
)
ROW, CROSS, BATCH, REGISTRY = "row", "cross", "batch", "registry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    code: str
    severity: str
    scope: str
    entity: str
    fields: str
    en: str
    zh: str
    section: str


def lines() -> list[Line]:
    """One line per check; where many variables share one check, as ranges do, one line for each kind of record."""
    found = dict.fromkeys(_all_lines())
    return sorted(found, key=lambda line: (line.section, line.code, line.entity))


def _all_lines() -> Iterator[Line]:
    yield from _together(checks(), scope=ROW)
    yield from _together(patient_checks(), scope=CROSS)
    yield from _together(batch_check.CHECKS, scope=BATCH)
    yield from _together(registry_check.CHECKS, scope=REGISTRY)
    yield from (_external(rule) for rule in EXTERNAL_RULES)


def _together(these: Iterable[AnyCheck], *, scope: str) -> Iterator[Line]:
    """Checks that say the same of several variables of a record make one line."""
    said: dict[tuple[str, str, str, str, str, str], list[str]] = {}
    for check in these:
        section = check.source or section_of(check.code)
        key = (check.code, check.severity.value, check.entity, *in_both(check.message), section)
        said.setdefault(key, []).extend(check.fields)
    for (code, severity, entity, en, zh, section), names in said.items():
        yield Line(
            code=code,
            severity=severity,
            scope=scope,
            entity=entity,
            fields=", ".join(dict.fromkeys(names)),
            en=en,
            zh=zh,
            section=section,
        )


def _external(rule: ExternalRule) -> Line:
    en, zh = in_both(rule.about)
    return Line(
        code=rule.code,
        severity=rule.severity.value,
        scope=rule.scope,
        entity=rule.entity,
        fields=f"{rule.place}: {rule.name}",
        en=en,
        zh=zh,
        section=section_of(rule.code),
    )


def section_of(code: str) -> str:
    return SECTIONS.get(code.removeprefix("V-")[0], "0")


def as_csv() -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([field.name for field in fields(Line)])
    writer.writerows(astuple(line) for line in lines())
    return target.getvalue()


def as_markdown() -> str:
    """The page docs/edit-checks.md."""
    told = lines()
    own = {line.code for line in told if line.code.startswith(OWN_RULE)}
    rules = {line.code for line in told if line.code.startswith("V-")} - own
    more = f" and {len(own)} of the registry's own" if own else ""
    head = [
        "# Edit checks",
        "",
        INTRODUCTION,
        "",
        SCOPES,
        "",
        f"{len(rules)} rules of the data dictionary{more}, {len(told)} lines.",
        "",
        "| Code | Severity | Scope | Record | Variables | Message | 提示 | Section |",
        "|---|---|---|---|---|---|---|---|",
    ]
    body = ["| " + " | ".join(part.replace("|", "/") for part in _cells(line)) + " |" for line in told]
    return "\n".join([*head, *body, ""])


def _cells(line: Line) -> tuple[str, ...]:
    return (line.code, line.severity, line.scope, line.entity, line.fields, line.en, line.zh, line.section)
