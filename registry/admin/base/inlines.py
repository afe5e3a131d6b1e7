"""The rows below a record's page: the same fields, the same access."""

from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst
from unfold.admin import StackedInline, TabularInline

from registry.admin.base.access import RecordAccess
from registry.admin.base.fields import RecordFields
from registry.admin.forms import RecordForm, RecordFormSet
from registry.admin.other_section import Fieldset, with_other_section


class RegistryInline(RecordAccess, RecordFields):
    """Rows below a record, in a tab of their own."""

    form = RecordForm
    formset = RecordFormSet
    extra = 0
    tab = True
    can_delete = False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Fieldset]:
        """A record with a page of its own has there what its row leaves out."""
        declared = super().get_fieldsets(request, obj)
        has_page = self.admin_site.is_registered(self.model)
        return list(declared) if has_page else with_other_section(declared, model=self.model)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        return rows.select_for_update(of=("self",), no_key=True) if request.method == "POST" else rows

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # A row of a table has its names in the head only; check boxes carry a label each.
        if field and not isinstance(field.widget, forms.CheckboxSelectMultiple):
            field.widget.attrs["aria-label"] = capfirst(str(field.label))
        return field


class StackedRecords(RegistryInline, StackedInline):
    """Four values a row look right."""


class TabularRecords(RegistryInline, TabularInline):
    pass
