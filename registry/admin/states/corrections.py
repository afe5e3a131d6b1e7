"""What a page changes of values that were submitted, and the reason it asks for before it stores them (ADR 35).

A value, or a stated reason for its absence, that is replaced or taken away is a correction and needs a reason. A first value
in an empty field of a submitted record needs none. One reason holds for all that one page corrects.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from registry.access.scope import from_now_on
from registry.admin.context import FORM, PageContext, PageForm
from registry.choices import ChangeReason, RecordStatus
from registry.errors import Refused
from registry.records.corrections import ADDED, reason_of
from registry.records.sign_off import Signed

CODE, WORDS = "_reason_code", "_reason_words"  # the names of the boxes
SAID = {RecordStatus.SUBMITTED, RecordStatus.VERIFIED}
MOST_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """What the head of the reason's card says: what saving a change would end, and what was refused."""

    verified: tuple[str, ...]
    signed: Any
    choices: tuple[tuple[str, Any], ...]
    code: str
    words: str
    refusal: str
    is_open: bool  # the page came back: what was changed on it can no longer be told by the browser

    @property
    def more(self) -> int:
        return len(self.verified) - MOST_NAMED

    @property
    def named(self) -> tuple[str, ...]:
        return self.verified[:MOST_NAMED]


def says_why(page: PageContext) -> bool:
    """Whether what the page corrects comes with a reason; else the page says what is missing. Asked once all else is right."""
    corrected = [name for form in page.forms() for name in corrections(form)]
    if not corrected:
        return True
    code, words = _given(page.form.data)
    try:
        reason_of(code, words=words)
    except Refused as refused:
        named = ", ".join(dict.fromkeys(corrected[:MOST_NAMED]))
        page.form.reason_refusal = _("%(refusal)s Changed: %(fields)s.") % {"refusal": refused, "fields": named}
        page.form.add_error(None, page.form.reason_refusal)
        return False
    return True


def state_reason(request: HttpRequest) -> None:
    """Before the first write of a page whose forms are clean: what it stores carries the reason from here on."""
    page: PageContext = request.__dict__[FORM].context
    if any(True for form in page.forms() for _name in corrections(form)):
        code, words = _given(request.POST)
        reason_of(code, words=words).holds_for_what_follows(by=request.user)
    elif any(_is_said(form) and form.has_changed() for form in page.forms()):
        from_now_on(ADDED, by=request.user)


def corrections(form: PageForm) -> Iterator[str]:
    """Labels of the fields in which this form replaces what was submitted."""
    if not _is_said(form):
        return
    stored_reasons = form.initial.get("missing_reasons") or {}
    reasons = form.cleaned_data.get("missing_reasons")
    reasons = stored_reasons if reasons is None else reasons
    for name in form.guarded_names():
        had, has = form.initial.get(name), form.cleaned_data.get(name)
        is_replaced = name in form.changed_data and had not in (None, "", [])
        is_absence_changed = (
            bool(stored_reasons.get(name)) and has in (None, "", []) and (reasons.get(name) != stored_reasons[name])
        )
        if is_replaced or is_absence_changed:
            yield str(form.fields[name].label)


def stake_of(request: HttpRequest, *, pages: list[Any], signed: Signed | None) -> Stake | None:
    """For a page that shows something submitted which this person may change."""
    said = [page.instance for page in pages if _is_said(page)]
    if not said:
        return None
    code, words = _given(request.POST)
    return Stake(
        verified=tuple(str(each) for each in said if each.record_status == RecordStatus.VERIFIED),
        signed=signed.sign_off if signed and signed.is_current else None,
        choices=tuple(ChangeReason.choices),
        code=code,
        words=words,
        refusal=pages[0].reason_refusal,
        is_open=pages[0].is_bound,
    )


def _is_said(form: Any) -> bool:
    return form.instance.pk is not None and form.instance.record_status in SAID


def _given(data: Mapping[str, Any]) -> tuple[str, str]:
    return str(data.get(CODE, "")), str(data.get(WORDS, ""))
