"""What a statistic cannot be computed from, said by name instead of failing inside numpy."""

import numpy as np

from analytics.messages import Message
from analytics.stats.event_times import Booleans, Floats, Integers


class BadInput(ValueError):
    """Arrays that no statistic is defined for; `message` says which, how many rows, and what to do, in both languages."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


def require_same_length(n: int, **arrays: Floats | Integers | Booleans | None) -> None:
    """Every named array (None where not given) has `n` rows."""
    for name, values in arrays.items():
        if values is not None and values.shape[0] != n:
            found = values.shape[0]
            raise BadInput(
                Message(
                    f"{name} has {found} rows, but there are {n} times.", f"{name} 有 {found} 行，而时间有 {n} 行。"
                )
            )


def require_finite(**arrays: Floats | None) -> None:
    """No named array holds a missing or infinite value."""
    for name, values in arrays.items():
        if values is not None and (bad := int((~np.isfinite(values)).sum())):
            en = f"{name}: {bad} values are missing or infinite. Exclude those rows first."
            raise BadInput(Message(en, f"{name}：{bad} 个值缺失或无穷大；请先排除这些行。"))


def require_positive(**arrays: Floats | None) -> None:
    """Every value of the named arrays is above zero and finite."""
    for name, values in arrays.items():
        if values is not None and (bad := int((~(np.isfinite(values) & (values > 0))).sum())):
            en = f"{name}: {bad} values are not above zero. Exclude those rows first."
            raise BadInput(Message(en, f"{name}：{bad} 个值不大于零；请先排除这些行。"))


def require(holds: bool, *, en: str, zh: str) -> None:  # noqa: FBT001  # reads as a sentence
    """Raise with the sentence where what it asks does not hold."""
    if not holds:
        raise BadInput(Message(en, zh))
