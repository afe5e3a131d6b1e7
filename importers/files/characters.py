"""Characters that nobody sees: taken out of what is compared, and called by name where a text is quoted."""

import re
import unicodedata

from registry.clinical.personal_numbers import FILLERS, FORMAT, without_invisible

UNSEEN = frozenset({FORMAT, "Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
SIGNS = {"\n": "↵", "\r": "↵", "\t": "⇥"}
SAME_AGAIN = re.compile(r"(.)\1*", re.DOTALL)
MARKS = "'‘’`"  # before a text they only say that it is one


def visible(text: str) -> str:
    """As it can be read and cannot turn the sentence around it: U+202E stands there as [U+202E RIGHT-TO-LEFT OVERRIDE].

    >>> visible("41.2" + chr(0x200B))
    '41.2[U+200B ZERO WIDTH SPACE]'
    """
    if text.isprintable() and FILLERS.isdisjoint(text):
        return text
    return SAME_AGAIN.sub(lambda run: _named(run[1], count=len(run[0])), text)


def _named(character: str, *, count: int) -> str:
    if character in SIGNS:
        return SIGNS[character]
    if unicodedata.category(character) not in UNSEEN and character not in FILLERS:
        return character * count
    name = unicodedata.name(character, "")
    return f"[U+{ord(character):04X}{f' {name}' if name else ''}{f' ×{count}' if count > 1 else ''}]"


def written(raw: str) -> str:
    """What a person meant to write: half width, trimmed, without what nobody sees and without the mark that makes a text of it."""
    return unmarked(unicodedata.normalize("NFKC", without_invisible(raw)).strip())


def unmarked(text: str) -> str:
    is_marked = len(text) > 1 and text[0] in MARKS and not any(mark in text[1:] for mark in MARKS)
    return text[1:].strip() if is_marked else text
