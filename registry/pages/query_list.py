"""The list of queries: its columns, and what it can be filtered by."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registry.access.permissions import may
from registry.lists.columns import Column
from registry.lists.listing import Bulk, Choice, Filter, Listing, Typed
from registry.models import Center, Patient, Query
from registry.pages.listing import (
    AGES,
    ME,
    NOBODY,
    NOT_CLOSED,
    SORTS,
    STATES,
    QueryFilters,
    assignees,
    fields_of_form,
    forms,
)
from registry.pages.places import fields_named, form_of

SENTENCES_SHOWN = 2


def _question(query: Query) -> str:
    """Its first sentences; all of them are on its own page."""
    more = len(query.sentences) - SENTENCES_SHOWN
    told = " ".join(query.sentences[:SENTENCES_SHOWN])
    if more <= 0:
        return told
    rest = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
    return f"{told} {rest}"


QUERY_LIST = Listing(
    name="queries",
    title=gettext_lazy("Queries"),
    empty=gettext_lazy("No query is open. Closed ones are shown with the state “All”."),
    default_sort="opened",
    orders={name: order for name, (_label, order) in SORTS.items()},
    columns=(
        Column(
            name="query", label=gettext_lazy("Query"), value=lambda q: q.pk, url=Query.get_absolute_url, sort=("pk",)
        ),
        Column(
            name="question",
            label=gettext_lazy("Question"),
            value=lambda q: q.text,
            shown=_question,
            url=Query.get_absolute_url,
            note=lambda q: ", ".join(q.codes),
        ),
        Column(
            name="patient",
            label=gettext_lazy("Patient"),
            value=lambda q: q.patient.local_id,
            note=lambda q: q.center.center_code,
            sort=("center__center_code", "patient__local_id", "opened_at"),
        ),
        Column(
            name="form",
            label=gettext_lazy("Form"),
            value=form_of,
            note=fields_named,
            sort=("entity", "opened_at"),
        ),
        Column(
            name="state",
            label=gettext_lazy("State"),
            value=lambda q: q.get_state_display(),
            badge=lambda q: {"OPEN": "query"}.get(q.state, q.state),
            sort=("state", "opened_at"),
        ),
        Column(
            name="days",
            is_aside=True,
            label=gettext_lazy("Days open"),
            value=lambda q: q.days_open,
            is_number=True,
            sort=("-opened_at",),
        ),
        Column(
            name="assigned",
            is_aside=True,
            label=gettext_lazy("Assigned to"),
            value=lambda q: q.assigned_to.get_username() if q.assigned_to else "",
            sort=("assigned_to__username", "opened_at"),
        ),
        Column(
            name="center",
            label=gettext_lazy("Center"),
            value=lambda q: q.center.center_code,
            sort=("center__center_code", "opened_at"),
            is_more=True,
        ),
        Column(name="registry_id", label=gettext_lazy("Registry ID"), value=lambda q: q.patient.registry_id, is_more=True),
        Column(name="fields", label=gettext_lazy("Fields"), value=fields_named, is_more=True),
        Column(name="codes", label=gettext_lazy("Checks"), value=lambda q: q.codes, is_more=True),
        Column(
            name="opened", label=gettext_lazy("Opened at"), value=lambda q: q.opened_at, sort=("opened_at",), is_more=True
        ),
        Column(
            name="answered",
            label=gettext_lazy("Answered at"),
            value=lambda q: q.answered_at,
            sort=("answered_at",),
            is_more=True,
        ),
        Column(
            name="closed", label=gettext_lazy("Closed at"), value=lambda q: q.closed_at, sort=("closed_at",), is_more=True
        ),
        Column(
            name="closed_because",
            label=gettext_lazy("Reason for closing"),
            value=lambda q: q.get_closed_because_display(),
            is_more=True,
        ),
    ),
)  # fmt: skip


def query_filters(wanted: QueryFilters, *, centers: Sequence[int]) -> list[Filter]:
    """The fields of a form are offered once the form is chosen."""
    every = _("All")
    own = [(str(center.pk), center.center_code) for center in Center.objects.filter(pk__in=centers)]
    people = [(str(person.pk), person.get_username()) for person in assignees(centers)]
    fields = fields_of_form(wanted.form)
    asked = Patient.objects.filter(pk=wanted.patient, center_id__in=centers) if wanted.patient.isdecimal() else ()
    patients = [(str(patient.pk), patient.local_id) for patient in asked]
    shown: list[Filter] = [
        Typed(name="q", label=_("Search"), placeholder=_("Study number, identifier or text")),
        Choice(name="state", label=_("State"), options=STATES, default=NOT_CLOSED),
        Choice(name="center", label=_("Center"), options=own, blank=every),
        *([Choice(name="patient", label=_("Patient"), options=patients, blank=every)] if patients else []),
        Choice(name="form", label=_("Form"), options=forms(), blank=every),
        *([Choice(name="field", label=_("Field"), options=fields, blank=every)] if fields else []),
        Choice(
            name="assignee",
            label=_("Assigned to"),
            options=[(ME, _("Me")), (NOBODY, _("Unassigned")), *people],
            blank=_("Anyone"),
        ),
        Choice(
            name="age",
            label=_("Open for"),
            options=[(str(days), _("%(days)s days or more") % {"days": days}) for days in AGES],
            blank=_("Any duration"),
        ),
        Typed(name="code", label=_("Check"), placeholder="V-D16", is_search=False),
    ]
    return shown


def query_bulk(user: Any) -> Bulk | None:
    if not may(user, verb="manage_queries"):
        return None
    return Bulk(of="query", url=reverse("bulk_page", args=["assign"]), label=_("Assign those selected"))
