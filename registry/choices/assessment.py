"""Vocabularies of assessment, laboratory, tumor burden and staging."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AssessmentType(TextChoices):
    BASELINE = "BASE", _("Baseline")
    BEFORE_TREATMENT = "PRE_TX", _("Before treatment")
    AFTER_TREATMENT = "POST_TX", _("After treatment")
    FOLLOW_UP = "FU", _("Follow-up")
    ADVERSE_EVENT = "AE", _("Adverse event")
    PROGRESSION = "PROG", _("At progression")


class PerformanceStatus(TextChoices):
    ECOG_0 = "0", _("0")
    ECOG_1 = "1", _("1")
    ECOG_2 = "2", _("2")
    ECOG_3 = "3", _("3")
    ECOG_4 = "4", _("4")


class AscitesGrade(TextChoices):
    NONE = "0", _("None")
    SLIGHT = "1", _("Slight or controlled")
    MODERATE = "2", _("Moderate")
    MASSIVE = "3", _("Massive or refractory")


class EncephalopathyGrade(TextChoices):
    NONE = "0", _("None")
    GRADE_1 = "1", _("Grade 1")
    GRADE_2 = "2", _("Grade 2")
    GRADE_3 = "3", _("Grade 3")
    GRADE_4 = "4", _("Grade 4")


class ChildPughClass(TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


class BclcStage(TextChoices):
    VERY_EARLY = "0", "0"
    EARLY = "A", "A"
    INTERMEDIATE = "B", "B"
    ADVANCED = "C", "C"
    TERMINAL = "D", "D"


class AnalyteCode(TextChoices):
    ALBUMIN = "alb", _("Albumin")
    BILIRUBIN = "tbil", _("Total bilirubin")
    ALT = "alt", _("Alanine aminotransferase")
    AST = "ast", _("Aspartate aminotransferase")
    PROTHROMBIN_TIME = "pt", _("Prothrombin time")
    PROTHROMBIN_ACTIVITY = "pta", _("Prothrombin activity")
    INR = "inr", _("INR")
    NEUTROPHILS = "neut", _("Neutrophils")
    LYMPHOCYTES = "lym", _("Lymphocytes")
    PLATELETS = "plt", _("Platelets")
    HEMOGLOBIN = "hb", _("Hemoglobin")
    C_REACTIVE_PROTEIN = "crp", _("C-reactive protein")
    CREATININE = "crea", _("Creatinine")
    SODIUM = "na", _("Sodium")
    AFP = "afp", _("Alpha-fetoprotein")


class Comparator(TextChoices):
    EQUAL = "=", "="
    LESS = "<", "<"
    AT_MOST = "<=", "≤"
    GREATER = ">", ">"
    AT_LEAST = ">=", "≥"


class DiameterBasis(TextChoices):
    WHOLE = "WHOLE", _("Whole lesion")
    VIABLE = "VIABLE", _("Viable tumor")


class PortalVeinThrombus(TextChoices):
    NONE = "0", _("None")
    MICROSCOPIC = "I0", _("I0, microscopic only")
    SEGMENTAL = "I", _("I, segmental branch")
    FIRST_ORDER = "II", _("II, left or right branch")
    MAIN_TRUNK = "III", _("III, main trunk")
    MESENTERIC = "IV", _("IV, superior mesenteric vein")


class MetastasisSite(TextChoices):
    REGIONAL_NODE = "LN_REG", _("Regional lymph node")
    DISTANT_NODE = "LN_DIST", _("Distant lymph node")
    LUNG = "LUNG", _("Lung")
    BONE = "BONE", _("Bone")
    ADRENAL = "ADRENAL", _("Adrenal gland")
    BRAIN = "BRAIN", _("Brain")
    PERITONEUM = "PERIT", _("Peritoneum")
    SPLEEN = "SPLEEN", _("Spleen")
    OTHER = "OTH", _("Other")
