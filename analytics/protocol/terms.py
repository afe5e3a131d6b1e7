"""Terms of adverse events as people write them: two that differ only in case or spacing are one term."""

from collections import Counter
from collections.abc import Iterable, Mapping


def folded(term: str) -> str:
    """
    >>> folded("Liver  Failure ")
    'liver failure'
    """
    return " ".join(term.casefold().split())


def spellings(terms: Iterable[str], *, preferred: Iterable[str] = ()) -> Mapping[str, str]:
    """Each term as written → the spelling that stands for it: the preferred one, else the most frequent, else the first by letter."""
    counts = Counter(terms)
    chosen: dict[str, str] = {}
    for term in sorted(counts, key=lambda term: (-counts[term], term)):
        chosen.setdefault(folded(term), term)
    chosen |= {folded(term): term for term in preferred}
    return {term: chosen[folded(term)] for term in counts}
