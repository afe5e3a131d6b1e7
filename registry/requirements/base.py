"""What a required variable is: of which record, and when. The tables are in requirements.py and its siblings."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Row = Mapping[str, Any]
Predicate = Callable[[Row], bool]

ALWAYS = _("always")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """`when` says in words what `applies` finds out from the record's variables and what is known of its patient."""

    entity: str
    variable: str
    when: str | Promise
    applies: Predicate


def _always(_row: Row) -> bool:
    return True


def always(entity: str, *variables: str) -> Iterator[Requirement]:
    """Variables that every record of a kind needs."""
    return required(entity, *variables, when=ALWAYS, applies=_always)


def required(entity: str, *variables: str, when: str | Promise, applies: Predicate) -> Iterator[Requirement]:
    """Variables that a record needs under one condition."""
    return (Requirement(entity=entity, variable=name, when=when, applies=applies) for name in variables)
