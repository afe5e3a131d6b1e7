"""The pages about scripts: whose tokens there are, and what can be asked of the site."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from importers.api.reference import addresses
from importers.api.tokens import LIFETIMES_DAYS, make_token, may_have_token, revoke_token, tokens_of
from registry.errors import Refused
from registry.pages.context import page_context


def _demand(request: HttpRequest) -> None:
    if not may_have_token(request.user):
        raise PermissionDenied


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_variables("made")
def tokens(request: HttpRequest) -> HttpResponse:
    """Made tokens are answered with the page itself: a redirect would have to keep the token somewhere."""
    _demand(request)
    made = ""
    if request.method == "POST":
        days = request.POST.get("days", "")
        try:
            made = make_token(by=request.user, days=int(days) if days.isdecimal() else 0)
        except Refused as refused:
            messages.error(request, str(refused))
    context = {"tokens": tokens_of(request.user), "made": made, "lifetimes": LIFETIMES_DAYS}
    return render(request, "api/tokens.html", {**page_context(request, title=_("API tokens")), **context})


@login_required
@require_POST
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    _demand(request)
    revoke_token(key, by=request.user)
    messages.info(request, _("Token revoked. Scripts that use it will be refused from now on."))
    return redirect("tokens:tokens")


@login_required
@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    _demand(request)
    context: dict[str, Any] = {
        "addresses": addresses(get_language() or "en"),
        "host": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "api/reference.html", {**page_context(request, title=_("Upload API")), **context})
