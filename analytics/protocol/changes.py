"""What differs between two protocols, place by place, and how two people's changes of one become one again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.protocol.plain_text import is_same

Step = str | int
Content = dict[str, Any]

NAMED_BY = ("id", "name", "label", "kind")  # what a row of a list is known by


class _Absent:
    """No value at all, where null is one."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A value that is other, new or gone; `before` and `after` are ABSENT where there is none."""

    place: tuple[Step, ...]
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """`theirs` are the changes of the other person that are in the content; `clashes` what both changed, where theirs stands and
    `after` is what was not taken."""

    content: Content
    theirs: tuple[Change, ...]
    clashes: tuple[Change, ...]


def changes(before: Any, after: Any, *, place: tuple[Step, ...] = ()) -> Iterator[Change]:
    """In the order of the text. Rows of a list are known by their id, name or label, and if they have none by their number."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from changes(before.get(key, ABSENT), after.get(key, ABSENT), place=(*place, key))
        return
    if isinstance(before, list) and isinstance(after, list) and (keyed := _keyed(before, after)) is not None:
        yield from _changed_rows(*keyed, place=place)
        return
    if not _is_equal(before, after):
        yield Change(place=place, before=before, after=after)


def merge(base: Content, *, mine: Content, theirs: Content) -> Merged:
    """Their content with what I changed. Where both changed the same value differently, theirs is kept and named."""
    made_by_them = tuple(changes(base, theirs))
    clashes: list[Change] = []
    content = _merged(base, mine=mine, theirs=theirs, place=(), clashes=clashes)
    return Merged(content=content, theirs=made_by_them, clashes=tuple(clashes))


def _merged(base: Any, *, mine: Any, theirs: Any, place: tuple[Step, ...], clashes: list[Change]) -> Any:
    if _is_equal(mine, theirs) or _is_equal(base, mine):
        return theirs
    if _is_equal(base, theirs):
        return mine
    if all(isinstance(part, Mapping) for part in (base, mine, theirs)):
        return _merged_keys(base, mine=mine, theirs=theirs, place=place, clashes=clashes)
    if all(isinstance(part, list) for part in (base, mine, theirs)):
        keys = [_keys(part) for part in (base, mine, theirs)]
        if all(found is not None for found in keys):
            parts = [
                dict(zip(found or (), part, strict=True))
                for found, part in zip(keys, (base, mine, theirs), strict=True)
            ]
            rows = _merged_keys(parts[0], mine=parts[1], theirs=parts[2], place=place, clashes=clashes)
            return list(rows.values())
    clashes.append(Change(place=place, before=theirs, after=mine))
    return theirs


def _merged_keys(
    base: Mapping[Any, Any],
    *,
    mine: Mapping[Any, Any],
    theirs: Mapping[Any, Any],
    place: tuple[Step, ...],
    clashes: list[Change],
) -> dict[Any, Any]:
    """In the order of the person who changed it; what only the other has comes after what it followed."""
    order = list(mine) if list(base) == list(theirs) else _with_new(list(theirs), new=list(mine))
    if list(base) == list(theirs):
        order = _with_new(order, new=list(theirs))
    merged: dict[Any, Any] = {}
    for key in order:
        value = _merged(
            base.get(key, ABSENT),
            mine=mine.get(key, ABSENT),
            theirs=theirs.get(key, ABSENT),
            place=(*place, key),
            clashes=clashes,
        )
        if value is not ABSENT:
            merged[key] = value
    return merged


def _with_new(order: list[Any], *, new: Sequence[Any]) -> list[Any]:
    found, last = list(order), -1
    for key in new:
        if key in found:
            last = found.index(key)
        else:
            last += 1
            found.insert(last, key)
    return found


def _changed_rows(before: dict[Step, Any], after: dict[Step, Any], *, place: tuple[Step, ...]) -> Iterator[Change]:
    for key in [*before, *(key for key in after if key not in before)]:
        yield from changes(before.get(key, ABSENT), after.get(key, ABSENT), place=(*place, key))
    common = [key for key in before if key in after]
    if common != [key for key in after if key in before]:
        yield Change(place=place, before=list(before), after=list(after))


def _keyed(before: list[Any], after: list[Any]) -> tuple[dict[Step, Any], dict[Step, Any]] | None:
    keys = [_keys(rows) for rows in (before, after)]
    if keys[0] is None or keys[1] is None:
        return None
    return dict(zip(keys[0], before, strict=True)), dict(zip(keys[1], after, strict=True))


def _keys(rows: list[Any]) -> list[Step] | None:
    """What each row is known by; None where rows are plain values, or two are known alike."""
    if any(not isinstance(row, Mapping) for row in rows):
        return None
    for name in NAMED_BY:
        found = [str(row[name]) for row in rows if name in row]
        if len(found) == len(rows) and len(set(found)) == len(found):
            return list(found)
    return list(range(len(rows)))


def _is_equal(one: Any, other: Any) -> bool:
    if one is ABSENT or other is ABSENT:
        return one is other
    return is_same(one, other)
