"""A page that cannot be shown says so in our look and in the reader's language, and where to go from there."""

import pytest
from django.test import Client

from tests.conftest import Cast


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast.data_manager)
    return client


@pytest.mark.parametrize(
    ("address", "status", "english", "chinese"),
    [("/no-such-page/", 404, "Page not found", "找不到该页面"), ("/studies/", 403, "Access denied", "没有权限")],
)
def test_refusals_are_pages_of_ours_in_both_languages(client, address, status, english, chinese):
    for language, words in {"en": english, "zh-hans": chinese}.items():
        page = client.get(address, headers={"accept-language": language})
        assert page.status_code == status
        assert words in page.content.decode()
        assert "caliper.css" in page.content.decode()


def test_a_form_without_its_token_is_explained(db):
    page = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x", "password": "y"})
    assert page.status_code == 403
    assert "The form has expired" in page.content.decode()


def test_too_many_sign_ins_are_explained_in_both_languages(db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    for language, words in {"en": "Too many requests", "zh-hans": "请求过多"}.items():
        for _time in range(2):
            page = Client().post(
                "/accounts/login/", {"login": "x", "password": "y"}, headers={"accept-language": language}
            )
        assert page.status_code == 429
        assert words in page.content.decode()


@pytest.mark.urls("tests.registry.access.request_urls")
def test_a_fault_needs_no_database_to_be_told(client, cast):
    page = client.get("/raise/")
    assert page.status_code == 500
    assert "Something went wrong" in page.content.decode()
