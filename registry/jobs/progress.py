"""How far long work is: told in percent and in a sentence to whoever follows it."""

from collections.abc import Callable

Report = Callable[[int, str], None]


def unreported(_percent: int, _message: str) -> None:
    """For callers whom nobody follows."""
