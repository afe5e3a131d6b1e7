"""What is done to accounts and roles, by administrators and managers of a center."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from registry.access.scope import because
from registry.accounts.access import end_access
from registry.accounts.links import MadeLink, make_link, withdraw_links
from registry.accounts.people import managed_centers, may_act_for, may_change_role, people_of, roles_given_by
from registry.choices import Role
from registry.errors import NotAllowed, Refused
from registry.models import Center, Membership

INVITED = gettext_noop("invited")
ROLE_GIVEN = gettext_noop("role given")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    username: str
    last_name: str
    first_name: str
    email: str


def invite(person: NewPerson, *, center: Center, role: Role, by: Any) -> MadeLink:
    """An account with a role and without a password, and the link by which its owner sets one."""
    _demand_role(center, role=role, by=by)
    account = _account_of(person)
    with because(INVITED, by=by):
        account.save()
        Membership.objects.create(user=account, center=center, role=role)
        return make_link(account, by=by)


def invite_administrator(person: NewPerson, *, by: Any) -> MadeLink:
    """Administrators need no center; a role in one can be given later."""
    if not by.is_superuser:
        raise NotAllowed(_("Only an administrator can invite an administrator."))
    account = _account_of(person)
    account.is_superuser = True
    with because(INVITED, by=by):
        account.save()
        return make_link(account, by=by)


def give_role(person: User, *, center: Center, role: Role, by: Any, reason: str = "") -> None:
    _demand_role(center, role=role, by=by)
    if person.pk == by.pk:
        raise NotAllowed(_("You cannot give yourself a role."))
    if not people_of(by).filter(pk=person.pk).exists():
        raise NotAllowed(_("You do not manage this account. Ask an administrator."))
    if not person.is_active:
        raise Refused(_("This account has ended. Reopen it first."))
    membership = Membership.objects.filter(user=person, center=center, role=role).first()
    if membership is not None and membership.is_active:
        raise Refused(_("This person already has this role in this center."))
    with because(reason.strip() or ROLE_GIVEN, by=by):
        if membership is None:
            Membership.objects.create(user=person, center=center, role=role)
        else:
            membership.is_active = True
            membership.save(update_fields=["is_active"])


def end_role(membership: Membership, *, by: Any, reason: str) -> None:
    """Its owner is signed out everywhere, and signs in again to what is left."""
    if not may_change_role(by, membership=membership):
        raise NotAllowed(_("You cannot give or end this role. Ask an administrator."))
    if not membership.is_active:
        raise Refused(_("This role has already ended."))
    with because(_given(reason), by=by):
        membership.is_active = False
        membership.save(update_fields=["is_active"])
    end_access(membership.user)


def change_role(membership: Membership, *, role: Role, by: Any, reason: str) -> None:
    """The log tells it as one role that ended and another that began."""
    with transaction.atomic():
        give_role(membership.user, center=membership.center, role=role, by=by, reason=_given(reason))
        end_role(membership, by=by, reason=reason)


def end_account(person: User, *, by: Any, reason: str) -> None:
    """All roles end and nobody signs in with it any more; the account stays, for the history names it."""
    if not may_act_for(by, person=person):
        raise NotAllowed(_("You do not manage this account. Ask an administrator."))
    if not person.is_active:
        raise Refused(_("This account has already ended."))
    with because(_given(reason), by=by):
        for membership in Membership.objects.filter(user=person, is_active=True):
            membership.is_active = False
            membership.save(update_fields=["is_active"])
        withdraw_links(person)
        person.is_active = False
        person.save(update_fields=["is_active"])
    end_access(person)


def reopen_account(person: User, *, by: Any, reason: str) -> None:
    """Roles that ended are given anew, one by one."""
    if not may_act_for(by, person=person):
        raise NotAllowed(_("You do not manage this account. Ask an administrator."))
    if person.is_active:
        raise Refused(_("This account has not ended."))
    with because(_given(reason), by=by):
        person.is_active = True
        person.save(update_fields=["is_active"])


def _account_of(person: NewPerson) -> User:
    if User.objects.filter(username__iexact=person.username).exists():
        raise Refused(
            _("There is already an account {username}. An administrator can give it a role in this center.").format(
                username=person.username
            )
        )
    account = User(
        username=person.username,
        last_name=person.last_name,
        first_name=person.first_name,
        email=person.email,
        is_staff=True,  # whoever has an account may open the site; what they see is decided by their roles
    )
    account.set_unusable_password()
    return account


def _demand_role(center: Center, *, role: Role, by: Any) -> None:
    if not managed_centers(by).filter(pk=center.pk).exists():
        raise NotAllowed(_("You do not manage the accounts of this center."))
    if role not in roles_given_by(by):
        raise NotAllowed(_("Only an administrator can give this role."))


def _given(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Enter a reason."))
    return reason.strip()
