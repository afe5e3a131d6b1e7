from registry.models.account import AccountLogEntry, OneTimeLink
from registry.models.adverse_event import AdverseEvent
from registry.models.assessment import Assessment
from registry.models.attachment import Attachment, AttachmentDownload
from registry.models.base.patient_record import PatientRecord
from registry.models.base.record import CenterRecord
from registry.models.center import Center
from registry.models.ctcae_term import CtcaeTerm
from registry.models.draft import FormDraft
from registry.models.follow_up import FollowUp
from registry.models.identity import PatientIdentity
from registry.models.imaging import ImagingAssessment
from registry.models.job import Job
from registry.models.laboratory import LabResult
from registry.models.lesion import LesionMeasurement
from registry.models.list_preferences import ListColumns, SavedFilter
from registry.models.membership import Membership
from registry.models.patient import Patient
from registry.models.progression import ProgressionEvent
from registry.models.quality.query import Query, QueryMessage
from registry.models.quality.sign_off import SignOff
from registry.models.quality.sweep import Sweep
from registry.models.quality.verification import VerifiedValue
from registry.models.reference_limit import LabReferenceLimit
from registry.models.submission import SubmittedRecords
from registry.models.treatments.ablation import AblationLesion, AblationSession
from registry.models.treatments.radiotherapy import Radiotherapy
from registry.models.treatments.resection import Resection
from registry.models.treatments.systemic import SystemicAgent
from registry.models.treatments.transarterial import TransarterialAgent, TransarterialSession
from registry.models.treatments.transplant import Transplant
from registry.models.treatments.treatment import OtherTreatment, Treatment
from registry.models.tumor_burden import TumorBurden

__all__ = [
    "AblationLesion",
    "AblationSession",
    "AccountLogEntry",
    "AdverseEvent",
    "Assessment",
    "Attachment",
    "AttachmentDownload",
    "Center",
    "CenterRecord",
    "CtcaeTerm",
    "FollowUp",
    "FormDraft",
    "ImagingAssessment",
    "Job",
    "LabReferenceLimit",
    "LabResult",
    "LesionMeasurement",
    "ListColumns",
    "Membership",
    "OneTimeLink",
    "OtherTreatment",
    "Patient",
    "PatientIdentity",
    "PatientRecord",
    "ProgressionEvent",
    "Query",
    "QueryMessage",
    "Radiotherapy",
    "Resection",
    "SavedFilter",
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
