"""What a result says for itself, as values: the pure parts know no gettext (Note [Two translation systems])."""

from dataclasses import dataclass

from registry.clinical.messages import Message

__all__ = ["Message", "Notice", "p_in_words"]


@dataclass(frozen=True)
class Notice:
    """A warning (`ok` is false) or the outcome of a check, with the place in the result it is about."""

    code: str
    message: Message
    where: str = ""
    ok: bool = False


def p_in_words(p: float | None) -> str:
    """Four digits; a smaller one is not told as zero."""
    if p is None:
        return "P –"
    return "P <0.0001" if p < 0.0001 else f"P = {p:.4f}"
