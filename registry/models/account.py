"""How an account comes about and what happens to it. Neither table names a patient; both are read before anybody has a scope."""

import hashlib
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.choices import AccountAct, LinkPurpose
from registry.models.base.audit import audited

# Written by the database, so that an account changed by a page, a command or plain SQL is in the log alike. The author is the
# one of the audit context; a command line has none, and is no reason to refuse the first administrator.
LOG_ACCOUNT = """
    DECLARE
        about jsonb := nullif(current_setting('pghistory.context_metadata', true), '')::jsonb;
        author int := (SELECT id FROM auth_user WHERE id = (about->>'user')::int);
        acts text[] := ARRAY[]::text[];
    BEGIN
        IF TG_OP = 'INSERT' THEN
            acts := acts || 'CREATED'::text;
            IF NEW.is_superuser THEN acts := acts || 'ADMINISTRATOR'::text; END IF;
        ELSE
            IF NEW.is_active AND NOT OLD.is_active THEN acts := acts || 'REOPENED'::text; END IF;
            IF OLD.is_active AND NOT NEW.is_active THEN acts := acts || 'ENDED'::text; END IF;
            IF NEW.is_superuser AND NOT OLD.is_superuser THEN acts := acts || 'ADMINISTRATOR'::text; END IF;
            IF OLD.is_superuser AND NOT NEW.is_superuser THEN acts := acts || 'NO_ADMINISTRATOR'::text; END IF;
            IF (NEW.username, NEW.email) IS DISTINCT FROM (OLD.username, OLD.email) THEN
                acts := acts || 'RENAMED'::text;
            END IF;
        END IF;
        INSERT INTO registry_accountlogentry (user_id, act, at, by_id)
            SELECT NEW.id, act, clock_timestamp(), author FROM unnest(acts) act;
        RETURN NULL;
    END;
"""

pgtrigger.register(
    pgtrigger.Trigger(
        name="log_account",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=LOG_ACCOUNT,
    )
)(User)


class AccountLogEntry(models.Model):
    """One thing that happened to an account: a sign-in, a link, its end. Added to, never changed.

    `by` is whoever did it, where that is known; a wrong password was typed by nobody known.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="account_log", verbose_name=_("User")
    )
    act = models.CharField(_("Act"), max_length=16, choices=AccountAct.choices)
    at = models.DateTimeField(_("At"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("By")
    )
    ip_address = models.GenericIPAddressField(_("IP address"), null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("account log entry")
        verbose_name_plural = _("account log")
        indexes = [models.Index(fields=["user", "-at"], name="account_log_of_a_user")]
        triggers = [pgtrigger.Protect(name="log_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user} {self.get_act_display()} {self.at:%Y-%m-%d %H:%M}"


class OneTimeLinkQuerySet(models.QuerySet["OneTimeLink"]):
    def valid(self, now: datetime) -> "OneTimeLinkQuerySet":
        return self.filter(used_at=None, withdrawn_at=None, valid_until__gt=now, user__is_active=True)

    def of_token(self, token: str) -> "OneTimeLinkQuerySet":
        return self.filter(token_hash=hash_of(token))


@audited
class OneTimeLink(models.Model):
    """A link by which a person sets the own password, once and for some hours. Only the hash of its token is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="links", verbose_name=_("User")
    )
    purpose = models.CharField(_("Purpose"), max_length=12, choices=LinkPurpose.choices)
    token_hash = models.CharField(_("Hashed token"), max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Made by")
    )
    made_at = models.DateTimeField(_("Made at"), default=timezone.now)
    valid_until = models.DateTimeField(_("Valid until"))
    used_at = models.DateTimeField(_("Used at"), null=True)
    withdrawn_at = models.DateTimeField(_("Withdrawn at"), null=True)

    objects = OneTimeLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("one-time link")
        verbose_name_plural = _("one-time links")
        triggers = [pgtrigger.ReadOnly(name="link_stays", exclude=["used_at", "withdrawn_at"])]

    def __str__(self) -> str:
        return f"{self.user} {self.get_purpose_display()} {self.made_at:%Y-%m-%d}"


def hash_of(token: str) -> str:
    """The tokens are long and random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
