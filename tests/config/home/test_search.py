"""Ctrl+K finds any patient, record or page of one's own centers, and nothing of another's."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.models import AblationSession, TransarterialSession
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _hits(client: Client, user: Any, *, q: str) -> dict[str, list[str]]:
    client.force_login(user)
    groups = client.get("/search.json", {"q": q}).json()["groups"]
    return {group["title"]: [hit["label"] for hit in group["hits"]] for group in groups}


def test_patients_are_found_by_how_their_number_begins(client: Client, cast: Cast, make_patient: Callable) -> None:
    for number in ("0042", "0043", "1004"):
        make_patient(local_id=number)
    assert _hits(client, cast.data_manager, q="004")["Patients"] == ["0042", "0043"]


def test_patients_are_found_by_registry_identifier_in_small_letters(
    client: Client, cast: Cast, make_patient: Callable
) -> None:
    patient = make_patient(local_id="0042")
    assert _hits(client, cast.data_manager, q=patient.registry_id.lower())["Patients"] == ["0042"]


def test_the_very_number_comes_before_longer_ones(client: Client, cast: Cast, make_patient: Callable) -> None:
    for number in ("10", "101", "1"):
        make_patient(local_id=number)
    assert _hits(client, cast.data_manager, q="1")["Patients"][0] == "1"


def test_patients_of_another_center_are_not_found(client: Client, cast: Cast, make_patient: Callable) -> None:
    theirs = make_patient(local_id="0042", center=cast.other_center)
    for q in ("0042", "00", theirs.registry_id, "%", "_"):
        assert "Patients" not in _hits(client, cast.data_manager, q=q)


@pytest.mark.parametrize("who", ["statistician", "outsider", "administrator"])
def test_who_reads_no_records_finds_no_patient(client: Client, cast: Cast, make_patient: Callable, who: str) -> None:
    make_patient(local_id="0042")
    assert set(_hits(client, getattr(cast, who), q="0042")) <= {"Pages"}


def test_further_words_narrow_down_the_records(client: Client, cast: Cast, make_patient: Callable) -> None:
    patient = make_patient(local_id="0042")
    of = {"patient": patient, "center": cast.center}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="records to find"):
        TransarterialSession.objects.create(**of, start_date="2015-04-01", modality="CTACE", lipiodol_ml=25)
        AblationSession.objects.create(**of, start_date="2015-05-01", ablation_modality="MWA")
    assert len(_hits(client, cast.data_manager, q="0042")["Records"]) == 2
    assert len(_hits(client, cast.data_manager, q="0042 TACE")["Records"]) == 1
    assert "Records" not in _hits(client, cast.data_manager, q="0042 transplant")


def test_pages_are_those_of_the_side_bar(client: Client, cast: Cast) -> None:
    assert _hits(client, cast.data_manager, q="quer")["Pages"] == ["Queries"]
    assert "Pages" not in _hits(client, cast.data_manager, q="stud")
    assert _hits(client, cast.statistician, q="stud")["Pages"] == ["Studies"]


def test_nothing_typed_offers_the_pages(client: Client, cast: Cast) -> None:
    assert "Home" in _hits(client, cast.data_manager, q="")["Pages"]


def test_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/search.json", {"q": "1"}).status_code == 302
