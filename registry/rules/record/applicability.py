"""Checks of what was entered where it has no meaning, such as an isotope of a conventional TACE."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.clinical.applicability import APPLICABLE, Applicability
from registry.fields import CodesField
from registry.rules.check import Check, Row, Severity, is_known
from registry.rules.records import fields_of

DAY = date(2021, 6, 1)


def applicability_checks() -> Iterator[Check]:
    for rule in APPLICABLE:
        fields = {field.name: field for field in fields_of()[rule.entity]}
        for variable in () if rule.is_asked else rule.variables:
            yield _check(rule, value=fields[variable], code=fields[rule.depends_on])


def _check(rule: Applicability, *, value: Any, code: Any) -> Check:
    other = next(each for each, _label in code.flatchoices if each not in rule.codes)
    return Check(
        code="V-L15",
        severity=Severity.QUERY,
        entity=rule.entity,
        fields=(value.name, rule.depends_on),
        message=_("{value} was entered, but does not apply where {code} is “{label}”. Check both."),
        fires=lambda row: is_known(row[value.name]) and row[rule.depends_on] not in rule.codes,
        details=lambda row: _labels(row, value=value, code=code),
        passing={value.name: _example(value), rule.depends_on: min(rule.codes)},
        failing={value.name: _example(value), rule.depends_on: other},
        source="ICH E6(R3)",
    )


def _labels(row: Row, *, value: Any, code: Any) -> dict[str, str | Promise]:
    shown = dict(code.flatchoices).get(row[code.name], row[code.name])
    return {"value": value.verbose_name, "code": code.verbose_name, "label": shown}


def _example(field: Any) -> object:
    if isinstance(field, CodesField):
        return [field.base_field.flatchoices[0][0]]
    if isinstance(field, models.DateField):
        return DAY
    return field.flatchoices[0][0] if field.flatchoices else 1


CHECKS = applicability_checks
