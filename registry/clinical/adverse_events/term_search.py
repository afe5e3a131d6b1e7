"""A CTCAE term found by what a person types: its name in either language, words of a chart, its organ class, or part of these.

Searching ranks; resolving decides, and only where nothing is left to a person: a name in full, a word of a chart that means one
term, or the beginning of one term and no other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from registry.clinical.adverse_events.ctcae import DIFFERENCES, VERSION, Term, folded, graded_as, terms
from registry.clinical.adverse_events.synonyms import Meaning, Synonym, plain, synonyms

SHORTEST_BEGINNING, SHORTEST_CHINESE = 5, 3  # letters that may stand for a whole name
MOST = 12
ALIKE = 0.6  # of two spellings, as difflib counts
BY_CLASS = 20  # the rank of a term found by its organ class alone


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTerm:
    """`word` is the word of a chart by which the term was found, "" where its own name or class told."""

    term: Term
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One name under which a term is found. `is_class` of the name of its organ class, `word` of a word of a chart."""

    name: str
    parts: tuple[str, ...]
    term: Term
    word: str = ""
    is_class: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TermIndex:
    """All names of the terms of one version, as they are compared."""

    known: Mapping[str, Term]
    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, known: Mapping[str, Term]) -> "TermIndex":
        return cls(known=known, entries=tuple(_entries(known)))


@cache
def shipped_index() -> TermIndex:
    """Of the terms that the project ships."""
    return TermIndex.of({folded(term.term): term for term in terms()})


def search_terms(typed: str, *, among: TermIndex, most: int = MOST) -> list[FoundTerm]:
    """The likeliest first; those spelled almost alike where nothing else is found."""
    asked = plain(typed)
    if not asked:
        return []
    # The terms of one word of charts stand in its order; else the shorter name says more of what was typed.
    ranked = [
        (rank, place if entry.word else len(entry.term.term), place, FoundTerm(term=entry.term, word=entry.word))
        for place, entry in enumerate(among.entries)
        if (rank := _rank(asked, entry=entry)) is not None
    ]
    best: dict[str, FoundTerm] = {}
    for *_, found in sorted(ranked, key=lambda each: each[:3]):
        best.setdefault(found.term.term, found)
    return list(best.values())[:most] or _alike(asked, among=among, most=most)


def resolve_term(typed: str, *, among: TermIndex) -> Term | None:
    """The term that is meant without a doubt; None where a person must choose, and for unknown words.

    >>> [resolve_term(typed, among=shipped_index()).term for typed in ("发热", "ALT升高", "alanine amino")]
    ['Fever', 'Alanine aminotransferase increased', 'Alanine aminotransferase increased']
    """
    asked = plain(typed)
    if (named := named_term(typed, among=among)) is not None or asked in synonyms():
        return named
    if len(asked) < (SHORTEST_BEGINNING if asked.isascii() else SHORTEST_CHINESE):
        return None
    begun = {entry.term for entry in _own_names(among) if entry.name.startswith(asked)}
    return begun.pop() if len(begun) == 1 else None


def named_term(written: str, *, among: TermIndex) -> Term | None:
    """The term of which this is a name in full, or a word of charts that means no other.

    >>> named_term("发烧", among=shipped_index()).term
    'Fever'
    >>> named_term("alanine amino", among=shipped_index()) is None
    True
    """
    asked = plain(written)
    named = next((entry.term for entry in _own_names(among) if entry.name == asked), None)
    word = synonyms().get(asked)
    if named is not None or word is None:
        return named
    meant = _terms_of(word, known=among.known)
    return meant[0] if word.meaning is Meaning.TERM and meant else None


def _own_names(among: TermIndex) -> Iterator[Entry]:
    return (entry for entry in among.entries if not entry.word and not entry.is_class)


def nearest_terms(typed: str, *, among: TermIndex, most: int = 3) -> tuple[str, ...]:
    """Names to offer in place of what was typed; words typed together are looked for one by one where they are not found."""
    found = search_terms(typed, among=among, most=most)
    if not found:
        parts = (search_terms(word, among=among, most=1) for word in plain(typed).split() if len(word) > 3)
        found = [hit for hits in parts for hit in hits]
    return tuple(dict.fromkeys(hit.term.term for hit in found))[:most]


def named_in(version: str, *, term: str) -> str:
    """The name that a term of CTCAE 5.0 has in a version.

    >>> named_in("6.0", term="Platelet count decreased")
    'Thrombocytopenia'
    """
    names = {each.term: each.name for each in DIFFERENCES if each.version == graded_as(version) != VERSION}
    return names.get(term) or term


def _rank(asked: str, *, entry: Entry) -> int | None:
    """How near a name is, from 0; a term's own name before a word of a chart, both before a class."""
    if entry.is_class:
        return BY_CLASS if entry.name.startswith(asked) or all(_begins(part, entry) for part in asked.split()) else None
    tests = (
        asked == entry.name,
        entry.name.startswith(asked),
        all(_begins(part, entry) for part in asked.split()),
        asked in entry.name,
    )
    nearness = next((rank for rank, holds in enumerate(tests) if holds), None)
    return None if nearness is None else 2 * nearness + bool(entry.word)


def _begins(part: str, entry: Entry) -> bool:
    return any(word.startswith(part) for word in entry.parts)


def _entries(known: Mapping[str, Term]) -> Iterator[Entry]:
    for term in known.values():
        for name in filter(None, (term.term, term.term_zh)):
            yield _entry(name, term=term)
        for name in filter(None, (term.soc, term.soc_zh)):
            yield _entry(name, term=term, is_class=True)
    for written, word in synonyms().items():
        for term in _terms_of(word, known=known):
            yield _entry(written, term=term, word=written)


def _entry(name: str, *, term: Term, word: str = "", is_class: bool = False) -> Entry:
    whole = plain(name)
    return Entry(name=whole, parts=tuple(whole.replace("-", " ").split()), term=term, word=word, is_class=is_class)


def _terms_of(word: Synonym, *, known: Mapping[str, Term]) -> list[Term]:
    return [known[folded(name)] for name in word.terms if folded(name) in known]


def _alike(asked: str, *, among: TermIndex, most: int) -> list[FoundTerm]:
    by_name = {entry.name: entry.term for entry in reversed(among.entries) if not entry.is_class}
    near = get_close_matches(asked, list(by_name), n=3 * most, cutoff=ALIKE)
    return [FoundTerm(term=term) for term in dict.fromkeys(by_name[name] for name in near)][:most]
