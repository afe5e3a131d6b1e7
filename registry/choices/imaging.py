"""Vocabularies of imaging and response."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ResponseCriteria(TextChoices):
    MRECIST = "MRECIST", "mRECIST"
    RECIST11 = "RECIST11", "RECIST 1.1"
    RECICL = "RECICL", "RECICL"
    IRECIST = "IRECIST", "iRECIST"
    CLINICAL = "CLIN", _("Clinical")


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
    NEITHER = "NONCRNONPD", _("Neither complete response nor progression")
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
    PROGRESSIVE = "PD", _("Progressive disease")
    NOT_EVALUABLE = "NE", _("Not evaluable")
