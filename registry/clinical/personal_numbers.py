"""Numbers and addresses by which a person is known, in whatever text they stand. None of them is ever kept."""

import re
import unicodedata

HIDDEN = "•••"  # stands for what names a person
FORMAT = "Cf"
FILLERS = frozenset("\u115f\u1160\u3164\uffa0")  # letters by their category, blank on every screen
# A Chinese citizen's number: area, birth date, serial, check character. A mobile number: 11 digits from 13 to 19. As people write
# them: in groups, with the country's code, with dots or dashes between.
GAP = r"[\s.·\-‐-―−]?"
ID_CARD = re.compile(
    rf"(?<!\d)[1-9]\d{{5}}{GAP}(?:18|19|20)\d{{2}}{GAP}(?:0[1-9]|1[0-2]){GAP}(?:0[1-9]|[12]\d|3[01]){GAP}\d{{3}}{GAP}[\dXx](?!\d)"
)
MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?\(?86\)?{GAP})?1[3-9]\d{GAP}\d{{4}}{GAP}\d{{4}}(?!\d)")
TELEPHONE = re.compile(
    r"(?<!\d)(?:\(0\d{2,3}\)\s?|(?:\+86[\s-]?\d{2,3}|0\d{2,3})[\s-])\d{7,8}(?!\d)|(?<!\d)\+86[\s-]?\d{10,11}(?!\d)"
)
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]{2,}")
ADDRESS_IN_NAME = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*?(?=\.[A-Za-z]{2,5}$|$)")
SHORTEST = 6  # of what could be a number or an address of a person


def names_a_person(text: str, *, is_identifier: bool = False) -> bool:
    """A center's own number may well look like a telephone number, but never like an ID card's or an address."""
    spelled = plain(text)
    if len(spelled) < SHORTEST:
        return False
    return bool(ID_CARD.search(spelled) or ADDRESS.search(spelled)) or (
        not is_identifier and bool(MOBILE.search(spelled) or TELEPHONE.search(spelled))
    )


def without_persons_in_name(name: str) -> str:
    """A file's name as it may be kept: without the numbers and addresses of persons."""
    spelled = plain(name)
    if not names_a_person(spelled):
        return name
    for pattern in (ID_CARD, MOBILE, TELEPHONE, ADDRESS_IN_NAME):
        spelled = pattern.sub(HIDDEN, spelled)
    return spelled


def plain(text: str) -> str:
    """In half width, without characters that nobody sees."""
    return text if text.isascii() else unicodedata.normalize("NFKC", without_invisible(text))


def without_invisible(text: str) -> str:
    """Without the characters that only steer how others are shown, such as a zero-width space."""
    if text.isascii():
        return text
    return "".join(c for c in text if unicodedata.category(c) != FORMAT and c not in FILLERS)
