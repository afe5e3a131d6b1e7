"""The sentences of a query, in both languages whoever is reading."""

from collections.abc import Sequence

from django.utils.translation import ngettext

from registry.languages import in_both
from registry.queries.findings import Found

MOST_SENTENCES = 8  # a person reads no more before beginning to mend


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
