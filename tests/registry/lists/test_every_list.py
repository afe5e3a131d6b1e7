"""Every list of the product, found by its addresses: it can be arranged, saved and downloaded, or it is named here with the reason."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from analytics.models import Study
from analytics.protocol.library import library
from analytics.studies.services import add_library_study
from registry.access.scope import center_scope
from registry.models import Sweep
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

APPS = ("registry", "importers", "analytics", "auth")  # what others register has no way to it
NOT_LISTS = {
    "/": "counts, each of which leads to a list",
    "/dashboard/": "counts, with a file of its own",
    "/grid/": "one patient a line and one form a column, with a file of its own",
    "/people/": "people with the roles of each; their file is the delegation log",
    "/delegation/": "what has its own file, complete and in its order",
    "/account/": "the last sign-ins of one person",
    "/api/tokens/": "ten at most, each shown whole; none of it is for a file",
    "/forms/": "the forms to print, always the same",
    "/api/": "a reference",
    "/api/v1/openapi.json": "a reference",
}


def _addresses(patterns: Any, *, before: str = "/") -> list[str]:
    """Those without a part that varies."""
    found: list[str] = []
    for each in patterns:
        told = before + str(each.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        if isinstance(each, URLResolver):
            found += _addresses(each.url_patterns, before=told)
        elif isinstance(each, URLPattern) and not set("<(\\?*+") & set(told):
            found.append(told)
    return found


def _lists_of_the_admin() -> list[str]:
    assert get_resolver().url_patterns, "loaded, which also takes away what is no page of ours"
    own = [model._meta for model in admin.site._registry if model._meta.app_label in APPS]
    return [reverse(f"admin:{options.app_label}_{options.model_name}_changelist") for options in own]


@pytest.fixture
def everybody(cast: Cast) -> dict[str, Client]:
    """A signed-in browser for each role."""
    clients = {}
    for name in ("administrator", "data_manager", "uploader", "statistician", "investigator"):
        clients[name] = Client()
        clients[name].force_login(getattr(cast, name))
    return clients


def _files(client: Client, address: str) -> None:
    page = client.get(address)
    assert b"data-list=" in page.content, address
    text = b"".join(client.get(address, {"file": "csv"}).streaming_content).decode("utf-8-sig")
    head = next(csv.reader(StringIO(text)))
    assert all(head), address
    assert client.get(address, {"file": "xlsx"})["Content-Disposition"].endswith('.xlsx"')


def test_every_list_of_the_admin_is_arranged_and_downloaded(everybody: dict[str, Client]) -> None:
    for address in _lists_of_the_admin():
        reader = next(c for c in everybody.values() if c.get(address).status_code == 200)
        _files(reader, address)


def test_every_page_with_a_table_is_a_list_or_says_why_not(everybody: dict[str, Client]) -> None:
    Sweep.objects.create()
    known = {*_lists_of_the_admin(), *NOT_LISTS}
    lists = []
    for address in {*_addresses(get_resolver().url_patterns)} - known:
        if address.startswith(("/accounts/", "/admin/", "/language/")) or address.endswith((".json", ".csv", ".pdf")):
            continue
        for client in everybody.values():
            page = client.get(address)
            if (page.status_code == 200 and "<table" in page.content.decode()) or b"data-list=" in page.content:
                lists.append(address)
                _files(client, address)
                break
    assert {"/queries/", "/uploads/", "/uploads/mappings/", "/sign-offs/", "/sweeps/", "/studies/"} <= {*lists}


def test_a_study_lists_its_runs_and_its_exports_each_by_itself(cast: Cast, everybody: dict[str, Client]) -> None:
    with center_scope([cast.center.pk, cast.other_center.pk], by=cast.statistician, reason="a study"):
        study: Study = add_library_study(library()[0].id, by=cast.statistician, reason="a test")
    page = everybody["statistician"].get(study.get_absolute_url()).content.decode()
    for name, first in (("runs", "Requested at"), ("exports", "Exported at")):
        assert f'data-list="{name}"' in page
        file = everybody["statistician"].get(study.get_absolute_url(), {f"{name}-file": "csv"})
        assert b"".join(file.streaming_content).decode("utf-8-sig").startswith(first)
