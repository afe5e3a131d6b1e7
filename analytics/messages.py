"""What a result says for itself, as values: the pure parts know no gettext."""

from dataclasses import dataclass

from registry.clinical.messages import Message

__all__ = ["Message", "Notice"]


@dataclass(frozen=True)
class Notice:
    """A warning (`ok` is false) or the outcome of a check, with the place in the result it is about."""

    code: str
    message: Message
    where: str = ""
    ok: bool = False
