"""Where two results of the same run are not the same to the letter."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.result.nulls import Json

OF_THE_MOMENT = {"started", "seconds"}  # of a result's software: all that may differ between two equal runs
NOTHING = "–"
LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`place` is the path of keys; what stood there and what stands there now, as JSON."""

    place: str
    before: str
    now: str


def timeless(result: Json) -> Json:
    """The result without when it was computed and for how long."""
    software = {key: value for key, value in result["software"].items() if key not in OF_THE_MOMENT}
    return {**result, "software": software}


def differences(former: Json, *, text: str) -> list[Difference]:
    """In the order of the former result. Times are no difference."""
    return list(_between(timeless(former), timeless(json.loads(text)), place=()))


def _between(one: Any, other: Any, *, place: tuple[str, ...]) -> Iterator[Difference]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in dict.fromkeys((*one, *other)):
            yield from _between(one.get(key, NOTHING), other.get(key, NOTHING), place=(*place, str(key)))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True), start=1):
            yield from _between(left, right, place=(*place, str(number)))
    elif json.dumps(one) != json.dumps(other):
        yield Difference(place=".".join(place), before=_short(one), now=_short(other))


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
