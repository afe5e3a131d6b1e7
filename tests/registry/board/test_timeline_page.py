"""A patient's course is drawn, and told in a table beside the drawing."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.test import Client

from registry.models import AdverseEvent, FollowUp, SystemicAgent, TransarterialSession
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def treated(make_patient: Callable, record: Callable) -> object:
    patient = make_patient(local_id="0007")
    record(TransarterialSession, patient=patient, start_date="2015-04-01", modality="CTACE")
    record(SystemicAgent, patient=patient, line_no=1, agent_code="LEN", agent_start_date="2015-05-01")
    record(
        AdverseEvent, patient=patient, ae_term="Fever", ae_grade="3", ctcae_version="5.0", ae_onset_date="2015-04-02"
    )
    record(FollowUp, patient=patient, follow_up_date="2016-01-01", vital_status="DEAD", death_date="2015-12-24")
    return patient


def _svg(page: str) -> ElementTree.Element:
    start = page.index('<svg class="board-swimmer"')
    return ElementTree.fromstring(page[start : page.index("</svg>", start) + 6])


def test_each_record_is_a_named_mark_that_leads_to_it(client: Client, treated: object, cast: Cast) -> None:
    client.force_login(cast.data_manager)
    page = client.get(f"/patients/{treated.pk}/timeline/").content.decode()  # type: ignore[attr-defined]
    marks = list(_svg(page).iter("a"))
    names = [mark.get("aria-label", "") for mark in marks]
    assert len(marks) == 6  # diagnosis, session, event, agent, death, follow-up
    assert any("Fever" in name and "Grade 3" in name for name in names)
    for mark in marks:
        assert client.get(mark.get("href", "").split("#")[0]).status_code == 200


def test_table_says_the_same_as_the_drawing(client: Client, treated: object, cast: Cast) -> None:
    client.force_login(cast.data_manager)
    page = client.get(f"/patients/{treated.pk}/timeline/").content.decode()  # type: ignore[attr-defined]
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert table.count("<tr>") == 6
    assert table.index("2015-03-02") < table.index("2015-04-01") < table.index("2015-12-24")
    assert "ongoing" in table


def test_patient_with_nothing_but_a_diagnosis_has_a_page(client: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    client.force_login(cast.data_manager)
    assert client.get(f"/patients/{patient.pk}/timeline/").status_code == 200


def test_other_centers_courses_are_not_found(client: Client, make_patient: Callable, cast: Cast) -> None:
    theirs = make_patient(center=cast.other_center)
    client.force_login(cast.data_manager)
    assert client.get(f"/patients/{theirs.pk}/timeline/").status_code == 404
    client.force_login(cast.statistician)
    assert client.get(f"/patients/{theirs.pk}/timeline/").status_code == 403
