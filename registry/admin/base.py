"""What stands between our admin classes and Unfold 0.91: the cures of its defects, and who may do what."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from registry.admin.actions import standing_of
from registry.admin.export import csv_of
from registry.admin.fields import about_fields
from registry.admin.filters import StandingFilter
from registry.admin.forms import RecordForm, RecordFormSet
from registry.admin.navigation import GENERAL, page_after
from registry.admin.other_section import Fieldset, with_other_section
from registry.admin.permissions import allows, centers
from registry.admin.record_links import patient_of
from registry.admin.search import CappedPaginator, RecordList
from registry.choices import RecordStatus
from registry.clinical.ranges import RANGES
from registry.fields import CodesField
from registry.models import Center, CenterRecord, Patient, PatientRecord
from registry.queries import queries_of, refresh_queries
from registry.records.history import history_of
from registry.records.laboratory_values import shown_unit

MOST_MESSAGES = 8
LOCKED = "record_is_locked"  # the name by which registry.models.base.audit refuses a change of a locked record


class RecordFields:
    """Form fields as records need them, in a form and in the rows below it."""

    formfield_overrides = {CodesField: {"widget": UnfoldAdminCheckboxSelectMultipleWidget}}

    def formfield_for_choice_field(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        # Unfold drops the blank of every required choice, so its first code would be recorded unless somebody noticed.
        if "choices" not in kwargs:
            needs_blank = db_field.blank or not (db_field.has_default() or "initial" in kwargs)
            kwargs["choices"] = db_field.get_choices(include_blank=needs_blank, blank_choice=[("", _("Select value"))])
        return super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        # A foreign center must be refused by the form: the database refuses it too, but with an error page.
        own = centers(request, may="enter_records")
        if db_field.name == "center":
            kwargs["queryset"] = Center.objects.filter(pk__in=own)
            if len(own) == 1:
                kwargs["initial"] = own[0]
        elif db_field.name == "patient":
            kwargs["queryset"] = Patient.objects.filter(center_id__in=own)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        known = RANGES.get(db_field.name)
        if field and known and known.unit:
            field.label = f"{capfirst(str(db_field.verbose_name))} ({shown_unit(known.unit)})"
        return field  # type: ignore[no-any-return]


class RecordAccess:
    """A record is read and entered by the roles of its own center, and never deleted."""

    def has_view_permission(self, request: HttpRequest, obj: CenterRecord | None = None) -> bool:
        return allows(request, verb="read_records", center=getattr(obj, "center_id", None))

    def has_change_permission(self, request: HttpRequest, obj: CenterRecord | None = None) -> bool:
        is_closed = getattr(obj, "record_status", None) == RecordStatus.LOCKED or getattr(obj, "withdrawn_at", None)
        return not is_closed and allows(request, verb="enter_records", center=getattr(obj, "center_id", None))

    def has_add_permission(self, request: HttpRequest, obj: CenterRecord | None = None) -> bool:
        return allows(request, verb="enter_records", center=getattr(obj, "center_id", None))

    def has_delete_permission(self, request: HttpRequest, obj: CenterRecord | None = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return allows(request, verb="read_records", center=None)


class RegistryAdmin(RecordAccess, RecordFields, ModelAdmin):
    form = RecordForm
    change_form_before_template = "registry/form/top.html"
    change_form_outer_before_template = "registry/form/status.html"
    compressed_fields = False  # compressed rows overlap from three fields on
    warn_unsaved_form = True
    list_per_page = 25
    list_max_show_all = 0  # all of them on one page is no list
    paginator = CappedPaginator
    show_full_result_count = False  # a second count over all records, to say what nobody asked
    list_filter_submit = True
    actions = ("export_csv",)
    empty_value_display = "–"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        # Those withdrawn have a page, too, from which they come back; the list leaves them out unless it is asked for them.
        return self.model.including_withdrawn.filter(center_id__in=centers(request, may="read_records"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RecordList]:
        return RecordList

    def get_list_filter(self, request: HttpRequest) -> Any:
        return (*super().get_list_filter(request), StandingFilter)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Fieldset]:
        return with_other_section(self.sections_of(request, obj), model=self.model)

    def sections_of(self, request: HttpRequest, record: Any) -> list[Fieldset]:
        """The groups of the page; a variable in none of them comes into one more."""
        return list(super().get_fieldsets(request, record))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """While one edit of a patient is being stored, the next one waits: it must see what the first has changed."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        Patient.including_withdrawn.select_for_update(no_key=True).get(pk=patient_of(found).pk)
        self.model.including_withdrawn.select_for_update(no_key=True).get(pk=found.pk)
        return super().get_object(request, object_id, from_field)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """A record closed while its form was open is told of on its page, which now only shows it."""
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except PermissionDenied:
            if not (object_id and request.method == "POST" and self._is_closed(request, object_id)):
                raise
        except IntegrityError as refused:
            if constraint_of(refused) != LOCKED:
                raise
        messages.error(
            request, _("Another user locked or withdrew this record while you were editing it. Nothing was saved.")
        )
        return redirect(request.path)

    def _is_closed(self, request: HttpRequest, object_id: str) -> bool:
        found = self.get_queryset(request).filter(pk=object_id) if object_id.isdecimal() else []
        return any(
            allows(request, verb="enter_records", center=record.center_id)
            and not self.has_change_permission(request, record)
            for record in found
        )

    def get_readonly_fields(self, request: HttpRequest, obj: CenterRecord | None = None) -> tuple[str, ...]:
        """A stored record stays in its center and with its patient."""
        fixed = ("its_center", "patient") if hasattr(self.model, "patient_id") else ("its_center",)
        return tuple(dict.fromkeys((*super().get_readonly_fields(request, obj), *(fixed if obj else ()))))

    @admin.display(description=_("Center"))
    def its_center(self, record: CenterRecord) -> str:
        return str(record.center)  # as text: the page of a center is the administrator's

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:  # noqa: FBT001
        formsets, inlines = super()._create_formsets(request, obj, change)
        if request.method == "POST" and obj is not None:
            obj.formsets_of_page = [formset for formset in formsets if isinstance(formset, RecordFormSet)]
        return formsets, inlines

    def save_related(self, request: HttpRequest, form: RecordForm, formsets: list[Any], change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        _warn(request, forms=[form, *(row for formset in formsets for row in formset.forms if row.has_changed())])
        refresh_queries([patient_of(form.instance).pk], by=request.user)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        pages = [context["adminform"].form, *_rows(context["inline_admin_formsets"])]
        context["conflicts"] = [page.outcome.conflict for page in pages if page.outcome.conflict]
        record = context.get("original")
        asked = queries_of(patient_of(record)) if record else {}
        context["about_fields"] = about_fields(pages, record=record, asked=asked)
        context["head"] = standing_of(request, record=record, queries=asked) if record else None
        context["has_steps"] = True
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        return redirect(self.next_page(request, obj)) if "_next" in request.POST else response

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        response = super().response_change(request, obj)
        return redirect(self.next_page(request, obj)) if "_next" in request.POST else response

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
        }
        context["title"] = _("Edit history of %(record)s") % {"record": record}
        return TemplateResponse(request, "registry/history.html", context)

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """The audit trail says it better, and a log entry would keep a study number outside the records."""

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """See log_addition."""

    def export_csv(self, request: HttpRequest, queryset: models.QuerySet) -> StreamingHttpResponse:
        return csv_of(queryset)

    export_csv.short_description = _("Export selected records as CSV")  # type: ignore[attr-defined]
    export_csv.allowed_permissions = ("view",)  # type: ignore[attr-defined]


