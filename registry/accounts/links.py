"""One-time links, by which a person sets the own password and nobody else learns it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.accounts.log import note
from registry.accounts.people import may_act_for
from registry.choices import AccountAct, LinkPurpose
from registry.errors import NotAllowed, Refused
from registry.models import OneTimeLink
from registry.models.account import hash_of

HOURS: Mapping[str, int] = {LinkPurpose.INVITATION: 72, LinkPurpose.NEW_PASSWORD: 24}


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeLink:
    """`token` is known here alone; what is stored is its hash."""

    link: OneTimeLink
    token: str


def make_link(person: User, *, by: Any) -> MadeLink:
    """Whoever has never had a password is invited anew. Former links of this person are void."""
    if not may_act_for(by, person=person):
        raise NotAllowed(_("You do not manage this account. Ask an administrator."))
    if not person.is_active:
        raise Refused(_("This account has ended. Reopen it first."))
    withdraw_links(person)
    is_new = not person.has_usable_password()
    purpose = LinkPurpose.INVITATION if is_new else LinkPurpose.NEW_PASSWORD
    token = secrets.token_urlsafe(32)
    link = OneTimeLink.objects.create(
        user=person,
        purpose=purpose,
        token_hash=hash_of(token),
        made_by=by,
        valid_until=timezone.now() + timedelta(hours=HOURS[purpose]),
    )
    note(person, act=AccountAct.INVITED if is_new else AccountAct.LINK_MADE, by=by)
    return MadeLink(link=link, token=token)


def withdraw_links(person: User) -> None:
    OneTimeLink.objects.filter(user=person, used_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())


def valid_link(token: str) -> OneTimeLink | None:
    return OneTimeLink.objects.valid(timezone.now()).of_token(token).select_related("user").first()


def link_still_valid(link_id: Any) -> OneTimeLink | None:
    """Held until the request ends, so that two windows cannot use it twice."""
    return OneTimeLink.objects.valid(timezone.now()).select_for_update(of=("self",)).filter(pk=link_id).first()


def use_link(link: OneTimeLink) -> None:
    """Once its person has set a password."""
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    withdraw_links(link.user)
