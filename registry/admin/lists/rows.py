"""The rows of a list of the admin. What Unfold asks anew for each of its cells is asked here once for each column.

The markup is that of Unfold 0.91 (`unfold.templatetags.unfold_list.items_for_result`), of whose choices no list of ours uses the
others: cells that are typed into, rows that are dragged or opened, acts of one row, pop-ups.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import lookup_field, quote
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from unfold.admin import checkbox
from unfold.templatetags.unfold_list import CHECKBOX_CLASSES, LINK_CLASSES, ROW_CLASSES
from unfold.utils import display_for_field, display_for_value
from unfold.views import ChangeList

from registry.admin.lists.values import name_of
from registry.lists.columns import markup

CHECKBOX = "action_checkbox"
NUMBER = "RECORD"  # stands for the id in the markup of a check box
DAYS = (models.DateField, models.TimeField, models.ForeignKey)

Draw = Callable[[Any], str]
Shown = Callable[[Any], tuple[Any, str]]  # of a record: the value, and the words that say it


def rows_of(cl: ChangeList, *, labels: Sequence[Any]) -> list[list[str]]:
    """The cells of each record as one piece of markup, in a list: Unfold's template asks for several."""
    cells = [_cell(cl, column=column, label=label) for column, label in zip(cl.list_display, labels, strict=True)]
    # Each cell is escaped where it is drawn.
    return [[mark_safe("".join(cell(record) for cell in cells))] for record in cl.result_list]  # noqa: S308


def _cell(cl: ChangeList, *, column: Any, label: Any) -> Draw:
    name, is_first = name_of(column), column == _first(cl)
    if name == CHECKBOX:
        return _checkbox()
    tell, is_day = _shown(column, cl=cl)
    linked = cl.list_display_links
    is_link = linked is not None and (name in linked if linked else is_first)
    link, tag = (_link(cl), "th" if is_first else "td") if is_link else (_no_link, "td")
    plain, of_day = (_opening(tag, name=name, label=label, more=more) for more in ((), ("nowrap",)))

    def draw(record: Any) -> str:
        value, words = tell(record)
        opening = of_day if is_day or isinstance(value, date | time) else plain
        return f"{opening}{link(record, words)}</{tag}>"

    return draw


def _first(cl: ChangeList) -> Any:
    return next(column for column in cl.list_display if column != CHECKBOX)


def _checkbox() -> Draw:
    opening = format_html('<td class="{}" data-label="{}">', " ".join(CHECKBOX_CLASSES), _("Select record"))
    before, after = f"{opening}{checkbox.render(ACTION_CHECKBOX_NAME, NUMBER)}</td>".split(NUMBER)
    return lambda record: f"{before}{record.pk}{after}"


def _link(cl: ChangeList) -> Callable[[Any, str], str]:
    """To the page of a record: its address is the same for all but the number."""
    opts = cl.opts
    name = f"admin:{opts.app_label}_{opts.model_name}_change"
    path = reverse(name, args=("0",), current_app=cl.model_admin.admin_site.name)
    address = add_preserved_filters({"preserved_filters": cl.preserved_filters, "opts": opts}, path)
    before = path[: path.rindex("0")]
    after, classes = markup(address[len(before) + 1 :]), " ".join(LINK_CLASSES)
    return lambda record, words: f'<a href="{before}{quote(record.pk)}{after}" class="{classes}">{words}</a>'


def _no_link(_record: Any, words: str) -> str:
    return words


def _opening(tag: str, *, name: str, label: Any, more: Iterable[str] = ()) -> str:
    classes = " ".join((f"field-{name}", *ROW_CLASSES, *more))
    return format_html('<{} class="{}" data-label="{}">', tag, classes, label)


def _shown(column: Any, *, cl: ChangeList) -> tuple[Shown, bool]:
    """And whether it is a column of days."""
    page, empty = cl.model_admin, cl.model_admin.get_empty_value_display()
    field = _field_of(column, model=cl.model)
    if field is not None:
        return _of_field(field, empty=empty), isinstance(field, DAYS)
    told = column if callable(column) else None if column == "__str__" else getattr(page, column, None)
    read = told if callable(told) else lambda record: lookup_field(column, record, page)[2]
    boolean = getattr(told, "boolean", False)
    empty = getattr(told, "empty_value_display", empty)

    def show(record: Any) -> tuple[Any, str]:
        try:
            value = read(record)
        except ObjectDoesNotExist:
            return None, markup(empty)
        return value, markup(display_for_value(value, empty, boolean))

    return show, False


def _field_of(column: Any, *, model: type[models.Model]) -> models.Field | None:
    fields = (field for field in model._meta.local_concrete_fields if not field.auto_created)
    return None if callable(column) else next((field for field in fields if field.name == column), None)


def _of_field(field: models.Field, *, empty: str) -> Shown:
    labels = dict(field.flatchoices)

    def show(record: Any) -> tuple[Any, str]:
        if field.is_relation:
            related = getattr(record, field.name)
            return related, markup(empty if related is None else related)
        value = getattr(record, field.attname)
        return value, markup(labels.get(value, empty) if labels else display_for_field(value, field, empty))

    return show
