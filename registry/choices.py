"""Every coded vocabulary of the registry, once: forms, import, template, codebook and analysis read it from here.

Codes are stored as printed. The English label is here, its Chinese in locale/zh_Hans.
"""

from django.db.models import TextChoices
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.clinical.agents import Agent, agents

Choices = list[tuple[str, str | Promise]]


def _agent_label(agent: Agent) -> str:
    return agent.zh if (get_language() or "").startswith("zh") else agent.en


def agent_choices() -> Choices:
    """The agents stand in registry.clinical.agents, with both their names."""
    label = lazy(_agent_label, str)
    return [(agent.agent_code, label(agent)) for agent in agents()]


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


class Habit(TextChoices):
    NEVER = "NEV", _("Never")
    FORMER = "FOR", _("Former")
    CURRENT = "CUR", _("Current")
    UNKNOWN = "UNK", _("Unknown")


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


class BeadType(TextChoices):
    DC_BEAD = "DCBEAD", "DC Bead"
    HEPASPHERE = "HEPASPHERE", "HepaSphere"
    CALLISPHERES = "CALLISPHERES", "CalliSpheres"
    TANDEM = "TANDEM", "Tandem"
    OTHER = "OTH", _("Other")


class RegimenVariant(TextChoices):
    STANDARD = "STD", _("Standard")
    FOHAIC = "FOHAIC", "FOHAIC"


class StopReason(TextChoices):
    COMPLETED = "PLAN", _("Completed as planned")
    PROGRESSION = "PD", _("Progression")
    NO_BENEFIT = "NOBEN", _("No continuing benefit")
    TOXICITY = "TOX", _("Intolerable toxicity")
    COMPLETE_RESPONSE = "CR", _("Complete response")
    CONVERTED = "CONV", _("Converted to curative treatment")
    REFUSED = "REF", _("Refused by the patient")
    DEATH = "DEATH", _("Death")
    LOST = "LTFU", _("Lost to follow-up")
    OTHER = "OTH", _("Other")


class AgentRoute(TextChoices):
    ARTERIAL = "IA", _("Arterial")
    ARTERIAL_IN_OIL = "IA_LIPIODOL", _("Arterial, in iodized oil")
    ARTERIAL_ON_BEADS = "IA_BEAD", _("Arterial, on beads")
    INTRAVENOUS = "IV", _("Intravenous")


class DoseUnit(TextChoices):
    MG = "mg", "mg"
    MG_PER_KG = "mg/kg", "mg/kg"


class Schedule(TextChoices):
    DAILY = "QD", _("Once a day")
    TWICE_DAILY = "BID", _("Twice a day")
    EVERY_2_WEEKS = "Q2W", _("Every 2 weeks")
    EVERY_3_WEEKS = "Q3W", _("Every 3 weeks")
    EVERY_4_WEEKS = "Q4W", _("Every 4 weeks")
    EVERY_6_WEEKS = "Q6W", _("Every 6 weeks")
    ONCE = "ONCE", _("Once")
    DAYS_1_14_OF_21 = "D1-14/21", _("Days 1 to 14 of 21")
    DAYS_1_21_OF_28 = "D1-21/28", _("Days 1 to 21 of 28")


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


Members = list[tuple[str, tuple[str, str | Promise]]]


def _members(vocabulary: type[TextChoices]) -> Members:
    return [(member.name, (member.value, member._label_)) for member in vocabulary]


def _vocabulary(name: str, members: Members) -> type[TextChoices]:
    return TextChoices(name, members)  # type: ignore[call-overload, no-any-return]  # Enum's functional form


# A tumor progresses where it may spread to, and in the liver.
ProgressionSite = _vocabulary("ProgressionSite", [("LIVER", ("LIVER", _("Liver"))), *_members(MetastasisSite)])


class RecurrenceType(TextChoices):
    LOCAL = "LTP", _("Local tumor progression")
    INTRAHEPATIC_DISTANT = "IDR", _("Intrahepatic distant recurrence")
    EXTRAHEPATIC = "EHM", _("Extrahepatic metastasis")


# After progression the same treatments are given as before the index, or none but care.
PostProgressionTherapy = _vocabulary(
    "PostProgressionTherapy", [*_members(PriorTreatment), ("SUPPORTIVE", ("BSC", _("Best supportive care")))]
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


class JobState(TextChoices):
    QUEUED = "QUEUED", _("Waiting")
    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Failed")
    CANCELED = "CANCELED", _("Canceled")
