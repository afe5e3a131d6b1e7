"""After too many wrong passwords a name is refused for some minutes, by django-allauth; here that is ended sooner."""

import re
from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.accounts.log import note
from registry.accounts.people import may_act_for
from registry.choices import AccountAct
from registry.errors import NotAllowed
from registry.models import AccountLogEntry

PER_NAME = re.compile(r"(\d+)/(\d+)m/key")


def unlock(person: User, *, by: Any, request: HttpRequest) -> None:
    if not may_act_for(by, person=person):
        raise NotAllowed(_("You do not manage this account. Ask an administrator."))
    forget_wrong_passwords(person, request=request)
    note(person, act=AccountAct.UNLOCKED, by=by)


def forget_wrong_passwords(person: User, *, request: HttpRequest) -> None:
    """So that the owner of the name need not wait."""
    key = get_adapter(request)._get_login_attempts_cache_key(request, username=person.get_username())
    ratelimit.clear(request, action="login_failed", key=key)


def is_locked_out(person: User) -> bool:
    return person.pk in locked_out_among([person.pk])


def locked_out_among(person_ids: Collection[int]) -> set[int]:
    """With whose names as many wrong passwords as are allowed were tried in the time that they count, and not unlocked since."""
    tries, minutes = map(int, PER_NAME.search(settings.ACCOUNT_RATE_LIMITS["login_failed"]).groups())  # type: ignore[union-attr]
    counted = [AccountAct.SIGN_IN_FAILED, AccountAct.UNLOCKED, AccountAct.PASSWORD_SET]
    since = timezone.now() - timedelta(minutes=minutes)
    entries = AccountLogEntry.objects.filter(user__in=person_ids, act__in=counted, at__gt=since).order_by("at", "pk")
    wrong: Counter[int] = Counter()
    for person_id, act in entries.values_list("user_id", "act"):
        wrong[person_id] = wrong[person_id] + 1 if act == AccountAct.SIGN_IN_FAILED else 0
    return {person_id for person_id, count in wrong.items() if count >= tries}
