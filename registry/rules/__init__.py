from registry.rules.batch_check import Batch, BatchCheck, batch_findings
from registry.rules.catalog import checks, patient_checks
from registry.rules.check import Check, Finding, Row, Severity, row_of
from registry.rules.completeness import Completeness, completeness, missing_required
from registry.rules.evaluation import RecordContext, RecordFinding, completeness_of_patient, evaluate_patient
from registry.rules.facts import body_on, facts_of_patient
from registry.rules.patient_check import PatientCheck
from registry.rules.questions import findings, joint_findings, needs_context, own_findings, patient_findings
from registry.rules.registry_check import RegistryCheck, registry_findings

__all__ = [
    "Batch",
    "BatchCheck",
    "Check",
    "Completeness",
    "Finding",
    "PatientCheck",
    "RecordContext",
    "RecordFinding",
    "RegistryCheck",
    "Row",
    "Severity",
    "batch_findings",
    "body_on",
    "checks",
    "completeness",
    "completeness_of_patient",
    "evaluate_patient",
    "facts_of_patient",
    "findings",
    "joint_findings",
    "missing_required",
    "needs_context",
    "own_findings",
    "patient_checks",
    "patient_findings",
    "registry_findings",
    "row_of",
]
