"""Vocabularies of center, patient and diagnosis."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
    WITHDRAWN = "WDR", pgettext_lazy("consent", "Withdrawn")
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
    PAST_OR_OCCULT = "OCC", _("Past or occult infection")
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
    REMNANT = "UNRES_FLR", _("Unresectable: insufficient liver remnant")
    ONCOLOGICAL = "UNRES_ONC", _("Unresectable: oncologic reasons")
    FUNCTION = "UNRES_FUNC", _("Unresectable: inadequate liver function")
    REFUSED = "REFUSED", _("Patient refusal")


class Habit(TextChoices):
    NEVER = "NEV", _("Never")
    FORMER = "FOR", _("Former")
    CURRENT = "CUR", _("Current")
    UNKNOWN = "UNK", _("Unknown")


class EnrollmentMode(TextChoices):
    RETROSPECTIVE = "RETRO", _("Retrospective")
    PROSPECTIVE = "PROSP", _("Prospective")


class EdmondsonGrade(TextChoices):
    """Edmondson and Steiner, Cancer 1954;7:462-503."""

    GRADE_1 = "I", "I"
    GRADE_2 = "II", "II"
    GRADE_3 = "III", "III"
    GRADE_4 = "IV", "IV"
    NOT_DONE = "ND", _("Not done")


class AntiviralTherapy(TextChoices):
    ENTECAVIR = "ETV", _("Entecavir")
    TENOFOVIR_DISOPROXIL = "TDF", _("Tenofovir disoproxil")
    TENOFOVIR_ALAFENAMIDE = "TAF", _("Tenofovir alafenamide")
    LAMIVUDINE = "LAM", _("Lamivudine")
    ADEFOVIR = "ADV", _("Adefovir dipivoxil")
    TELBIVUDINE = "LDT", _("Telbivudine")
    TENOFOVIR_AMIBUFENAMIDE = "TMF", _("Tenofovir amibufenamide")
    INTERFERON = "IFN", _("Interferon")
    DIRECT_ACTING = "DAA", _("Direct-acting antivirals")
    NONE = "NONE", _("None")


class HepatitisC(TextChoices):
    RNA_POSITIVE = "POS_RNA", _("HCV RNA positive")
    ANTIBODY_ONLY = "POS_AB_ONLY", _("Antibody positive, RNA negative")
    NEGATIVE = "NEG", _("Negative")
    UNKNOWN = "UNK", _("Unknown")


class OtherEtiology(TextChoices):
    AUTOIMMUNE_HEPATITIS = "AIH", _("Autoimmune hepatitis")
    BILIARY_CHOLANGITIS = "PBC", _("Primary biliary cholangitis")
    SCLEROSING_CHOLANGITIS = "PSC", _("Primary sclerosing cholangitis")
    HEMOCHROMATOSIS = "HEMO", _("Hemochromatosis")
    WILSON_DISEASE = "WILSON", _("Wilson disease")
    BUDD_CHIARI = "BCS", _("Budd-Chiari syndrome")
    CRYPTOGENIC = "CRYPTO", _("Cryptogenic")
    OTHER = "OTH", _("Other")


class CirrhosisBasis(TextChoices):
    HISTOLOGY = "HIST", _("Histology")
    IMAGING = "IMG", _("Imaging")
    ELASTOGRAPHY = "ELAST", _("Elastography")
    CLINICAL = "CLIN", _("Clinical")


class Varices(TextChoices):
    NONE = "NONE", _("None")
    MILD = "MILD", _("Mild")
    MODERATE = "MOD", _("Moderate")
    SEVERE = "SEV", _("Severe")
    NOT_DONE = "ND", _("Not done")


class Comorbidity(TextChoices):
    HYPERTENSION = "HTN", _("Hypertension")
    DIABETES = "DM", _("Diabetes mellitus")
    CORONARY_DISEASE = "CAD", _("Coronary artery disease")
    HEART_FAILURE = "HF", _("Heart failure")
    ATRIAL_FIBRILLATION = "AF", _("Atrial fibrillation")
    STROKE = "CVA", _("Cerebrovascular disease")
    LUNG_DISEASE = "COPD", _("Chronic obstructive pulmonary disease")
    KIDNEY_DISEASE = "CKD", _("Chronic kidney disease")
    THYROID_DISEASE = "THY", _("Thyroid disease")
    AUTOIMMUNE = "AID", _("Autoimmune disease")
    OTHER = "OTH", _("Other")


class OtherMalignancyStatus(TextChoices):
    ACTIVE = "ACTIVE", pgettext_lazy("malignancy", "Active")
    IN_REMISSION = "REMISSION", _("In remission for less than 5 years")
    CURED = "CURED", _("Cured for at least 5 years")
