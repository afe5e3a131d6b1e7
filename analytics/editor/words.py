"""Changes of a protocol, and places in it, as people read them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.protocol.changes import ABSENT, Change, Step, changes
from analytics.protocol.key_labels import key_label
from analytics.protocol.plain_text import flow_text
from analytics.protocol.text import parse_protocol
from analytics.report.labels import in_language, is_chinese

LONGEST = 220


def diff_words(before: str, after: str) -> list[str]:
    """What became other between two texts of a protocol."""
    return [change_words(change) for change in changes(parse_protocol(before), parse_protocol(after))]


def change_words(change: Change) -> str:
    place = place_words(change.place)
    if change.before is ABSENT:
        return _("%(place)s: added %(value)s") % {"place": place, "value": _value(change.after)}
    if change.after is ABSENT:
        return _("%(place)s: removed %(value)s") % {"place": place, "value": _value(change.before)}
    values = {"place": place, "before": _value(change.before), "after": _value(change.after)}
    return _("%(place)s: %(before)s → %(after)s") % values


def place_words(place: Iterable[Step]) -> str:
    """`population.events.index.where` is "Population › Events › index › Only records with"."""
    steps = [str(step + 1) if isinstance(step, int) else in_language(key_label(step)) for step in place]
    return " › ".join(steps) or _("The whole study")


def _value(value: Any) -> str:
    if isinstance(value, Mapping) and isinstance(value.get("text"), Mapping):
        text = str(value["text"].get("zh" if is_chinese() else "en") or "")
        if text:
            return _("“%(text)s”") % {"text": text}
    told = flow_text(value)
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"
