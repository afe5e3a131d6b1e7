"""The sentences of a query, in both languages whoever is reading."""

from collections.abc import Callable, Sequence

from django.utils import translation
from django.utils.translation import ngettext

from registry.queries.findings import Found

MOST_SENTENCES = 8  # a person reads no more before beginning to mend
LANGUAGES = ("en", "zh-hans")


def in_both(render: Callable[[], str]) -> tuple[str, str]:
    """What `render` gives with English, then with Simplified Chinese in force."""
    told = []
    for language in LANGUAGES:
        with translation.override(language):
            told.append(render())
    english, chinese = told
    return english, chinese


def question(group: Sequence[Found]) -> tuple[str, str]:
    """One sentence a line; the same sentence about several records is said once."""
    return in_both(lambda: _lines(group))


def _lines(group: Sequence[Found]) -> str:
    sentences = list(dict.fromkeys(found.finding.text for found in group))
    more = len(sentences) - MOST_SENTENCES
    if more > 0:
        rest = ngettext("And {n} more like these.", "And {n} more like these.", more).format(n=more)
        sentences = [*sentences[:MOST_SENTENCES], rest]
    return "\n".join(sentences)
