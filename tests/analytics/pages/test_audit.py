"""The page that checks printed tables."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import Cast

pytestmark = pytest.mark.django_db

ADDRESS = "/studies/check-table/"
TABLE = "Factor,A (n=50),B (n=60),P\nHBV,20 (42.0),25 (41.7),\n"


def test_a_pasted_table_and_a_file_are_checked_and_nonsense_is_refused_in_words(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.statistician)
    pasted = client.post(ADDRESS, {"text": TABLE}).content.decode()
    assert "20 of 50 is 40.00 %, not 42 %." in pasted
    sent = client.post(ADDRESS, {"file": SimpleUploadedFile("table.csv", TABLE.encode())}).content.decode()
    assert "20 of 50 is 40.00 %, not 42 %." in sent
    refused = client.post(ADDRESS, {"text": "<script>alert(1)</script>"}, headers={"accept-language": "zh-hans"})
    assert refused.status_code == 200
    assert "未找到表格" in refused.content.decode()
    assert "<script>alert" not in refused.content.decode()


def test_only_readers_of_studies_see_it(cast: Cast) -> None:
    client = Client()
    assert client.get(ADDRESS).status_code == 302
    client.force_login(cast.uploader)
    assert client.get(ADDRESS).status_code == 403
