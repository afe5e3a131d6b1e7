from registry.rules.base import Check, Finding, Row, Severity, row_of
from registry.rules.catalog import checks, patient_checks
from registry.rules.context import body_on
from registry.rules.examination import Told, examine_patient
from registry.rules.facts import facts_of_patient
from registry.rules.patient_check import PatientCheck
from registry.rules.questions import findings, joint_findings, own_findings, patient_findings

__all__ = [
    "Check",
    "Finding",
    "PatientCheck",
    "Row",
    "Severity",
    "Told",
    "body_on",
    "checks",
    "examine_patient",
    "facts_of_patient",
    "findings",
    "joint_findings",
    "own_findings",
    "patient_checks",
    "patient_findings",
    "row_of",
]
