from collections.abc import Callable

import pytest

from registry.access.scope import center_scope
from registry.admin.entry.former_visit import former_visit
from registry.models import Assessment, TumorBurden
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_the_visit_before_offers_its_height_and_no_result(make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    of = {"patient": patient, "center": cast.center}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        for day, height in (("2016-01-01", 170), ("2016-03-01", 171.5), ("2016-06-01", 172)):
            visit = Assessment.objects.create(
                **of, assessment_date=day, assessment_type="FU", height_cm=height, weight_kg=65, ecog_ps="1"
            )
            TumorBurden.objects.create(
                **of, assessment=visit, diameter_basis="WHOLE", max_diameter_cm=4, segments=["S5"]
            )
        visit.refresh_from_db()
        assert former_visit(visit, patient=patient) == {
            "title": "Copy from 2016-03-01",
            "boxes": {
                "height_cm": "171.5",
                "tumorburden_set-0-diameter_basis": "WHOLE",
                "tumorburden_set-0-segments": ["S5"],
            },
        }
        assert former_visit(Assessment(), patient=patient)["title"] == "Copy from 2016-06-01"
        assert former_visit(Assessment(), patient=make_patient(local_id="0099")) == {}
        assert former_visit(patient, patient=patient) == {}
