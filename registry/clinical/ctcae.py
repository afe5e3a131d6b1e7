"""The terms of adverse events that the registry knows, and the grades defined for each.

Source: NCI Common Terminology Criteria for Adverse Events (CTCAE) v5.0, 27 November 2017. Kept here are the 171 of its 837
terms that matter in liver cancer, in ctcae_terms.csv: system organ class, term, both with their Chinese, grades and code.
"""

import csv
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import NamedTuple

VERSION = "5.0"
TERMS_FILE = Path(__file__).with_name("ctcae_terms.csv")


class Term(NamedTuple):
    """`grades` are the digits of the grades that CTCAE defines for the term; `code` is its MedDRA code."""

    soc: str
    soc_zh: str
    term: str
    term_zh: str
    grades: str
    code: str


@cache
def terms() -> tuple[Term, ...]:
    """All terms, in the order of their system organ classes."""
    with TERMS_FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(Term(**row) for row in csv.DictReader(lines))


def lookup(name: str | None) -> Term | None:
    """The term of this English name, whatever its case and the spaces around it; None for an unknown one."""
    return _by_name().get(_folded(name or ""))


def grade_defined(name: str | None, *, grade: int | None) -> bool | None:
    """Whether CTCAE defines this grade for the term; None for an unknown term or a missing grade.

    >>> grade_defined("nausea", grade=4)
    False
    """
    term = lookup(name)
    return None if term is None or grade is None else str(grade) in term.grades


def suggestions(name: str, *, most: int = 3) -> tuple[str, ...]:
    """Terms that may be meant: of the same Chinese name, or spelled almost alike; the likeliest first."""
    same = [term.term for term in terms() if term.term_zh == name.strip()]
    near = get_close_matches(_folded(name), list(_by_name()), n=most)
    return tuple(dict.fromkeys([*same, *(_by_name()[key].term for key in near)]))[:most]


@cache
def _by_name() -> dict[str, Term]:
    return {_folded(term.term): term for term in terms()}


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
