"""What a record lacks of what it must have (rule C9): an error where it is submitted, a warning while it is a draft.

Never part of `findings`: an upload brings a part of a record, and a center whose workbook has fewer columns is not refused.
docs/adr/0010 says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext_lazy as _

from registry.choices import AnalyteCode
from registry.requirements.base import Requirement
from registry.requirements.catalog import requirements_of
from registry.rules.check import Check, Finding, Label, Row, Severity, is_known, is_missing, readable
from registry.rules.record.transarterial import needs_body_surface

CODE = "C9"
BODY_SURFACE = "body_surface_m2"
ASSESSMENT, LABORATORY, SESSION = "assessment", "labresult", "transarterialsession"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How many of the variables that this record must have are filled."""

    filled: int
    required: int

    @property
    def percent(self) -> float:
        return 100.0 * self.filled / self.required if self.required else 100.0


def completeness(entity: str, row: Row) -> Completeness:
    """Of one record, whose row says also what is known besides it, as RecordContext.row does.

    A variable with a reason for being missing counts as filled. An assessment's laboratory counts with the assessment.
    """
    asked = [requirement.variable for requirement in _applying(entity, row=row)]
    return Completeness(filled=sum(_is_given(row, name=name) for name in asked), required=len(asked))


def missing_required(entity: str, row: Row, *, on_submit: bool) -> list[Finding]:
    """What a record lacks: errors when it is submitted, warnings while it is a draft."""
    severity = Severity.ERROR if on_submit else Severity.WARNING
    lacking = [
        requirement for requirement in _applying(entity, row=row) if not _is_given(row, name=requirement.variable)
    ]
    found = [_lacks(each, severity=severity) for each in lacking]
    if entity == SESSION and needs_body_surface(row) and not is_known(row.get(BODY_SURFACE)):
        found.append(Finding(check=_body_surface(severity), values={}))
    return found


def _applying(entity: str, *, row: Row) -> Iterator[Requirement]:
    asked = requirements_of(entity)
    if entity == ASSESSMENT:
        asked += requirements_of(LABORATORY)
    return (each for each in asked if (entity != LABORATORY) and each.applies(row))


def _is_given(row: Row, *, name: str) -> bool:
    return not is_missing(row, name=name)


def _lacks(requirement: Requirement, *, severity: Severity) -> Finding:
    """A requirement of the laboratory names an analyte, which is a result of its own."""
    when = readable(requirement.when)
    if requirement.entity != LABORATORY:
        return Finding(
            check=_check(requirement.entity, variable=requirement.variable, severity=severity), values={"when": when}
        )
    values = {"when": when, "label": AnalyteCode(requirement.variable).label}
    return Finding(check=_check_of_result(severity), values=values)


@cache
def _check(entity: str, *, variable: str, severity: Severity) -> Check:
    return _asked_on_submit(
        CODE,
        severity=severity,
        entity=entity,
        field=variable,
        message=_("A value is required ({when}). Enter it, or give a missing reason."),
    )


@cache
def _check_of_result(severity: Severity) -> Check:
    return _asked_on_submit(
        CODE,
        severity=severity,
        entity=LABORATORY,
        field="value",
        message=_("{label} is required ({when}). Enter it, or give a missing reason."),
    )


@cache
def _body_surface(severity: Severity) -> Check:
    return _asked_on_submit(
        "V-T06",
        severity=severity,
        entity=SESSION,
        field="modality",
        message=_("HAIC is dosed by body surface area: record height and a weight from the preceding 14 days."),
    )


def _asked_on_submit(code: str, *, severity: Severity, entity: str, field: str, message: Label) -> Check:
    """A check in name: what it says is found out above, for all variables of a record at once."""
    return Check(
        code=code,
        severity=severity,
        entity=entity,
        fields=(field,),
        message=message,
        fires=lambda row: not _is_given(row, name=field),
        passing={field: 1},
        failing={},
    )
