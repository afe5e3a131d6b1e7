"""What would become of each cell: old and new value, a refusal or a question in words. Nothing is stored."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.admin.cross_record_checks import is_consistent
from registry.admin.lost_update import last_writer
from registry.admin.states.corrections import corrections
from registry.choices import RecordStatus
from registry.grid.columns import LABORATORY, Column
from registry.grid.entries import Bound, Entry, bound_forms, entry_of
from registry.grid.sheet import Sheet, SheetLine, closed_by_status, written
from registry.records.laboratory_values import shown_value

CHANGE, SAME, PROBLEM, CONFLICT = "change", "same", "problem", "conflict"
HOLD_UP = {PROBLEM, CONFLICT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A text for a cell, and what its writer saw there before."""

    line: str
    column: str
    text: str
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`old` and `new` are texts as they would be typed. `says` are refusals, `asks` questions that keep nothing back."""

    line: str
    column: str
    old: str
    new: str
    state: str
    says: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNews:
    """What is to be said of a line besides its cells."""

    line: str
    label: str
    is_new: bool
    ends_verification: bool
    says: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`corrected` names the submitted values that would be replaced: they need a reason."""

    cells: tuple[Cell, ...]
    lines: tuple[LineNews, ...]
    corrected: tuple[str, ...]
    bound: tuple[Bound, ...]

    @property
    def changes(self) -> int:
        return sum(cell.state == CHANGE for cell in self.cells)

    @property
    def held_up(self) -> int:
        return sum(cell.state in HOLD_UP for cell in self.cells) + sum(bool(line.says) for line in self.lines)

    @property
    def digest(self) -> str:
        """Changes with anything that is shown: what was looked at is what is stored."""
        shown = sorted((cell.line, cell.column, cell.old, cell.new, cell.state) for cell in self.cells)
        verified = sorted(line.line for line in self.lines if line.ends_verification)
        return hashlib.sha256(repr((shown, verified, self.corrected)).encode()).hexdigest()


def preview_of(sheet: Sheet, *, edits: Sequence[Edit], request: Any) -> Preview:
    asked = {(edit.line, edit.column): edit for edit in edits}
    cells: dict[tuple[str, str], Cell] = {}
    entries: dict[str, list[Entry]] = {}
    for place, edit in asked.items():
        column = sheet.column(edit.column)
        if column is None:
            continue
        cells[place] = cell = _before(edit, sheet=sheet, column=column)
        entry = entry_of(column, text=edit.text)
        if cell.state == CHANGE and entry.problem:
            cells[place] = replace(cell, state=PROBLEM, says=(entry.problem,))
        elif cell.state == CHANGE:
            entries.setdefault(edit.line, []).append(entry)
    bound = bound_forms(sheet, entries=entries, request=request)
    if bound and not any(each.form.errors for each in bound):
        is_consistent(bound[0].form.context)
    return _told(sheet, cells=cells, bound=bound)


def _before(edit: Edit, *, sheet: Sheet, column: Column) -> Cell:
    """What can be said of a cell before anybody reads what was typed."""
    line = sheet.line(edit.line)
    old = line.texts[column.id] if line else ""
    cell = Cell(line=edit.line, column=column.id, old=old, new=edit.text.strip(), state=CHANGE)
    closed = _closed(line, sheet=sheet, column=column)
    if line is None and not edit.line.startswith("new"):
        return replace(cell, state=PROBLEM, says=(_("This record was withdrawn meanwhile. Reload the page."),))
    if cell.new == old:
        return replace(cell, state=SAME)
    if closed:
        return replace(cell, state=PROBLEM, says=(closed,))
    if line and edit.seen != old:
        return replace(cell, state=CONFLICT, says=(_conflict(edit, line=line, column=column, old=old),))
    return cell


def _closed(line: SheetLine | None, *, sheet: Sheet, column: Column) -> str:
    if sheet.closed or line is None:
        return sheet.closed
    owner = line.owner(column)
    if column.is_day:
        return _("The date tells which record this is. Correct it on the record's own form.")
    return line.closed or (closed_by_status(owner) if owner else "")


def _conflict(edit: Edit, *, line: SheetLine, column: Column, old: str) -> str:
    by, _at = last_writer(line.owner(column) or line.record)
    sentence = _(
        "%(by)s changed this value from “%(seen)s” to “%(now)s” while you were working. You entered “%(yours)s”."
    )
    return sentence % {"by": by, "seen": edit.seen or "–", "now": old or "–", "yours": edit.text.strip() or "–"}


