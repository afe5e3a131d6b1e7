"""Step 6: the words with which the center says that a value is missing, the marks of its laboratory, the order of its dates."""

from collections import Counter
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from importers.files.cells import MISSING, normalized
from importers.pages.guide.codes import reason_names
from importers.pages.guide.content import assigned_in, dict_in, known_of, set_or_drop
from importers.pages.guide.workspace import Workspace
from registry.workbook.sheets import Kind

MOST, LONGEST = 40, 40
WORDLESS = {Kind.NUMBER, Kind.WHOLE, Kind.ANALYTE, Kind.DATE, Kind.MOMENT}
ORDERS = ("year-first", "day-first", "month-first")


def shown(work: Workspace) -> dict[str, Any]:
    said = {str(word): reason for word, reason in (work.content.get("missing") or {}).items()}
    counts = _words(work)
    asked = [*counts.most_common(MOST), *((word, 0) for word in said if word not in counts)]
    return {
        "words": [{"word": word, "count": count, "answer": said.get(word, "")} for word, count in asked],
        "reasons": _reasons(),
        "flags": " ".join(work.content.get("flags", ())),
        "orders": list(zip(ORDERS, (_("year first"), _("day first"), _("month first")), strict=True)),
        "order": work.content.get("dates", ORDERS[0]),
    }


def taken(work: Workspace, *, given: QueryDict) -> None:
    missing = dict_in(work.content, name="missing")
    for number in range(len(given.getlist("word"))):
        word, reason = given.getlist("word")[number].strip(), given.get(f"reason-{number}", "")
        missing.pop(word, None)
        if word and reason in _reasons():
            missing[word] = reason
    set_or_drop(work.content, name="missing", value=missing)
    if "flags" in given:
        set_or_drop(work.content, name="flags", value=str(given["flags"]).split())
    if given.get("dates") in ORDERS:
        set_or_drop(work.content, name="dates", value=given["dates"] if given["dates"] != ORDERS[0] else None)


def _words(work: Workspace) -> Counter[str]:
    """Texts without a digit where a number or date is read, unless they are known to mean that it is missing."""
    counts: Counter[str] = Counter()
    for one in assigned_in(work.content):
        known = known_of(one, catalog=work.catalog)
        if known is None or known.type not in WORDLESS:
            continue
        for column in work.columns(one.headers):
            said = one.source.get("codes") or {}
            counts.update({text: count for text, count in column.values if _is_word(text) and text not in said})
    return counts


def _is_word(text: str) -> bool:
    is_short = bool(text.strip()) and len(text) <= LONGEST
    return is_short and not any(sign.isdigit() for sign in text) and normalized(text) not in MISSING


def _reasons() -> dict[str, str]:
    return {**reason_names(), "below": _("below the limit of detection"), "blank": _("leave blank")}
