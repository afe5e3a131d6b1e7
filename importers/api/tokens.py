"""Tokens by which a person's script acts for them. Only a digest is kept: a token is shown once, when it is made."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken

from registry.access.permissions import may
from registry.errors import NotAllowed, Refused

LIFETIMES_DAYS = (30, 90, 365)
MOST_TOKENS = 10
VERBS = ("upload_workbooks", "run_studies")  # what a script may do for its user


def make_token(*, by: Any, days: int) -> str:
    """The token itself, which nobody can see again."""
    if not may_have_token(by):
        raise NotAllowed(_("Only users who can upload workbooks or run studies can create a token."))
    if days not in LIFETIMES_DAYS:
        raise Refused(_("Choose how long the token is valid."))
    if tokens_of(by).count() >= MOST_TOKENS:
        raise Refused(_("You already have {count} tokens. Revoke one of them first.").format(count=MOST_TOKENS))
    _kept, token = AuthToken.objects.create(user=by, expiry=timedelta(days=days))
    return str(token)


def may_have_token(user: Any) -> bool:
    return any(may(user, verb=verb) for verb in VERBS)


def revoke_token(key: str, *, by: Any) -> None:
    """One's own only. `key` is its beginning."""
    tokens_of(by).filter(token_key=key).delete()


def tokens_of(user: Any) -> Any:
    return AuthToken.objects.filter(user=user, expiry__gt=timezone.now()).order_by("-created")
