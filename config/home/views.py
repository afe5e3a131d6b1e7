"""The start page: what this person does here, one click away."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.home.first_hour import HIDDEN, guides_for, is_hidden
from config.home.keys import KEY_GROUPS
from config.home.navigation import record_lists, verbs_of
from config.home.search import found
from config.home.summaries import latest_runs, my_queries, recent_patients, recent_uploads, summaries
from config.home.todo import todos
from registry.access.permissions import centers_where
from registry.accounts.people import looks_after_accounts, people_of
from registry.choices import JobState
from registry.models import Center, Job
from registry.pages.context import page_context
from registry.records.sign_off import unsigned

VERBS_SHOWN = ("enter_records", "upload_workbooks", "run_studies", "read_studies", "sign_off")

MOST_WORDS = 5


@login_required
def home(request: HttpRequest) -> HttpResponse:
    verbs = verbs_of(request)
    context: dict[str, Any] = {
        **page_context(request, title=_("Home")),
        **{verb: verb in verbs for verb in VERBS_SHOWN},
    }
    if "read_records" in verbs:
        centers = centers_where(request.user, may="read_records")
        context |= {"summaries": summaries(centers), "recent_patients": recent_patients(centers)}
        context |= {"todos": todos(request), "record_lists": record_lists(request)}
        context["my_queries"] = my_queries(request.user, centers=centers)
    if "sign_off" in verbs:
        context["to_sign"] = unsigned(centers_where(request.user, may="sign_off")).count()
    if "upload_workbooks" in verbs:
        context["recent_uploads"] = recent_uploads(centers_where(request.user, may="upload_workbooks"))
    if "read_studies" in verbs:
        context["latest_runs"] = latest_runs(request.user)
    if looks_after_accounts(request.user):
        context["people_count"] = people_of(request.user).filter(is_active=True).count()
    if request.user.is_superuser:
        context["administration"] = {
            "centers": Center.objects.filter(is_active=True).count(),
            "jobs": Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).count(),
            "failed": Job.objects.filter(state=JobState.FAILED).count(),
        }
    context["has_nothing"] = not verbs and "administration" not in context
    context |= {
        "guides": guides_for(request),
        "first_hour_is_hidden": settings.GUIDED_FIRST_HOUR and is_hidden(request),
    }
    return render(request, "home/home.html", context)


@require_POST
@login_required
def first_hour(request: HttpRequest) -> HttpResponseRedirect:
    """Put the guided first hour away in this browser, or show it again."""
    answer = redirect("home")
    if request.POST.get("show") == "1":
        answer.delete_cookie(HIDDEN)
    else:
        answer.set_cookie(HIDDEN, "1", httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return answer


@require_GET
@login_required
def keys(request: HttpRequest) -> HttpResponse:
    """Every key that does something here, by where it does."""
    return render(request, "home/keys.html", {**page_context(request, title=_("Keys")), "groups": KEY_GROUPS})


@login_required
def search(request: HttpRequest) -> JsonResponse:
    """Asked while one types into the search of every page."""
    groups = found(request, words=request.GET.get("q", "").split()[:MOST_WORDS])
    return JsonResponse({"groups": [asdict(group) for group in groups]})
