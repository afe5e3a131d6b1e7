"""How what an account has opened is closed at once: its sessions in browsers, its tokens in scripts."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken


def end_access(person: Any) -> None:
    end_tokens(person)
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(person.pk):
            session.delete()


def end_tokens(person: Any) -> None:
    AuthToken.objects.filter(user=person).delete()


class EndsTokens:
    """Stands among the validators of passwords for its second half: Django tells them of each password that was set, by
    whatever page or command. The sessions end by themselves, since each holds a hash of the password it began with."""

    def validate(self, password: str, user: Any = None) -> None:
        """Any password is right to it."""

    def get_help_text(self) -> str:
        return _("A new password ends your API tokens and your sessions on other devices.")

    def password_changed(self, password: str, user: Any = None) -> None:  # noqa: ARG002
        if user is not None and user.pk is not None:
            end_tokens(user)
