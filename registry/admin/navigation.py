"""Where a person goes after saving: they stay, go on to the next form, or are done.

The natural order is that of the patient's page: the patient, the assessments, treatments in the order of their tabs, scans,
follow-up, adverse events. The next form is the next one that lacks something; where none does, the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from registry.choices import RecordStatus
from registry.models import Patient

GENERAL = "general"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A part of the patient's page, and whether it lacks something: it has no row, or a draft."""

    key: str
    lacks: bool


def tabs_of(patient: Patient, *, inlines: Sequence[Any]) -> list[Tab]:
    found = []
    for inline in inlines:
        relation = inline.model._meta.get_field("patient").remote_field.get_accessor_name()
        rows = inline.model.objects.filter(patient=patient).values_list("record_status", flat=True)
        statuses = set(rows.distinct())
        found.append(Tab(key=relation, lacks=not statuses or RecordStatus.DRAFT in statuses))
    return found


def next_after(key: str, *, tabs: Sequence[Tab]) -> str | None:
    """The tab to go to from this one; None after the last."""
    keys = [tab.key for tab in tabs]
    place = keys.index(key) + 1 if key in keys else 0
    later = tabs[place:]
    return next((tab.key for tab in later if tab.lacks), later[0].key if later else None)


def page_after(patient: Patient, *, tab: str, inlines: Sequence[Any]) -> str:
    """The address of the next form. A patient without an assessment is given the assessment's page at once."""
    following = next_after(tab, tabs=tabs_of(patient, inlines=inlines))
    if following is None:
        return reverse("admin:registry_patient_changelist")
    if following == "assessment_set" and not patient.assessment_set.exists():
        return f"{reverse('admin:registry_assessment_add')}?patient={patient.pk}"
    return f"{reverse('admin:registry_patient_change', args=[patient.pk])}#{following}"
