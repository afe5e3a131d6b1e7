"""The list of patients: how each stands, and what may be done with many at once."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from registry.admin.lists.bulk_acts import to_preview
from registry.admin.lists.values import state_badge
from registry.admin.types import PageBase
from registry.choices import RecordStatus
from registry.records.states import in_state, states_of


class StateFilter(SimpleListFilter):
    title = gettext_lazy("State of all records")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(RecordStatus.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        state = self.value()
        return in_state(queryset, state=state) if state else queryset


class PatientListAdmin(PageBase):
    """How all records of a patient stand, and acts on them."""

    state_filters: ClassVar[tuple[Any, ...]] = ()  # StateFilter, which reads all records, has its place

    def prepare(self, records: Sequence[Any]) -> None:
        states = states_of([patient.pk for patient in records])
        for patient in records:
            patient.standing = states[patient.pk]

    # Of all records, by which the database cannot sort.
    @admin.display(description=gettext_lazy("State"))
    def record_state(self, patient: Any) -> str:
        return state_badge(patient.standing.state)

    @admin.display(description=gettext_lazy("Last change"))
    def last_change(self, patient: Any) -> Any:
        return timezone.localdate(patient.standing.changed_at) if patient.standing.changed_at else None

    @admin.action(description=gettext_lazy("Submit all drafts of the selected patients"), permissions=("change",))
    def submit_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return to_preview(request, name="submit", chosen=queryset)

    @admin.action(description=gettext_lazy("Verify all records of the selected patients"), permissions=("change",))
    def verify_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return to_preview(request, name="verify", chosen=queryset)

    @admin.action(description=gettext_lazy("Lock all records of the selected patients"), permissions=("change",))
    def lock_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return to_preview(request, name="lock", chosen=queryset)

    @admin.action(description=gettext_lazy("Assign the queries of the selected patients"), permissions=("change",))
    def assign_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return to_preview(request, name="assign", chosen=queryset)
