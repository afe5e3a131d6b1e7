"""Vocabularies of treatment: transarterial, ablation, surgery, radiotherapy, systemic."""

from django.db.models import TextChoices
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from registry.choices.assessment import LiverSegment
from registry.choices.general import members, vocabulary
from registry.clinical.dosing.agents import Agent, agents

Choices = list[tuple[str, str | Promise]]


def _agent_label(agent: Agent) -> str:
    return agent.zh if (get_language() or "").startswith("zh") else agent.en


def agent_choices() -> Choices:
    """The agents stand in registry.clinical.dosing.agents, with both their names."""
    label = lazy(_agent_label, str)
    return [(agent.agent_code, label(agent)) for agent in agents()]


class TreatmentType(TextChoices):
    TRANSARTERIAL = "TAT", _("Transarterial")
    ABLATION = "ABL", _("Ablation")
    RESECTION = "SR", _("Resection")
    TRANSPLANT = "LT", _("Transplant")
    RADIOTHERAPY = "RT", _("Radiotherapy")
    SYSTEMIC = "SYS", _("Systemic")
    SUPPORTIVE = "BSC", _("Supportive care")
    CHINESE_MEDICINE = "TCM", _("Traditional Chinese medicine")
    CELL_THERAPY = "CELL", _("Cell therapy")


# What has no variables of its own beside those of every treatment; the others have a record of their kind.
OTHER_TREATMENT_TYPES: Choices = [
    (kind.value, kind.label)
    for kind in (TreatmentType.SUPPORTIVE, TreatmentType.CHINESE_MEDICINE, TreatmentType.CELL_THERAPY)
]


class TreatmentIntent(TextChoices):
    CURATIVE = "CUR", _("Curative")
    CONVERSION = "CONV", _("Conversion or downstaging")
    NEOADJUVANT = "NEO", _("Neoadjuvant")
    ADJUVANT = "ADJ", _("Adjuvant")
    BRIDGE = "BRIDGE", _("Bridge to transplant")
    PALLIATIVE = "PALL", _("Palliative")
    SALVAGE = "SALV", _("Salvage for recurrence")


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


class AccessRoute(TextChoices):
    FEMORAL = "FEM", _("Femoral artery")
    RADIAL = "RAD", _("Radial artery")
    PORT = "PORT", _("Implanted port")


class FeedingArtery(TextChoices):
    PROPER_HEPATIC = "PHA", _("Proper hepatic artery")
    RIGHT_HEPATIC = "RHA", _("Right hepatic artery")
    LEFT_HEPATIC = "LHA", _("Left hepatic artery")
    MIDDLE_HEPATIC = "MHA", _("Middle hepatic artery")
    GASTRODUODENAL = "GDA", _("Gastroduodenal artery")
    SUPERIOR_MESENTERIC = "SMA", _("Superior mesenteric artery")
    CELIAC = "CELIAC", _("Celiac trunk")
    RIGHT_PHRENIC = "RIPA", _("Right inferior phrenic artery")
    RIGHT_RENAL = "RRA", _("Right renal or adrenal artery")
    INTERCOSTAL = "ICA", _("Intercostal artery")
    INTERNAL_MAMMARY = "IMA", _("Internal mammary artery")
    OMENTAL = "OMENT", _("Omental artery")
    OTHER = "OTH", _("Other")


class Selectivity(TextChoices):
    SUBSEGMENTAL = "SUPER", _("Subsegmental")
    SEGMENTAL = "SEG", _("Segmental")
    LOBAR = "LOBAR", _("Lobar")
    WHOLE_LIVER = "PROPER", _("Whole liver")


class LipiodolDeposition(TextChoices):
    COMPLETE = "COMPLETE", _("Complete (>90%)")
    GOOD = "GOOD", _("Good (50–90%)")
    POOR = "POOR", _("Poor (<50%)")
    NONE = "NONE", _("None")


