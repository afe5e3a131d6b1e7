"""The criteria of response: what a protocol calls them, where their responses are recorded, and how a sentence names them."""

from collections.abc import Mapping
from typing import Literal

from analytics.messages import Message

Criteria = Literal["mRECIST", "RECIST11", "RECICL", "iRECIST"]
ResponseSource = Literal["derived", "entered"]
ProgressionSource = Literal["records", "scans", "either"]

DEFAULT: Criteria = "mRECIST"
IMMUNE: Criteria = "iRECIST"
NAMES: Mapping[Criteria, str] = {
    "mRECIST": "mRECIST",
    "RECIST11": "RECIST 1.1",
    "RECICL": "RECICL",
    "iRECIST": "iRECIST",
}
CONFIRMATION: Mapping[bool, Message] = {
    False: Message("confirmation not required", "未要求确认"),
    True: Message("confirmed on a scan at least 28 days later", "经至少 28 天后的影像确认"),
}


def response_variable(criteria: Criteria) -> str:
    """Of a scan: the response by these criteria, as derived where that can be."""
    return f"response_{criteria.lower()}"


def sum_variable(criteria: Criteria) -> str:
    """Of a scan: the sum of the diameters that these criteria measure, of what is viable or of the whole target."""
    return "sum_whole_mm" if criteria in ("RECIST11", IMMUNE) else "sum_viable_mm"


def progression_code(criteria: Criteria) -> str:
    """Of a record of progression: that it was called by these criteria."""
    return criteria.upper()


def progression_reading(*, source: ProgressionSource, criteria: Criteria | None, confirmed: bool) -> Message | None:
    """How progression is told where a protocol says so; None for any record of progression."""
    if source == "records":
        if criteria is None:
            return None
        name = NAMES[criteria]
        return Message(f"progression as recorded by {name}", f"进展以按 {name} 判定的记录为准")
    name = NAMES[criteria or DEFAULT]
    if confirmed:
        en, zh = f"progression by {name} on scans, if not refuted later", f"影像按 {name} 判定且其后未被否定的进展"
    else:
        en, zh = f"progression by {name} on scans", f"影像按 {name} 判定的进展"
    if source == "scans":
        return Message(en, zh)
    return Message(f"{en}, or as recorded, whichever is first", f"{zh}或进展记录，以先者为准")
