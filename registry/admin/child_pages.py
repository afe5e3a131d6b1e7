"""Records with a page of their own below the patient's: the patient's page shows what is common, the record's page everything."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.admin.base import PatientChildPage, RegistryAdmin, StackedRecords
from registry.admin.filters import OwnCenterFilter
from registry.admin.other_section import Fieldset
from registry.models import PatientRecord

Section = tuple[str | Promise, tuple[Any, ...]]


class RecordPage(PatientChildPage, RegistryAdmin):
    """`sections` are the groups of the page, the first opened by patient and center. A record begins as a row of its patient."""

    sections: ClassVar[tuple[Section, ...]] = ()
    list_filter: ClassVar[tuple[Any, ...]] = (("center", OwnCenterFilter),)
    search_fields: ClassVar[tuple[str, ...]] = ("patient__local_id__prefix", "patient__registry_id__prefix")
    list_select_related = ("patient", "center")
    readonly_fields = ("its_center", "patient")

    def sections_of(self, request: HttpRequest, record: Any) -> list[Fieldset]:
        (first, fields), *others = self.sections
        whose = (first, (("patient", "its_center"), *fields))
        return [(title, {"fields": shown}) for title, shown in (whose, *others)]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RecordsWithPages(StackedRecords):
    """Rows of the patient's page that lead to the records' own pages."""

    readonly_fields: ClassVar[tuple[str, ...]] = ("its_page",)

    @admin.display(description=_("All variables"))
    def its_page(self, record: PatientRecord) -> str:
        if not record.pk:
            return gettext("On the record's own page, once it is saved.")
        return format_html('<a href="{}" class="caliper-link">{}</a>', _page(record), gettext("Open the record"))


class RecordsWithChildren(RecordsWithPages):
    """Rows with what hangs below each record: rows of their own for who enters, and words for who only reads."""

    readonly_fields = ("its_page", "below")
    children: ClassVar[str] = ""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = super().get_fields(request, obj)
        return shown if self.has_change_permission(request, obj) else (*shown, "below")

    def get_queryset(self, request: HttpRequest) -> Any:
        found = super().get_queryset(request)
        return found if self.has_change_permission(request) else found.prefetch_related(self.children)

    @admin.display(description=_("Sub-records"))
    def below(self, record: PatientRecord) -> str:
        return "; ".join(map(str, getattr(record, self.children).all())) or gettext("none entered")


def _page(record: PatientRecord) -> str:
    return reverse(f"admin:registry_{record._meta.model_name}_change", args=[record.pk])
