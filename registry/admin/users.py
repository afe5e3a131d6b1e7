"""Users, centers, roles and long work, for administrators; none of it shows a patient."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from registry.admin.base import RecordFields
from registry.models import Center, Job, LabReferenceLimit, Membership

admin.site.unregister(User)
admin.site.unregister(Group)


IN_WORDS = {
    "is_superuser": (
        _("Administrator"),
        _("Manages accounts, roles and centers. Sees no patient without a role in a center."),
    ),
    "is_active": (_("May sign in"), _("Switch this off instead of deleting an account: the history names it.")),
}


class NeverDeleted:
    """What the trail names must stay: a user or center is made inactive instead."""

    compressed_fields = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembershipInline(NeverDeleted, TabularInline):
    model = Membership
    extra = 0
    can_delete = False


@admin.register(User)
class UserAdmin(NeverDeleted, DjangoUserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    inlines = (MembershipInline,)
    list_display = ("username", "last_name", "first_name", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser", "membership__role")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": (("username", "its_password"), ("last_name", "first_name", "email"))}),
        (_("Permissions"), {"fields": ("is_active", "is_superuser")}),
    )
    readonly_fields = ("its_password",)
    add_fieldsets = ((None, {"fields": ("username", "password1", "password2")}),)

    @admin.display(description=_("Password"))
    def its_password(self, user: User) -> str:
        """Where to set another one. Neither how it is hashed nor any part of the hash is anybody's business here."""
        address = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('<a class="caliper-link" href="{}">{}</a>', address, gettext("Set a new password"))

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        words = IN_WORDS.get(db_field.name)
        if field is not None and words is not None:
            field.label, field.help_text = words
        return field

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[Any, ...]:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.is_staff = True  # whoever has an account may open the site; what they see is decided by their memberships
        super().save_model(request, obj, form, change)


@admin.register(Center)
class CenterAdmin(NeverDeleted, RecordFields, ModelAdmin):
    list_display = ("center_code", "center_name_en", "center_name_zh", "hospital_level", "is_active", "last_serial")
    list_filter = ("is_active", "hospital_level")
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
class LabReferenceLimitAdmin(NeverDeleted, RecordFields, ModelAdmin):
    """What a center's laboratory calls normal. A new limit has a later day; the old one keeps holding before it."""

    list_display = ("center", "analyte_code", "sex", "age_from", "age_to", "lln", "uln", "unit", "valid_from")
    list_filter = ("center", "analyte_code")
    list_select_related = ("center",)
    fields = (("center", "analyte_code", "sex", "valid_from"), ("age_from", "age_to", "lln", "uln"))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return ModelAdmin.formfield_for_foreignkey(self, db_field, request, **kwargs)  # of any center


@admin.register(Membership)
class MembershipAdmin(NeverDeleted, RecordFields, ModelAdmin):
    list_display = ("user", "center", "role", "is_active")
    list_filter = ("is_active", "role", "center")
    search_fields = ("user__username", "center__center_code", "center__center_name_en", "center__center_name_zh")
    list_select_related = ("user", "center")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return ModelAdmin.formfield_for_foreignkey(
            self, db_field, request, **kwargs
        )  # an administrator assigns any center


@admin.register(Job)
class JobAdmin(NeverDeleted, ModelAdmin):
    list_display = ("kind", "requested_by", "state", "percent", "attempt", "created_at", "updated_at")
    list_filter = ("state", "kind")
    list_select_related = ("requested_by",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
