"""A question to the center about what is recorded, and the thread of what was said about it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.choices import QueryAct, QueryClosing, QueryState
from registry.models.base.audit import audited
from registry.models.base.record import CenterRecordQuerySet


class QueryQuerySet(CenterRecordQuerySet):
    def not_closed(self) -> "QueryQuerySet":
        """Open or answered: what still holds back a lock."""
        return self.exclude(state=QueryState.CLOSED)

    def about(self, entity: str, *, record_id: int | None = None, variable: str = "") -> "QueryQuerySet":
        """Naming this kind of record, this record, or this field of it, whether to point at first or besides."""
        place: dict[str, Any] = {"entity": entity}
        if record_id is not None:
            place["record"] = record_id
        if variable:
            place["variables"] = [variable]
        return self.filter(places__contains=[place])


@audited
class Query(models.Model):
    """One cause, one query. `places` are all fields involved, `entity`, `record_id` and `variables` those to point at first.

    A query of the checks holds every finding that names its field; its `cause` is that field. One that a person asked has
    no codes, and never closes by itself.
    """

    center = models.ForeignKey("registry.Center", on_delete=models.PROTECT, verbose_name=_("Center"))
    patient = models.ForeignKey("registry.Patient", on_delete=models.PROTECT, verbose_name=_("Patient"))
    entity = models.CharField(_("Form"), max_length=40)
    record_id = models.BigIntegerField(_("Record"))
    variables = ArrayField(models.CharField(max_length=60), verbose_name=_("Fields"))
    places = models.JSONField(_("Fields involved"))
    codes = ArrayField(models.CharField(max_length=8), default=list, blank=True, verbose_name=_("Checks"))
    cause = models.CharField(_("Cause"), max_length=160)
    findings = ArrayField(models.CharField(max_length=32), default=list, blank=True, verbose_name=_("Findings"))
    text_en = models.TextField(_("Question (English)"))
    text_zh = models.TextField(_("Question (Chinese)"))
    state = models.CharField(_("State"), max_length=8, choices=QueryState.choices, default=QueryState.OPEN)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="queries_assigned",
        verbose_name=_("Assigned to"),
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="queries_opened",
        verbose_name=_("Opened by"),
    )
    opened_at = models.DateTimeField(_("Opened at"), default=timezone.now)
    answered_at = models.DateTimeField(_("Answered at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("Closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="queries_closed",
        verbose_name=_("Closed by"),
    )
    closed_because = models.CharField(_("Reason for closing"), max_length=9, choices=QueryClosing.choices, blank=True)

    objects = QueryQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        verbose_name = _("query")
        verbose_name_plural = _("queries")
        constraints = [
            models.UniqueConstraint(
                fields=["center", "cause"], condition=~models.Q(state="CLOSED"), name="one_standing_query_per_cause"
            ),
            models.CheckConstraint(
                condition=models.Q(state="CLOSED", closed_at__isnull=False)
                | (~models.Q(state="CLOSED") & models.Q(closed_at__isnull=True)),
                name="query_closed_when_and_only_when_it_says_so",
            ),
        ]
        indexes = [
            models.Index(fields=["center", "state", "opened_at"], name="query_by_center_state_age"),
            GinIndex(fields=["places"], opclasses=["jsonb_path_ops"], name="query_by_place"),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("queries:query", args=[self.pk])

    @property
    def text(self) -> str:
        return self.text_zh if (get_language() or "").startswith("zh") else self.text_en

    @property
    def sentences(self) -> list[str]:
        return self.text.splitlines()

    @property
    def is_closed(self) -> bool:
        return self.state == QueryState.CLOSED

    @property
    def is_of_checks(self) -> bool:
        return bool(self.codes)

    @property
    def days_open(self) -> int:
        return ((self.closed_at or timezone.now()) - self.opened_at).days

    def open_again(self, *, by_checks: bool) -> None:
        self.state, self.answered_at = QueryState.OPEN, None
        self.closed_at, self.closed_by, self.closed_because = None, None, ""
        if by_checks:
            self.opened_at = timezone.now()

    def close(self, *, because: str, by: Any = None, at: datetime | None = None) -> None:
        self.state, self.closed_at = QueryState.CLOSED, at or timezone.now()
        self.closed_because, self.closed_by_id = because, by.pk if by else None

    def variables_on(self, entity: str, *, record_id: int) -> Iterable[str]:
        """The fields of this record that the query is about."""
        for place in self.places:
            if place["entity"] == entity and place["record"] == record_id:
                yield from place["variables"]


@audited
class QueryMessage(models.Model):
    """One act in the thread. By nobody: the checks themselves."""

    query = models.ForeignKey(Query, on_delete=models.PROTECT, related_name="messages", verbose_name=_("query"))
    center = models.ForeignKey("registry.Center", on_delete=models.PROTECT, verbose_name=_("Center"))
    at = models.DateTimeField(_("When"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("Who")
    )
    act = models.CharField(_("Activity"), max_length=9, choices=QueryAct.choices)
    text = models.TextField(_("Text"), blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("query message")
        verbose_name_plural = _("query messages")

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d}"
