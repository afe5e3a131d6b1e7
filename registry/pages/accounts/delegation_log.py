"""The delegation log on a page to be printed and as a file."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from registry.accounts.delegation import DUTIES, Delegation, delegations
from registry.accounts.people import looks_after_accounts, managed_centers
from registry.choices import Role
from registry.models import Center
from registry.pages.context import page_context
from registry.spreadsheet import table_file


@login_required
@require_GET
def delegation_page(request: HttpRequest) -> HttpResponse:
    center = _center(request)
    context = {
        "center": center,
        "centers": managed_centers(request.user),
        "rows": delegations([center]) if center else [],
        "duties": [(role.label, DUTIES[role]) for role in Role],
        "now": timezone.now(),
    }
    title = _("Delegation log")
    return render(request, "registry/accounts/delegation.html", {**page_context(request, title=title), **context})


@login_required
@require_GET
def delegation_file(request: HttpRequest) -> StreamingHttpResponse:
    center = _center(request)
    if center is None:
        raise Http404
    name = f"delegation-{center.center_code}-{timezone.localdate():%Y-%m-%d}"
    return table_file(_rows(delegations([center])), name=name)


def _center(request: HttpRequest) -> Center | None:
    """The one asked for, else the first; None where there is no center yet."""
    if not looks_after_accounts(request.user):
        raise PermissionDenied
    centers = managed_centers(request.user)
    wanted = request.GET.get("center", "")
    if not wanted.isdecimal():
        return centers.first()
    center = centers.filter(pk=int(wanted)).first()
    if center is None:
        raise Http404
    return center


def _rows(found: list[Delegation]) -> Iterator[list[str]]:
    yield [
        _("Center"),
        _("Username"),
        _("Last name"),
        _("First name"),
        _("Role"),
        _("May do"),
        _("From"),
        _("Given by"),
        _("Reason"),
        _("Until"),
        _("Ended by"),
        _("Reason for ending"),
    ]
    for each in found:
        since, until = (f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "" for at in (each.since, each.until))
        person = each.person
        names = (person.get_username(), person.last_name, person.first_name) if person else ("", "", "")
        yield [
            *(each.center.center_code, *names, each.role_label, each.duties),
            *(since, each.given_by, each.reason, until, each.ended_by, each.reason_of_end),
        ]
