"""How a person likes to see a list: the columns they chose, and the filters they gave a name."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_NAME, LONGEST_ADDRESS = 80, 2000


class ListColumns(models.Model):
    """The columns of one list, as one person chose them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("User"))
    list_name = models.CharField(_("List"), max_length=60)
    columns = ArrayField(models.CharField(max_length=60), verbose_name=_("Columns"))

    class Meta:
        verbose_name = _("columns of a list")
        verbose_name_plural = _("columns of lists")
        constraints = [
            models.UniqueConstraint(fields=["user", "list_name"], name="columns_of_a_list_once_per_person"),
            models.CheckConstraint(condition=Q(columns__len__gt=0), name="a_list_has_a_column"),
        ]

    def __str__(self) -> str:
        return f"{self.list_name}: {', '.join(self.columns)}"


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def for_reader(self, reader: Any) -> "SavedFilterQuerySet":
        """One's own and those shared; row security leaves of these only what the reader's centers allow."""
        return self.filter(Q(user_id=reader.pk) | Q(is_shared=True))


class SavedFilter(models.Model):
    """A list as it was filtered, sorted and arranged once, under a name.

    What was searched for may be a study number, so whoever loses one of the centers loses sight of it: of all centers of the
    person, or of the one center it is shared with.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("User"))
    list_name = models.CharField(_("List"), max_length=60)
    name = models.CharField(_("Name"), max_length=LONGEST_NAME)
    address = models.CharField(_("Address"), max_length=LONGEST_ADDRESS)
    is_shared = models.BooleanField(_("Shared"), default=False)
    center_ids = ArrayField(models.IntegerField(), verbose_name=_("Centers"))
    saved_at = models.DateTimeField(_("Saved at"), default=timezone.now)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("lists:saved_filter", args=[self.pk])
