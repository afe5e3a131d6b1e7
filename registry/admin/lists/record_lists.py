"""The lists by form: how each record stands, when it was changed last and by whom."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from registry.admin.filters import WithdrawnFilter
from registry.admin.lists.bulk_acts import to_preview
from registry.admin.lists.list_admin import ListAdmin
from registry.admin.lists.search import RecordList
from registry.admin.lists.values import state_badge
from registry.choices import RecordStatus
from registry.models import Patient
from registry.models.hierarchy import entity_of, patient_id_of
from registry.records.record_states import record_states, records_in_state
from registry.workbook.sheets import entered_fields

STANDING = ("record_state", "open_queries", "last_change", "changed_by")


class RecordStateFilter(SimpleListFilter):
    title = gettext_lazy("State")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(RecordStatus.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return records_in_state(queryset, state=self.value() or "")


class RecordListAdmin(ListAdmin):
    """Columns of every list of records, and all its variables to choose from."""

    state_filters: ClassVar[tuple[Any, ...]] = (RecordStateFilter,)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RecordList]:
        return RecordList

    def get_list_filter(self, request: HttpRequest) -> Any:
        return (*super().get_list_filter(request), *self.state_filters, WithdrawnFilter)

    def first_columns(self, request: HttpRequest) -> tuple[Any, ...]:
        return tuple(dict.fromkeys((*super().first_columns(request), *STANDING)))

    def other_columns(self, request: HttpRequest) -> tuple[str, ...]:
        return ("center_code", *(field.name for field in entered_fields(self.model)), "created_at", "updated_at")

    def prepare(self, records: Sequence[Any]) -> None:
        states = record_states(records)
        for record in records:
            record.standing = states[record.pk]

    @admin.display(description=gettext_lazy("Center"), ordering="center__center_code")
    def center_code(self, record: Any) -> str:
        """The name would take four lines of every row."""
        return record.center.center_code

    @admin.display(description=gettext_lazy("State"), ordering="record_status")
    def record_state(self, record: Any) -> str:
        return state_badge(record.standing.state)

    @admin.display(description=gettext_lazy("Queries"))
    def open_queries(self, record: Any) -> Any:
        if not record.standing.queries:
            return 0
        of_form = "" if isinstance(record, Patient) else f"&form={entity_of(record)}"
        address = f"{reverse('queries:queries')}?patient={patient_id_of(record)}{of_form}"
        return format_html('<a class="caliper-link" href="{}">{}</a>', address, record.standing.queries)

    @admin.display(description=gettext_lazy("Last change"), ordering="updated_at")
    def last_change(self, record: Any) -> Any:
        return timezone.localdate(record.standing.changed_at) if record.standing.changed_at else None

    @admin.display(description=gettext_lazy("Changed by"))
    def changed_by(self, record: Any) -> str:
        return record.standing.changed_by or "–"

    @admin.action(description=gettext_lazy("Submit the selected drafts"), permissions=("change",))
    def submit_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return to_preview(request, name="submit", chosen=queryset)

    @admin.action(description=gettext_lazy("Verify the selected records"), permissions=("change",))
    def verify_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return to_preview(request, name="verify", chosen=queryset)

    @admin.action(description=gettext_lazy("Lock the selected records"), permissions=("change",))
    def lock_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return to_preview(request, name="lock", chosen=queryset)

    @admin.action(description=gettext_lazy("Assign the queries of the selected records"), permissions=("change",))
    def assign_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return to_preview(request, name="assign", chosen=queryset)
