"""Vocabularies of progression, follow-up and adverse events."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from registry.choices.assessment import MetastasisSite
from registry.choices.general import members, vocabulary
from registry.choices.patient import PriorTreatment


class VitalStatus(TextChoices):
    ALIVE = "ALIVE", _("Alive")
    DEAD = "DEAD", _("Dead")
    LOST = "LTFU", _("Lost to follow-up")


class DeathCause(TextChoices):
    TUMOR = "HCC", _("Liver cancer")
    LIVER_FAILURE = "LF", _("Liver failure")
    BLEEDING = "GIB", _("Gastrointestinal bleeding")
    INFECTION = "INF", _("Infection")
    TREATMENT = "TX", _("Treatment-related")
    NOT_LIVER = "NONLIVER", _("Not liver-related")
    UNKNOWN = "UNK", _("Unknown")


class ProgressionType(TextChoices):
    TARGET = "INTRA_TARGET", _("Intrahepatic, target lesion")
    NEW_INTRAHEPATIC = "INTRA_NEW", _("Intrahepatic, new lesion")
    NEW_VASCULAR = "VASC_NEW", _("New vascular invasion")
    NEW_EXTRAHEPATIC = "EXTRA_NEW", _("Extrahepatic, new")
    GROWING_EXTRAHEPATIC = "EXTRA_GROW", _("Extrahepatic, enlarging")
    CLINICAL = "CLIN", _("Clinical")
    SYMPTOMATIC = "SYMPT", _("Symptomatic")


class CtcaeVersion(TextChoices):
    V4_0 = "4.0", "4.0"
    V4_03 = "4.03", "4.03"
    V5_0 = "5.0", "5.0"
    V6_0 = "6.0", "6.0"


class CtcaeGrade(TextChoices):
    GRADE_1 = "1", "1"
    GRADE_2 = "2", "2"
    GRADE_3 = "3", "3"
    GRADE_4 = "4", "4"
    GRADE_5 = "5", "5"


# A tumor progresses where it may spread to, and in the liver.
ProgressionSite = vocabulary("ProgressionSite", [("LIVER", ("LIVER", _("Liver"))), *members(MetastasisSite)])


class UntreatableReason(TextChoices):
    GROWTH = "GROWTH", _("Tumor growth")
    LIVER_FUNCTION = "CTP_C", _("Child-Pugh class C")
    VASCULAR = "VASC", _("Vascular invasion")
    METASTASIS = "EHM", _("Extrahepatic metastasis")
    TECHNICAL = "TECH", _("Technical reasons")


class ContactMode(TextChoices):
    OUTPATIENT = "OPD", _("Outpatient visit")
    INPATIENT = "INPT", _("Inpatient stay")
    TELEPHONE = "PHONE", _("Telephone")
    DEATH_REGISTRY = "REGISTRY", _("Death registry")


class DiseaseStatus(TextChoices):
    NO_EVIDENCE = "NED", _("No evidence of disease")
    STABLE = "STABLE", _("Stable disease")
    PROGRESSION = "PROG", _("Progression")
    RECURRENCE = "REC", _("Recurrence")
    UNKNOWN = "UNK", _("Unknown")


class RecurrenceType(TextChoices):
    LOCAL = "LTP", _("Local tumor progression")
    INTRAHEPATIC_DISTANT = "IDR", _("Intrahepatic distant recurrence")
    EXTRAHEPATIC = "EHM", _("Extrahepatic metastasis")


# A recurrence is in the liver or beyond it, and where beyond may be told.
RecurrenceSite = vocabulary(
    "RecurrenceSite",
    [
        ("INTRAHEPATIC", ("INTRA", _("Intrahepatic"))),
        ("EXTRAHEPATIC", ("EXTRA", _("Extrahepatic"))),
        *members(MetastasisSite),
    ],
)

# After progression the same treatments are given as before the index, or none but care.
PostProgressionTherapy = vocabulary(
    "PostProgressionTherapy", [*members(PriorTreatment), ("SUPPORTIVE", ("BSC", _("Best supportive care")))]
)


class Relatedness(TextChoices):
    UNRELATED = "1", _("Unrelated")
    UNLIKELY = "2", _("Unlikely")
    POSSIBLE = "3", _("Possible")
    PROBABLE = "4", _("Probable")
    DEFINITE = "5", _("Definite")
    NOT_APPLICABLE = "NA", _("Not applicable")


class AdverseEventOutcome(TextChoices):
    RECOVERED = "REC", _("Recovered")
    RECOVERING = "RECOV", _("Recovering")
    NOT_RECOVERED = "NOT", _("Not recovered")
    SEQUELAE = "SEQ", _("Recovered with sequelae")
    FATAL = "FATAL", _("Fatal")
    UNKNOWN = "UNK", _("Unknown")


class SirClass(TextChoices):
    A = "A", _("A, minor")
    B = "B", _("B, minor")
    C = "C", _("C, major")
    D = "D", _("D, major")
    E = "E", _("E, major")
    F = "F", _("F, death")


class ClavienDindo(TextChoices):
    NONE = "0", _("None")
    I = "I", "I"  # noqa: E741  # the grade's own name
    II = "II", "II"
    IIIA = "IIIa", "IIIa"
    IIIB = "IIIb", "IIIb"
    IVA = "IVa", "IVa"
    IVB = "IVb", "IVb"
    V = "V", "V"


class SeriousCriterion(TextChoices):
    DEATH = "DEATH", _("Death")
    LIFE_THREATENING = "LIFE", _("Life-threatening")
    HOSPITALIZATION = "HOSP", _("Hospitalization or prolonged hospitalization")
    DISABILITY = "DISAB", _("Disability")
    CONGENITAL = "CONG", _("Congenital anomaly")
    OTHER = "OTH", _("Other")


class AdverseEventAction(TextChoices):
    NONE = "NONE", _("None")
    REDUCED = "REDUCE", _("Dose reduced")
    DELAYED = "DELAY", _("Treatment delayed")
    STOPPED = "STOP", _("Treatment stopped")
    STEROID = "STEROID", _("Steroid")
    TRANSFUSION = "TRANSF", _("Transfusion")
    DRAINAGE = "DRAIN", _("Drainage")
    ANTIBIOTIC = "ABX", _("Antibiotic")
    SURGERY = "SURG", _("Surgery")
    INTENSIVE_CARE = "ICU", _("Intensive care")
    OTHER = "OTH", _("Other")
