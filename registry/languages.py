"""The two languages in which every sentence for people is given."""

from collections.abc import Callable

from django.utils import translation
from django.utils.functional import Promise

LANGUAGES = ("en", "zh-hans")


def in_both(text: str | Promise | Callable[[], str]) -> tuple[str, str]:
    """A label, or what makes the text, with English and then with Simplified Chinese in force, whoever is reading."""
    english, chinese = (_in(language, text=text) for language in LANGUAGES)
    return english, chinese


def _in(language: str, *, text: str | Promise | Callable[[], str]) -> str:
    with translation.override(language):
        return str(text() if callable(text) else text)
