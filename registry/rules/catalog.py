"""All edit checks together, by what they look at."""

from functools import cache

from registry.rules.check import Check
from registry.rules.patient import (
    adverse_events,
    baseline,
    combinations,
    courses,
    curative_treatment,
    death_and_loss,
    exposure,
    index_treatment,
    laboratory_grades,
    progression,
    response,
    serology,
    systemic_course,
    tumor_course,
)
from registry.rules.patient_check import PatientCheck
from registry.rules.record import (
    adverse_event,
    arterial_agent,
    assessment,
    bclc,
    bounds,
    diagnosis,
    follow_up,
    imaging,
    laboratory,
    laboratory_panel,
    lesions,
    patient,
    procedures,
    staging,
    systemic,
    transarterial,
    treatment,
    tumor_burden,
)
from registry.rules.record.dates import date_checks
from registry.rules.record.locks import locked_checks
from registry.rules.record.ranges import range_checks

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
    procedures,
    bounds,
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
    curative_treatment,
    exposure,
    systemic_course,
    serology,
    tumor_course,
    lesions,
    response,
    progression,
    death_and_loss,
    adverse_events,
    laboratory_grades,
)


@cache
def checks() -> tuple[Check, ...]:
    return (*date_checks(), *range_checks(), *locked_checks(), *(check for noun in NOUNS for check in noun.CHECKS))


@cache
def patient_checks() -> tuple[PatientCheck, ...]:
    return tuple(check for story in STORIES for check in story.STORY)
