"""The page, the list and the history of every record."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from registry.admin.actions import count_withdrawn, head_of
from registry.admin.attachments import card_of
from registry.admin.base.edits import RecordSaving
from registry.admin.base.fields import RecordFields
from registry.admin.entry.drafts import about_drafts
from registry.admin.entry.faults import faults_of
from registry.admin.entry.nested_rows import with_rows_below
from registry.admin.export import csv_of
from registry.admin.fields import about_fields
from registry.admin.forms import RecordForm, RecordFormSet
from registry.admin.lists.record_lists import RecordListAdmin
from registry.admin.lists.search import CappedPaginator
from registry.admin.navigation import GENERAL, page_after
from registry.admin.other_section import Fieldset, with_other_section
from registry.admin.permissions import allows, centers
from registry.admin.record_links import page_of, patient_of
from registry.admin.states.corrections import stake_of
from registry.admin.states.submission import SUBMIT, submit_label, submit_saved
from registry.admin.types import PageBase
from registry.attachments.trail import attachment_trail
from registry.models import CenterRecord, Patient, PatientRecord
from registry.pages.patient_header import HISTORY, part_of, patient_header
from registry.queries import OpenQueries, count_of, queries_of
from registry.records.history import history_of
from registry.records.withdrawn import withdrawn_of


class RegistryAdmin(RecordListAdmin, RecordSaving, RecordFields, ModelAdmin):
    form = RecordForm
    change_form_before_template = "registry/form/top.html"
    change_form_after_template = "registry/form/reason.html"
    change_form_outer_before_template = "registry/form/status.html"
    compressed_fields = False  # compressed rows overlap from three fields on
    warn_unsaved_form = True
    list_per_page = 25
    list_max_show_all = 0  # all of them on one page is no list
    paginator = CappedPaginator
    show_full_result_count = False  # a second count over all records, to say what nobody asked
    list_filter_submit = True
    actions: tuple[str, ...] = ("export_csv", "submit_selected", "verify_selected", "lock_selected", "assign_selected")
    empty_value_display = "–"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        # Those withdrawn have a page, too, from which they come back; the list leaves them out unless it is asked for them.
        found = self.model.including_withdrawn.filter(center_id__in=centers(request, may="read_records"))
        return found.select_related("patient__center" if hasattr(self.model, "patient_id") else "center")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Fieldset]:
        return with_other_section(self.sections_of(request, obj), model=self.model)

    def sections_of(self, request: HttpRequest, record: Any) -> list[Fieldset]:
        """The groups of the page; a variable in none of them comes into one more."""
        return list(super().get_fieldsets(request, record))

    def get_readonly_fields(self, request: HttpRequest, obj: CenterRecord | None = None) -> tuple[str, ...]:
        """A stored record stays in its center and with its patient."""
        fixed = ("its_center", "patient") if hasattr(self.model, "patient_id") else ("its_center",)
        return tuple(dict.fromkeys((*super().get_readonly_fields(request, obj), *(fixed if obj else ()))))

    @admin.display(description=_("Center"))
    def its_center(self, record: CenterRecord) -> str:
        return str(record.center)  # as text: the page of a center is the administrator's

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        pages = [context["adminform"].form, *_rows(context["inline_admin_formsets"])]
        context["conflicts"] = [page.outcome.conflict for page in pages if page.outcome.conflict]
        record = context.get("original")
        patient = pages[0].patient()
        asked = queries_of(patient) if patient and patient.pk else {}
        context["about_fields"] = about_fields(pages, record=record, asked=asked)
        context |= self._heads(request, page=pages[0], asked=asked)
        context["attachments"] = card_of(request, record=record) if record else None
        labels = {name: field.label for name, field in pages[0].fields.items()}
        context["typing"] = about_drafts(request, labels=labels)
        context["about_fields"]["address"] = context["typing"]["address"]
        context["faults"] = faults_of(pages) if context["errors"] else []
        context["stake"] = stake_of(request, pages=pages, signed=context["head"].signed if record else None)
        if record:
            count_withdrawn(context["head"].withdrawn, inlines=context["inline_admin_formsets"])
        context["has_steps"] = True
        context["submits"] = submit_label(record, pages=pages)
        return super().render_change_form(request, context, *args, **kwargs)

    def _heads(self, request: HttpRequest, *, page: Any, asked: OpenQueries) -> dict[str, Any]:
        """Whose page it is, and how its record stands."""
        patient, record = page.patient(), page.instance
        if patient is None or patient.pk is None:
            return {}
        header = patient_header(patient, current=part_of(record), queries=count_of(asked))
        heads = {"patient_header": header, "shows_tabs": record is patient}
        if record.pk is None:
            return heads
        return {**heads, "head": head_of(request, record=record, queries=asked, overview=header.overview)}

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        return self._led_on(request, obj, response)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        response = super().response_change(request, obj)
        return self._led_on(request, obj, response)

    def _led_on(self, request: HttpRequest, record: Any, response: HttpResponse) -> HttpResponse:
        if SUBMIT in request.POST and not submit_saved(request, record):
            return redirect(page_of(record))
        return redirect(self.next_page(request, record)) if "_next" in request.POST else response

    def next_page(self, request: HttpRequest, record: Any) -> str:
        inlines = self.admin_site._registry[Patient].inlines
        return page_after(record, tab=request.POST.get("_tab") or GENERAL, inlines=inlines)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, object_id)
        if record is None or not self.has_view_permission(request, record):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": record,
            "changes": history_of(record),
            "files": attachment_trail(record),
            "may_restore": allows(request, verb="enter_records", center=record.center_id),
        }
        context["title"] = _("Edit history of %(record)s") % {"record": record}
        patient = patient_of(record)
        header = patient_header(patient, current=HISTORY if record is patient else part_of(record))
        context["patient_header"] = header
        if record is patient:
            context["withdrawn"] = withdrawn_of(patient, entities=header.overview.withdrawn)
        return TemplateResponse(request, "registry/history.html", context)

    @admin.action(description=_("Export selected records as CSV"), permissions=("view",))
    def export_csv(self, request: HttpRequest, queryset: models.QuerySet) -> StreamingHttpResponse:
        return csv_of(queryset)


class PatientChildPage(PageBase):
    """The page of a record that is opened from its patient's page and leads back there."""

    tab_of_patient = ""

    def response_post_save_add(self, request: HttpRequest, obj: PatientRecord) -> HttpResponseRedirect:
        return redirect(f"{reverse('admin:registry_patient_change', args=[obj.patient_id])}#{self.tab_of_patient}")

    response_post_save_change = response_post_save_add

    def next_page(self, request: HttpRequest, record: PatientRecord) -> str:
        inlines = self.admin_site._registry[Patient].inlines
        return page_after(record.patient, tab=self.tab_of_patient, inlines=inlines)


def _rows(inline_admin_formsets: Any) -> Iterator[Any]:
    for inline in inline_admin_formsets:
        if isinstance(inline.formset, RecordFormSet):
            yield from with_rows_below(inline.formset.forms)
