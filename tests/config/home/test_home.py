"""The start page leads each role to what it does."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _page(client: Client, user: object) -> str:
    client.force_login(user)
    return client.get("/").content.decode()


def test_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/").headers["Location"].startswith("/accounts/login/")
    assert client.get("/admin/registry/patient/").status_code == 302


def test_data_manager_enters_patients_and_sees_own_counts(client: Client, cast: Cast, make_patient: Callable) -> None:
    make_patient(local_id="OURS")
    make_patient(local_id="THEIRS", center=cast.other_center)
    page = _page(client, cast.data_manager)
    assert "/admin/registry/patient/add/" in page
    assert "OURS" in page
    assert "THEIRS" not in page
    assert "C02" not in page
    assert "/studies/" not in page


def test_uploader_uploads_and_enters_nothing(client: Client, cast: Cast) -> None:
    page = _page(client, cast.uploader)
    assert "/uploads/" in page
    assert "/admin/registry/patient/add/" not in page


def test_statistician_finds_studies_and_no_patients(client: Client, cast: Cast, make_patient: Callable) -> None:
    make_patient(local_id="OURS")
    page = _page(client, cast.statistician)
    assert "/studies/" in page
    assert "OURS" not in page
    assert "/admin/registry/patient/" not in page


def test_administrator_finds_people_centers_and_jobs(client: Client, cast: Cast) -> None:
    page = _page(client, cast.administrator)
    for address in (
        "/people/",
        "/delegation/",
        "/admin/registry/center/",
        "/admin/registry/job/",
    ):
        assert address in page
    assert "/admin/registry/patient/" not in page


def test_user_without_center_reads_what_to_do(client: Client, cast: Cast) -> None:
    page = _page(client, cast.outsider)
    assert "not have a role in any center" in page
    assert "/admin/registry/" not in page


def test_there_is_one_start_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.data_manager)
    assert client.get("/admin/").headers["Location"] == "/"


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/logout/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/reauthenticate/",
    ],
)
def test_account_pages_wear_the_same_dress(client: Client, cast: Cast, address: str) -> None:
    if "login" not in address:
        client.force_login(cast.data_manager)
    page = client.get(address, follow=True).content.decode()
    assert "caliper-sheet" in page
    assert "sign up" not in page.lower()
    assert "https://" not in page


def test_language_is_switched_by_a_button(client: Client, cast: Cast) -> None:
    client.force_login(cast.data_manager)
    client.post("/language/", {"language": "zh-hans", "next": "/"})
    assert 'lang="zh-hans"' in client.get("/").content.decode()
