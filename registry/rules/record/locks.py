"""Checks that a change leaves locked records alone. The database refuses it as well; here it is told before, by name."""

from collections.abc import Iterator, Mapping
from functools import partial

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from registry.languages import listed
from registry.rules.check import Check, Row, Severity
from registry.rules.records import fields_of, own_key

CHANGED = "changed_while_locked"  # what an upload would change of a locked record; only an upload says so


def locked_checks() -> Iterator[Check]:
    for entity in fields_of():
        yield Check(
            code="V-B06",
            severity=Severity.ERROR,
            entity=entity,
            fields=(own_key(entity),),
            needs=(CHANGED,),
            message=_("The record is locked, so {variables} cannot be changed. Ask a data manager to unlock it."),
            fires=lambda _row: True,
            details=partial(_in_words, entity),
            passing={},
            failing={CHANGED: ["value"]},
        )


def _in_words(entity: str, row: Row) -> Mapping[str, object]:
    labels = {field.name: field.verbose_name for field in fields_of()[entity]}
    return {"variables": lazy(listed, str)([labels.get(name, name) for name in row[CHANGED]])}


CHECKS = locked_checks
