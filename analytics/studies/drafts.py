"""What a person can do with the draft of a study: begin one, save it beside others who do, throw it away."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from analytics.errors import ProtocolError
from analytics.messages import Message
from analytics.models import StudyDraft
from analytics.protocol.changes import Merged, merge
from analytics.protocol.library import protocol_text
from analytics.protocol.plain_text import rewritten, written
from analytics.protocol.text import parse_protocol
from registry.access.permissions import centers_where
from registry.access.scope import center_scope

LONGEST = 200_000  # characters; the longest study of the library has a tenth of it

Content = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The draft as it now is. `merged` where somebody else had saved in the meantime."""

    draft: StudyDraft
    content: Content
    merged: Merged | None = None


def start_draft(text: str, *, by: AbstractBaseUser) -> StudyDraft:
    """Raises ProtocolError where the text is no YAML, PermissionDenied."""
    content = parse_protocol(require_length(text))
    centers = centers_to_edit(by)
    with center_scope(centers, by=by, reason="began a study", source="study"):
        return StudyDraft.objects.create(
            text=text, title=_title(content), center_ids=centers, created_by_id=by.pk, updated_by_id=by.pk
        )


def start_from_library(reference: str, *, by: AbstractBaseUser) -> StudyDraft:
    return start_draft(protocol_text(reference), by=by)


def start_empty(*, by: AbstractBaseUser) -> StudyDraft:
    """The keys that every study has, without their values; follow-up ends today."""
    nobody: Content = {"label": "", "where": {"all": []}}
    return start_draft(
        written(
            {
                "id": "",
                "version": "1",
                "title": "",
                "cutoff_date": timezone.localdate().isoformat(),
                "population": {"events": {}, "eligibility": []},
                "time_zero": "",
                "arms": {"focal": nobody, "reference": nobody},
                "endpoints": {},
                "covariates": [],
                "design": {"method": "none"},
            }
        ),
        by=by,
    )


def save_draft(draft: StudyDraft, *, content: Content, edition: int, base: str, by: AbstractBaseUser) -> Saved:
    """The content in the place of what was saved, if that is still the `edition` that was seen; else the two are merged.

    `base` is the text from which the person went on. Where both changed the same value, what was saved stands and `merged`
    names the place: nothing is overwritten unseen."""
    if not set(draft.center_ids) <= set(centers_where(by, may="run_studies")):
        raise PermissionDenied
    with center_scope(draft.center_ids, by=by, reason="saved a draft", source="study"):
        held = StudyDraft.objects.select_for_update().get(pk=draft.pk)
        merged = None
        if held.edition != edition:
            merged = merge(parse_protocol(base), mine=content, theirs=parse_protocol(held.text))
            content = merged.content
        text = require_length(rewritten(content, before=held.text))
        if text != held.text:
            held.text, held.title, held.updated_by_id = text, _title(content), by.pk
            held.edition += 1
            held.save()
    return Saved(draft=held, content=content, merged=merged)


def save_text(draft: StudyDraft, *, text: str, edition: int, base: str, by: AbstractBaseUser) -> Saved:
    """Pasted or uploaded YAML in the place of the whole draft, to the byte. Raises ProtocolError where it is none."""
    content = parse_protocol(require_length(text))
    saved = save_draft(draft, content=content, edition=edition, base=base, by=by)
    if saved.merged is None and saved.draft.text != text:
        with center_scope(draft.center_ids, by=by, reason="saved a draft", source="study"):
            saved.draft.text = text
            saved.draft.save(update_fields=["text"])
    return saved


def discard_draft(draft: StudyDraft, *, by: AbstractBaseUser) -> None:
    if not set(draft.center_ids) <= set(centers_where(by, may="run_studies")):
        raise PermissionDenied
    with center_scope(draft.center_ids, by=by, reason="discarded a draft", source="study"):
        StudyDraft.objects.filter(pk=draft.pk).delete()


def centers_to_edit(by: AbstractBaseUser) -> list[int]:
    centers = centers_where(by, may="run_studies")
    if not centers:
        raise PermissionDenied
    return centers


def require_length(text: str) -> str:
    if len(text) > LONGEST:
        raise ProtocolError(
            Message(
                en=f"The protocol has {len(text)} characters; at most {LONGEST} are accepted.",
                zh=f"研究方案共 {len(text)} 个字符；最多接受 {LONGEST} 个。",
            )
        )
    return text


def _title(content: Content) -> str:
    return str(content.get("title") or content.get("title_zh") or "")[:200]
