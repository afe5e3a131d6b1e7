"""Sentences for people, in both languages, as values: the clinical definitions know no gettext."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in English and in Simplified Chinese."""

    en: str
    zh: str
