"""What has no finite value is null, and its object says why."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def with_reasons(values: Json, *, why: Mapping[str, str] | str = "not_estimable", text: tuple[str, ...] = ()) -> Json:
    """The object, and under `why` the reason of each number in it that is null; keys of `text` may be null without one."""
    reasons = {
        key: why if isinstance(why, str) else why.get(key, "not_estimable")
        for key, value in values.items()
        if value is None and key not in text
    }
    return values | ({"why": reasons} if reasons else {})


def month_key(month: float) -> str:
    """12.0 is "12", 6.5 is "6.5"."""
    return str(int(month)) if month == int(month) else repr(float(month))
