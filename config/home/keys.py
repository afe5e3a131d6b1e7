"""Every key that does something on our pages, by where it does: the page of keys shows them, tests hold the scripts to them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Any of `keys`, as they are printed on a keyboard; those pressed together are joined by +."""

    keys: tuple[str, ...]
    does: str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyGroup:
    place: str | Promise
    keys: tuple[Key, ...]


KEY_GROUPS = (
    KeyGroup(
        place=_("On every page"),
        keys=(
            Key(keys=("Ctrl+K",), does=_("Search: opens any patient, record or page of your centers")),
            Key(keys=("Ctrl+/",), does=_("This list of keys, in a new tab")),
            Key(keys=("Esc",), does=_("Close what is open over the page")),
        ),
    ),
    KeyGroup(
        place=pgettext_lazy("keys", "In the search"),
        keys=(
            Key(keys=("↓", "↑"), does=_("The next result, the one before")),
            Key(keys=("Enter",), does=_("Open the marked result")),
        ),
    ),
    KeyGroup(
        place=_("In a form"),
        keys=(
            Key(keys=("Enter",), does=_("The next field; never saves half a page")),
            Key(keys=("Ctrl+Enter",), does=_("Save and stay where you are")),
            Key(keys=("Alt+Enter",), does=_("Save and go to the next form")),
            Key(keys=("Alt+H",), does=_("About this field: history, source, queries")),
            Key(keys=("Alt+M",), does=_("Why a value is missing")),
        ),
    ),
    KeyGroup(
        place=_("Tabs of a form"),
        keys=(
            Key(keys=("Alt+PageDown", "Alt+PageUp"), does=_("The next tab, the one before, from wherever you type")),
            Key(keys=("→", "←"), does=_("Move over the tabs; Enter opens one")),
            Key(keys=("Home", "End"), does=_("The first tab, the last")),
        ),
    ),
    KeyGroup(
        place=_("Rows of a form"),
        keys=(
            Key(keys=("Alt+N",), does=_("A new row: of the table below the current row, else of the table")),
            Key(keys=("Alt+Shift+N",), does=_("A new row of the table around it, such as the next session")),
            Key(keys=("Alt+C",), does=_("Copy from the row or visit before; once copied, confirm what was copied")),
        ),
    ),
    KeyGroup(
        place=_("Laboratory values"),
        keys=(Key(keys=("Alt+V",), does=_("Paste laboratory values from a printout or a spreadsheet")),),
    ),
)
