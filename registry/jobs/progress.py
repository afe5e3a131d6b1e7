"""How far long work is: told in percent and in a sentence to whoever follows it."""

from collections.abc import Callable
from time import monotonic

Report = Callable[[int, str], None]
SECONDS_BETWEEN = 1.0  # a report is a write to the database, and the moment at which work learns that it is not wanted


def unreported(_percent: int, _message: str) -> None:
    """For callers whom nobody follows."""


def seldom(report: Report, *, seconds: float = SECONDS_BETWEEN) -> Report:
    """The same, to be called as often as one likes: what comes sooner after the last report is left out."""
    last = monotonic()

    def sparing(percent: int, message: str) -> None:
        nonlocal last
        if (now := monotonic()) - last >= seconds:
            last = now
            report(percent, message)

    return sparing
