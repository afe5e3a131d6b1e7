"""Whose accounts a person looks after (ADR 42). Administrators: everybody's. Managers of a center: those of that center."""

import re
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, F, Max, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from registry.access.permissions import centers_where
from registry.choices import AccountAct, Role
from registry.models import Center, Membership
from registry.queries.sweep import SYSTEM_USERNAME

# Whoever holds one of these decides about others or signs for a center: a manager could make them an own second account.
GIVEN_BY_ADMINISTRATORS = frozenset({Role.CENTER_MANAGER, Role.PRINCIPAL_INVESTIGATOR})


CHINESE = re.compile(r"[\u3400-\u9fff]")


def full_name(person: User) -> str:
    """In the order in which it is spoken: 王芳, but Fang Wang. The username of whoever has given no name."""
    spoken = f"{person.last_name}{person.first_name}"
    return spoken if CHINESE.search(spoken) else person.get_full_name() or person.get_username()


def managed_centers(by: Any) -> QuerySet[Center]:
    """In which this person may give and end roles."""
    active = Center.objects.filter(is_active=True).order_by("center_code")
    if by.is_superuser:
        return active
    return active.filter(pk__in=centers_where(by, may="manage_accounts"))


def looks_after_accounts(by: Any) -> bool:
    return bool(by.is_superuser or centers_where(by, may="manage_accounts"))


def roles_given_by(by: Any) -> list[Role]:
    return [role for role in Role if by.is_superuser or role not in GIVEN_BY_ADMINISTRATORS]


def people_of(by: Any) -> QuerySet[User]:
    """Also those whose role has ended: their past is explained here."""
    people = User.objects.exclude(username=SYSTEM_USERNAME)
    if by.is_superuser:
        return people
    return people.filter(membership__center__in=managed_centers(by)).distinct()


def with_sign_ins(people: QuerySet[User]) -> QuerySet[User]:
    """When each tried in vain last, and how often since the last sign-in that worked."""
    failed = Q(account_log__act__in=[AccountAct.SIGN_IN_FAILED, AccountAct.LOCKED_OUT])
    since = failed & (Q(last_login=None) | Q(account_log__at__gt=F("last_login")))
    return people.annotate(
        failed_at=Max("account_log__at", filter=failed), failed_since=Count("account_log", filter=since, distinct=True)
    )


class State(TextChoices):
    ACTIVE = "ACTIVE", _("May sign in")
    INVITED = "INVITED", _("Invited, no password yet")
    ENDED = "ENDED", _("Ended")


def state_of(person: User) -> State:
    if not person.is_active:
        return State.ENDED
    return State.ACTIVE if person.has_usable_password() else State.INVITED


def may_act_for(by: Any, *, person: User) -> bool:
    """May end the account, unlock it and make the link that sets its password.

    A manager who held such a link of somebody with more to say, or with a role elsewhere, could become that person.
    """
    if person.pk == by.pk or person.username == SYSTEM_USERNAME:
        return False
    if by.is_superuser:
        return True
    elsewhere = ~Q(center__in=managed_centers(by)) | Q(role__in=GIVEN_BY_ADMINISTRATORS)
    has_more = person.is_superuser or Membership.objects.filter(elsewhere, user=person, is_active=True).exists()
    return not has_more and people_of(by).filter(pk=person.pk).exists()


def may_change_role(by: Any, *, membership: Membership) -> bool:
    return (
        membership.user_id != by.pk
        and membership.role in roles_given_by(by)
        and managed_centers(by).filter(pk=membership.center_id).exists()
    )
