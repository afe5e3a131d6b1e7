"""Sign-in rules that django-allauth leaves to us."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import logout
from django.http import HttpRequest

LONGEST_SESSION_SECONDS = 12 * 60 * 60
SIGNED_IN_AT = "signed_in_at"


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are given by the administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False


class SessionLimitMiddleware:
    """However busy, a session ends twelve hours after sign-in; the idle limit is SESSION_COOKIE_AGE."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        if request.user.is_authenticated:
            since = request.session.setdefault(SIGNED_IN_AT, time.time())
            if time.time() - since > LONGEST_SESSION_SECONDS:
                logout(request)
        return self.get_response(request)
