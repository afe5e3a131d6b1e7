"""What is written into the log of an account, and read from it."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from registry.choices import AccountAct
from registry.models import AccountLogEntry

SIGN_INS = (AccountAct.SIGNED_IN, AccountAct.SIGN_IN_FAILED, AccountAct.LOCKED_OUT)


def note(person: Any, *, act: AccountAct, by: Any = None, ip_address: str | None = None) -> None:
    AccountLogEntry.objects.create(user=person, act=act, by=by, ip_address=ip_address)


def note_attempt(username: str, *, act: AccountAct, ip_address: str | None) -> None:
    """Of a name that nobody has, nothing is kept: it may be a password typed into the wrong box."""
    person = User.objects.filter(username=username).first()
    if person is not None:
        note(person, act=act, ip_address=ip_address)


def sign_ins_of(person: Any) -> QuerySet[AccountLogEntry]:
    return AccountLogEntry.objects.filter(user=person, act__in=SIGN_INS)


def log_of(person: Any) -> QuerySet[AccountLogEntry]:
    return AccountLogEntry.objects.filter(user=person).select_related("by")
