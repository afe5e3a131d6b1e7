"""One person in two centers is known by a keyed hash, and nothing else of the person is kept."""

from collections.abc import Callable
from datetime import date

import pytest

from registry.access.scope import center_scope
from registry.models import PatientIdentity
from registry.records.writes import save_patient
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def linked(cast: Cast, make_patient: Callable) -> Callable[..., PatientIdentity]:
    def link(*, local_id: str, at: str = "center", person: dict[str, object] | None = None, **given: str):
        place = getattr(cast, at)
        by = cast.data_manager if at == "center" else cast.other_data_manager
        patient = make_patient(center=place, local_id=local_id, **(person or {}))
        with center_scope([place.pk], by=by, reason="tests"):
            save_patient(patient, hospital_no=None, **given)
            return PatientIdentity.objects.get(patient=patient)

    return link


def test_the_same_person_in_two_centers_has_one_linkage_hash(linked) -> None:
    first = linked(local_id="1", national_id_ending="12345x")
    second = linked(local_id="2", at="other_center", national_id_ending="12345X ", initials="wxm")
    assert first.linkage_hash == second.linkage_hash
    assert second.initials_hash
    assert first.initials_hash is None
    assert "12345" not in first.linkage_hash


def test_initials_stand_in_for_the_card_and_birth_and_sex_tell_people_apart(linked) -> None:
    hashes = [
        linked(local_id="1", initials="WXM").linkage_hash,
        linked(local_id="2", initials="WXM", person={"sex": "F"}).linkage_hash,
        linked(local_id="3", initials="WXM", person={"birth_date": date(1961, 5, 17)}).linkage_hash,
        linked(local_id="4", initials="LXM").linkage_hash,
    ]
    assert None not in hashes
    assert len(set(hashes)) == len(hashes)


def test_a_later_save_without_them_keeps_the_hashes(cast: Cast, linked) -> None:
    identity = linked(local_id="1", initials="WXM")
    with center_scope([cast.center.pk], by=cast.data_manager, reason="tests"):
        save_patient(identity.patient, hospital_no="H-1")
        kept = PatientIdentity.objects.get(pk=identity.pk)
    assert (kept.linkage_hash, kept.hospital_no) == (identity.linkage_hash, "H-1")
