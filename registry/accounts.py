"""Sign-in rules that django-allauth leaves to us."""

from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

LONGEST_SESSION = timedelta(hours=12)


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are given by the administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False
