"""Words that charts and papers use for adverse events, and the CTCAE 5.0 terms they stand for. Nothing ambiguous is decided.

Source: the registry's data dictionary, section 11.2; the table is in ctcae_synonyms.csv, several words or terms parted by |.
"""

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from registry.clinical.adverse_events.ctcae import VERSION, Term, folded, lookup, terms
from registry.clinical.messages import Message

SYNONYMS_FILE = Path(__file__).with_name("ctcae_synonyms.csv")
BETWEEN = "|"


class Meaning(StrEnum):
    TERM = "TERM"  # one term
    CHOICE = "CHOICE"  # one of several: something that the word does not say decides
    SPLIT = "SPLIT"  # several events in one word, each to be recorded
    NONE = "NONE"  # no term can be told from the word


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym:
    """What a reported word may mean. `specify` is the wording for a term that ends in "Other, specify", else ""."""

    meaning: Meaning
    terms: tuple[str, ...]
    specify: str
    note: Message

    @property
    def term(self) -> str | None:
        """The term, where the word leaves no doubt; else a person must be asked."""
        return self.terms[0] if self.meaning == Meaning.TERM else None


@cache
def synonyms() -> Mapping[str, Synonym]:
    """Every synonym by its folded words, English and Chinese."""
    with SYNONYMS_FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {
        plain(word): _synonym(row)
        for row in rows
        for word in (row["words_en"] + BETWEEN + row["words_zh"]).split(BETWEEN)
    }


def term_for(verbatim: str | None) -> Synonym | None:
    """What a reported term means: by the synonyms, else as a shipped term's own English or Chinese name; None if unknown.

    The whole text must be known: words within a sentence are not looked for. Whatever its case, spaces and width.

    >>> term_for("HFS").term
    'Palmar-plantar erythrodysesthesia syndrome'
    >>> term_for("Pneumonia").meaning.value
    'CHOICE'
    """
    asked = plain(verbatim or "")
    if asked in synonyms():
        return synonyms()[asked]
    term = lookup(asked, version=VERSION) or _by_chinese_name().get(asked)
    return term and Synonym(meaning=Meaning.TERM, terms=(term.term,), specify="", note=Message("", ""))


@cache
def _by_chinese_name() -> Mapping[str, Term]:
    return {plain(term.term_zh): term for term in terms()}


def _synonym(row: Mapping[str, str]) -> Synonym:
    return Synonym(
        meaning=Meaning(row["kind"]),
        terms=tuple(filter(None, row["terms"].split(BETWEEN))),
        specify=row["specify"],
        note=Message(row["note_en"], row["note_zh"]),
    )


def plain(text: str) -> str:
    """Full-width letters as half-width ones, then as terms are compared: case, spaces and hyphens do not count."""
    return folded(unicodedata.normalize("NFKC", text))
