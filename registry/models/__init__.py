from registry.models.ablation import AblationLesion, AblationSession
from registry.models.adverse_event import AdverseEvent
from registry.models.assessment import Assessment
from registry.models.base import CenterRecord
from registry.models.center import Center
from registry.models.ctcae_term import CtcaeTerm
from registry.models.follow_up import FollowUp
from registry.models.identity import PatientIdentity
from registry.models.imaging import ImagingAssessment
from registry.models.job import Job
from registry.models.laboratory import LabResult
from registry.models.lesion import LesionMeasurement
from registry.models.membership import Membership
from registry.models.patient import Patient
from registry.models.patient_record import PatientRecord
from registry.models.progression import ProgressionEvent
from registry.models.query import Query, QueryMessage
from registry.models.radiotherapy import Radiotherapy
from registry.models.reference_limit import LabReferenceLimit
from registry.models.resection import Resection
from registry.models.sign_off import SignOff
from registry.models.submitted import SubmittedRecords
from registry.models.sweep import Sweep
from registry.models.systemic import SystemicAgent
from registry.models.transarterial import TransarterialAgent, TransarterialSession
from registry.models.transplant import Transplant
from registry.models.treatment import OtherTreatment, Treatment
from registry.models.tumor_burden import TumorBurden
from registry.models.verification import VerifiedValue

__all__ = [
    "AblationLesion",
    "AblationSession",
    "AdverseEvent",
    "Assessment",
    "Center",
    "CenterRecord",
    "CtcaeTerm",
    "FollowUp",
    "ImagingAssessment",
    "Job",
    "LabReferenceLimit",
    "LabResult",
    "LesionMeasurement",
    "Membership",
    "OtherTreatment",
    "Patient",
    "PatientIdentity",
    "PatientRecord",
    "ProgressionEvent",
    "Query",
    "QueryMessage",
    "Radiotherapy",
    "Resection",
    "SignOff",
    "SubmittedRecords",
    "Sweep",
    "SystemicAgent",
    "TransarterialAgent",
    "TransarterialSession",
    "Transplant",
    "Treatment",
    "TumorBurden",
    "VerifiedValue",
]
