"""The fields of every record's form, cured of what Unfold 0.91 does to them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from registry.admin.entry.fields import OVERRIDES, DayField, TypedNumber
from registry.admin.entry.pickers import picked
from registry.admin.permissions import centers
from registry.admin.types import AdminBase
from registry.clinical.ranges import RANGES
from registry.fields import CodesField
from registry.models import Center, Patient
from registry.models.base.record import PRECISION
from registry.records.laboratory_values import shown_unit


class RecordFields(AdminBase):
    """Form fields as records need them, in a form and in the rows below it."""

    formfield_overrides = {CodesField: {"widget": UnfoldAdminCheckboxSelectMultipleWidget}, **OVERRIDES}

    @property
    def readonly_preprocess_fields(self) -> Mapping[str, Callable[[str], str]]:
        """Who may only read sees several codes as their labels, too."""
        several = [field for field in self.model._meta.fields if isinstance(field, CodesField)]
        return {field.name: partial(_labels, vocabulary=dict(field.base_field.flatchoices)) for field in several}

    def formfield_for_choice_field(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        # Unfold drops the blank of every required choice, so its first code would be recorded unless somebody noticed.
        if "choices" not in kwargs:
            needs_blank = db_field.blank or not (db_field.has_default() or "initial" in kwargs)
            kwargs["choices"] = db_field.get_choices(include_blank=needs_blank, blank_choice=[("", _("Select value"))])
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        # A foreign center must be refused by the form: the database refuses it too, but with an error page.
        own = centers(request, may="enter_records")
        if db_field.name == "center":
            kwargs["queryset"] = Center.objects.filter(pk__in=own)
            if len(own) == 1:
                kwargs["initial"] = own[0]
        elif db_field.name == "patient":
            kwargs["queryset"] = Patient.objects.filter(center_id__in=own)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        field = field and picked(db_field, instead_of=field)
        if field and db_field.has_default() and isinstance(db_field, models.IntegerField):
            field.required = False  # a blank says the default
        known = RANGES.get(db_field.name)
        if field:  # as the model calls it: Django makes "MRECIST response" of mRECIST response
            unit = shown_unit(known.unit) if known else ""
            field.label = f"{db_field.verbose_name} ({unit})" if unit else str(db_field.verbose_name)
        if field and known and isinstance(field, TypedNumber):
            field.unit, field.factors = known.unit, known.factors
        if isinstance(field, DayField):
            field.may_be_partial = _has_precision(db_field)
        if field:
            field.widget.attrs.pop("maxlength", None)  # a browser cuts off what is pasted beyond it, without a word
        return field


def _labels(codes: str, *, vocabulary: Mapping[str, Any]) -> str:
    return "; ".join(str(vocabulary.get(code, code)) for code in codes.split(", "))


def _has_precision(day: models.Field) -> bool:
    return f"{day.name}{PRECISION}" in {field.name for field in day.model._meta.concrete_fields}
