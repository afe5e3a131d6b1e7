"""What every answer carries, and what a monitor is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from registry.models import Patient
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.data_manager)
    return client


@pytest.fixture
def patient(make_patient: Callable[..., Patient]) -> Patient:
    return make_patient()


@pytest.mark.parametrize(
    "address",
    ["/", "/grid/", "/queries/", "/queries/?file=csv", "/patients/{patient}/timeline/", "/records/patient/{patient}/sex/",
     "/admin/registry/patient/{patient}/change/", "/admin/registry/patient/", "/account/"],
)  # fmt: skip
def test_nothing_of_a_patient_stays_in_a_browser(visitor: Client, patient: Patient, address: str) -> None:
    response = visitor.get(address.format(patient=patient.pk))
    assert response.status_code == 200, response.status_code
    assert "no-store" in response["Cache-Control"]
    assert "camera=()" in response["Permissions-Policy"]


def test_a_relation_of_a_record_is_no_variable_and_no_error(visitor: Client, patient: Patient) -> None:
    """Fifteen such addresses ended in an error: whatever refers to a patient is a field of it to Django."""
    related = [field.name for field in Patient._meta.get_fields() if field.auto_created and not field.concrete]
    assert len(related) > 10
    answers = {name: visitor.get(f"/records/patient/{patient.pk}/{name}/").status_code for name in related}
    assert set(answers.values()) == {404}, answers


def test_a_monitor_is_answered_without_a_session_and_whatever_host_it_names() -> None:
    for address in ("/healthz/live", "/healthz/ready"):
        response = Client().get(address, headers={"host": "10.0.0.7"})
        assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
        assert not response.cookies
        assert "no-store" in response["Cache-Control"]


def test_a_client_behind_the_proxy_has_an_address_of_its_own(cast: Cast, settings: Any) -> None:
    """Ten wrong sign-ins of somebody else through the proxy once kept everybody out."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client()
    for number in range(10):
        wrong = {"login": f"ghost{number}", "password": "wrong"}
        client.post("/accounts/login/", wrong, headers={"x-forwarded-for": "203.0.113.9"})
    cast.data_manager.set_password("a long enough password")
    cast.data_manager.save()
    right = {"login": cast.data_manager.username, "password": "a long enough password"}
    refused = client.post("/accounts/login/", right, headers={"x-forwarded-for": "203.0.113.9"})
    assert refused.status_code == 200  # the one who tried ten times waits
    response = Client().post("/accounts/login/", right, headers={"x-forwarded-for": "198.51.100.4"})
    assert response.status_code == 302
