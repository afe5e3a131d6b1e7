"""Which findings make one query. Pure: findings and places in, groups out.

A query is about one field of one record, and holds all findings that name it. So one wrong date, against which twenty
records are checked, asks the center once, not twenty times.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from registry.queries.findings import Found, Place


def by_cause(found: Sequence[Found], *, asked: Iterable[Place] = ()) -> dict[Place, list[Found]]:
    """Each finding under exactly one of the fields it names.

    First those `asked` about already keep what names them, so that a thread goes on; then the field that most of the rest name
    takes all of these, and so on. Of fields named equally often, the one pointed at goes first.
    """
    rest = list(found)
    groups: dict[Place, list[Found]] = {}
    for place in asked:
        taken, rest = _split(rest, place=place)
        if taken:
            groups[place] = taken
    while rest:
        place = _most_named(rest)
        groups[place], rest = _split(rest, place=place)
    return groups


def cause_of(place: Place) -> str:
    entity, record_id, variable = place
    return f"{entity}/{record_id}/{variable}"


def place_of(cause: str) -> Place:
    entity, record_id, variable = cause.split("/")
    return entity, int(record_id), variable


def places_of(group: Sequence[Found], *, first: Place) -> list[dict[str, object]]:
    """All fields involved, by record, as a query keeps them; the record of the cause stands first."""
    records: dict[tuple[str, int], list[str]] = {first[:2]: [first[2]]}
    named = [place for one in group for place in one.places] + [place for one in group for place in one.beside]
    for entity, record_id, variable in named:
        variables = records.setdefault((entity, record_id), [])
        if variable not in variables:
            variables.append(variable)
    return [
        {"entity": entity, "record": record_id, "variables": variables}
        for (entity, record_id), variables in records.items()
    ]


def _split(found: Sequence[Found], *, place: Place) -> tuple[list[Found], list[Found]]:
    return [one for one in found if place in one.places], [one for one in found if place not in one.places]


def _most_named(found: Sequence[Found]) -> Place:
    if len(found) == 1:
        return found[0].places[0]
    named: Mapping[Place, int] = Counter(place for one in found for place in one.places)
    pointed_at: Mapping[Place, int] = Counter(one.places[0] for one in found)
    return min(named, key=lambda place: (-named[place], -pointed_at.get(place, 0), place))
