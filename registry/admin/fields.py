"""What a page tells its script about each field: why it may be missing, what was asked of it, that it was verified."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from registry.admin.missing_reasons import fields_with_reason
from registry.admin.record_links import patient_of
from registry.choices import MissingReason
from registry.queries import OpenQueries
from registry.records.verification import verified_values


def about_fields(pages: Sequence[Any], *, record: Any, asked: OpenQueries) -> dict[str, Any]:
    verified = verified_values(patient_of(record)) if record else {}
    return {
        "words": _words(),
        "is_new": record is None,
        "reasons": [[code, str(label)] for code, label in MissingReason.choices],
        "may_say_why": {
            page.instance._meta.model_name: sorted(fields_with_reason(type(page.instance))) for page in pages
        },
        "page": reverse("field_page", args=["entity", 0, "variable"]),
        "keep": reverse("keep_draft"),
        "derive": reverse("derive_page", args=[pages[0].instance._meta.model_name, pages[0].instance.pk or 0]),
        "forms": {page.prefix or "": _about(page, asked=asked, verified=verified) for page in pages},
    }


def _about(page: Any, *, asked: Any, verified: Any) -> dict[str, Any]:
    record = page.instance
    key = (record._meta.model_name, record.pk)
    behind = page.places_behind()
    boxes = {name: (*key, name) for name in {*asked.get(key, {}), *verified.get(key, {})}} | behind
    return {
        "entity": key[0],
        "id": record.pk,
        "behind": behind,
        "queries": {
            box: len(found) for box, (*of, name) in boxes.items() if (found := asked.get((*of,), {}).get(name))
        },
        "verified": sorted(box for box, (*of, name) in boxes.items() if name in verified.get((*of,), {})),
    }


def _words() -> dict[str, str]:
    return {
        "why": _("Missing reason"),
        "missing": _("Missing"),
        "about": _("History and queries for this field"),
        "queries": _("open queries"),
        "verified": _("verified"),
        "derived": _("derived"),
        "differs": _("differs from the entered value"),
        "follows": _("Derived values"),
        "close": _("Close"),
        "kept": _("Draft kept at"),
        "not_kept": _("The draft could not be kept. It stays on this page, and keeping it is tried again."),
        "calendar": _("Calendar"),
    }
