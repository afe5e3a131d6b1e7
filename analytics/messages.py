"""Sentences for people, in both languages, as values: the pure parts know no gettext."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """One sentence in English and in Simplified Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class Notice:
    """A warning (`ok` is false) or the outcome of a check, with the place in the result it is about."""

    code: str
    message: Message
    where: str = ""
    ok: bool = False
