"""Which stored values a person stands behind, so that a file that says otherwise is a conflict and not a change.

A person entered or corrected the value, compared it with its source (a tick, a verified record) or signed for the patient. ADR 29.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from django.db.backends.utils import CursorWrapper

from importers.layout.known_sheets import LABORATORY
from importers.storage.temporary_table import Target
from registry.models.base.companion_columns import MISSING_REASON, PRECISION
from registry.records.verification import ticked_among

Values = Mapping[str, Any]

# Note [Who gave a value]
# ~~~~~~~~~~~~~~~~~~~~~~~
# The trail has a record's states one after the other, each with the context of the write that made it. Who gave the
# value that stands is whoever wrote the first of the last unbroken run of states with it: a status that somebody set
# later, or a change of another variable, gave nothing. What an undo brought back had been given before, so there the
# search begins again at the run before. A blank with which a person made the record is nobody's: nothing was said.


class State(NamedTuple):
    """A record as one write left it."""

    is_upload: bool
    is_undo: bool
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What people stand behind of one record: all of it, or some variables. `last` is what the last upload left of it."""

    is_whole: bool = False
    variables: frozenset[str] = frozenset()
    is_attested: bool = False  # verified, ticked or signed, not merely entered
    last: Values = field(default_factory=dict)


def claims_on(
    cursor: CursorWrapper, *, target: Target, changes: Mapping[int, Collection[str]], attested: Collection[int]
) -> dict[int, Claim]:
    """`changes` are the variables that would change, by record; `attested` the records that are verified, or signed for."""
    if not changes:
        return {}
    entity = target.model._meta.model_name
    ticked = ticked_among(entity, records=changes)
    states = dict(_states_of(cursor, target=target, ids=list(changes)))
    found = {}
    for record_id in {*ticked, *states, *attested} & changes.keys():
        names, past = changes[record_id], states.get(record_id, ())
        is_whole = record_id in attested
        own = ticked.get(record_id, set()) & {*names}
        given = {name for name in names if past and is_given_by_person(past, name=name)}
        last = next((state.values for state in reversed(past) if state.is_upload), {})
        found[record_id] = Claim(
            is_whole=is_whole,
            variables=_with_companions(own | given, among=names, entity=entity),
            is_attested=is_whole or bool(own),
            last=last,
        )
    return found


def is_given_by_person(states: Sequence[State], *, name: str) -> bool:
    """Note [Who gave a value]."""
    present = states[-1].values.get(name)
    first = len(states) - 1
    while first and states[first - 1].values.get(name) == present:
        first -= 1
    giver = states[first]
    if not giver.is_upload:
        return present is not None or first > 0
    before = [place for place in range(first) if states[place].values.get(name) == present]
    return giver.is_undo and bool(before) and is_given_by_person(states[: before[-1] + 1], name=name)


def _states_of(cursor: CursorWrapper, *, target: Target, ids: Sequence[int]) -> Iterator[tuple[int, tuple[State, ...]]]:
    """Of those records alone that anybody but uploads has written."""
    written = (
        f"SELECT o.pgh_obj_id FROM {target.trail} o JOIN unnest(%(ids)s::bigint[]) i (id) ON i.id = o.pgh_obj_id "
        "JOIN pghistory_context x ON x.id = o.pgh_context_id WHERE NOT x.metadata ? 'upload'"
    )
    cursor.execute(
        "SELECT e.pgh_obj_id, c.metadata ? 'upload', coalesce(c.metadata ->> 'source', '') = 'undo', to_jsonb(e) "
        f"FROM {target.trail} e JOIN pghistory_context c ON c.id = e.pgh_context_id "
        f"WHERE e.pgh_obj_id IN ({written}) ORDER BY e.pgh_obj_id, e.pgh_id",
        {"ids": list(ids)},
    )
    for record_id, lines in groupby(cursor, key=lambda line: line[0]):
        yield record_id, tuple(State(is_upload, is_undo, parsed(values)) for _, is_upload, is_undo, values in lines)


def parsed(value: Any) -> Any:
    """JSON as the database gave it."""
    return json.loads(value) if isinstance(value, str) else value


def _with_companions(names: Collection[str], *, among: Collection[str], entity: str) -> frozenset[str]:
    """A value goes with the reason it lacks and with how exact it is; a laboratory result is one thing in several columns."""
    if entity == LABORATORY:
        return frozenset(among) if names else frozenset()
    together = {_stem(name) for name in names}
    return frozenset(name for name in among if _stem(name) in together)


def _stem(name: str) -> str:
    return name.removesuffix(MISSING_REASON).removesuffix(PRECISION)
