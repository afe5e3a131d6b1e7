"""How fast AFP can change is asked over days and over decades alike."""

import pytest

from registry.clinical.timeline import build_timeline
from registry.rules.patient.laboratory_repeats import PATIENT_CHECKS, _afp
from registry.rules.patient_check import evaluate_timeline


@pytest.mark.parametrize(("before", "after"), [(5000.0, 4.0), (4.0, 5000.0)])
@pytest.mark.parametrize("days", [3073, 8000, 20_000])
def test_a_change_over_many_years_is_possible(before: float, after: float, days: int) -> None:
    timeline = build_timeline(_afp(before, after, days=days))
    assert [hit for check in PATIENT_CHECKS for hit in evaluate_timeline(check, timeline=timeline)] == []
