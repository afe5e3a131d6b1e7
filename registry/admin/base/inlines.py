"""The rows below a record's page: the same fields, the same access."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline, TabularInline

from registry.admin.base.access import RecordAccess
from registry.admin.base.fields import RecordFields
from registry.admin.entry.nested_rows import NestedKind
from registry.admin.forms import RecordForm, RecordFormSet
from registry.admin.other_section import Fieldset, with_other_section


class RegistryInline(RecordAccess, RecordFields):
    """Rows below a record, in a tab of their own."""

    form = RecordForm
    formset = RecordFormSet
    extra = 0
    tab = True
    can_delete = False
    nested: ClassVar[tuple[type["RegistryInline"], ...]] = ()  # see Note [Rows of a row]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]  # of Django's inlines
        if self.has_change_permission(request, obj) or self.has_add_permission(request, obj):
            formset.nested = tuple(self._nested_kinds(request))  # Django has made this class for this call alone
        return formset

    def _nested_kinds(self, request: HttpRequest) -> Iterator[NestedKind]:
        inline_classes: tuple[Any, ...] = self.nested
        for inline in (inline_class(self.model, self.admin_site) for inline_class in inline_classes):
            yield NestedKind(
                formset=inline.get_formset(request),
                records=inline.get_queryset(request),
                inline=inline,
                fieldsets=inline.get_fieldsets(request),
            )

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
            field.widget.attrs["aria-label"] = str(field.label)
        return field


class StackedRecords(RegistryInline, StackedInline):
    """Four values a row look right."""


class LineRecords(StackedRecords):
    """A table: each record is one line of the values that nearly all have, and opens to the rest."""

    hide_title = True
    line: ClassVar[tuple[str, ...]] = ()
    rest: ClassVar[tuple[Any, ...]] = ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Fieldset]:
        line = (None, {"fields": (self.line,), "classes": ("caliper-line",)})
        rest = (_("More"), {"fields": self.rest, "classes": ("caliper-rest", "collapse")})
        declared = [line, *([rest] if self.rest else [])]
        has_page = self.admin_site.is_registered(self.model)
        return declared if has_page else with_other_section(declared, model=self.model)


class TabularRecords(RegistryInline, TabularInline):
    pass
