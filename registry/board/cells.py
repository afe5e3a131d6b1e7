"""What one cell of the status grid says: how a patient's form stands. Pure: counts in, a state out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.board.forms import Form
from registry.choices import RecordStatus
from registry.rules import Completeness

CHECKED = (RecordStatus.VERIFIED, RecordStatus.LOCKED)


class State(StrEnum):
    NONE = "none"
    INCOMPLETE = "incomplete"
    UNVERIFIED = "unverified"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A state never shows by color alone."""

    state: State
    sign: str
    label: str | Promise
    meaning: str | Promise


LOOKS: Mapping[State, Look] = {
    look.state: look
    for look in (
        Look(state=State.NONE, sign="–", label=_("None"), meaning=_("No record on this form.")),
        Look(
            state=State.INCOMPLETE,
            sign="✗",
            label=_("Incomplete"),
            meaning=_("A record is a draft, or a required value is missing without a reason."),
        ),
        Look(
            state=State.UNVERIFIED,
            sign="◐",
            label=_("Unverified"),
            meaning=_("All required values are complete, but a record has not been verified."),
        ),
        Look(
            state=State.COMPLETE,
            sign="✓",
            label=_("Complete"),
            meaning=_("All records are complete and either verified or locked."),
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`statuses` counts the standing records of the form by stored status; `queries` those that stand on it."""

    statuses: Mapping[str, int] = field(default_factory=dict)
    completeness: Completeness | None = None
    queries: int = 0
    form: Form | None = None
    link: str = ""

    @property
    def records(self) -> int:
        return sum(self.statuses.values())

    @property
    def lacking(self) -> int:
        """Required values neither given nor explained."""
        return self.completeness.required - self.completeness.filled if self.completeness else 0

    @property
    def state(self) -> State:
        if not self.records:
            return State.NONE
        if self.statuses.get(RecordStatus.DRAFT) or self.lacking:
            return State.INCOMPLETE
        checked = sum(self.statuses.get(status, 0) for status in CHECKED)
        return State.COMPLETE if checked == self.records else State.UNVERIFIED

    @property
    def look(self) -> Look:
        return LOOKS[self.state]
