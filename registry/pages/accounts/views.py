"""People, their roles and their accounts: for administrators, and for a center's managers those of the own center."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registry.accounts.delegation import delegations
from registry.accounts.links import HOURS, MadeLink, make_link
from registry.accounts.lockout import is_locked_out, locked_out_among, unlock
from registry.accounts.log import log_of, sign_ins_of
from registry.accounts.mail import mailed, sends_mail
from registry.accounts.people import (
    State,
    full_name,
    looks_after_accounts,
    managed_centers,
    may_act_for,
    may_change_role,
    people_of,
    roles_given_by,
    state_of,
    with_sign_ins,
)
from registry.accounts.verbs import (
    change_role,
    end_account,
    end_role,
    give_role,
    invite,
    invite_administrator,
    reopen_account,
)
from registry.choices import Role
from registry.errors import Refused
from registry.models import Membership
from registry.pages.accounts.forms import InvitationForm, RoleForm
from registry.pages.context import page_context

PER_PAGE = 25
LOG_SHOWN = 50
NO_ROLE = "END"  # chosen in the place of another role
ENDED_BY_A_WORD: Mapping[str, tuple[Callable[..., None], str | Promise]] = {
    "end": (end_account, gettext_lazy("The account has ended. Its sessions and tokens ended with it.")),
    "reopen": (reopen_account, gettext_lazy("The account is open again. Now give it its roles.")),
}


@login_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    _demand(request)
    centers = managed_centers(request.user)
    wanted = {name: request.GET.get(name, "").strip() for name in ("q", "center", "ended")}
    found = people_of(request.user)
    if wanted["center"].isdecimal():
        found = found.filter(membership__center_id=int(wanted["center"]))
    if wanted["q"]:
        names = Q(username__icontains=wanted["q"]) | Q(last_name__icontains=wanted["q"])
        found = found.filter(names | Q(first_name__icontains=wanted["q"]))
    if not wanted["ended"]:
        found = found.filter(is_active=True)
    roles = Membership.objects.filter(is_active=True, center__in=centers).select_related("center")
    roles = roles.order_by("role", "center__center_code")
    listed = with_sign_ins(found).prefetch_related(Prefetch("membership_set", queryset=roles, to_attr="roles"))
    page = Paginator(listed.order_by("username"), PER_PAGE).get_page(request.GET.get("page"))
    locked_out = locked_out_among([person.pk for person in page])
    context = {
        "page": page,
        "rows": [(person, full_name(person), state_of(person), person.pk in locked_out) for person in page],
        "centers": centers,
        "wanted": wanted,
    }
    return render(request, "registry/accounts/people.html", {**page_context(request, title=_("People")), **context})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_variables("made")
def invite_page(request: HttpRequest) -> HttpResponse:
    _demand(request)
    form = InvitationForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = _invited(form, by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _link_page(request, made=made)
    context = {"form": form, "sends_mail": sends_mail(), "hours": HOURS["INVITATION"]}
    return render(
        request,
        "registry/accounts/invite.html",
        {**page_context(request, title=_("Invite a person")), **context},
        status=400 if form.errors else 200,
    )


def _invited(form: InvitationForm, *, by: Any) -> MadeLink:
    given = form.cleaned_data
    if given.get("is_administrator"):
        return invite_administrator(form.person(), by=by)
    return invite(form.person(), center=given["center"], role=Role(given["role"]), by=by)


def _link_page(request: HttpRequest, *, made: MadeLink) -> HttpResponse:
    """The answer itself shows the link: a redirect would have to keep it somewhere."""
    address = request.build_absolute_uri(reverse("people:open_link", args=[made.token]))
    is_mailed = mailed(made.link, address=address)
    context = {
        "link": made.link,
        "name": full_name(made.link.user),
        "address": "" if is_mailed else address,
        "hours": HOURS[made.link.purpose],
        "could_not_mail": sends_mail() and bool(made.link.user.email) and not is_mailed,
    }
    return render(
        request,
        "registry/accounts/link.html",
        {**page_context(request, title=made.link.get_purpose_display()), **context},
    )


@login_required
@never_cache
@require_GET
def person_page(request: HttpRequest, person_id: int) -> HttpResponse:
    person = _person(request, person_id=person_id)
    centers = list(managed_centers(request.user))
    standing = Membership.objects.filter(user=person, is_active=True, center__in=centers)
    context = {
        "person": person,
        "name": full_name(person),
        "state": state_of(person),
        "states": State,
        "ending": "end" if person.is_active else "reopen",
        "is_locked_out": is_locked_out(person),
        "may_act": may_act_for(request.user, person=person),
        "is_self": person.pk == request.user.pk,
        "roles": [
            (membership, may_change_role(request.user, membership=membership))
            for membership in standing.select_related("center", "user").order_by("center__center_code", "role")
        ],
        "history": delegations(centers, person=person),
        "role_form": RoleForm(by=request.user),
        "given": roles_given_by(request.user),
        "no_role": NO_ROLE,
        "entries": log_of(person)[:LOG_SHOWN],
    }
    title = f"{_('People')} · {full_name(person)}"
    return render(request, "registry/accounts/person.html", {**page_context(request, title=title), **context})


@login_required
@never_cache
@require_POST
@sensitive_variables("made")
def act_on_person(request: HttpRequest, person_id: int, name: str) -> HttpResponse:
    person = _person(request, person_id=person_id)
    try:
        if name == "link":
            return _link_page(request, made=make_link(person, by=request.user))
        messages.success(request, str(_done(request, person=person, name=name)))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("people:person", person_id=person.pk)


def _done(request: HttpRequest, *, person: User, name: str) -> str | Promise:
    """What was done, in words."""
    if name == "unlock":
        unlock(person, by=request.user, request=request)
        return _("Unlocked. This person can sign in again at once.")
    if name == "give":
        form = RoleForm(request.POST, by=request.user)
        if not form.is_valid():
            raise Refused(_("Choose a center and a role that you may give."))
        given = form.cleaned_data
        give_role(person, center=given["center"], role=form.chosen_role(), by=request.user, reason=given["reason"])
        return _("The role was given.")
    verb, words = ENDED_BY_A_WORD.get(name, (None, ""))
    if verb is None:
        raise Http404
    verb(person, by=request.user, reason=request.POST.get("reason", ""))
    return words


@login_required
@require_POST
def act_on_role(request: HttpRequest, membership_id: int) -> HttpResponse:
    """End it, or put another in its place where one is chosen."""
    _demand(request)
    found = Membership.objects.filter(center__in=managed_centers(request.user)).select_related("user", "center")
    membership = get_object_or_404(found, pk=membership_id)
    role, reason = request.POST.get("role", ""), request.POST.get("reason", "")
    try:
        if role == NO_ROLE:
            end_role(membership, by=request.user, reason=reason)
            messages.success(request, _("The role has ended, and with it this person's sessions and tokens."))
        elif role in Role.values:
            change_role(membership, role=Role(role), by=request.user, reason=reason)
            messages.success(request, _("The role was changed."))
        else:
            raise Refused(_("Choose another role, or that it ends."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("people:person", person_id=membership.user_id)


@login_required
@never_cache
@require_GET
def own_page(request: HttpRequest) -> HttpResponse:
    """One's own sign-ins: somebody else's would be seen here."""
    person: Any = request.user
    own = Membership.objects.filter(user=person, is_active=True).select_related("center")
    context = {
        "name": full_name(person),
        "memberships": own.order_by("role", "center__center_code"),
        "entries": sign_ins_of(person)[:LOG_SHOWN],
        "sends_mail": sends_mail(),
    }
    return render(request, "registry/accounts/own.html", {**page_context(request, title=_("My account")), **context})


def _demand(request: HttpRequest) -> None:
    if not looks_after_accounts(request.user):
        raise PermissionDenied


def _person(request: HttpRequest, *, person_id: int) -> User:
    _demand(request)
    person = with_sign_ins(people_of(request.user)).filter(pk=person_id).first()
    if person is None:
        raise Http404
    return person
