"""Pages cross the hospital's network compressed."""

import gzip
from collections.abc import Callable

import pytest
from django.test import Client

from tests.conftest import Cast

pytestmark = pytest.mark.django_db

MOST_BYTES = 150_000


@pytest.mark.parametrize("page", ["/admin/registry/patient/add/", "/admin/registry/patient/{patient}/change/"])
def test_the_form_of_a_patient_is_small_over_the_wire(
    client: Client, cast: Cast, make_patient: Callable, page: str
) -> None:
    client.force_login(cast.data_manager)
    answer = client.get(page.format(patient=make_patient().pk), headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    written = gzip.decompress(answer.content)
    print(f"{page}: {len(answer.content):,} of {len(written):,} bytes")
    assert len(answer.content) <= MOST_BYTES
    assert b"</html>" in written
