"""The verbs: choose columns, save a filter under a name, share it, delete it (ADR 44)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from registry.access.permissions import centers_of
from registry.errors import NotAllowed, Refused
from registry.models import ListColumns, SavedFilter
from registry.models.list_preferences import LONGEST_ADDRESS, LONGEST_NAME

MOST_FILTERS = 50  # of one person in one list


def columns_of(user: Any, *, list_name: str) -> list[str]:
    """Empty where nothing was chosen."""
    found = ListColumns.objects.filter(user_id=user.pk, list_name=list_name).values_list("columns", flat=True).first()
    return list(found or [])


def choose_columns(list_name: str, *, columns: Sequence[str], by: Any) -> None:
    """With none, the list shows again what it shows to everybody."""
    if columns:
        ListColumns.objects.update_or_create(user_id=by.pk, list_name=list_name, defaults={"columns": list(columns)})
    else:
        ListColumns.objects.filter(user_id=by.pk, list_name=list_name).delete()


def saved_filters(user: Any, *, list_name: str) -> QuerySet[SavedFilter]:
    return SavedFilter.objects.for_reader(user).filter(list_name=list_name).select_related("user")


def save_filter(list_name: str, *, name: str, address: str, by: Any, shared_with: int | None = None) -> SavedFilter:
    """One's own of the same name is replaced."""
    said = name.strip()
    own = SavedFilter.objects.filter(user_id=by.pk, list_name=list_name)
    if not said:
        raise Refused(_("Give the filter a name."))
    if len(said) > LONGEST_NAME or len(address) > LONGEST_ADDRESS:
        raise Refused(_("The name or the filter is too long to be saved."))
    if own.exclude(name=said).count() >= MOST_FILTERS:
        raise Refused(_("You have %(most)d saved filters for this list. Delete one first.") % {"most": MOST_FILTERS})
    centers = centers_of(by)
    if shared_with is not None and shared_with not in centers:
        raise NotAllowed(_("Your role in this center does not allow this."))
    own.filter(name=said).delete()
    return SavedFilter.objects.create(
        user_id=by.pk,
        list_name=list_name,
        name=said,
        address=address,
        is_shared=shared_with is not None,
        center_ids=centers if shared_with is None else [shared_with],
    )


def delete_filter(saved: SavedFilter, *, by: Any) -> None:
    if saved.user_id != by.pk:
        raise NotAllowed(_("Only %(name)s can delete this filter.") % {"name": saved.user.get_username()})
    saved.delete()
