"""A sentence for whoever sends a file, in both languages, and what it is about."""

from dataclasses import dataclass, field
from typing import Any

from importers.files.characters import visible

LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True)
class Message:
    code: str
    en: str
    zh: str
    is_warning: bool = False

    def about(self, **values: object) -> "Problem":
        return Problem(self, {name: _shortened(value) for name, value in values.items()})


@dataclass(frozen=True, slots=True)
class Problem:
    """A message about one place. Whoever prints it knows the place; it may quote what was found, so it is never logged."""

    message: Message
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.message.code

    @property
    def en(self) -> str:
        return self.message.en.format_map(self.values)

    @property
    def zh(self) -> str:
        return self.message.zh.format_map(self.values)


class Listed(str):
    """What a sentence lists of our own, in full."""

    __slots__ = ()


def _shortened(value: object) -> object:
    return quoted(value) if isinstance(value, str) and not isinstance(value, Listed) else value


def quoted(text: str) -> str:
    """Short, and with a name for what nobody would see."""
    shown = visible(text[:LONGEST_QUOTE])
    return shown if len(text) <= LONGEST_QUOTE >= len(shown) else shown[: LONGEST_QUOTE - 1] + "…"
