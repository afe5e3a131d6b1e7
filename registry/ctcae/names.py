"""What somebody wrote for an event, as the name under which it is stored: the same for boxes of forms and cells of files."""

from collections.abc import Sequence

from registry.clinical.adverse_events import ctcae
from registry.clinical.adverse_events.ctcae import VERSION, VERSIONS, Term
from registry.clinical.adverse_events.synonyms import term_for
from registry.clinical.adverse_events.term_search import named_in, named_term, resolve_term
from registry.ctcae.terms import known_terms


def term_named(name: str) -> Term | None:
    """Of the first version that has a term of this very name."""
    versions: Sequence[str] = (VERSION, *(version for version in VERSIONS if version != VERSION))
    return next((term for version in versions if (term := known_terms(version).lookup(name))), None)


def typed_term(text: str) -> str:
    """What is typed where the name that was found is seen at once: the beginning of one name is enough. Else as it is."""
    found = term_named(text) or resolve_term(text, among=known_terms(VERSION).index)
    return found.term if found else text


def reported_term(text: str) -> str:
    """What stands in a file: a name in full, or a word that means one term, in either language. Else as it is."""
    found = ctcae.lookup(text) or term_named(text) or named_term(text, among=known_terms(VERSION).index)
    return found.term if found else text


def term_of_version(name: str, *, version: str | None) -> str:
    """A term as the version has it; a name that it does not have stays, to be refused in words."""
    known = known_terms(version) if version in VERSIONS else None
    if known is None or known.lookup(name):
        return name
    found = resolve_term(named_in(known.version, term=name), among=known.index)
    return found.term if found else name


def may_mean_several(text: str) -> bool:
    """A word of charts that somebody must decide about, such as Pneumonia."""
    word = term_for(text)
    return word is not None and word.term is None
