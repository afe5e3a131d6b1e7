"""Vocabularies of assessment, laboratory, tumor burden and staging."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
    ECOG_5 = "5", _("5, dead")


class AscitesGrade(TextChoices):
    NONE = "0", _("None")
    SLIGHT = "1", _("Slight or controlled")
    MODERATE = "2", pgettext_lazy("ascites", "Moderate")
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
    """In the order of the laboratory panel, group by group."""

    ALBUMIN = "alb", _("Albumin")
    BILIRUBIN = "tbil", _("Total bilirubin")
    DIRECT_BILIRUBIN = "dbil", _("Direct bilirubin")
    ALT = "alt", _("Alanine aminotransferase")
    AST = "ast", _("Aspartate aminotransferase")
    GGT = "ggt", _("Gamma-glutamyl transferase")
    ALP = "alp", _("Alkaline phosphatase")
    LDH = "ldh", _("Lactate dehydrogenase")
    BILE_ACIDS = "tba", _("Total bile acids")
    PREALBUMIN = "prealb", _("Prealbumin")
    TOTAL_PROTEIN = "tp", _("Total protein")
    AMMONIA = "nh3", _("Ammonia")
    PROTHROMBIN_TIME = "pt", _("Prothrombin time")
    PROTHROMBIN_CONTROL = "pt_control", _("Prothrombin time, control")
    PROTHROMBIN_ACTIVITY = "pta", _("Prothrombin activity")
    INR = "inr", _("INR")
    APTT = "aptt", _("Activated partial thromboplastin time")
    FIBRINOGEN = "fib", _("Fibrinogen")
    D_DIMER = "d_dimer", _("D-dimer (FEU)")
    WHITE_CELLS = "wbc", _("White blood cells")
    NEUTROPHILS = "neut", _("Neutrophils")
    LYMPHOCYTES = "lym", _("Lymphocytes")
    MONOCYTES = "mono", _("Monocytes")
    EOSINOPHILS = "eos", _("Eosinophils")
    HEMOGLOBIN = "hb", _("Hemoglobin")
    PLATELETS = "plt", _("Platelets")
    C_REACTIVE_PROTEIN = "crp", _("C-reactive protein")
    CREATININE = "crea", _("Creatinine")
    UREA = "urea", _("Urea")
    URIC_ACID = "uric", _("Uric acid")
    SODIUM = "na", _("Sodium")
    POTASSIUM = "k", _("Potassium")
    CALCIUM = "ca", _("Calcium (total)")
    MAGNESIUM = "mg", _("Magnesium")
    PHOSPHATE = "phos", _("Phosphate")
    GLUCOSE = "glu", _("Glucose")
    HBA1C = "hba1c", _("Hemoglobin A1c")
    CHOLESTEROL = "chol", _("Total cholesterol")
    TRIGLYCERIDES = "tg", _("Triglycerides")
    URINE_PROTEIN_DIPSTICK = "u_pro_dip", _("Urine protein, dipstick")
    URINE_PROTEIN_24H = "u_pro_24h", _("24-hour urine protein")
    AFP = "afp", _("Alpha-fetoprotein")
    AFP_L3 = "afp_l3", _("AFP-L3 fraction")
    PIVKA_II = "pivka2", _("PIVKA-II (DCP)")
    CEA = "cea", _("Carcinoembryonic antigen")
    CA_19_9 = "ca199", _("CA 19-9")
    HBSAG = "hbsag_q", _("Hepatitis B surface antigen")
    HBSAG_QUANTITY = "hbsag_iu", _("Hepatitis B surface antigen, quantitative")
    HBEAG = "hbeag", _("Hepatitis B e antigen")
    HBV_DNA = "hbv_dna", _("HBV DNA")
    HCV_ANTIBODY = "hcv_ab", _("Hepatitis C antibody")
    HCV_RNA = "hcv_rna", _("HCV RNA")
    CREATINE_KINASE = "ck", _("Creatine kinase")
    TROPONIN_I = "tni", _("Troponin I")
    TROPONIN_T = "tnt", _("Troponin T")
    NT_PROBNP = "nt_probnp", _("NT-proBNP")
    AMYLASE = "amy", _("Amylase")
    LIPASE = "lps", _("Lipase")
    TSH = "tsh", _("Thyrotropin")
    FREE_T4 = "ft4", _("Free thyroxine")
    FREE_T3 = "ft3", _("Free triiodothyronine")
    CORTISOL = "cort", _("Morning cortisol")


class LabQuality(TextChoices):
    """What a qualitative analyte may read; which of these belong to which is in registry.clinical.laboratory.analyte_ranges."""

    POSITIVE = "POS", _("Positive")
    NEGATIVE = "NEG", _("Negative")
    TRACE = "TRACE", _("Trace")
    ONE_PLUS = "1+", "1+"
    TWO_PLUS = "2+", "2+"
    THREE_PLUS = "3+", "3+"
    FOUR_PLUS = "4+", "4+"


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


class LobeDistribution(TextChoices):
    RIGHT = "R", _("Right lobe")
    LEFT = "L", _("Left lobe")
    BOTH = "BI", _("Both lobes")
    CAUDATE = "CAU", _("Caudate lobe")


class LiverSegment(TextChoices):
    """Couinaud segments."""

    S1 = "1", "1"
    S2 = "2", "2"
    S3 = "3", "3"
    S4A = "4a", "4a"
    S4B = "4b", "4b"
    S5 = "5", "5"
    S6 = "6", "6"
    S7 = "7", "7"
    S8 = "8", "8"


class GrowthPattern(TextChoices):
    NODULAR = "NOD", _("Nodular")
    MASSIVE = "MASS", _("Massive")
    INFILTRATIVE = "INF", _("Infiltrative")
    DIFFUSE = "DIFF", _("Diffuse")


class PortalVeinThrombusVp(TextChoices):
    """Liver Cancer Study Group of Japan."""

    NONE = "VP0", _("Vp0, none")
    DISTAL = "VP1", _("Vp1, distal to second-order branches")
    SECOND_ORDER = "VP2", _("Vp2, second-order branches")
    FIRST_ORDER = "VP3", _("Vp3, first-order branches")
    MAIN_TRUNK = "VP4", _("Vp4, main trunk or contralateral branch")


class HepaticVeinThrombus(TextChoices):
    NONE = "VV0", _("Vv0, none")
    PERIPHERAL = "VV1", _("Vv1, peripheral hepatic vein")
    MAJOR = "VV2", _("Vv2, major hepatic vein")
    CAVAL = "VV3", _("Vv3, inferior vena cava or right atrium")


class BileDuctThrombus(TextChoices):
    NONE = "B0", _("B0, none")
    DISTAL = "B1", _("B1, distal to second-order branches")
    SECOND_ORDER = "B2", _("B2, second-order branches")
    FIRST_ORDER = "B3", _("B3, first-order branches")
    COMMON_DUCT = "B4", _("B4, common hepatic duct")


class AlbiGrade(TextChoices):
    GRADE_1 = "1", "1"
    GRADE_2 = "2", "2"
    GRADE_3 = "3", "3"


class CnlcStage(TextChoices):
    """China liver cancer staging, National Health Commission."""

    IA = "IA", "Ia"
    IB = "IB", "Ib"
    IIA = "IIA", "IIa"
    IIB = "IIB", "IIb"
    IIIA = "IIIA", "IIIa"
    IIIB = "IIIB", "IIIb"
    IV = "IV", "IV"


class CnlcEdition(TextChoices):
    EDITION_2022 = "2022", "2022"
    EDITION_2024 = "2024", "2024"


class AjccT(TextChoices):
    T1A = "T1a", "T1a"
    T1B = "T1b", "T1b"
    T2 = "T2", "T2"
    T3 = "T3", "T3"
    T4 = "T4", "T4"


class AjccN(TextChoices):
    N0 = "N0", "N0"
    N1 = "N1", "N1"


class AjccM(TextChoices):
    M0 = "M0", "M0"
    M1 = "M1", "M1"


class AjccStage(TextChoices):
    IA = "IA", "IA"
    IB = "IB", "IB"
    II = "II", "II"
    IIIA = "IIIA", "IIIA"
    IIIB = "IIIB", "IIIB"
    IVA = "IVA", "IVA"
    IVB = "IVB", "IVB"
