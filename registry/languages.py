"""The two languages in which every sentence about an upload is given."""

from collections.abc import Callable

from django.utils import translation

LANGUAGES = ("en", "zh-hans")


def in_both(render: Callable[[], str]) -> tuple[str, str]:
    """What `render` gives with English, then with Simplified Chinese in force."""
    english, chinese = (_in(language, render=render) for language in LANGUAGES)
    return english, chinese


def _in(language: str, *, render: Callable[[], str]) -> str:
    with translation.override(language):
        return render()
