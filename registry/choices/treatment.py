"""Vocabularies of treatment: transarterial, ablation, surgery, radiotherapy, systemic."""

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
