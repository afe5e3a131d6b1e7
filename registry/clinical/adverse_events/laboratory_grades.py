"""Grades of laboratory terms by CTCAE 4.03, 5.0 and 6.0, one row per term and wording.

Values in the canonical unit of the analyte. Left out are the terms and grades that only the patient's state decides
(hospitalization, symptoms): these are entered. A version that is missing for a term either does not have it or was not checked.
Source: National Cancer Institute, CTCAE v4.03 (2010), v5.0 (2017) and v6.0 (2025); the data dictionary, section 11.3.
"""

from registry.clinical.adverse_events.grading_steps import CodedTerm, LaboratoryTerm, Ladder, Step, beyond, climb

V4, V5, V6 = "4.03", "5.0", "6.0"
ALL, UNTIL_V5, SINCE_V5 = (V4, V5, V6), (V4, V5), (V5, V6)

ABOVE, BELOW = beyond("ULN"), beyond("LLN")
TRANSAMINASE = climb(1, 3, 5, 20, of="ULN")
BILIRUBIN = climb(1, 1.5, 3, 10, of="ULN")
BILIARY_ENZYME = climb(1, 2.5, 5, 20, of="ULN")
CREATININE = climb(1, 1.5, 3, 6, of="ULN")
PANCREATIC_V4 = climb(1, 1.5, 2, 5, of="ULN")
PANCREATIC_WITHOUT_SYMPTOMS = climb(1, 1.5, 5, of="ULN")
FIBRINOGEN = climb(1, 0.75, 0.5, 0.25, of="LLN")


def _of_abnormal_baseline(*starts: float, first: float, inclusive: bool = True) -> tuple[Ladder, ...]:
    """Multiples of an abnormal baseline: a grade 1 printed without > includes its lower end."""
    steps = climb(*starts, of="BASELINE", first=beyond("BASELINE", start=first, inclusive=inclusive))
    return (Ladder(steps=steps, when="BASELINE_ABNORMAL"),)


def _from(*starts: float) -> tuple[Step, ...]:
    """Steps of the grades 1, 2, 3, ... that include their lower ends."""
    return tuple(Step(grade=grade, start=start, inclusive=True) for grade, start in enumerate(starts, start=1))


# CTCAE 5.0 divides an abnormal baseline at 1.5, 3, 5 and 20 for the transaminases, at 2, 2.5, 5 and 20 for GGT and ALP
TRANSAMINASE_V5, TRANSAMINASE_V6 = _of_abnormal_baseline(3, 5, 20, first=1.5), _of_abnormal_baseline(1.5, 2, 4, first=1)
BILIARY_V5, GGT_V6 = _of_abnormal_baseline(2.5, 5, 20, first=2), _of_abnormal_baseline(1.5, 3, 10, first=1)
ALP_V6 = _of_abnormal_baseline(first=1, inclusive=False)
BILIRUBIN_V5 = _of_abnormal_baseline(1.5, 3, 10, first=1, inclusive=False)
BILIRUBIN_V6 = _of_abnormal_baseline(1.5, 2.5, 10, first=1)

CREATININE_V4 = (Ladder(steps=climb(1, 1.5, 3, of="BASELINE"), replaces=False),)
CREATININE_V5 = (Ladder(steps=climb(None, 1.5, 3, of="BASELINE"), replaces=False),)
CREATININE_V6 = (Ladder(steps=climb(None, 1.5, 3, of="BASELINE"), when="BASELINE_LOW", replaces=False),)
ANTICOAGULATED = (Ladder(steps=climb(1, 1.5, 2.5, of="BASELINE"), when="ANTICOAGULATED"),)

FALL = (Step(grade=1, start=0), *_from(0, 25, 50, 75)[1:])
FIBRINOGEN_G_L = Ladder(steps=(Step(grade=4, start=0.5),), replaces=False)
FIBRINOGEN_V4 = (Ladder(steps=FALL, measure="FALL_PCT", replaces=False), FIBRINOGEN_G_L)
FIBRINOGEN_V5 = (Ladder(steps=FALL, measure="FALL_PCT", when="BASELINE_ABNORMAL"), FIBRINOGEN_G_L)
WEIGHT = (Ladder(steps=_from(5, 10, 20), measure="FALL_PCT"),)

FASTING_GLUCOSE = (
    Step(grade=1, start=1, of="ULN", needs_fasting=True),
    Step(grade=2, start=8.9, needs_fasting=True),
    *climb(None, None, 13.9, 27.8),
)
URINE_PROTEIN = (beyond("ULN", inclusive=True), *_from(0, 1.0, 3.5)[1:])
FEVER = climb(39.0, 40.0, first=Step(grade=1, start=38.0, inclusive=True))
TRIGLYCERIDES = climb(3.42, 5.7, 11.4, first=Step(grade=1, start=1.71, inclusive=True))

