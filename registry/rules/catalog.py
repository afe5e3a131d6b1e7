"""All edit checks together, by what they look at."""

from functools import cache

from registry.rules import (
    adverse_event,
    arterial_agent,
    assessment,
    baseline,
    bclc,
    combinations,
    courses,
    curative,
    diagnosis,
    events_in_time,
    exposure,
    fates,
    follow_up,
    imaging,
    index_treatment,
    laboratory,
    laboratory_grades,
    laboratory_panel,
    lesions,
    operations,
    orders,
    patient,
    progressions,
    responses,
    serology,
    staging,
    systemic,
    systemic_course,
    transarterial,
    treatment,
    tumor_burden,
    tumor_course,
)
from registry.rules.base import Check
from registry.rules.dates import date_checks
from registry.rules.locked import locked_checks
from registry.rules.patient_check import PatientCheck
from registry.rules.ranges import range_checks

NOUNS = (
    patient,
    diagnosis,
    assessment,
    baseline,
    bclc,
    tumor_burden,
    staging,
    laboratory,
    laboratory_panel,
    treatment,
    transarterial,
    arterial_agent,
    operations,
    orders,
    systemic,
    imaging,
    lesions,
    follow_up,
    adverse_event,
)

STORIES = (
    index_treatment,
    baseline,
    courses,
    combinations,
    curative,
    exposure,
    systemic_course,
    serology,
    tumor_course,
    lesions,
    responses,
    progressions,
    fates,
    events_in_time,
    laboratory_grades,
)


@cache
def checks() -> tuple[Check, ...]:
    return (*date_checks(), *range_checks(), *locked_checks(), *(check for noun in NOUNS for check in noun.CHECKS))


@cache
def patient_checks() -> tuple[PatientCheck, ...]:
    return tuple(check for story in STORIES for check in story.STORY)
