"""Mail, where a server for it is named in the environment; else links are handed over."""

import logging
from smtplib import SMTPException

from allauth.account.adapter import get_adapter
from django.conf import settings

from registry.accounts.people import full_name
from registry.models import OneTimeLink

log = logging.getLogger(__name__)


def sends_mail() -> bool:
    return bool(settings.EMAIL_HOST)


def mailed(link: OneTimeLink, *, address: str) -> bool:
    """False where the link has to be handed over after all."""
    if not (sends_mail() and link.user.email):
        return False
    context = {"link": link, "address": address, "name": full_name(link.user)}
    message = get_adapter().render_mail("registry/accounts/mail/link", link.user.email, context)
    try:
        message.send()
    except (OSError, SMTPException) as error:
        log.error("Mail could not be sent: %s", type(error).__name__)  # its text may quote the address
        return False
    return True
