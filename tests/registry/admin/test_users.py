"""The pages of an administrator speak to people, and show nothing of a password."""

import pytest
from django.test import Client
from django.urls import reverse

from registry.access.scope import center_scope
from registry.models import LabReferenceLimit
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def administering(cast: Cast, client: Client) -> Client:
    client.force_login(cast.administrator)
    return client


def test_the_page_of_a_user_shows_no_hash_and_names_the_administrator(administering: Client, cast: Cast) -> None:
    page = administering.get(reverse("admin:auth_user_change", args=[cast.uploader.pk])).content.decode()
    assert cast.uploader.password.split("$")[-1][:6] not in page
    assert "algorithm" not in page
    assert reverse("people:person", args=[cast.uploader.pk]) in page
    assert "Administrator" in page
    assert "Superuser status" not in page


def test_the_list_of_users_speaks_of_administrators(administering: Client, cast: Cast) -> None:
    address = reverse("admin:auth_user_changelist")
    assert "Superuser status" not in administering.get(address).content.decode()
    found = administering.get(address, {"administrator": "yes"})
    assert list(found.context["cl"].queryset) == [cast.administrator]
    assert "Administrator: <strong>Yes</strong>" in found.content.decode()


def test_an_account_is_named_in_the_header_as_it_is_written(administering: Client, cast: Cast) -> None:
    page = administering.get(reverse("admin:auth_user_change", args=[cast.uploader.pk])).content.decode()
    head = page.split('id="header-inner"')[1].split("</h1>")[0]
    assert cast.uploader.username in head
    assert cast.uploader.username.capitalize() not in head
    assert "Users" in head


def test_saving_a_user_keeps_the_password(administering: Client, cast: Cast) -> None:
    address = reverse("admin:auth_user_change", args=[cast.uploader.pk])
    before = cast.uploader.password
    answer = administering.post(address, {"username": "uploader", "last_name": "Chen", "is_active": "on"})
    assert answer.status_code == 302
    cast.uploader.refresh_from_db()
    assert (cast.uploader.last_name, cast.uploader.password, cast.uploader.is_active) == ("Chen", before, True)


def test_the_limits_of_normal_are_in_the_side_bar_and_on_the_centers_page(administering: Client, cast: Cast) -> None:
    with center_scope([], by=cast.administrator, reason="a test"):
        LabReferenceLimit.objects.create(center=cast.center, analyte_code="alb", lln=40, valid_from="2015-01-01")
    page = administering.get(reverse("admin:registry_center_change", args=[cast.center.pk])).content.decode()
    assert "1 limit entered" in page
    assert f'href="{reverse("admin:registry_labreferencelimit_changelist")}"' in page


def test_a_limit_of_normal_is_entered_in_a_unit_that_is_said(administering: Client) -> None:
    page = administering.get(reverse("admin:registry_labreferencelimit_add")).content.decode()
    for told in ("Albumin (g/L)", "Creatinine (µmol/L)", ">INR<"):
        assert told in page
    assert '<option value="" selected>Select value</option>' in page


def test_every_list_is_reachable(client: Client, cast: Cast) -> None:
    client.force_login(cast.data_manager)
    assert client.get("/").content.decode().count("/admin/registry/transarterialsession/") >= 2
