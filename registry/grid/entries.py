"""What was typed or pasted into cells, given to the forms that read it everywhere else."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from registry.admin.context import bring_together
from registry.admin.forms import HIDDEN, RecordForm
from registry.admin.missing_reasons import reasons_of
from registry.choices import MissingReason
from registry.clinical.laboratory.quantities import plain_text
from registry.grid.columns import BELOW, LABORATORY, OWN, Column
from registry.grid.sheet import Sheet, SheetLine
from registry.records.laboratory_values import NotALaboratoryValue, code_in, quoted, read_value

MOST_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the box of a cell is given: a text, or the reason why there is no value. A `problem` is one no form has to see."""

    column: Column
    text: str = ""
    reason: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One form of a line and what was entered in it; forms of records below a new line come after its own."""

    line: str
    form: Any
    entries: tuple[Entry, ...]

    @property
    def is_changed(self) -> bool:
        return self.form.instance.pk is None or self.form.has_changed()


Entries = Mapping[str, Sequence[Entry]]


def entry_of(column: Column, *, text: str) -> Entry:
    """As typed, except that a code may be typed by its label and a missing reason in the place of a value."""
    plain = text.strip()
    if column.source == LABORATORY:
        return _of_panel(column, text=plain) if column.codes and plain else Entry(column=column, text=plain)
    code = _code(plain, column=column) if column.codes and plain else None
    if code is not None:
        return Entry(column=column, text=code)
    reason = code_in(plain, choices=MissingReason.choices) if column.may_be_missing and plain else None
    if reason:
        return Entry(column=column, reason=reason)
    if column.codes and plain:
        return Entry(column=column, text=plain, problem=_no_code(plain, column=column))
    return Entry(column=column, text=plain)


def _of_panel(column: Column, *, text: str) -> Entry:
    """A list of the panel takes a code; its parser knows how laboratories write them."""
    try:
        found = read_value(text, analyte=column.id)
    except NotALaboratoryValue as problem:
        return Entry(column=column, text=text, problem=str(problem))
    return Entry(column=column, text=found.value_code or found.missing_reason or "")


def _code(text: str, *, column: Column) -> str | None:
    plain = plain_text(text).casefold()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            spelled = [
                code for code, label in column.codes if plain in {code.casefold(), plain_text(str(label)).casefold()}
            ]
        if len(set(spelled)) == 1:
            return str(spelled[0])
    return None


def _no_code(text: str, *, column: Column) -> str:
    named = [f"{code} ({label})" if str(label) != code else str(code) for code, label in column.codes[:MOST_NAMED]]
    codes = ", ".join([*named, *(["…"] if len(column.codes) > MOST_NAMED else [])])
    return _("“%(found)s” is not one of the values of this field. Enter one of: %(codes)s.") % {
        "found": quoted(text),
        "codes": codes,
    }


def bound_forms(sheet: Sheet, *, entries: Entries, request: Any) -> list[Bound]:
    """Read and checked together, as if they stood on one page."""
    makers = _Makers(sheet, request=request)
    found = [
        bound
        for line, its in entries.items()
        for bound in _of_line(sheet.line(line), name=line, entries=its, makers=makers)
    ]
    if found:
        bring_together([bound.form for bound in found])
        for bound in found:
            bound.form.is_valid()
    return found


class _Makers:
    """The classes of the forms, made once for all lines."""

    def __init__(self, sheet: Sheet, *, request: Any) -> None:
        kind = sheet.kind
        names = tuple(column.name for column in sheet.columns if column.source == OWN)
        self.sheet = sheet
        self.own = kind.form_class(names, request=request)
        self.below = kind.below.form_class(kind.model, request=request) if kind.below else None


def _of_line(line: SheetLine | None, *, name: str, entries: Sequence[Entry], makers: _Makers) -> Iterator[Bound]:
    kind, patient = makers.sheet.kind, makers.sheet.patient
    own = [entry for entry in entries if entry.column.source != BELOW]
    above: Any = line.record if line else kind.model()
    if own or line is None:
        form = _bound(makers.own, record=above, entries=own, key=kind.model.natural_key, prefix=f"line-{name}")
        form.parent = patient
        yield Bound(line=name, form=form, entries=tuple(own))
    by_key: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.column.source == BELOW:
            by_key.setdefault(entry.column.key, []).append(entry)
    for key, its in by_key.items():
        yield _of_below(line, name=name, key=key, above=above, entries=its, makers=makers)


def _of_below(
    line: SheetLine | None, *, name: str, key: str, above: Any, entries: Sequence[Entry], makers: _Makers
) -> Bound:
    """The form of a record below a line: of the one with this key, or of a new one that takes it."""
    below: Any = makers.sheet.kind.below
    record = (line.below.get(key) if line else None) or below.model(**{below.link: above})
    form = _bound(makers.below, record=record, entries=entries, key=(below.key,), prefix=f"line-{name}-{key}")
    if record.pk is None:
        form.data = {**form.data, form.add_prefix(below.key): key}
    form.parent = above
    return Bound(line=name, form=form, entries=tuple(entries))


def _bound(form_class: Any, *, record: Any, entries: Sequence[Entry], key: Sequence[str], prefix: str) -> RecordForm:
    """Of a stored record only the boxes typed into, and those that name it; of a new one all, for some are required."""
    form: RecordForm = form_class(data={}, instance=record, prefix=prefix)
    typed = {entry.column.name: entry for entry in entries}
    if record.pk is not None:
        for name in [name for name in form.fields if name not in {*HIDDEN, *typed, *key}]:
            del form.fields[name]
    reasons = {name: reason for name, reason in reasons_of(record).items() if name not in typed}
    reasons |= {name: entry.reason for name, entry in typed.items() if entry.reason}
    said = {name: form.initial.get(name) for name in key if name in form.fields}
    said |= {name: entry.text for name, entry in typed.items()}
    said |= {"row_version": record.row_version, "missing_reasons": json.dumps(reasons)}
    form.data = {form.add_prefix(name): value for name, value in said.items()}
    return form
