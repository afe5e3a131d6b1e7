"""Who may see which centers and do what. The one place where that is decided."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet

from registry.choices import Role
from registry.models.membership import Membership

User = AbstractBaseUser | AnonymousUser

_known: ContextVar[dict[int, list[tuple[int, str]]] | None] = ContextVar("roles known in this request", default=None)

VERBS: dict[str, frozenset[str]] = {
    "read_records": frozenset({Role.DATA_MANAGER, Role.PRINCIPAL_INVESTIGATOR, Role.UPLOADER}),
    "enter_records": frozenset({Role.DATA_MANAGER}),
    "manage_queries": frozenset({Role.DATA_MANAGER}),
    "answer_queries": frozenset({Role.DATA_MANAGER, Role.UPLOADER}),
    "verify_records": frozenset({Role.DATA_MANAGER}),
    "lock_records": frozenset({Role.DATA_MANAGER}),
    "sign_off": frozenset({Role.PRINCIPAL_INVESTIGATOR}),
    "upload_workbooks": frozenset({Role.UPLOADER, Role.DATA_MANAGER}),
    "run_studies": frozenset({Role.STATISTICIAN}),
    "read_studies": frozenset({Role.STATISTICIAN, Role.PRINCIPAL_INVESTIGATOR}),
    "manage_accounts": frozenset({Role.CENTER_MANAGER, Role.PRINCIPAL_INVESTIGATOR}),
}
# Single patients behind a study; others read its numbers in classes. Each place decides which of its roles: settings
PATIENT_LEVEL = "read_patient_level"


def centers_of(user: User) -> list[int]:
    """The ids of the centers in this user's scope; nobody without a membership sees anything, superusers included."""
    if not user.is_authenticated or not user.is_active:
        return []
    return sorted({center for center, _role in _roles(user)})


def centers_where(user: User, *, may: str) -> list[int]:
    """The centers in which one of the user's roles allows this verb."""
    if not user.is_authenticated or not user.is_active:
        return []
    return sorted({center for center, role in _roles(user) if role in _roles_that(may)})


def may(user: User, *, verb: str, center: int | None = None) -> bool:
    """Somewhere, or in the one center named."""
    allowed = centers_where(user, may=verb)
    return center in allowed if center is not None else bool(allowed)


@contextmanager
def roles_read_once() -> Iterator[None]:
    """Within one request the roles of its user are read once: a page asks for them dozens of times."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def _roles_that(verb: str) -> frozenset[str]:
    return frozenset(settings.PATIENT_LEVEL_ROLES) if verb == PATIENT_LEVEL else VERBS[verb]


def _roles(user: Any) -> list[tuple[int, str]]:
    known = _known.get()
    if known is not None and user.pk in known:
        return known[user.pk]
    found = list(_memberships(user).values_list("center_id", "role"))
    if known is not None:
        known[user.pk] = found
    return found


def _memberships(user: Any) -> QuerySet[Membership]:
    """A membership ends by becoming inactive: it is never deleted, so the past stays explicable."""
    return Membership.objects.filter(user_id=user.pk, is_active=True, center__is_active=True)
