"""Sign-in rules that django-allauth leaves to us."""

import logging
import time
from collections.abc import Callable
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from registry.accounts.access import end_access
from registry.accounts.log import note, note_attempt
from registry.choices import AccountAct

LONGEST_SESSION_SECONDS = 12 * 60 * 60
SIGNED_IN_AT = "signed_in_at"
log = logging.getLogger(__name__)


class InvitedAccounts(DefaultAccountAdapter):
    """Accounts come about by invitation; what happens at their door is written into their log."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        note(user, act=AccountAct.SIGNED_IN, by=user, ip_address=self.get_client_ip(request))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._note_attempt(request, act=AccountAct.LOCKED_OUT, credentials=credentials)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._note_attempt(request, act=AccountAct.SIGN_IN_FAILED, credentials=credentials)

    def set_password(self, user: Any, password: str) -> None:
        """Where its owner sets it: invited, by a link, or on the page for it. What else is open with this account closes."""
        super().set_password(user, password)
        end_access(user)
        note(user, act=AccountAct.PASSWORD_SET, by=user, ip_address=self.get_client_ip(self.request))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away is no reason for an error page; pages say whom to ask if no mail arrives."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            log.error("Mail could not be sent: %s", type(error).__name__)  # its text may quote the address

    def _note_attempt(self, request: HttpRequest, *, act: AccountAct, credentials: dict[str, Any]) -> None:
        note_attempt(credentials.get("username", ""), act=act, ip_address=self.get_client_ip(request))


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
