"""The two languages in which every sentence for people is given."""

from collections.abc import Callable, Iterable, Mapping

from django.utils import translation
from django.utils.functional import Promise

LANGUAGES = ("en", "zh-hans")


def is_chinese() -> bool:
    """Whether the language in force is."""
    return (translation.get_language() or "").startswith("zh")


def listed(parts: Iterable[str | Promise]) -> str:
    """One after another, as the language in force separates them."""
    return ("、" if is_chinese() else ", ").join(map(str, parts))


def listed_codes(codes: Mapping[str, str | Promise]) -> str:
    """Each code with what it stands for, where that says more than the code."""
    form = "{}（{}）" if is_chinese() else "{} ({})"
    return listed(code if str(label) == code else form.format(code, label) for code, label in codes.items())


def in_both(text: str | Promise | Callable[[], str]) -> tuple[str, str]:
    """A label, or what makes the text, with English and then with Simplified Chinese in force, whoever is reading."""
    english, chinese = (_in(language, text=text) for language in LANGUAGES)
    return english, chinese


def _in(language: str, *, text: str | Promise | Callable[[], str]) -> str:
    with translation.override(language):
        return str(text() if callable(text) else text)
