from typing import Any

from django.contrib.admin import RelatedFieldListFilter, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from registry.admin.permissions import centers
from registry.lists.tools import own_centers


class OwnCenterFilter(RelatedFieldListFilter):
    """The centers whose records the reader may see: asked of the memberships, for a list of records is long."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        readable = centers(request, may="read_records")
        return [(center.pk, str(center)) for center in own_centers(request) if center.pk in readable]


class WithdrawnFilter(SimpleListFilter):
    """Records that stand, unless those withdrawn are asked for."""

    title = _("Withdrawn")
    parameter_name = "withdrawn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Withdrawn records"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(withdrawn_at__isnull=self.value() != "yes")


class AdministratorFilter(SimpleListFilter):
    """Of accounts: Django calls the same "superuser status"."""

    title = _("Administrator")
    parameter_name = "administrator"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        wanted = {"yes": True, "no": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(is_superuser=wanted)
