"""The doors that open without a password: a one-time link, and what is said to somebody who forgot theirs."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.forms import SetPasswordForm
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from registry.access.scope import because
from registry.accounts.links import link_still_valid, use_link, valid_link
from registry.accounts.lockout import forget_wrong_passwords
from registry.accounts.mail import sends_mail
from registry.accounts.people import full_name

LINK = "one_time_link"  # in the session, by its number: the token itself stays nowhere


@never_cache
@require_GET
@sensitive_variables("token")
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Looking uses nothing up, so a mail program that opens links first does no harm. The address forgets the token at once."""
    link = valid_link(token)
    if link is None:
        return render(request, "registry/accounts/link_void.html", {"sends_mail": sends_mail()}, status=410)
    if request.user.is_authenticated:
        logout(request)  # of whoever sat here before
    request.session[LINK] = link.pk
    return redirect("people:first_password")


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def first_password(request: HttpRequest) -> HttpResponse:
    link = link_still_valid(request.session.get(LINK))
    if link is None:
        return render(request, "registry/accounts/link_void.html", {"sends_mail": sends_mail()}, status=410)
    form = SetPasswordForm(link.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with because(gettext_noop("set their own password"), by=link.user):  # they write, though nobody is signed in
            form.save()
            use_link(link)
        forget_wrong_passwords(link.user, request=request)
        request.session.flush()
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("account_login")
    context = {"form": form, "link": link, "name": full_name(link.user)}
    return render(request, "registry/accounts/first_password.html", context, status=400 if form.errors else 200)


def forgotten_password(request: HttpRequest) -> HttpResponseBase:
    """By mail where there is one; else whom to ask."""
    if sends_mail():
        return allauth_views.password_reset(request)
    return render(request, "registry/accounts/forgotten.html")


def addresses(request: HttpRequest, **values: Any) -> HttpResponseBase:
    """The page of e-mail addresses is of no use where no mail is sent."""
    if not sends_mail():
        raise Http404
    return allauth_views.email(request, **values)