LABORATORY_TERMS = (
    LaboratoryTerm("Alanine aminotransferase increased", "alt", (V4,), "UP", TRANSAMINASE),
    LaboratoryTerm("Alanine aminotransferase increased", "alt", (V5,), "UP", TRANSAMINASE, TRANSAMINASE_V5),
    LaboratoryTerm("Alanine aminotransferase increased", "alt", (V6,), "UP", TRANSAMINASE, TRANSAMINASE_V6),
    LaboratoryTerm("Aspartate aminotransferase increased", "ast", (V4,), "UP", TRANSAMINASE),
    LaboratoryTerm("Aspartate aminotransferase increased", "ast", (V5,), "UP", TRANSAMINASE, TRANSAMINASE_V5),
    LaboratoryTerm("Aspartate aminotransferase increased", "ast", (V6,), "UP", TRANSAMINASE, TRANSAMINASE_V6),
    LaboratoryTerm("Blood bilirubin increased", "tbil", (V4,), "UP", BILIRUBIN),
    LaboratoryTerm("Blood bilirubin increased", "tbil", (V5,), "UP", BILIRUBIN, BILIRUBIN_V5),
    LaboratoryTerm("Blood bilirubin increased", "tbil", (V6,), "UP", BILIRUBIN, BILIRUBIN_V6),
    LaboratoryTerm("GGT increased", "ggt", (V4,), "UP", BILIARY_ENZYME),
    LaboratoryTerm("GGT increased", "ggt", (V5,), "UP", BILIARY_ENZYME, BILIARY_V5),
    LaboratoryTerm("GGT increased", "ggt", (V6,), "UP", BILIARY_ENZYME, GGT_V6),
    LaboratoryTerm("Alkaline phosphatase increased", "alp", (V4,), "UP", BILIARY_ENZYME),
    LaboratoryTerm("Alkaline phosphatase increased", "alp", (V5,), "UP", BILIARY_ENZYME, BILIARY_V5),
    LaboratoryTerm("Alkaline phosphatase increased", "alp", (V6,), "UP", (ABOVE,), ALP_V6),
    LaboratoryTerm("Blood lactate dehydrogenase increased", "ldh", SINCE_V5, "UP", (ABOVE,)),
    LaboratoryTerm("Creatinine increased", "crea", (V4,), "UP", CREATININE, CREATININE_V4),
    LaboratoryTerm("Creatinine increased", "crea", (V5,), "UP", CREATININE, CREATININE_V5),
    LaboratoryTerm("Creatinine increased", "crea", (V6,), "UP", CREATININE, CREATININE_V6),
    LaboratoryTerm("INR increased", "inr", (V4,), "UP", climb(1, 1.5, 2.5, of="ULN"), ANTICOAGULATED),
    LaboratoryTerm("INR increased", "inr", SINCE_V5, "UP", climb(1.2, 1.5, 2.5), ANTICOAGULATED, is_absolute=True),
    LaboratoryTerm("Activated partial thromboplastin time prolonged", "aptt", ALL, "UP", climb(1, 1.5, 2.5, of="ULN")),
    LaboratoryTerm("Fibrinogen decreased", "fib", (V4,), "DOWN", FIBRINOGEN, FIBRINOGEN_V4),
    LaboratoryTerm("Fibrinogen decreased", "fib", SINCE_V5, "DOWN", FIBRINOGEN, FIBRINOGEN_V5),
    LaboratoryTerm("Neutrophil count decreased", "neut", UNTIL_V5, "DOWN", climb(1.5, 1.0, 0.5, first=BELOW)),
    LaboratoryTerm("Neutrophil count decreased", "neut", (V6,), "DOWN", climb(1.5, 1.0, 0.5, 0.1)),
    LaboratoryTerm("Platelet count decreased", "plt", UNTIL_V5, "DOWN", climb(75, 50, 25, first=BELOW)),
    LaboratoryTerm("Thrombocytopenia", "plt", (V6,), "DOWN", climb(75, 50, 10, first=BELOW)),
    LaboratoryTerm("Lymphocyte count decreased", "lym", UNTIL_V5, "DOWN", climb(0.8, 0.5, 0.2, first=BELOW)),
    LaboratoryTerm("Lymphocyte count increased", "lym", ALL, "UP", climb(None, 4, 20)),
    LaboratoryTerm("White blood cell decreased", "wbc", ALL, "DOWN", climb(3.0, 2.0, 1.0, first=BELOW)),
    LaboratoryTerm("Lipase increased", "lps", (V4,), "UP", PANCREATIC_V4),
    LaboratoryTerm("Lipase increased", "lps", SINCE_V5, "UP", PANCREATIC_WITHOUT_SYMPTOMS),
    LaboratoryTerm("Serum amylase increased", "amy", (V4,), "UP", PANCREATIC_V4),
    LaboratoryTerm("Serum amylase increased", "amy", (V5,), "UP", PANCREATIC_WITHOUT_SYMPTOMS),
    LaboratoryTerm("CPK increased", "ck", UNTIL_V5, "UP", climb(1, 2.5, 5, 10, of="ULN")),
    LaboratoryTerm("Cholesterol high", "chol", ALL, "UP", climb(7.75, 10.34, 12.92, first=ABOVE)),
    LaboratoryTerm("Thyroid stimulating hormone increased", "tsh", (V5,), "UP", (ABOVE,)),
    LaboratoryTerm("Cardiac troponin I increased", "tni", UNTIL_V5, "UP", (ABOVE,)),
    LaboratoryTerm("Cardiac troponin T increased", "tnt", UNTIL_V5, "UP", (ABOVE,)),
    LaboratoryTerm("Weight loss", "weight_kg", UNTIL_V5, "DOWN", (), WEIGHT, is_absolute=True),
    LaboratoryTerm("Anemia", "hb", ALL, "DOWN", climb(100, 80, first=BELOW)),
    LaboratoryTerm("Leukocytosis", "wbc", ALL, "UP", climb(None, None, 100)),
    LaboratoryTerm("Hypoalbuminemia", "alb", ALL, "DOWN", climb(30, 20, first=BELOW)),
    LaboratoryTerm("Hyponatremia", "na", (V4,), "DOWN", climb(None, 130, 120, first=BELOW)),
    LaboratoryTerm("Hyponatremia", "na", SINCE_V5, "DOWN", climb(130, 125, 120, first=BELOW)),
    LaboratoryTerm("Hypernatremia", "na", ALL, "UP", climb(150, 155, 160, first=ABOVE)),
    LaboratoryTerm("Hypokalemia", "k", ALL, "DOWN", climb(None, 3.0, 2.5, first=BELOW)),
    LaboratoryTerm("Hyperkalemia", "k", ALL, "UP", climb(5.5, 6.0, 7.0, first=ABOVE)),
    LaboratoryTerm("Hypocalcemia", "ca", ALL, "DOWN", climb(2.0, 1.75, 1.5, first=BELOW)),
    LaboratoryTerm("Hypercalcemia", "ca", ALL, "UP", climb(2.9, 3.1, 3.4, first=ABOVE)),
    LaboratoryTerm("Hypomagnesemia", "mg", ALL, "DOWN", climb(0.5, 0.4, 0.3, first=BELOW)),
    LaboratoryTerm("Hypermagnesemia", "mg", ALL, "UP", climb(None, 1.23, 3.30, first=ABOVE)),
    LaboratoryTerm("Hypoglycemia", "glu", ALL, "DOWN", climb(3.0, 2.2, 1.7, first=BELOW)),
    LaboratoryTerm("Hyperglycemia", "glu", (V4, V6), "UP", FASTING_GLUCOSE),
    LaboratoryTerm("Hypophosphatemia", "phos", (V4,), "DOWN", climb(0.8, 0.6, 0.3, first=BELOW)),
    LaboratoryTerm("Hypertriglyceridemia", "tg", ALL, "UP", TRIGLYCERIDES, is_absolute=True),
    LaboratoryTerm("Hyperuricemia", "uric", (V4,), "UP", climb(None, None, 590, first=ABOVE)),
    LaboratoryTerm("Hyperuricemia", "uric", SINCE_V5, "UP", (ABOVE,)),
    LaboratoryTerm("Proteinuria", "u_pro_24h", UNTIL_V5, "UP", URINE_PROTEIN, is_absolute=True),
    LaboratoryTerm("Fever", "body_temperature", UNTIL_V5, "UP", FEVER, is_absolute=True),
)

CODED_TERMS = (
    CodedTerm("Proteinuria", "u_pro_dip", (V4,), (("1+", 1), ("2+", 2))),
    CodedTerm("Proteinuria", "u_pro_dip", (V5,), (("1+", 1), ("2+", 2), ("3+", 2), ("4+", 3))),
)
