"""Rows of a row: the drugs of a session, the lesions of a scan, entered on the patient's page in the form of what they belong to.

Note [Rows of a row]
A row of a formset has formsets of its own, `below`, made with it and named after it: transarterialsession_set-0 has
transarterialagent_set-0 and so on below it. The row is changed where anything below it is, and valid only with it; the rows
below are stored right after their row, which by then has its identifier. What a page does not post of them stays as it is.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.admin.helpers import InlineAdminFormSet
from django.db import models
from django.utils.translation import gettext

EMPTY = "__prefix__"  # in the names of the row from which new ones are made


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedKind:
    """One kind of rows below the rows of a formset: how they are made and which there are."""

    formset: Any  # a class of Django's own making
    records: models.QuerySet[Any]
    inline: Any
    fieldsets: Sequence[Any]

    @property
    def name(self) -> str:
        return str(self.formset.get_default_prefix())

    @property
    def label(self) -> str:
        return str(self.inline.verbose_name_plural)

    @property
    def add_text(self) -> str:
        return gettext("Add another %(verbose_name)s") % {"verbose_name": self.inline.verbose_name}

    @property
    def link(self) -> str:
        return str(self.formset.fk.name)


def shown_rows(rows: Any) -> InlineAdminFormSet:
    """As the templates show the rows of any formset. The empty one, from which new ones are made, is below the empty row alone."""
    may: dict[str, Any] = {"has_change_permission": True, "has_view_permission": True, "has_delete_permission": False}
    kind: NestedKind = rows.kind
    return InlineAdminFormSet(
        kind.inline, rows, kind.fieldsets, model_admin=kind.inline, has_add_permission=EMPTY in rows.prefix, **may
    )


class StoredBelow:
    """The records below all rows of a formset, read once for each kind."""

    def __init__(self, kinds: Sequence[NestedKind], *, above: Sequence[Any]) -> None:
        self._kinds, self._above = kinds, above

    @cached_property
    def _known(self) -> dict[str, dict[int, list[Any]]]:
        return {kind.name: self._of_kind(kind) for kind in self._kinds}

    def _of_kind(self, kind: NestedKind) -> dict[int, list[Any]]:
        by_parent: dict[int, list[Any]] = defaultdict(list)
        for record in kind.records.filter(**{f"{kind.link}__in": self._above}).order_by("pk"):
            by_parent[getattr(record, f"{kind.link}_id")].append(record)
        return by_parent

    def of(self, record: Any, *, kind: NestedKind) -> list[Any]:
        return self._known[kind.name].get(record.pk, []) if record.pk else []


def rows_below(form: Any, *, kinds: Sequence[NestedKind], stored: StoredBelow) -> list[Any]:
    """The formsets of one row; see Note [Rows of a row]."""
    return [rows for kind in kinds if (rows := _rows(form, kind=kind, stored=stored)) is not None]


def _rows(form: Any, *, kind: NestedKind, stored: StoredBelow) -> Any:
    prefix = f"{form.prefix}-{kind.name}"
    if form.is_bound and f"{prefix}-TOTAL_FORMS" not in form.data:
        return None
    posted = {"data": form.data, "files": form.files} if form.is_bound else {}
    rows: Any = kind.formset(instance=form.instance, prefix=prefix, queryset=kind.records, **posted)
    rows.kind = kind
    rows._queryset = stored.of(form.instance, kind=kind)  # read for all rows together
    return rows


def with_rows_below(forms: Sequence[Any]) -> Iterator[Any]:
    """Each form before those below it."""
    for form in forms:
        yield form
        for rows in getattr(form, "below", ()):
            yield from with_rows_below(rows.forms)


def formsets_below(forms: Sequence[Any]) -> Iterator[Any]:
    for form in forms:
        for rows in getattr(form, "below", ()):
            yield rows
            yield from formsets_below(rows.forms)