class EmbolizationEndpoint(TextChoices):
    STASIS = "STASIS", _("Stasis")
    NEAR_STASIS = "NEAR", _("Near stasis")
    SACE_1 = "SACE1", _("SACE level 1")
    SACE_2 = "SACE2", _("SACE level 2")
    SACE_3 = "SACE3", _("SACE level 3")
    SACE_4 = "SACE4", _("SACE level 4")


class DoseReductionReason(TextChoices):
    TOXICITY = "TOX", _("Toxicity")
    LIVER_FUNCTION = "CTP", _("Liver function")
    AGE = "AGE", _("Age")
    OTHER = "OTH", _("Other")


class Isotope(TextChoices):
    YTTRIUM_RESIN = "Y90_RESIN", _("Yttrium-90 resin microspheres")
    YTTRIUM_GLASS = "Y90_GLASS", _("Yttrium-90 glass microspheres")
    HOLMIUM = "HO166", _("Holmium-166")
    LUTETIUM = "LU177", _("Lutetium-177")
    IODINE_IN_OIL = "I131_LIP", _("Iodine-131 in iodized oil")


class PainManagement(TextChoices):
    SLOWER = "SLOW", _("Slower infusion")
    ANISODAMINE = "ANISO", _("Anisodamine")
    LIDOCAINE = "LIDO", _("Lidocaine")
    OPIOID = "OPIOID", _("Opioid")
    NONE = "NONE", _("None")


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


class AblationGuidance(TextChoices):
    ULTRASOUND = "US", _("Ultrasound")
    CONTRAST_ULTRASOUND = "CEUS", _("Contrast-enhanced ultrasound")
    CT = "CT", "CT"
    MRI = "MRI", "MRI"
    FUSION = "FUSION", _("Fusion imaging")
    LAPAROSCOPY = "LAP", _("Laparoscopic")
    OPEN = "OPEN", _("Open")


class AblationApproach(TextChoices):
    PERCUTANEOUS = "PERC", _("Percutaneous")
    LAPAROSCOPIC = "LAP", _("Laparoscopic")
    OPEN = "OPEN", _("Open")


class Anesthesia(TextChoices):
    LOCAL = "LOCAL", _("Local anesthesia")
    SEDATION = "SED", _("Sedation")
    GENERAL = "GA", _("General anesthesia")


# Of a lesion in segment 4 the half is not always told.
LesionSegment = vocabulary("LesionSegment", [*members(LiverSegment), ("S4", ("4", "4"))])


class HighRiskLocation(TextChoices):
    DIAPHRAGM = "DIAPH", _("Diaphragm")
    BOWEL = "BOWEL", _("Bowel")
    GALLBLADDER = "GB", _("Gallbladder")
    HILUM = "HILUM", _("Hepatic hilum")
    VESSEL = "VESSEL", _("Large vessel")
    CAPSULE = "CAPSULE", _("Liver capsule")
    NONE = "NONE", _("None")


class CompleteAblation(TextChoices):
    YES = "1", pgettext_lazy("ablation", "Complete")
    NO = "0", pgettext_lazy("ablation", "Incomplete")
    NOT_DONE = "ND", _("Not assessed")


class SurgicalApproach(TextChoices):
    OPEN = "OPEN", _("Open")
    LAPAROSCOPIC = "LAP", _("Laparoscopic")
    ROBOTIC = "ROBOT", _("Robotic")
    CONVERTED = "CONVERT", _("Converted to open")


class ResectionExtent(TextChoices):
    WEDGE = "WEDGE", _("Wedge resection")
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


class MicrovascularInvasion(TextChoices):
    NONE = "M0", _("M0, none")
    FEW_AND_NEAR = "M1", _("M1, up to 5 foci within 1 cm of the tumor")
    MANY_OR_FAR = "M2", _("M2, more than 5 foci or beyond 1 cm of the tumor")


class Capsule(TextChoices):
    NONE = "NONE", _("None")
    COMPLETE = "COMPLETE", _("Complete capsule")
    INCOMPLETE = "INCOMPLETE", _("Incomplete or infiltrated capsule")


