"""Vocabularies of imaging and response."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from registry.choices.general import members, vocabulary


class ImagingCriteria(TextChoices):
    MRECIST = "MRECIST", "mRECIST"
    RECIST11 = "RECIST11", "RECIST 1.1"
    RECICL = "RECICL", "RECICL"
    IRECIST = "IRECIST", "iRECIST"


# Progression is seen on a scan, or by the clinician alone.
ResponseCriteria = vocabulary("ResponseCriteria", [*members(ImagingCriteria), ("CLINICAL", ("CLIN", _("Clinical")))])


class ImagingModality(TextChoices):
    CT = "CT", _("Dynamic CT")
    MRI = "MRI", _("Dynamic MRI")
    EOB_MRI = "EOB_MRI", _("Gadoxetate MRI")
    CEUS = "CEUS", _("Contrast-enhanced ultrasound")
    PET_CT = "PETCT", "PET-CT"
    DSA = "DSA", _("Angiography")
    RADIOGRAPH = "XR", _("Radiograph")


class ImagingRole(TextChoices):
    BASELINE = "BASE", _("Baseline")
    RESPONSE = "RESP", _("Response assessment")
    CONFIRMATION = "CONF", _("Confirmation")
    FOLLOW_UP = "FU", _("Follow-up")
    PROGRESSION = "PROG", _("At progression")


class NonTargetResponse(TextChoices):
    COMPLETE = "CR", _("Complete response")
    NEITHER = "NONCRNONPD", _("Non-CR/non-PD")
    PROGRESSION = "PD", _("Progression")
    NOT_APPLICABLE = "NA", _("Not applicable")


class NewLesion(TextChoices):
    NO = "NO", _("No")
    INTRAHEPATIC = "INTRA", _("Intrahepatic")
    EXTRAHEPATIC = "EXTRA", _("Extrahepatic")
    BOTH = "BOTH", _("Intrahepatic and extrahepatic")
    EQUIVOCAL = "EQUIV", _("Equivocal")


class TumorResponse(TextChoices):
    COMPLETE = "CR", _("Complete response")
    PARTIAL = "PR", _("Partial response")
    STABLE = "SD", _("Stable disease")
    NEITHER = "NN", _("Non-CR/non-PD")  # of a tumor without a target
    PROGRESSIVE = "PD", _("Progressive disease")
    NOT_EVALUABLE = "NE", _("Not evaluable")


class ImmuneResponse(TextChoices):
    COMPLETE = "iCR", _("Complete response")
    PARTIAL = "iPR", _("Partial response")
    STABLE = "iSD", _("Stable disease")
    NEITHER = "iNN", _("Non-iCR/non-iUPD")  # of a tumor without a target
    UNCONFIRMED = "iUPD", _("Unconfirmed progressive disease")
    CONFIRMED = "iCPD", _("Confirmed progressive disease")
    NOT_EVALUABLE = "NE", _("Not evaluable")


class LesionOrgan(TextChoices):
    LIVER = "LIVER", _("Liver")
    PORTAL_THROMBUS = "PVTT", _("Portal vein tumor thrombus")
    NODE = "NODE", _("Lymph node")
    PORTAL_NODE = "NODE_PH", _("Lymph node, porta hepatis")
    LUNG = "LUNG", _("Lung")
    BONE = "BONE", _("Bone")
    ADRENAL = "ADRENAL", _("Adrenal gland")
    BRAIN = "BRAIN", _("Brain")
    PERITONEUM = "PERIT", _("Peritoneum")
    OTHER = "OTH", _("Other")


class ArterialEnhancement(TextChoices):
    FULL = "FULL", _("Whole lesion")
    PARTIAL = "PARTIAL", _("Part of the lesion")
    NONE = "NONE", _("None")
    UNKNOWN = "UNK", _("Unknown")