def _told(sheet: Sheet, *, cells: dict[tuple[str, str], Cell], bound: Sequence[Bound]) -> Preview:
    lines: dict[str, LineNews] = {}
    for each in bound:
        for entry in each.entries:
            place = (each.line, entry.column.id)
            cells[place] = _after(cells[place], entry=entry, form=each.form)
        columns = _columns(sheet, bound=each)
        for name, refusals in _refusals_besides(each):
            column = columns.get(name)
            if column is None:
                continue
            cells[each.line, column.id] = Cell(
                line=each.line, column=column.id, old="", new="", state=PROBLEM, says=refusals
            )
        known = lines.get(each.line)
        news = _news(each, sheet=sheet, columns=columns)
        lines[each.line] = _joined(known, news) if known else news
    corrected = [name for each in bound if not each.form.errors for name in corrections(each.form)]
    return Preview(
        cells=tuple(cells.values()),
        lines=tuple(lines.values()),
        corrected=tuple(dict.fromkeys(corrected)),
        bound=tuple(bound),
    )


def _columns(sheet: Sheet, *, bound: Bound) -> Mapping[str, Column]:
    """By the names of the boxes of this form."""
    keys = {entry.column.key for entry in bound.entries} or {""}
    return {column.name: column for column in sheet.columns if column.key in keys}


def _after(cell: Cell, *, entry: Entry, form: Any) -> Cell:
    name = entry.column.name
    asks = tuple(_questions(form, names={name}))
    if name in form.errors:
        return replace(cell, state=PROBLEM, says=tuple(map(str, form.errors[name])), asks=asks)
    new = _new_text(entry, form=form)
    return replace(cell, new=new, state=SAME if new == cell.old else CHANGE, asks=asks)


def _new_text(entry: Entry, *, form: Any) -> str:
    """What will stand in the cell."""
    name = entry.column.name
    if entry.reason or name not in form.cleaned_data:
        return entry.reason
    if entry.column.source == LABORATORY:
        found = form.laboratory.get(entry.column.id)
        if found is None:
            return str(form.cleaned_data[name])
        return found.value_code or found.missing_reason or shown_value(found.value, comparator=found.comparator)
    precision = getattr(form.instance, f"{name}_precision", None)
    return written(form.cleaned_data[name] if form.cleaned_data[name] != "" else None, precision=precision)


def _questions(form: Any, *, names: set[str]) -> Iterator[str]:
    for finding, box in zip(form.soft_findings, form.boxes_in_question, strict=True):
        if box in names if box else names & set(finding.fields):
            yield str(finding.text)


def _refusals_besides(bound: Bound) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Of boxes that nobody typed into, such as one that a new record requires."""
    typed = {entry.column.name for entry in bound.entries}
    for name, errors in bound.form.errors.items():
        if name not in typed:
            yield name, tuple(map(str, errors))


def _news(bound: Bound, *, sheet: Sheet, columns: Mapping[str, Column]) -> LineNews:
    line, form = sheet.line(bound.line), bound.form
    says = [
        text
        for name, texts in _refusals_besides(bound)
        if name not in columns
        for text in _named(name, texts, form=form)
    ]
    verified = form.instance.pk is not None and form.instance.record_status == RecordStatus.VERIFIED
    return LineNews(
        line=bound.line,
        label=line.label if line else _("New record"),
        is_new=line is None,
        ends_verification=verified and bool({*form.changed_data} - {*form.errors}),
        says=tuple(says),
        asks=tuple(
            _questions(form, names=set(columns) - {entry.column.name for entry in bound.entries})
            if line is None
            else ()
        ),
    )


def _named(name: str, texts: Sequence[str], *, form: Any) -> Iterator[str]:
    label = "" if name == NON_FIELD_ERRORS or name not in form.fields else capfirst(str(form.fields[name].label))
    yield from (f"{label}: {text}" if label else text for text in texts)


def _joined(some: LineNews, more: LineNews) -> LineNews:
    return replace(
        some,
        ends_verification=some.ends_verification or more.ends_verification,
        says=(*some.says, *more.says),
        asks=(*some.asks, *more.asks),
    )
