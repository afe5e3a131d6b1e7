"""What a page tells its script about each field: why it may be missing, what was asked of it, that it was verified."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from registry.admin.entry.former_visit import former_visit
from registry.admin.missing_reasons import fields_with_reason
from registry.admin.record_links import patient_of
from registry.choices import MissingReason
from registry.clinical.applicability import APPLICABLE, rules_of
from registry.clinical.carried_over import MAY_BE_COPIED
from registry.models import Assessment
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
        "may_copy": dict(MAY_BE_COPIED),
        "former": former_visit(pages[0].instance, patient=pages[0].patient()),
        "applies": applicable_variables(),
        "page": reverse("field_page", args=["entity", 0, "variable"]),
        "keep": reverse("keep_draft"),
        "choices": reverse("choice_list", args=["kind"]),
        "printout": reverse("printout_page") if isinstance(pages[0].instance, Assessment) else "",
        "derive": reverse("derive_page", args=[pages[0].instance._meta.model_name, pages[0].instance.pk or 0]),
        "forms": {page.prefix or "": _about(page, asked=asked, verified=verified) for page in pages},
    }


def applicable_variables() -> dict[str, list[dict[str, Any]]]:
    """What the page folds away, by kind of record."""
    return {
        entity: [
            {"on": rule.depends_on, "codes": sorted(rule.codes), "variables": rule.variables}
            for rule in rules_of(entity)
        ]
        for entity in sorted({rule.entity for rule in APPLICABLE})
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


def _words() -> dict[str, Any]:
    return {
        "why": _("Missing reason"),
        "missing": _("Missing"),
        "about": _("History and queries for this field"),
        "queries": _("open queries"),
        "verified": _("verified"),
        "derived": _("derived"),
        "differs": _("differs from the entered value"),
        "follows": _("Derived values"),
        "unfit": _("does not apply here"),
        "filled": _("{count} filled in"),
        "close": _("Close"),
        "kept": _("Draft kept at"),
        "not_kept": _("The draft could not be kept. It stays on this page, and keeping it is tried again."),
        "calendar": _("Calendar"),
        "picker": {
            "grades": _("Grades"),
            "unknown": _("Not in the list. Closest matches:"),
            "nothing": _("Not in the list."),
            "choices": _("Matches"),
            "failed": _("The list could not be reached. You can go on typing; the name is checked when you save."),
        },
        "copies": {
            "row": _("Copy from the one before"),
            "copied": _("copied, not checked yet"),
            "before": _("value before"),
            "look": _(
                "Nothing was saved: some values are copies that nobody has checked. Go through them with the Tab key, "
                "or press Alt+C to confirm all of a row or section."
            ),
        },
        "printout": {
            "title": _("Paste laboratory values"),
            "hint": _("Paste lines of a printout or cells of a spreadsheet here: name, value and unit of each test."),
            "fill": _("Enter the ticked values in the form"),
            "stands": _("stands in the form"),
            "others": _("Not understood, and left out"),
            "nothing": _("No laboratory value was found in this text."),
            "failed": _("The text could not be read. Check your connection and paste it again."),
        },
    }
