"""The case report forms as they are printed blank: what each asks, from the sheets and so from the models."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import capfirst

from registry.clinical.ranges import Range
from registry.models import PatientIdentity
from registry.records.laboratory_values import shown_unit
from registry.workbook.sheets import Column, Kind, Sheet, sheets

MOST_BOXES = 24  # of a longer vocabulary, such as the drugs, the name is written


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`choices` are ticked; elsewhere something is written, in `unit`. `limits` and `name` are for the annotated form."""

    label: str
    name: str
    kind: str
    choices: tuple[tuple[str, str], ...]  # code and label
    unit: str
    limits: str
    is_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankForm:
    name: str
    title: str
    questions: tuple[Question, ...]


def blank_forms(*, name: str = "") -> list[BlankForm]:
    """All of them, in the order of the workbook, or the one with this sheet name."""
    return [_form(sheet) for sheet in sheets() if name in ("", sheet.name)]


def _form(sheet: Sheet) -> BlankForm:
    return BlankForm(name=sheet.name, title=capfirst(str(sheet.title)), questions=tuple(_questions(sheet)))


def _questions(sheet: Sheet) -> Iterator[Question]:
    for column in sheet.columns:
        if column.entity == PatientIdentity._meta.model_name:
            continue  # a hospital number does not belong on a paper that is passed around
        yield Question(
            label=str(column.label),
            name=column.name,
            kind=Kind.TEXT.value if len(column.codes) > MOST_BOXES else column.kind.value,
            choices=_choices(column),
            unit=shown_unit(column.range.unit) if column.range else "",
            limits=_limits(column.range),
            is_required=column.required,
        )


def _choices(column: Column) -> tuple[tuple[str, str], ...]:
    if column.kind not in (Kind.CODE, Kind.CODES) or len(column.codes) > MOST_BOXES:
        return ()
    return tuple((code, str(label)) for code, label in column.codes.items())


def _limits(known: Range | None) -> str:
    return f"{known.hard[0]:,.15g}–{known.hard[1]:,.15g}" if known else ""
