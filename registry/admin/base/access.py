"""Who may do what with a record, on its page and in a row."""

from django.http import HttpRequest

from registry.admin.permissions import allows
from registry.admin.types import AdminBase
from registry.choices import RecordStatus
from registry.models import CenterRecord


class RecordAccess(AdminBase):
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
