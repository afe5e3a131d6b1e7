"""What the form of a patient costs: the database's work, and the bytes that cross the wire."""

import gzip
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.access.scope import center_scope
from registry.models import AdverseEvent, FollowUp, ImagingAssessment, Patient, SystemicAgent, TransarterialSession
from registry.queries import open_query
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

MOST_QUERIES, MOST_BYTES = 40, 150_000
START = date(2015, 4, 1)


@pytest.fixture
def long_course(cast: Cast, data_manager: User, make_patient: Callable[..., Patient]) -> Patient:
    """Six sessions, lines, scans, events and contacts each, and an open query."""
    patient = make_patient()
    with center_scope([cast.center.pk], by=data_manager, reason="a long course"):
        for number in range(6):
            of = {"patient": patient, "center": cast.center}
            day = START + timedelta(days=40 * number)
            session = TransarterialSession.objects.create(start_date=day, modality="CTACE", **of)
            SystemicAgent.objects.create(line_no=1, agent_code="LENVATINIB", agent_start_date=day, **of)
            ImagingAssessment.objects.create(imaging_date=day, imaging_modality="CT", imaging_role="RESP", **of)
            FollowUp.objects.create(follow_up_date=day, vital_status="ALIVE", **of)
            AdverseEvent.objects.create(ae_term="Nausea", ctcae_version="5.0", ae_grade="1", ae_onset_date=day, **of)
        open_query(session, variables=["lipiodol_ml"], text="How much?", by=data_manager)
    return patient


def test_form_of_a_long_course_is_cheap(entering: Client, long_course: Patient) -> None:
    address = f"/admin/registry/patient/{long_course.pk}/change/"
    entering.get(address)  # what is remembered of the lists is asked once
    with CaptureQueriesContext(connection) as asked:
        page = entering.get(address)
    sent = len(gzip.compress(page.content))
    print(f"the form of a patient: {len(asked)} queries, {sent} bytes over the wire, {len(page.content)} unpacked")
    assert len(asked) <= MOST_QUERIES
    assert sent <= MOST_BYTES
