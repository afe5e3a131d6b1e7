"""All adverse event terms the registry knows: those it ships, and the official list of a version once it is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic

from django.db import transaction
from django.utils import timezone

from registry.clinical.adverse_events.ctcae import (
    UNKNOWN_GRADES,
    VERSION,
    VERSIONS,
    Term,
    folded,
    graded_as,
    soc_in_chinese,
    terms,
)
from registry.clinical.adverse_events.term_search import TermIndex
from registry.ctcae.nci_file import OfficialList
from registry.models import CtcaeTerm

SECONDS_REMEMBERED = 60  # a list loaded by another process is seen after a minute


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTerms:
    """The terms of one version by folded name. `is_official`: the whole list is loaded, not the shipped selection alone."""

    version: str
    by_name: Mapping[str, Term]
    is_official: bool

    @property
    def can_refuse(self) -> bool:
        """Whether a term that is not here is wrong: of a version that is neither shipped nor loaded nobody knows."""
        return self.is_official or self.version == VERSION

    @property
    def terms(self) -> tuple[Term, ...]:
        return tuple(self.by_name.values())

    def lookup(self, name: str | None) -> Term | None:
        return self.by_name.get(folded(name or ""))

    def grade_defined(self, name: str | None, *, grade: int | None) -> bool | None:
        """None for an unknown term, a missing grade, and where the version's grades are not known."""
        term = self.lookup(name)
        if term is None or grade is None or term.grades == UNKNOWN_GRADES:
            return None
        return str(grade) in term.grades

    @property
    def index(self) -> TermIndex:
        return _index(self.version, _minute())


def known_terms(version: str = VERSION) -> KnownTerms:
    """Of the version (4.0 is read as 4.03): the official list with Chinese names where shipped, else the shipped terms."""
    return _known(graded_as(version), _minute())


def is_loaded(name: str, *, version: str) -> bool:
    """Whether the official list of the version was loaded and has the term; of the shipped ones nobody need ask."""
    known = known_terms(version)
    return known.is_official and known.lookup(name) is not None


def load_official(official: OfficialList) -> int:
    """Write the list in place of the version's former one, whose other terms stay but are no longer offered; its length."""
    rows = [
        CtcaeTerm(
            version=official.version,
            term=term.term,
            soc=term.soc,
            grades=term.grades,
            meddra_code=term.code,
            definitions=list(term.definitions),
            loaded_at=timezone.now(),
        )
        for term in official.terms
    ]
    with transaction.atomic():
        CtcaeTerm.objects.filter(version=official.version).update(is_current=False)
        CtcaeTerm.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["version", "term"],
            update_fields=["soc", "grades", "meddra_code", "definitions", "is_current", "loaded_at"],
        )
    forget()
    return len(rows)


def forget() -> None:
    """Read the lists again when they are next asked for."""
    _known.cache_clear()
    _index.cache_clear()


def _minute() -> int:
    return int(monotonic() // SECONDS_REMEMBERED)


@lru_cache(maxsize=len(VERSIONS))
def _known(version: str, _minute: int) -> KnownTerms:
    shipped = {folded(term.term): term for term in terms(version)}
    loaded = CtcaeTerm.objects.filter(version=version, is_current=True).order_by("soc", "term")
    official = {folded(row.term): _joined(row, shipped=shipped.get(folded(row.term))) for row in loaded}
    return KnownTerms(version=version, by_name=official or shipped, is_official=bool(official))


@lru_cache(maxsize=len(VERSIONS))
def _index(version: str, minute: int) -> TermIndex:
    return TermIndex.of(_known(version, minute).by_name)


def _joined(row: CtcaeTerm, *, shipped: Term | None) -> Term:
    return Term(
        soc=row.soc,
        soc_zh=soc_in_chinese(row.soc),
        term=row.term,
        term_zh=shipped.term_zh if shipped else "",
        grades=row.grades,
        code=row.meddra_code,
        definitions=tuple(row.definitions),
    )
