"""What was typed and not saved: kept while it is typed, offered again, forgotten once it is saved or some days old."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from registry.access.permissions import centers_where
from registry.models import FormDraft

# What a form asks for and promises never to store; and what is no value at all.
NEVER_KEPT = ("national_id_ending", "initials")
NO_VALUES = frozenset(
    {"csrfmiddlewaretoken", "_address", "_page", "_resume", "_continue", "_save", "_next", "_addanother"}
)

Values = dict[str, list[str]]


def keep_draft(page: str, *, address: str, values: Mapping[str, Sequence[str]], by: Any) -> datetime:
    """A later draft of the same page takes the place of the earlier one."""
    kept = {name: list(texts) for name, texts in values.items() if name not in NO_VALUES}
    left_out = [name for name in NEVER_KEPT if any(kept.pop(name, ()))]
    draft, _is_new = FormDraft.objects.update_or_create(
        user=by,
        page=page,
        defaults={
            "address": address,
            "center_ids": centers_where(by, may="enter_records"),
            "content": json.dumps({"values": kept, "left_out": left_out}),
            "typed_at": timezone.now(),
        },
    )
    return draft.typed_at


def drafts_of(user: Any, *, address: str = "", besides: str = "") -> QuerySet[FormDraft]:
    """Newest first; those of one address, without the page named."""
    known = FormDraft.objects.filter(user_id=user.pk).exclude(page=besides).order_by("-typed_at")
    return known.filter(address=address) if address else known


def what_was_typed(draft: FormDraft) -> tuple[Values, list[str]]:
    """The values by the names of their boxes, and the names of what was typed but is never kept."""
    content = json.loads(draft.content)
    return content["values"], content["left_out"]


def discard_draft(page: str, *, by: Any) -> None:
    FormDraft.objects.filter(user_id=by.pk, page=page).delete()
