"""Every coded vocabulary of the registry, once: forms, import, template, codebook and analysis read it from here.

Codes are stored as printed. The English label is here, its Chinese in locale/zh_Hans.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    DATA_MANAGER = "DM", _("Data manager")
    UPLOADER = "UP", _("Center uploader")
    STATISTICIAN = "ST", _("Statistician")
    PRINCIPAL_INVESTIGATOR = "PI", _("Principal investigator")


class YesNo(TextChoices):
    YES = "1", _("Yes")
    NO = "0", _("No")
    UNKNOWN = "UNK", _("Unknown")


class MissingReason(TextChoices):
    UNKNOWN = "UNK", _("Unknown")
    NOT_DONE = "ND", _("Not done")
    NOT_APPLICABLE = "NA", _("Not applicable")
    NOT_RECORDED = "NR", _("Not recorded")


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


class TreatmentIntent(TextChoices):
    CURATIVE = "CUR", _("Curative")
    CONVERSION = "CONV", _("Conversion or downstaging")
    NEOADJUVANT = "NEO", _("Neoadjuvant")
    ADJUVANT = "ADJ", _("Adjuvant")
    BRIDGE = "BRIDGE", _("Bridge to transplant")
    PALLIATIVE = "PALL", _("Palliative")
    SALVAGE = "SALV", _("Salvage at recurrence")


class TransarterialModality(TextChoices):
    TAE = "TAE", _("Bland embolization (TAE)")
    CTACE = "CTACE", _("Conventional TACE")
    DEBTACE = "DEBTACE", _("Drug-eluting bead TACE")
    STACE = "STACE", _("Sequential TACE")
    BTACE = "BTACE", _("Balloon-occluded TACE")
    HAIC = "HAIC", _("HAIC")
    TACE_HAIC = "TACE_HAIC", _("TACE and HAIC in one session")
    TAI = "TAI", _("One-shot arterial infusion")
    TARE = "TARE", _("Radioembolization (TARE)")
    I125 = "I125", _("Iodine-125 seed or stent")


class EmbolicAgent(TextChoices):
    GELFOAM = "GELFOAM", _("Gelatin sponge")
    PVA = "PVA", _("Polyvinyl alcohol")
    MICROSPHERE = "MICROSPHERE", _("Microsphere")
    POLYACRYLAMIDE = "POLYACRYL", _("Polyacrylamide")
    COIL = "COIL", _("Coil")
    NBCA = "NBCA", _("Cyanoacrylate glue")
    NONE = "NONE", _("None")


class HaicRegimen(TextChoices):
    FOLFOX = "FOLFOX", "FOLFOX"
    FOLFIRI = "FOLFIRI", "FOLFIRI"
    FOLFIRINOX = "FOLFIRINOX", "FOLFIRINOX"
    RALOX = "RALOX", _("Raltitrexed and oxaliplatin")
    FP = "FP", _("Cisplatin and fluorouracil")
    CISPLATIN = "CDDP", _("Cisplatin")
    GEMOX = "GEMOX", _("Gemcitabine and oxaliplatin")
    OTHER = "OTH", _("Other")


class AblationModality(TextChoices):
    RADIOFREQUENCY = "RFA", _("Radiofrequency")
    MICROWAVE = "MWA", _("Microwave")
    CRYOABLATION = "CRYO", _("Cryoablation")
    ETHANOL = "PEI", _("Ethanol injection")
    LASER = "LITT", _("Laser")
    ELECTROPORATION = "IRE", _("Irreversible electroporation")
    ULTRASOUND = "HIFU", _("Focused ultrasound")
    COMBINED = "COMB", _("Combined")


class CompleteAblation(TextChoices):
    YES = "1", _("Complete")
    NO = "0", _("Incomplete")
    NOT_DONE = "ND", _("Not assessed")


class SurgicalApproach(TextChoices):
    OPEN = "OPEN", _("Open")
    LAPAROSCOPIC = "LAP", _("Laparoscopic")
    ROBOTIC = "ROBOT", _("Robotic")
    CONVERTED = "CONVERT", _("Converted to open")


class ResectionExtent(TextChoices):
    WEDGE = "WEDGE", _("Wedge")
    SEGMENT = "SEG", _("Segmentectomy")
    SECTION = "SECT", _("Sectionectomy")
    LEFT = "LHEP", _("Left hepatectomy")
    RIGHT = "RHEP", _("Right hepatectomy")
    EXTENDED = "EXT", _("Extended hepatectomy")
    CENTRAL = "CENTRAL", _("Central hepatectomy")
    ALPPS = "ALPPS", "ALPPS"


class ResectionMargin(TextChoices):
    R0 = "R0", "R0"
    R1 = "R1", "R1"
    R2 = "R2", "R2"


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


class ResponseCriteria(TextChoices):
    MRECIST = "MRECIST", "mRECIST"
    RECIST11 = "RECIST11", "RECIST 1.1"
    RECICL = "RECICL", "RECICL"
    IRECIST = "IRECIST", "iRECIST"
    CLINICAL = "CLIN", _("Clinical")


class ProgressionType(TextChoices):
    TARGET = "INTRA_TARGET", _("Intrahepatic, target lesion")
    NEW_INTRAHEPATIC = "INTRA_NEW", _("Intrahepatic, new lesion")
    NEW_VASCULAR = "VASC_NEW", _("New vascular invasion")
    NEW_EXTRAHEPATIC = "EXTRA_NEW", _("Extrahepatic, new")
    GROWING_EXTRAHEPATIC = "EXTRA_GROW", _("Extrahepatic, growing")
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


class JobState(TextChoices):
    QUEUED = "QUEUED", _("Waiting")
    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Failed")
    CANCELED = "CANCELED", _("Canceled")
