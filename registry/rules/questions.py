"""The checks in the order of asking: a row is asked only what its known variables can answer.

Each check waits at one of its operands, the one at which the fewest wait, so that a row with five known values of a hundred
meets few of them. Rows in which the same is known are asked the same, and that is found out once.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from registry.clinical.timeline import Timeline
from registry.rules.catalog import checks, patient_checks
from registry.rules.check import BLANK, Check, Finding, Row, evaluate
from registry.rules.facts import DEATH_DATE, INDEX_DATE, OWN_FACTS, WHY_NO_DEATH_DATE
from registry.rules.partial_dates import PRECISION
from registry.rules.patient_check import PatientCheck, evaluate_timeline
from registry.rules.records import fields_of

ANALYTE = "analyte_code"
# What a record may leave blank though the patient's other records know it
OF_THE_PATIENT = frozenset({*OWN_FACTS, DEATH_DATE, WHY_NO_DEATH_DATE, INDEX_DATE})
MOST_KINDS_OF_ROWS = 10_000  # kept, by what is known in them

Placed = tuple[int, Check]  # a check with its place among all


@dataclass(frozen=True, slots=True)
class Question:
    """A check with what else must be known besides the operand at which it waits; `place` is its place among all."""

    place: int
    check: Check
    besides: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """By the operand at which they wait; `operands` are all that they need."""

    waiting: Mapping[str, Sequence[Question]]
    operands: frozenset[str]

    def meet(self, row: Row) -> bool:
        """Whether this row says anything at which one of them waits."""
        return not self.waiting.keys().isdisjoint(row)

    def answerable(self, row: Row) -> tuple[Placed, ...]:
        """In the order of all checks."""
        operands = self.operands
        known = frozenset([name for name, value in row.items() if name in operands and value not in BLANK])
        return _answerable(self, known=known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What rows of one kind are asked: of their own variables, and of these together with what is known besides."""

    own: Questions
    joint: Questions


def findings(entity: str, row: Row) -> list[Finding]:
    """What the checks of this kind of record find in one row.

    The row, best made by row_of, holds the record's own variables by name, and what is known of its patient and of the record
    above it: birth_date, diagnosis_date, death_date, index_date, sex, today, and so on. A check whose operands are unknown
    finds nothing.
    """
    plan = plan_of(entity, analyte=row.get(ANALYTE))
    asked = sorted([*plan.own.answerable(row), *plan.joint.answerable(row)], key=lambda placed: placed[0])
    return _found(asked, row=row)


def own_findings(entity: str, row: Row) -> list[Finding]:
    """The part that depends on the record's own variables alone, so that it is the same for equal rows."""
    return _found(plan_of(entity, analyte=row.get(ANALYTE)).own.answerable(row), row=row)


def joint_findings(entity: str, row: Row) -> list[Finding]:
    """The part that needs to know more than the record itself."""
    return _found(plan_of(entity, analyte=row.get(ANALYTE)).joint.answerable(row), row=row)


@cache
def joint_names(entity: str, *, analyte: str | None) -> tuple[str, ...]:
    """All that the joint findings of such a row can depend on: of rows alike in these what is found is the same."""
    joint = plan_of(entity, analyte=analyte).joint
    asked = [question.check for questions in joint.waiting.values() for question in questions]
    named = dict.fromkeys(name for check in asked for name in (*check.operands, *check.reads))
    return (*named, *(f"{name}{PRECISION}" for name in named if name.endswith("_date")))


def needs_context(entity: str, row: Row) -> bool:
    """Whether anything that this row says is asked together with what it does not say itself."""
    return plan_of(entity, analyte=row.get(ANALYTE)).joint.meet(row)


def _found(asked: Sequence[Placed], *, row: Row) -> list[Finding]:
    found = [evaluate(check, row=row) for _, check in asked]
    return [finding for finding in found if finding is not None]


def patient_findings(timeline: Timeline) -> list[Finding]:
    """What the checks over all records of one patient find.

    The timeline is of everything known of the patient: what is stored, with what is being entered in its place. Whatever the
    rows carried besides their variables, such as where they stand, is in the `records` of each finding, the one to point at
    first; where that one is stored already, the next may be the one being entered.
    """
    present = [entity for entity, rows in timeline.records.items() if rows]
    told = (pair for entity in present for pair in _patient_checks_of().get(entity, ()))
    asked = sorted(told, key=lambda pair: pair[0])
    return [found for _, check in asked for found in evaluate_timeline(check, timeline=timeline)]


@cache
def _patient_checks_of() -> Mapping[str, Sequence[tuple[int, PatientCheck]]]:
    by_entity: dict[str, list[tuple[int, PatientCheck]]] = defaultdict(list)
    for place, check in enumerate(patient_checks()):
        by_entity[check.entity].append((place, check))
    return by_entity


@cache
def plan_of(entity: str, *, analyte: str | None) -> Plan:
    if entity not in fields_of():
        raise ValueError(f"unknown record {entity!r}; known records: {', '.join(sorted(fields_of()))}")
    variables = {field.name for field in fields_of()[entity]}
    asked = [
        (place, check)
        for place, check in enumerate(checks())
        if check.entity == entity and (not check.analytes or analyte in check.analytes)
    ]
    own_alone = variables - OF_THE_PATIENT
    own = [(place, check) for place, check in asked if {*check.operands, *check.reads} <= own_alone]
    joint = [pair for pair in asked if pair not in own]
    return Plan(own=_waiting(own, at=variables), joint=_waiting(joint, at=variables))


def _waiting(asked: Sequence[Placed], *, at: set[str]) -> Questions:
    """Checks wait at a variable of the record itself where they have one: that one differs from row to row."""
    crowd = Counter(name for _, check in asked for name in check.operands)
    waiting: dict[str, list[Question]] = defaultdict(list)
    for place, check in asked:
        own = [name for name in check.operands if name in at and name != ANALYTE]
        alone = [name for name in own if name not in OF_THE_PATIENT]
        first = min(alone or own or check.operands, key=lambda name: crowd[name])
        waiting[first].append(Question(place, check, frozenset(check.operands) - {first}))
    return Questions(dict(waiting), frozenset(crowd))


@lru_cache(maxsize=MOST_KINDS_OF_ROWS)
def _answerable(questions: Questions, *, known: frozenset[str]) -> tuple[Placed, ...]:
    met = [question for name in known for question in questions.waiting.get(name, ()) if question.besides <= known]
    return tuple(sorted([(one.place, one.check) for one in met], key=lambda placed: placed[0]))
