"""One number of a result, with all that it takes to cite it."""

from dataclasses import dataclass

from analytics.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One number. `value` is null where there is none, and `why` says why; `method` is the test or the kind of errors.

    A warning or a check of the result is a row, too: a `sentence` in place of a value."""

    address: str
    analysis: str
    statistic: str
    label: Message
    value: float | None
    cohort: str = ""
    arm: str = ""
    endpoint: str = ""
    variable: str = ""
    level: str = ""
    month: str = ""
    contrast: str = ""
    method: str = ""
    why: str = ""
    function: str
    r: str
    rests_on: tuple[str, ...] = ()
    sentence: Message | None = None
