"""Which rows below a header are records: not the totals, headings and notes that people write there."""

import re
from collections.abc import Sequence
from typing import Any

from importers.files.cell import normalized, says_nothing
from importers.layout.columns import Layout

WORDS_OF_NOTES = re.compile(
    r"(?:合计|总计|小计|共计|总数|总例数|共\s*\d+\s*[例人行条]|平均|均值|中位|标准差|注\s*[:1-9、]|备注|说明|制表|填表|审核|数据来源|来源|以下空白|以下无|第\s*\d+\s*页"
    r"|(?:grand )?total|subtotal|sum|mean|average|median|notes?|source|remarks?|footnote|legend|abbreviations?|end of|page \d)(?![a-z0-9_])"
    r"|[*※†‡#]+\s*\D{4}|[-=_—*]{3,}$|n\s*=\s*\d"
)
NOTHING = frozenset({"", None, "-", "--", "—", "/"})
SENTENCE = re.compile(r"\S+(?:\s+\S+){3,}|.*[。；，：].{4,}|[\u4e00-\u9fff]{9,}")


def note_in(row: Sequence[Any], *, needed: Sequence[int]) -> str | None:
    """What makes the row no record: a word of totals or notes where hardly anything that a record needs is given, or a lone sentence.

    `needed` are the places of what every record of the sheet gives besides its patient: of a note's, half of them are not.
    """
    if needed and _gives(row, needed[0]) and _gives(row, needed[-1]):  # as nearly every row does, and no note
        return None
    given = sum(1 for place in needed if _gives(row, place))
    if given * 2 >= len(needed) > 0:
        return None
    texts = [cell for cell in row if not says_nothing(cell)]
    first = next((cell for cell in texts if isinstance(cell, str)), "")
    is_sentence = len(texts) == 1 and SENTENCE.match(first) is not None
    is_note = bool(first) and (is_sentence or WORDS_OF_NOTES.match(normalized(first)) is not None)
    return first.strip() if is_note else None


def _gives(row: Sequence[Any], place: int) -> bool:
    return place <= len(row) and row[place - 1] not in NOTHING


def needed_places(layout: Layout) -> tuple[int, ...]:
    columns = {column.name for column in layout.sheet.columns if column.required} - {layout.sheet.key[0]}
    return tuple(place for name, place in layout.places.items() if name in columns)
