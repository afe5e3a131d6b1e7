"""A session ends after idle minutes; what a page asks for by itself is no activity, and the browser knows when the end comes."""

import time

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse

from registry.web.accounts import LONGEST_SESSION_SECONDS, SIGNED_IN_AT

# Asked by scripts while a person types or waits: they leave the session as old as it is.
QUIET = frozenset({"keep_draft", "derive_page", "job_status"})
IDLE_UNTIL = "idle_until"  # a cookie that scripts read, in seconds since 1970; it opens nothing


class IdleSessionMiddleware(SessionMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        match = request.resolver_match
        if match is not None and match.url_name in QUIET:
            return response
        answer = super().process_response(request, response)
        if answer.status_code < 500 and _is_page(request):
            _tell_the_end(request, answer)
        return answer


def _is_page(request: HttpRequest) -> bool:
    """Not a file: it has looked at no session."""
    return bool(getattr(request.session, "accessed", False))


def _tell_the_end(request: HttpRequest, response: HttpResponse) -> None:
    if SESSION_KEY not in request.session:
        if IDLE_UNTIL in request.COOKIES:
            response.delete_cookie(IDLE_UNTIL, samesite=settings.SESSION_COOKIE_SAMESITE)
        return
    now = time.time()
    longest = request.session.get(SIGNED_IN_AT, now) + LONGEST_SESSION_SECONDS
    response.set_cookie(
        IDLE_UNTIL,
        str(int(min(now + settings.SESSION_COOKIE_AGE, longest))),
        secure=settings.SESSION_COOKIE_SECURE,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )


def stay_page(request: HttpRequest) -> JsonResponse:
    """Whoever asks for it stays signed in: an answer that counts as activity. It says who that is."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=401)
    return JsonResponse({"username": request.user.get_username()})
