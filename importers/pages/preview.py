"""A preview as its pages show it: tiles, and the records behind each of them, old → new."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc
from django.apps import apps
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from importers.models import Upload, UploadState
from importers.pages.forms import ConfirmForm
from importers.pages.report import OUTCOMES, nothing_can_be_stored, nothing_was_read
from importers.storage.comparison import RecordOutcome
from importers.storage.parquet import stored_records
from importers.storage.staging import IDENTITY, PARENT, RAW, Staged, key_fields
from registry.clinical.personal_numbers import HIDDEN
from registry.records.history import shown
from registry.workbook.sheets import sheet_of
from registry.workbook.submissions import entries_of

NAMES: Mapping[str, str | Promise] = {
    "new": _("New"),
    "changed": _("Changed"),
    "conflict": _("Conflict"),
    "restored": _("Restored"),
    "unchanged": _("Unchanged"),
    "held_back": _("Rejected"),
    "questions": _("Queries"),
}

ALWAYS = {"new", "changed", "unchanged"}  # told even of none
CHANGING = ("new", "changed", "conflict", "restored")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A count, and the list behind it."""

    name: str
    label: str | Promise
    count: int
    link: str


def tiles_on_page(upload: Upload) -> list[Tile]:
    preview = upload.preview or {}
    if "records" not in preview or upload.state == UploadState.DISCARDED or nothing_was_read(upload.report or {}):
        return []
    counts = {name: sum(of.get(name, 0) for of in preview["records"].values()) for name in OUTCOMES}
    links = {name: reverse("importers:records", args=[upload.pk, name]) for name in OUTCOMES}
    links |= {"held_back": reverse("importers:held_back", args=[upload.pk]), "questions": "#findings"}
    counts |= {"held_back": preview["held_back"], "questions": preview["questions"]}
    return [
        Tile(name=name, label=label, count=counts[name], link=links[name])
        for name, label in NAMES.items()
        if counts[name] or name in ALWAYS
    ]


def confirm_form(upload: Upload, *, given: QueryDict | None = None) -> ConfirmForm | None:
    if not upload.can_be_confirmed or nothing_can_be_stored(upload.report or {}):
        return None
    initial: dict[str, Any] = {"mode": upload.mode, "conflicts": upload.conflicts, "reason": upload.reason}
    initial["blanks"] = [".".join(pair) for pair in upload.blanks]
    return ConfirmForm(given, columns=list(blank_columns(upload).items()), initial=initial)


def blank_columns(upload: Upload) -> dict[str, str]:
    """The columns of the file whose blanks could overwrite, with their labels: those of variables that may be blank."""
    found = {}
    for entry in entries_of(upload.pk):
        model = apps.get_model("registry", entry.entity)
        for field in model._meta.local_concrete_fields:
            if field.null and any(field.name in letters for letters in entry.columns.values()):
                label = f"{capfirst(model._meta.verbose_name)}: {field.verbose_name}"
                found[f"{entry.entity}.{field.name}"] = label
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`last` is what the last upload gave, told of a conflict only."""

    label: str
    old: str
    new: str
    last: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    form: str
    key: str
    row: int
    entity: str
    changes: tuple[Change, ...]


def form_label(entity: str) -> str:
    return capfirst(apps.get_model("registry", entity)._meta.verbose_name)


def lines_of(upload: Upload, *, fate: RecordOutcome, entity: str = "", patient: str = "") -> list[Line]:
    """The records with this fate, of one kind and of one study number if asked for."""
    return [
        line
        for staged in stored_records(upload, entity=entity)
        for line in _lines(staged, fate=fate, patient=patient.strip())
    ]


def _lines(staged: Staged, *, fate: RecordOutcome, patient: str) -> Iterator[Line]:
    owner = "local_id" if staged.entity == "patient" else f"{PARENT}local_id"
    chosen = staged.table.filter(pc.equal(staged.table.column("status"), fate.value))
    if patient:
        chosen = chosen.filter(pc.equal(chosen.column(owner), patient))
    keys = {name: field for name, field in key_fields(staged.model) if name in chosen.column_names}
    form = form_label(staged.entity)
    for row in chosen.select([*keys, "at_row", "changes"]).to_pylist():
        yield Line(
            form=form,
            key=" · ".join(shown(field, value=row[name]) for name, field in keys.items() if row[name] is not None),
            row=row["at_row"],
            entity=staged.entity,
            changes=tuple(_changes(staged, text=row["changes"])),
        )


def _changes(staged: Staged, *, text: str | None) -> Iterator[Change]:
    for name, (old, new, *last) in json.loads(text or "{}").items():
        field = staged.model._meta.get_field(name)
        yield Change(
            label=capfirst(field.verbose_name),
            old=shown(field, value=old),
            new=shown(field, value=new),
            last=shown(field, value=last[0]) if last else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedCell:
    column: str
    label: str | Promise
    raw: str


def row_of(upload: Upload, *, entity: str, row: int) -> tuple[str, list[SubmittedCell]]:
    """The sheet, and what this row of it says in the columns of this kind of record, as it was submitted."""
    for staged in stored_records(upload, entity=entity):
        found = staged.table.filter(pc.equal(staged.table.column("at_row"), row)).to_pylist()
        cells = {cell.column: cell for line in found for cell in _cells(staged, line=line)}
        return staged.sheet, sorted(cells.values(), key=lambda cell: (len(cell.column), cell.column))
    return "", []


def _cells(staged: Staged, *, line: Mapping[str, Any]) -> Iterator[SubmittedCell]:
    letters = staged.columns.get(str(line["at_group"]), {})
    labels = {column.name: column.label for column in sheet_of(staged.entity).columns}
    hidden = staged.entity == IDENTITY
    wide = str(line.get("analyte_code"))
    if wide in letters:
        yield SubmittedCell(column=letters[wide], label=labels.get(wide, wide), raw=line[f"{RAW}value"] or "")
        return
    for name, column in letters.items():
        raw = line.get(RAW + name)
        if raw is not None:
            yield SubmittedCell(column=column, label=labels.get(name, name), raw=HIDDEN if hidden else raw)