class BelowPatient:
    """The page of a record that is opened from its patient's page and leads back there."""

    tab_of_patient = ""

    def response_post_save_add(self, request: HttpRequest, obj: PatientRecord) -> HttpResponse:
        return redirect(f"{reverse('admin:registry_patient_change', args=[obj.patient_id])}#{self.tab_of_patient}")

    response_post_save_change = response_post_save_add

    def next_page(self, request: HttpRequest, record: PatientRecord) -> str:
        inlines = self.admin_site._registry[Patient].inlines  # type: ignore[attr-defined]
        return page_after(record.patient, tab=self.tab_of_patient, inlines=inlines)


def constraint_of(refused: IntegrityError) -> str | None:
    return getattr(getattr(refused.__cause__, "diag", None), "constraint_name", None)


def _rows(inline_admin_formsets: Any) -> Iterator[Any]:
    for inline in inline_admin_formsets:
        if isinstance(inline.formset, RecordFormSet):
            yield from inline.formset.forms


def _warn(request: HttpRequest, *, forms: list[Any]) -> None:
    sentences = [f"{form.label_of(finding)}: {finding.text}" for form in forms for finding in form.soft_findings]
    for sentence in sentences[:MOST_MESSAGES]:
        messages.warning(request, sentence)
    if len(sentences) > MOST_MESSAGES:
        left = len(sentences) - MOST_MESSAGES
        messages.warning(request, _("%(count)d more values need review.") % {"count": left})


class RegistryInline(RecordAccess, RecordFields):
    """Rows below a record, in a tab of their own."""

    form = RecordForm
    formset = RecordFormSet
    extra = 0
    tab = True
    can_delete = False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Fieldset]:
        """A record with a page of its own has there what its row leaves out."""
        declared = super().get_fieldsets(request, obj)  # type: ignore[misc]
        has_page = self.admin_site.is_registered(self.model)  # type: ignore[attr-defined]
        return list(declared) if has_page else with_other_section(declared, model=self.model)  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)  # type: ignore[misc]
        return rows.select_for_update(of=("self",), no_key=True) if request.method == "POST" else rows

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        # A row of a table has its names in the head only; check boxes carry a label each.
        if field and not isinstance(field.widget, forms.CheckboxSelectMultiple):
            field.widget.attrs["aria-label"] = capfirst(str(field.label))
        return field


class StackedRecords(RegistryInline, StackedInline):
    """Four values a row look right."""


class TabularRecords(RegistryInline, TabularInline):
    pass
