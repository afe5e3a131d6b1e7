"""What the tests of laboratory grades share."""

from registry.clinical.adverse_events.laboratory_grading import suggest_grade
from registry.clinical.laboratory.reference_limits import Limits

ALT, AST = "Alanine aminotransferase increased", "Aspartate aminotransferase increased"
BILIRUBIN, ALP = "Blood bilirubin increased", "Alkaline phosphatase increased"
WITH_LIMITS = Limits(lln=100, uln=100)  # multiples are read off directly
NORMAL, ABNORMAL = 100.0, 200.0


def graded(term: str, value: float, **known: object) -> int | None:
    known = {"limits": WITH_LIMITS, **known}
    found = suggest_grade(term, value=value, **known)
    return found and found.grade
