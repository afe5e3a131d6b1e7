"""One request, one transaction, one scope: an error leaves nothing, a stream keeps its scope, nobody inherits another's."""

import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.models import Patient

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.registry.access.request_urls")]


@pytest.fixture
def client(cast, make_patient) -> Client:
    make_patient(local_id="0001")
    make_patient(local_id="0002", center=cast.other_center)
    client = Client(raise_request_exception=False)
    client.force_login(cast.data_manager)
    return client


def sexes(cast) -> list[str]:
    with center_scope([cast.center.pk, cast.other_center.pk]):
        return list(Patient.objects.order_by("local_id").values_list("sex", flat=True))


@pytest.mark.parametrize(("address", "status"), [("/raise/", 500), ("/404/", 404), ("/503/", 503)])
def test_an_error_after_a_write_leaves_nothing(cast, client, address, status):
    assert client.post(address).status_code == status
    assert sexes(cast) == ["M", "M"]


def test_a_write_reaches_the_own_center_alone_and_says_who_and_why(cast, client, rows):
    assert client.post("/write/", {"_reason": "typing error"}).status_code == 200
    assert sexes(cast) == ["F", "M"]
    with center_scope([cast.center.pk]):
        ((user, reason, url),) = rows("""SELECT c.metadata->>'user', c.metadata->>'reason', c.metadata->>'url'
            FROM registry_patientevent e JOIN pghistory_context c ON c.id = e.pgh_context_id WHERE e.pgh_label = 'update'""")
    assert (user, reason, url) == (str(cast.data_manager.pk), "typing error", "/write/")


def test_a_page_that_is_only_read_can_not_write(cast, client):
    assert client.get("/write/").status_code == 500
    assert sexes(cast) == ["M", "M"]


def test_a_stream_sees_the_centers_of_its_request(client):
    assert client.get("/stream/").getvalue() == b"0001\n"


def test_the_next_request_does_not_inherit_the_scope(cast, client):
    client.get("/stream/").getvalue()
    client.force_login(cast.outsider)
    assert client.get("/stream/").getvalue() == b""
    client.logout()
    assert client.get("/stream/").getvalue() == b""
