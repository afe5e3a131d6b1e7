"""Vocabularies of center, patient and diagnosis."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class HospitalLevel(TextChoices):
    TERTIARY_A = "3A", _("Tertiary, grade A")
    TERTIARY_B = "3B", _("Tertiary, grade B")
    SECONDARY_A = "2A", _("Secondary, grade A")
    OTHER = "OTH", _("Other")


class Sex(TextChoices):
    MALE = "M", _("Male")
    FEMALE = "F", _("Female")
    UNKNOWN = "UNK", _("Unknown")


class ConsentStatus(TextChoices):
    OBTAINED = "OBT", _("Obtained")
    WAIVED = "WAIV", _("Waived by ethics committee")
    WITHDRAWN = "WDR", _("Withdrawn")
    PENDING = "PEND", _("Pending")


class DiagnosisBasis(TextChoices):
    HISTOLOGY = "HIST", _("Histology")
    IMAGING = "IMG", _("Imaging criteria")
    IMAGING_AND_AFP = "IMG_AFP", _("Imaging and AFP")
    CYTOLOGY = "CYT", _("Cytology")


class TumorType(TextChoices):
    HCC = "HCC", _("Hepatocellular carcinoma")
    COMBINED = "CHCC_CCA", _("Combined hepatocellular-cholangiocarcinoma")
    FIBROLAMELLAR = "FLC", _("Fibrolamellar carcinoma")
    INTRAHEPATIC_CHOLANGIOCARCINOMA = "ICC", _("Intrahepatic cholangiocarcinoma")


class HepatitisB(TextChoices):
    POSITIVE = "POS", _("HBsAg positive")
    PAST_OR_OCCULT = "OCC", _("Past or occult")
    NEGATIVE = "NEG", _("Negative")
    UNKNOWN = "UNK", _("Unknown")


class PriorTreatment(TextChoices):
    NONE = "NONE", _("None")
    RESECTION = "SR", _("Resection")
    ABLATION = "ABL", _("Ablation")
    TRANSPLANT = "LT", _("Transplant")
    TACE = "TACE", _("TACE")
    HAIC = "HAIC", _("HAIC")
    TARE = "TARE", _("TARE")
    RADIOTHERAPY = "RT", _("Radiotherapy")
    TKI = "SYS_TKI", _("Tyrosine kinase inhibitor")
    ANTI_VEGF = "SYS_VEGF", _("Anti-VEGF antibody")
    ICI = "SYS_ICI", _("Immune checkpoint inhibitor")
    CHEMOTHERAPY = "SYS_CHEMO", _("Systemic chemotherapy")
    CHINESE_MEDICINE = "TCM", _("Traditional Chinese medicine")


class Resectability(TextChoices):
    RESECTABLE = "RES", _("Resectable")
    TECHNICAL = "UNRES_TECH", _("Unresectable: R0 not achievable")
    REMNANT = "UNRES_FLR", _("Unresectable: remnant insufficient")
    ONCOLOGICAL = "UNRES_ONC", _("Unresectable: oncological")
    FUNCTION = "UNRES_FUNC", _("Unresectable: liver function")
    REFUSED = "REFUSED", _("Refused by the patient")


class Habit(TextChoices):
    NEVER = "NEV", _("Never")
    FORMER = "FOR", _("Former")
    CURRENT = "CUR", _("Current")
    UNKNOWN = "UNK", _("Unknown")
