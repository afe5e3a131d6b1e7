"""The case report forms as they are printed blank: what each asks, from the sheets and so from the models."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from registry.clinical.ranges import Range
from registry.models import LabResult, PatientIdentity
from registry.models.base.record import PRECISION
from registry.models.hierarchy import model_of
from registry.records.laboratory_values import shown_unit
from registry.workbook.sheets import Column, Kind, Sheet, sheets

MOST_BOXES = 24  # of a longer vocabulary, such as the drugs, the name is written
LABORATORY = LabResult._meta.model_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`choices` are ticked; elsewhere something is written, in `unit`. `limits`, `name` and `codes` are for the annotated form.

    `part` is the title of what begins with this question, such as the lesions of an ablation. A date asks by its blanks how
    precisely it is known: `precision` is the variable of that. Of a laboratory, two questions stand side by side.
    """

    label: str
    name: str
    part: str
    kind: str
    choices: tuple[tuple[str, str], ...]  # code and label
    precision: str
    unit: str
    limits: str
    codes: str
    is_required: bool
    is_narrow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    title: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankForm:
    name: str
    title: str
    questions: tuple[Question, ...]


def blank_forms(*, name: str = "") -> list[BlankForm]:
    """All of them, in the order of the workbook, or the one with this sheet name."""
    return [_form(sheet) for sheet in _named(name)]


def code_lists(*, name: str = "") -> list[CodeList]:
    """The vocabularies that are too long for boxes, each once."""
    long = [column for sheet in _named(name) for column in _asked(sheet) if _is_long(column)]
    found = {_code_list(column): CodeList(title=_code_list(column), choices=_choices(column.codes)) for column in long}
    return list(found.values())


def _named(name: str) -> Iterator[Sheet]:
    return (sheet for sheet in sheets() if name in ("", sheet.name))


def _form(sheet: Sheet) -> BlankForm:
    return BlankForm(name=sheet.name, title=capfirst(str(sheet.title)), questions=tuple(_questions(sheet)))


def _asked(sheet: Sheet) -> Iterator[Column]:
    """A hospital number does not belong on a paper that is passed around."""
    return (column for column in sheet.columns if column.entity != PatientIdentity._meta.model_name)


def _questions(sheet: Sheet) -> Iterator[Question]:
    columns = [column for column in _asked(sheet) if not column.name.endswith(PRECISION)]
    names = {column.name for column in sheet.columns}
    begun = {"", sheet.entities[0]}
    for column in columns:
        precision = f"{column.name}{PRECISION}"
        yield _question(
            column,
            part="" if column.entity in begun else _part(column.entity),
            precision=precision if precision in names else "",
        )
        begun.add(column.entity)


def _question(column: Column, *, part: str, precision: str) -> Question:
    is_long = _is_long(column)
    return Question(
        label=str(column.label),
        name=column.name,
        part=part,
        kind=Kind.TEXT.value if is_long else column.kind.value,
        choices=() if is_long else _choices(column.codes),
        precision=precision,
        unit=shown_unit(column.range.unit) if column.range else "",
        limits=_limits(column.range),
        codes=_code_list(column) if is_long else "",
        is_required=column.required,
        is_narrow=column.entity == LABORATORY,
    )


def _part(entity: str) -> str:
    return capfirst(str(model_of(entity)._meta.verbose_name))


def _is_long(column: Column) -> bool:
    return len(column.codes) > MOST_BOXES


def _code_list(column: Column) -> str:
    """Of the four drugs of a session the list is one."""
    return capfirst(str(model_of(column.entity)._meta.get_field(column.variable).verbose_name))  # type: ignore[union-attr]


def _choices(codes: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((code, str(label)) for code, label in codes.items())


def _limits(known: Range | None) -> str:
    return f"{known.hard[0]:,.15g}–{known.hard[1]:,.15g}" if known else ""
