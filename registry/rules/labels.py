"""Codes as people know them, in the sentences of the checks: a form shows CNLC “Ia”, not the code `IA`."""

from functools import cache
from typing import Any

from registry.rules.records import fields_of


def labeled(name: str, *, value: Any) -> Any:
    """The label of a code of this variable, in the language in which it is read; anything else as it is."""
    return _labels().get(name, {}).get(value, value) if isinstance(value, str) else value


@cache
def _labels() -> dict[str, dict[str, Any]]:
    """By variable. A name that two kinds of record use for different vocabularies is told by its code."""
    found: dict[str, dict[str, Any]] = {}
    for field in (field for fields in fields_of().values() for field in fields if field.choices):
        labels = dict(field.flatchoices)
        found[field.name] = labels if found.get(field.name, labels) == labels else {}
    return found
