"""The steps of an upload, as the measures take them one by one."""

# ruff: noqa: PLC0415  # models need the settings
from typing import Any


def receive(content: bytes, *, center: Any, user: Any) -> Any:
    from importers.services import receive_upload
    from registry.access.scope import center_scope

    with center_scope([center.pk], by=user, reason="bench"):
        return receive_upload(content, filename="big.xlsx", center=center.pk, by=user)


def check(upload: Any, *, center: Any, user: Any) -> Any:
    from importers.services import check_upload

    return check_upload(upload.pk, center=center.pk, by=user)


def confirm(upload: Any, *, user: Any) -> None:
    from importers.models import UploadMode
    from importers.services import confirm_upload
    from registry.access.scope import center_scope

    with center_scope([upload.center_id], by=user, reason="bench"):
        confirm_upload(upload, by=user, mode=UploadMode.WHOLE)


def store(upload: Any, *, center: Any, user: Any) -> Any:
    """Until the records stand; what follows is timed for itself."""
    from importers import services

    follow, services.follow_queries = services.follow_queries, lambda *_args, **_options: None
    try:
        return services.store_upload(upload.pk, center=center.pk, by=user)
    finally:
        services.follow_queries = follow
