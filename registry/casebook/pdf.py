"""From printed forms to PDF, by Typst. What was recorded reaches it as data, never as markup."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry.casebook.blank_forms import BlankForm, CodeList
from registry.casebook.filled_forms import PrintedRecord, PrintedTable
from registry.choices import MissingReason
from registry.fonts import OF_MATPLOTLIB, OURS, spelled

LAYOUT = Path(__file__).with_name("layout.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheaf:
    """All that one PDF holds. `about` is printed beneath the title, `subject` at the head of every page."""

    title: str
    subject: str
    about: tuple[tuple[str, str], ...] = ()
    blank: tuple[BlankForm, ...] = ()
    records: tuple[PrintedRecord, ...] = ()
    tables: tuple[PrintedTable, ...] = ()
    code_lists: tuple[CodeList, ...] = ()
    is_annotated: bool = False


def pdf_of(sheaf: Sheaf, *, printed_by: str) -> bytes:
    language = get_language() or "en"
    told = {
        **asdict(sheaf),
        "words": _words(printed_by),
        "language": "en" if language.startswith("en") else "zh",
    }
    compiled = typst.compile(
        LAYOUT,
        font_paths=[OURS, OF_MATPLOTLIB],
        ignore_system_fonts=True,  # the same on every machine
        sys_inputs={"sheaf": json.dumps(_drawable(told), ensure_ascii=False)},
    )
    return bytes(compiled)


def _words(printed_by: str) -> Mapping[str, str]:
    moment = f"{timezone.localtime():%Y-%m-%d %H:%M}"
    return {
        "printed": _("Printed by %(person)s on %(moment)s") % {"person": printed_by, "moment": moment},
        "unanswered": _("Not recorded"),
        "colon": _(": "),
        "comma": _(", "),
        "required": _("required"),
        "center": _("Center"),
        "number": _("Center's study number"),
        "entered": _("Completed by, date"),
        "nothing": _("Nothing is recorded."),
        "date": _("year – month – day, as far as known"),
        "missing": _("Where a value is missing, write why: %(reasons)s") % {"reasons": _missing_reasons()},
        "another": _("Use another copy of this form for each further one."),
        "codes": _("Code lists"),
        "see": _("code list at the end"),
    }


def _missing_reasons() -> str:
    return " · ".join(f"{code} {label}" for code, label in MissingReason.choices)


def _drawable(value: Any) -> Any:
    """A character that no font of ours has is printed as its number."""
    if isinstance(value, str):
        return spelled(value)
    if isinstance(value, Mapping):
        return {key: _drawable(part) for key, part in value.items()}
    return [_drawable(part) for part in value] if isinstance(value, (list, tuple)) else value
