"""Every check that holds dates against each other, with every date known to its month or its year alone.

What the registry invents, the day it stores for such a date, must accuse nobody: a check may fire only if it would whatever
the day was. Found out by trying each day, apart from the way the checks themselves do it.
"""

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest

from registry.clinical.timeline import build_timeline
from registry.models.base.record import PRECISION
from registry.rules import Check, PatientCheck, checks, findings, patient_checks
from registry.rules.facts import DEATH_DATE, INDEX_DATE, OWN_FACTS
from registry.rules.partial_dates import possible_days
from registry.rules.patient_check import evaluate_timeline
from registry.rules.records import fields_of

Row = dict[str, Any]
FACTS = {*OWN_FACTS, DEATH_DATE, INDEX_DATE}
VAGUE = ("M", "Y")
ABOUT_PRECISION = "V-D29"


def may_be_vague(entity: str, name: str) -> bool:
    """A precision is kept beside the variable, in the record or where the fact comes from."""
    return name in FACTS or f"{name}{PRECISION}" in {field.name for field in fields_of()[entity]}


def dates_of(row: Row, *, entity: str) -> list[str]:
    known = [name for name, value in row.items() if isinstance(value, date)]
    return [name for name in known if may_be_vague(entity, name)]


def cases() -> Iterator[tuple[Check, str]]:
    for check in checks():
        for name in dates_of(dict(check.failing), entity=check.entity) if check.code != ABOUT_PRECISION else ():
            yield check, name


CASES = [*cases()]


def test_many_checks_hold_such_dates_against_others() -> None:
    assert {check.code for check, _ in CASES} >= {
        "V-D01",
        "V-D02",
        "V-D05",
        "V-D08",
        "V-D09",
        "V-D11",
        "V-T19",
        "V-U01",
    }
    assert {name for _, name in CASES} >= {"death_date", "diagnosis_date", "index_date", "start_date", "birth_date"}


@pytest.mark.parametrize("precision", VAGUE)
@pytest.mark.parametrize(("check", "name"), CASES, ids=[f"{check.code} {check.entity} {name}" for check, name in CASES])
def test_a_check_fires_on_a_vague_date_only_if_it_would_on_each_of_its_days(
    check: Check, name: str, precision: str
) -> None:
    for example in (check.failing, check.passing):
        if not isinstance(example.get(name), date):
            continue
        row = {**example, f"{name}{PRECISION}": precision}
        days = possible_days(example[name], precision=precision)
        assert len(days) >= 28
        must = all(check in [f.check for f in findings(check.entity, {**example, name: day})] for day in days)
        assert (check in [finding.check for finding in findings(check.entity, row)]) is must


PAIRS = [
    *{id(check): check for check, _ in CASES if len(dates_of(dict(check.failing), entity=check.entity)) == 2}.values()
]


@pytest.mark.parametrize("precisions", [*product(VAGUE, repeat=2)])
@pytest.mark.parametrize("check", PAIRS, ids=lambda check: f"{check.code} {check.entity} {' '.join(check.fields)}")
def test_two_vague_dates_contradict_only_if_all_their_days_do(check: Check, precisions: tuple[str, str]) -> None:
    """Tried at the ends of both periods."""
    names = dates_of(dict(check.failing), entity=check.entity)
    row = {**check.failing, **{f"{name}{PRECISION}": p for name, p in zip(names, precisions, strict=True)}}
    ends = [possible_days(row[name], precision=p, ends_only=True) for name, p in zip(names, precisions, strict=True)]
    exact = [{**check.failing, **dict(zip(names, days, strict=True))} for days in product(*ends)]
    must = all(check in [found.check for found in findings(check.entity, each)] for each in exact)
    assert (check in [found.check for found in findings(check.entity, row)]) is must


def courses() -> Iterator[tuple[PatientCheck, str, int, str]]:
    for check in patient_checks():
        for entity, rows in check.failing.items():
            for place, row in enumerate(rows):
                for name in dates_of(dict(row), entity=entity):
                    yield check, entity, place, name


COURSES = [*courses()]


def fires(check: PatientCheck, records: Any) -> bool:
    return bool([*check.hits(build_timeline(records))])


@pytest.mark.parametrize("precision", VAGUE)
@pytest.mark.parametrize(
    "course", COURSES, ids=[f"{check.code} {entity} {place} {name}" for check, entity, place, name in COURSES]
)
def test_a_course_is_accused_only_if_it_would_be_whatever_the_day(
    course: tuple[PatientCheck, str, int, str], precision: str
) -> None:
    check, entity, place, name = course
    rows = [dict(row) for row in check.failing[entity]]

    def with_row(row: Row) -> dict[str, Any]:
        return {**check.failing, entity: [*rows[:place], row, *rows[place + 1 :]]}

    days = possible_days(rows[place][name], precision=precision)
    must = all(fires(check, with_row({**rows[place], name: day})) for day in days)
    vague = with_row({**rows[place], f"{name}{PRECISION}": precision})
    assert bool(evaluate_timeline(check, timeline=build_timeline(vague))) is must
