"""The question on an upload's page: what do these headers mean? Asked once per center; the answer is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from importers.columns import IGNORED
from importers.known_sheets import sheet_named
from importers.mapping import remember_mapping
from importers.models import Upload
from importers.services import start_check
from registry.access import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A header that is no column's. `choices` are columns with their labels, the likeliest first."""

    name: str
    sheet: str
    column: str
    header: str
    suggested: tuple[tuple[str, str | Promise], ...]
    others: tuple[tuple[str, str | Promise], ...]


def questions_of(upload: Upload) -> list[Question]:
    """None once the rows are stored or given up."""
    asked = (upload.report or {}).get("unmatched", []) if upload.can_be_checked_again else []
    return [_question(number, asked=one) for number, one in enumerate(asked)]


def _question(number: int, *, asked: Mapping[str, Any]) -> Question:
    labels = {column.name: column.label for column in sheet_named(asked["sheet"]).columns}
    likely = [name for name in asked["suggestions"] if name in labels]
    return Question(
        name=f"header-{number}",
        sheet=asked["sheet"],
        column=asked["column"],
        header=asked["header"],
        suggested=tuple((name, labels[name]) for name in likely),
        others=tuple((name, label) for name, label in labels.items() if name not in likely),
    )


def answer(upload: Upload, *, given: Mapping[str, str], by: User) -> None:
    """Remember what was said of each header, and check the file again with it. Raises Refused for a column there is not."""
    said: dict[str, dict[str, str]] = {}
    for question in questions_of(upload):
        if column := given.get(question.name, ""):
            said.setdefault(question.sheet, {})[question.header] = column
    for sheet, mapping in said.items():
        remember_mapping(upload.center_id, sheet=sheet, mapping=mapping, by=by)
    if said:
        start_check(upload, by=by)


NOT_READ = IGNORED
