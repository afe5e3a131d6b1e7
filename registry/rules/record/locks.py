"""Checks that a change leaves locked records alone. The database refuses it as well; here it is told before, by name."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from registry.rules.check import Check, Severity
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
            message=_(
                "The record is locked, so {changed_while_locked} cannot be changed. Ask a data manager to unlock it."
            ),
            fires=lambda _row: True,
            passing={},
            failing={CHANGED: ["value"]},
        )


CHECKS = locked_checks