class LiverFailureGrade(TextChoices):
    NONE = "0", _("None")
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


class DonorType(TextChoices):
    DECEASED = "DDLT", _("Deceased donor")
    LIVING = "LDLT", _("Living donor")


class TransplantCriteria(TextChoices):
    MILAN = "MILAN", _("Milan criteria")
    UCSF = "UCSF", _("UCSF criteria")
    HANGZHOU = "HZ", _("Hangzhou criteria")
    UP_TO_SEVEN = "UP7", _("Up-to-seven criteria")
    NONE = "NONE", pgettext_lazy("transplant criteria", "None")


class Immunosuppressant(TextChoices):
    TACROLIMUS = "TAC", _("Tacrolimus")
    CICLOSPORIN = "CSA", _("Ciclosporin")
    SIROLIMUS = "SIR", _("Sirolimus")
    EVEROLIMUS = "EVE", _("Everolimus")
    MYCOPHENOLATE = "MMF", _("Mycophenolate mofetil")
    STEROID = "STER", _("Steroid")


class RadiotherapyTechnique(TextChoices):
    STEREOTACTIC = "SBRT", _("Stereotactic body radiotherapy")
    INTENSITY_MODULATED = "IMRT", _("Intensity-modulated radiotherapy")
    CONFORMAL = "3DCRT", _("Three-dimensional conformal radiotherapy")
    PROTON = "PROTON", _("Proton therapy")
    CARBON = "CARBON", _("Carbon ion therapy")
    IODINE_SEED = "I125", _("Iodine-125 seed implantation")


class RadiotherapyTarget(TextChoices):
    LIVER = "LIVER", _("Liver")
    PORTAL_THROMBUS = "PVTT", _("Portal vein tumor thrombus")
    NODE = "NODE", _("Lymph node")
    BONE = "BONE", _("Bone")
    LUNG = "LUNG", _("Lung")
    BRAIN = "BRAIN", _("Brain")
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
    NO_BENEFIT = "NOBEN", _("No continued benefit")
    TOXICITY = "TOX", _("Intolerable toxicity")
    COMPLETE_RESPONSE = "CR", _("Complete response")
    CONVERTED = "CONV", _("Converted to curative treatment")
    REFUSED = "REF", _("Patient refusal")
    DEATH = "DEATH", _("Death")
    LOST = "LTFU", _("Lost to follow-up")
    OTHER = "OTH", _("Other")


class AgentRoute(TextChoices):
    ARTERIAL = "IA", _("Arterial")
    ARTERIAL_IN_OIL = "IA_LIPIODOL", _("Arterial, in iodized oil emulsion")
    ARTERIAL_ON_BEADS = "IA_BEAD", _("Arterial, on beads")
    INTRAVENOUS = "IV", _("Intravenous")


class DoseUnit(TextChoices):
    MG = "mg", "mg"
    MG_PER_KG = "mg/kg", "mg/kg"


class Schedule(TextChoices):
    DAILY = "QD", _("Once daily")
    TWICE_DAILY = "BID", _("Twice daily")
    EVERY_2_WEEKS = "Q2W", _("Every 2 weeks")
    EVERY_3_WEEKS = "Q3W", _("Every 3 weeks")
    EVERY_4_WEEKS = "Q4W", _("Every 4 weeks")
    EVERY_6_WEEKS = "Q6W", _("Every 6 weeks")
    ONCE = "ONCE", _("Single dose")
    DAYS_1_14_OF_21 = "D1-14/21", _("Days 1 to 14 of a 21-day cycle")
    DAYS_1_21_OF_28 = "D1-21/28", _("Days 1 to 21 of a 28-day cycle")


class DoseModificationReason(TextChoices):
    TOXICITY = "TOX", _("Toxicity")
    WEIGHT = "WT", _("Weight")
    OTHER = "OTH", _("Other")
