"""What a person says about a list: its columns, and filters under a name. Each leads back to the list."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from registry.errors import Refused
from registry.lists.preferences import choose_columns, delete_filter, save_filter
from registry.models import SavedFilter


@require_POST
@login_required
def columns(request: HttpRequest) -> HttpResponse:
    chosen = [] if "reset" in request.POST else request.POST.getlist("column")
    choose_columns(request.POST.get("list", "")[:60], columns=[name[:60] for name in chosen], by=request.user)
    return redirect(_back(request))


@require_POST
@login_required
def save(request: HttpRequest) -> HttpResponse:
    center = request.POST.get("center", "")
    try:
        saved = save_filter(
            request.POST.get("list", "")[:60],
            name=request.POST.get("name", ""),
            address=_back(request, name="address"),
            by=request.user,
            shared_with=int(center) if center.isdecimal() else None,
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(_back(request))
    messages.success(request, _("The filter “%(name)s” is saved.") % {"name": saved.name})
    return redirect(_back(request))


@require_GET
@login_required
def saved_filter(request: HttpRequest, filter_id: int) -> HttpResponse:
    """The link to send on: whoever may not see the filter finds nothing here."""
    return redirect(get_object_or_404(SavedFilter.objects.for_reader(request.user), pk=filter_id).address)


@require_POST
@login_required
def delete(request: HttpRequest, filter_id: int) -> HttpResponse:
    found = get_object_or_404(SavedFilter.objects.for_reader(request.user), pk=filter_id)
    try:
        delete_filter(found, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The filter “%(name)s” is deleted.") % {"name": found.name})
    return redirect(_back(request))


def _back(request: HttpRequest, *, name: str = "back") -> str:
    """An address of this site; any other leads home."""
    told = request.POST.get(name, "")
    is_ours = told.startswith("/") and url_has_allowed_host_and_scheme(told, allowed_hosts=None)
    return told if is_ours else reverse("home")
