from registry.rules.base import Check, Finding, Row, Severity, row_of
from registry.rules.catalog import checks, findings, patient_checks, patient_findings
from registry.rules.context import body_on
from registry.rules.patient_check import PatientCheck

__all__ = [
    "Check",
    "Finding",
    "PatientCheck",
    "Row",
    "Severity",
    "body_on",
    "checks",
    "findings",
    "patient_checks",
    "patient_findings",
    "row_of",
]
