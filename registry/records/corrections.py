"""The reason for which a submitted value is changed: chosen from a list, and put in words where the list says nothing."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from registry.access.scope import from_now_on
from registry.choices import ChangeReason
from registry.errors import Refused

ADDED = gettext_noop("missing value added")  # a first value contradicts nothing that was said: nobody is asked why


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """As the trail keeps it: what was chosen and, maybe, words."""

    code: ChangeReason
    words: str = ""

    def holds_for_what_follows(self, *, by: Any, **more: str) -> None:
        """In the scope that is open."""
        from_now_on(self.words or self.code.value, by=by, code=self.code.value, **more)


def reason_of(code: str, *, words: str) -> Reason:
    """Raises Refused, in words for the person who is asked."""
    if code not in ChangeReason.values:
        raise Refused(_("Choose why the submitted values are changed."))
    said = words.strip()
    if code == ChangeReason.OTHER and not said:
        raise Refused(_("Say in words why the submitted values are changed."))
    return Reason(code=ChangeReason(code), words=said)


def told(code: str, *, words: str) -> str:
    """For the history, in the reader's language."""
    label = dict(ChangeReason.choices).get(code, code)
    return f"{label}: {words}" if words and words != code else str(label)
