"""All edit checks together, by code: those of the modules in registry/rules/record and registry/rules/patient, found there.

A module offers its checks of one record as CHECKS and those over all records of a patient as PATIENT_CHECKS: a tuple, or a
function where they follow from the models, which may not be loaded yet when the module is.
"""

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from registry.rules import patient, record
from registry.rules.check import Check
from registry.rules.patient_check import PatientCheck

OFFERED = ("CHECKS", "PATIENT_CHECKS")


@cache
def checks() -> tuple[Check, ...]:
    return _by_code("CHECKS")


@cache
def patient_checks() -> tuple[PatientCheck, ...]:
    return _by_code("PATIENT_CHECKS")


@cache
def rule_modules() -> tuple[ModuleType, ...]:
    names = [
        f"{package.__name__}.{found.name}"
        for package in (record, patient)
        for found in pkgutil.iter_modules(package.__path__)
    ]
    return tuple(import_module(name) for name in sorted(names))


def _by_code(name: str) -> tuple[Any, ...]:
    """Checks of one code stay in the order of their modules, by name, and of the lines there."""
    offers = (getattr(module, name, ()) for module in rule_modules())
    found = (check for offer in offers for check in (offer() if callable(offer) else offer))
    return tuple(sorted(found, key=lambda check: check.code))
