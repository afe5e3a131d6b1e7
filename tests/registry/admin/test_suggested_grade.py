"""The grade that the laboratory suggests stands beside the one of an adverse event."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from registry.access.scope import center_scope
from registry.models import AdverseEvent, Assessment, LabResult
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

EVENT = {
    "ae_term": "Alanine aminotransferase increased",
    "ctcae_version": "5.0",
    "ae_grade": "2",
    "ae_onset_date": "2016-03-01",
}


@pytest.mark.parametrize(("days", "mark"), [(("2016-03-02",), True), (("2016-01-02", "2016-03-02"), False)])
def test_grade_of_the_limit_is_marked_where_no_baseline_is_known(
    days: tuple[str, ...], mark: bool, entering: Client, make_patient: Callable, cast: Cast
) -> None:
    patient = make_patient(sex="M")
    below = {"patient": patient, "center": cast.center}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="laboratory values of the tests"):
        for day, value in zip(days, (40.0, 300.0)[-len(days) :], strict=True):
            visit = Assessment.objects.create(assessment_type="BASE", assessment_date=day, **below)
            more = {"analyte_code": "alt", "value": value, "raw_value": str(value), "raw_unit": ""}
            LabResult.objects.create(assessment=visit, **more, **below)
        event = AdverseEvent.objects.create(**EVENT, **below)
    posted = {**EVENT, "row_version": event.row_version}
    beside = entering.post(reverse("derive_page", args=["adverseevent", event.pk]), posted).json()["beside"]
    (grade,) = [shown for shown in beside if shown["box"] == "ae_grade"]
    assert grade["differs"]
    assert grade["text"].endswith(" (no baseline is known)") == mark
