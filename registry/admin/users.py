"""Users, centers, roles and long work, for administrators; none of it shows a patient."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import UserChangeForm

from registry.admin.base import RecordFields
from registry.admin.filters import AdministratorFilter
from registry.admin.lists.list_admin import ListAdmin
from registry.choices import AnalyteCode
from registry.clinical.ranges import ANALYTE_RANGES
from registry.models import Center, Job, LabReferenceLimit, Membership
from registry.records.laboratory_values import shown_unit

admin.site.unregister(User)
admin.site.unregister(Group)


IN_WORDS = {
    "is_superuser": (
        _("Administrator"),
        _("Manages accounts, roles and centers. Sees no patient without a role in a center."),
    )
}


class NeverDeleted:
    """What the trail names must stay: a user or center is made inactive instead."""

    compressed_fields = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ListAdmin, NeverDeleted, DjangoUserAdmin, ModelAdmin):
    """Names and addresses, and who is an administrator. People come, get roles and go by the pages of registry.pages.accounts."""

    form = UserChangeForm
    list_display = ("username", "last_name", "first_name", "is_active", "is_administrator", "last_login")
    list_filter = ("is_active", AdministratorFilter, "membership__role")
    more_columns = ("email", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": (("username", "account"), ("last_name", "first_name", "email"))}),
        (_("Permissions"), {"fields": ("is_superuser",)}),
    )
    readonly_fields = ("account",)

    @admin.display(description=_("Administrator"), boolean=True, ordering="is_superuser")
    def is_administrator(self, user: User) -> bool:
        return user.is_superuser

    @admin.display(description=_("Account"))
    def account(self, user: User) -> str:
        """Where roles, links and the end of the account are. Neither a password nor any part of its hash is shown to anybody."""
        address = reverse("people:person", args=[user.pk])
        return format_html('<a class="caliper-link" href="{}">{}</a>', address, gettext("Roles, password link, log"))

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        words = IN_WORDS.get(db_field.name)
        if field is not None and words is not None:
            field.label, field.help_text = words
        return field

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people are invited

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        raise PermissionDenied  # nobody sets a password that is not theirs


@admin.register(Center)
class CenterAdmin(ListAdmin, NeverDeleted, RecordFields, ModelAdmin):
    list_display = ("center_code", "center_name_en", "center_name_zh", "hospital_level", "is_active", "last_serial")
    list_filter = ("is_active", "hospital_level")
    more_columns = (
        *("province_code", "ethics_approval_no", "ethics_approval_date", "data_sharing_agreement_date"),
        *("activation_date", "enrollment_start", "enrollment_end", "tace_sessions_per_year", "haic_cycles_per_year"),
    )
    search_fields = ("center_code", "center_name_en", "center_name_zh")
    readonly_fields = ("limits",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("center_code", "hospital_level", "province_code", "is_active"),
                    ("center_name_en", "center_name_zh"),
                )
            },
        ),
        (
            _("Ethics and enrollment"),
            {
                "fields": (
                    ("ethics_approval_no", "ethics_approval_date", "data_sharing_agreement_date", "activation_date"),
                    ("enrollment_start", "enrollment_end", "tace_sessions_per_year", "haic_cycles_per_year"),
                )
            },
        ),
        (_("Limits of normal"), {"fields": ("limits",)}),
    )

    @admin.display(description=_("Laboratory"))
    def limits(self, center: Center) -> str:
        """How many are entered, and the way to them."""
        if not center.pk:
            return gettext("Save the center first.")
        count = LabReferenceLimit.objects.filter(center=center).count()
        said = ngettext("%(count)d limit entered", "%(count)d limits entered", count) % {"count": count}
        listed = f"{reverse('admin:registry_labreferencelimit_changelist')}?center__id__exact={center.pk}"
        new = f"{reverse('admin:registry_labreferencelimit_add')}?center={center.pk}"
        return format_html(
            '{} · <a class="caliper-link" href="{}">{}</a> · <a class="caliper-link" href="{}">{}</a>',
            *(said, listed, gettext("Show"), new, gettext("Add a limit")),
        )


@admin.register(LabReferenceLimit)
class LabReferenceLimitAdmin(ListAdmin, NeverDeleted, RecordFields, ModelAdmin):
    """What a center's laboratory calls normal. A new limit has a later day; the old one keeps holding before it."""

    list_display = ("center", "analyte_code", "sex", "age_from", "age_to", "lln", "uln", "unit", "valid_from")
    list_filter = ("center", "analyte_code")
    list_select_related = ("center",)
    fields = (("center", "analyte_code", "sex", "valid_from"), ("age_from", "age_to", "lln", "uln"))

    def formfield_for_choice_field(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """The limits are in the registry's unit of the analyte: the choice says which."""
        if db_field.name == "analyte_code":
            kwargs["choices"] = [("", gettext("Select value")), *map(_with_unit, ANALYTE_RANGES)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return ModelAdmin.formfield_for_foreignkey(self, db_field, request, **kwargs)  # of any center


def _with_unit(analyte: str) -> tuple[str, str]:
    label, unit = AnalyteCode(analyte).label, shown_unit(ANALYTE_RANGES[analyte].unit)
    return analyte, f"{label} ({unit})" if unit else str(label)


@admin.register(Membership)
class MembershipAdmin(ListAdmin, NeverDeleted, RecordFields, ModelAdmin):
    """To be looked up; roles are given and ended with their dates on the page of a person."""

    list_display = ("user", "center", "role", "is_active")
    list_filter = ("is_active", "role", "center")
    search_fields = ("user__username", "center__center_code", "center__center_name_en", "center__center_name_zh")
    list_select_related = ("user", "center")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Job)
class JobAdmin(ListAdmin, NeverDeleted, ModelAdmin):
    list_display = ("kind", "requested_by", "state", "percent", "attempt", "created_at", "updated_at")
    list_filter = ("state", "kind")
    list_select_related = ("requested_by",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
