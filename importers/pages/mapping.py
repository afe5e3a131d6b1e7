"""The question on an upload's page: what do these headers mean? Asked once per center; the answer is remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from importers.layout.columns import IGNORED
from importers.layout.known_sheets import sheet_named
from importers.models import Upload
from importers.services import start_check
from importers.storage.mapping import Meaning, remember_meanings
from registry.access.permissions import User
from registry.errors import Refused


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
    """What the page says of each header; what it leaves open stays open."""
    questions = [(question, given.get(question.name, "")) for question in questions_of(upload)]
    said = [Meaning(sheet=one.sheet, header=one.header, column=column) for one, column in questions if column]
    if said:
        answer_headers(upload, said=said, by=by)


def answer_headers(upload: Upload, *, said: Sequence[Meaning], by: User) -> None:
    """Remember what was said of each header, and check the file again with it. Raises Refused for a column there is not."""
    if not upload.can_be_checked_again:
        raise Refused(_("This upload is no longer pending."))
    remember_meanings(upload.center_id, said=said, by=by)
    start_check(upload, by=by)


NOT_READ = IGNORED
