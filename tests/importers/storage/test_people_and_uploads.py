"""People and uploads at the same records: what a person stands behind is not replaced, nor undone, without a word."""

import datetime

import pytest

from importers.models import Upload
from importers.services import check_upload, confirm_upload, start_check, start_undo, store_upload
from registry.choices import RecordStatus
from registry.errors import Refused
from registry.models import FollowUp, LabResult, Patient, TransarterialSession
from registry.records.sign_off import sign_off
from registry.records.status import lock_patient, unlock_patient, verify_record
from registry.records.verification import unverify_value, verify_value
from registry.records.withdrawal import withdraw
from tests.importers import books

pytestmark = pytest.mark.django_db

HAND = {"sex": "F", "birth_date": datetime.date(1970, 1, 1), "diagnosis_date": datetime.date(2020, 1, 1)}


def people(*names, **variables):
    return {books.PATIENT: [books.patient(name, **variables) for name in names]}


@pytest.fixture
def patient(scope):
    def get(local_id="0001", **variables):
        with scope():
            found = Patient.objects.get(local_id=local_id)
            for name, value in variables.items():
                setattr(found, name, value)
            if variables:
                found.save()
            return found

    return get


@pytest.fixture
def attest(scope, patient, cast):
    """Verified by a data manager: a value, the whole record, or signed for by the investigator."""

    def run(how, *, local_id="0001", variable="pack_years"):
        with scope():
            found = patient(local_id)
            if how == "ticked":
                verify_value(found, variable=variable, by=cast.data_manager)
            elif how == "verified":
                verify_record(found, by=cast.data_manager)
            elif how == "signed":
                sign_off(found, by=cast.investigator, statement="All is as in the chart.")
            elif how == "locked":
                lock_patient(found, by=cast.data_manager, reason="closing the books")

    return run


def kept_of(upload):
    return [(one["entity"], one["variable"], one["reason"]) for one in upload.undo_result["kept"]]


def codes(upload):
    return [finding["code"] for finding in upload.report["findings"]]


# What a person entered


def test_a_patient_entered_by_hand_is_not_replaced_by_a_file_that_says_otherwise(stage, confirm, make_patient, patient):
    make_patient(local_id="0001", pack_years=3, **HAND)
    upload = stage(people("0001", pack_years=10, cirrhosis="1"))
    assert upload.preview["records"]["patient"]["conflict"] == 1
    told = next(one for one in upload.report["findings"] if one["code"] == "V-B16")
    assert "sex F, birth_date 1970-01-01, diagnosis_date 2020-01-01" in told["en"]
    assert "sex M, birth_date 1960-05-17, diagnosis_date 2015-03-02" in told["en"]
    assert told["severity"] == "warning"
    confirm(upload)
    found = patient()
    assert (found.sex, found.birth_date, found.diagnosis_date, found.pack_years) == (*HAND.values(), 3)
    assert found.cirrhosis == "1"  # what was left blank is nobody's, and is filled


def test_the_file_is_taken_where_the_person_who_confirms_says_so(stage, confirm, make_patient, patient):
    make_patient(local_id="0001", pack_years=3, **HAND)
    confirm(stage(people("0001", pack_years=10)), conflicts="FILE")
    assert (patient().sex, patient().pack_years) == ("M", 10)


@pytest.mark.parametrize(
    ("stored", "said", "is_asked"),
    [
        ({"sex": "F"}, {}, True),
        ({"sex": "UNK"}, {}, False),
        ({"birth_date": datetime.date(1960, 7, 1), "birth_date_precision": "Y"}, {}, False),
        ({"birth_date": datetime.date(1961, 7, 1), "birth_date_precision": "Y"}, {}, True),
        ({"diagnosis_date": datetime.date(2015, 3, 2)}, {"diagnosis_date": "2015"}, False),
        ({"diagnosis_date": datetime.date(2015, 3, 2)}, {"diagnosis_date": "2016-03"}, True),
    ],
)
def test_another_sex_birth_or_diagnosis_asks_whether_it_is_the_same_person(stored, said, is_asked, stage, make_patient):
    make_patient(local_id="0001", **stored)
    assert ("V-B16" in codes(stage(people("0001", **said)))) is is_asked


def test_a_value_corrected_by_hand_stays_a_persons_after_another_upload_and_after_an_undo(
    stage, confirm, undo, patient
):
    confirm(stage(people("0001", pack_years=8)))
    patient(pack_years=11)
    confirm(stage(people("0001", pack_years=11, cirrhosis="1")))  # the last to write the record is an upload now
    upload = stage(people("0001", pack_years=9, cirrhosis="1"))
    assert upload.preview["records"]["patient"]["conflict"] == 1
    forced = confirm(upload, conflicts="FILE")
    assert patient().pack_years == 9
    undo(forced)
    assert patient().pack_years == 11
    assert stage(people("0001", pack_years=7)).preview["records"]["patient"]["conflict"] == 1


def test_of_a_result_in_conflict_nothing_of_the_file_is_stored(stage, confirm, scope):
    sheets = books.whole_center(1)
    confirm(stage(sheets))
    with scope():
        result = LabResult.objects.get(analyte_code="tbil")
        result.value, result.raw_value = 13.5, "13.5"
        result.save()
    sheets[books.LABORATORY][0] |= {"tbil": "未查"}
    upload = stage(sheets)
    assert upload.preview["records"]["labresult"]["conflict"] == 1
    confirm(upload)
    with scope():
        result.refresh_from_db()
    assert (result.value, result.raw_value, result.missing_reason) == (13.5, "13.5", None)


# What was verified, ticked or signed for


@pytest.mark.parametrize("how", ["ticked", "verified", "signed"])
def test_what_somebody_attested_is_a_conflict_and_is_counted(how, stage, confirm, patient, attest, scope):
    confirm(stage(people("0001", "0002", pack_years=10)))
    attest(how)
    upload = stage(people("0001", "0002", pack_years=15))
    assert upload.preview["records"]["patient"]["conflict"] == 1
    assert upload.preview["records"]["patient"]["changed"] == 1
    assert upload.preview["verified_or_signed"] == 1
    stored = confirm(upload)
    assert stored.result["patient"]["verified_or_signed"] == 0  # nothing of it was touched
    assert (patient().pack_years, patient("0002").pack_years) == (10, 15)
    if how == "verified":
        assert patient().record_status == RecordStatus.VERIFIED
    forced = confirm(stage(people("0001", "0002", pack_years=16)), conflicts="FILE")
    assert forced.result["patient"]["verified_or_signed"] == 1
    assert patient().pack_years == 16


def test_a_new_record_of_a_patient_signed_for_is_counted_too(stage, confirm, attest):
    sheets = books.whole_center(2)
    contacts = sheets.pop(books.FOLLOW_UP)
    confirm(stage(sheets))
    attest("signed")
    upload = stage({books.FOLLOW_UP: contacts})
    assert upload.preview["records"]["followup"] == {
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "changed_values": 0,
        "verified_or_signed": 1,
    }
    assert confirm(upload).result["followup"]["verified_or_signed"] == 1


def test_a_withdrawn_record_that_a_person_had_changed_comes_back_with_that_persons_value(
    stage, confirm, scope, patient, cast
):
    confirm(stage(people("0001", pack_years=10)))
    patient(pack_years=66)
    with scope():
        withdraw(patient(), by=cast.data_manager, reason="not in the study")
    upload = stage(people("0001", pack_years=10))
    assert upload.preview["records"]["patient"]["conflict"] == 1
    confirm(upload)
    assert patient().pack_years == 66


# Between preview and storing


def test_a_record_locked_since_makes_the_preview_stale_and_holds_back_itself_alone(
    stage, confirm, scope, patient, attest, cast
):
    confirm(stage(people("0001", "0002", pack_years=10)))
    upload = stage(people("0001", "0002", "0003", pack_years=15))
    attest("locked", local_id="0002")
    stale = confirm(upload)
    assert stale.state == "STALE"
    assert stale.preview["stale"] == [{"entity": "patient", "key": {"local_id": "0002"}, "why": "locked"}]
    with scope():
        start_check(stale, by=cast.uploader)
    again = check_upload(stale.pk, center=cast.center.pk, by=cast.uploader)
    assert "stale" not in again.preview
    assert codes(again) == ["V-B06"]
    assert confirm(again, mode="VALID").state == "STORED"
    assert [patient(name).pack_years for name in ("0001", "0002", "0003")] == [15, 10, 15]


def test_what_was_changed_or_entered_since_is_named(stage, confirm, patient, make_patient):
    confirm(stage(people("0001", pack_years=10)))
    upload = stage(people("0001", "0002", pack_years=15))
    patient(pack_years=11)
    assert [(one["key"], one["why"]) for one in confirm(upload).preview["stale"]] == [({"local_id": "0001"}, "changed")]
    upload = stage(people("0003", pack_years=15))
    make_patient(local_id="0003")
    assert [(one["key"], one["why"]) for one in confirm(upload).preview["stale"]] == [({"local_id": "0003"}, "entered")]


def test_a_store_that_fails_leaves_a_preview_that_can_be_confirmed_again(stage, confirm, scope, cast):
    upload = stage(people("0001", pack_years=10))
    with scope():
        confirm_upload(upload, by=cast.uploader, mode="WHOLE")

    def fails(_percent, _message):
        raise MemoryError

    with pytest.raises(MemoryError):
        store_upload(upload.pk, center=cast.center.pk, by=cast.uploader, progress=fails)
    with scope():
        upload = Upload.objects.get(pk=upload.pk)
        assert (upload.state, upload.can_be_confirmed, Patient.objects.count()) == ("STAGED", True, 0)
    assert confirm(upload).state == "STORED"


# Undo


@pytest.mark.parametrize(
    ("work", "kept"),
    [
        ("edited", [("patient", "pack_years", "changed")]),
        ("ticked", [("patient", "pack_years", "ticked")]),
        ("verified", [("patient", "", "verified")]),
        ("signed", [("patient", "", "signed")]),
        ("locked", [("patient", "", "locked")]),
    ],
)
def test_an_inserted_record_that_people_worked_on_is_kept_and_listed(
    work, kept, stage, confirm, undo, patient, attest, standing_patients
):
    upload = confirm(stage(people("0001", "0002", pack_years=10)))
    if work == "edited":
        patient(pack_years=66)
    attest(work)
    undone = undo(upload)
    assert kept_of(undone) == kept
    assert undone.undo_result["withdrawn"] == {"patient": 1}
    assert standing_patients() == {"0001": 66 if work == "edited" else 10}


@pytest.fixture
def standing_patients(scope):
    def get():
        with scope():
            return dict(Patient.objects.values_list("local_id", "pack_years"))

    return get


@pytest.mark.parametrize(
    ("work", "kept", "left"),
    [
        ("ticked", [("pack_years", "ticked")], (15, None)),
        ("verified", [("cirrhosis", "verified"), ("pack_years", "verified")], (15, "1")),
        ("signed", [("cirrhosis", "signed"), ("pack_years", "signed")], (15, "1")),
        ("locked", [("cirrhosis", "locked"), ("pack_years", "locked")], (15, "1")),
    ],
)
def test_a_change_that_people_attested_since_is_kept_and_listed_by_field(
    work, kept, left, stage, confirm, undo, patient, attest
):
    confirm(stage(people("0001", pack_years=10)))
    upload = confirm(stage(people("0001", pack_years=15, cirrhosis="1")))
    attest(work)
    undone = undo(upload)
    assert sorted((variable, reason) for _entity, variable, reason in kept_of(undone)) == kept
    assert (patient().pack_years, patient().cirrhosis) == left


def test_what_was_kept_can_be_undone_later(stage, confirm, undo, patient, attest, scope, cast, standing_patients):
    confirm(stage(people("0001", pack_years=10)))
    upload = confirm(stage(people("0001", "0002", "0003", pack_years=15)))
    attest("locked")
    attest("ticked", local_id="0002")
    undone = undo(upload)
    assert undone.can_be_undone
    assert standing_patients() == {"0001": 15, "0002": 15}
    again = undo(undone)  # nothing is free yet
    assert kept_of(again) == kept_of(undone)
    with scope():
        unlock_patient(patient(), by=cast.data_manager, reason="to finish the undo")
        unverify_value(patient("0002"), variable="pack_years", by=cast.data_manager)
        undone.refresh_from_db()
        start_undo(undone, by=cast.uploader, reason="finish it")
        assert undone.state == "UNDONE"
    finished = undo(undone)
    assert kept_of(finished) == []
    assert finished.undo_result["withdrawn"] == {"patient": 2}
    assert finished.undo_result["changed_back"] == {"patient": 1}
    assert standing_patients() == {"0001": 10}
    with scope(), pytest.raises(Refused, match="Only a stored upload"):
        start_undo(finished, by=cast.uploader, reason="once more")


def test_a_verified_record_is_not_said_to_be_verified_again_while_a_value_of_it_is_kept(
    stage, confirm, undo, patient, attest
):
    confirm(stage(people("0001", pack_years=10)))
    attest("verified")
    upload = confirm(stage(people("0001", pack_years=15, cirrhosis="1")), conflicts="FILE")
    patient(pack_years=20)
    undo(upload)
    found = patient()
    assert (found.pack_years, found.cirrhosis, found.record_status) == (20, None, RecordStatus.SUBMITTED)


def test_the_record_above_one_that_is_kept_is_kept_as_well(stage, confirm, undo, scope):
    upload = confirm(stage(books.whole_center(2)))
    with scope():
        session = TransarterialSession.objects.get(patient__local_id="0001")
        session.lipiodol_ml = 11
        session.save()
    assert set(kept_of(undo(upload))) == {
        ("transarterialsession", "lipiodol_ml", "changed"),
        ("patient", "", "has_others_below"),
    }
    with scope():
        assert (Patient.objects.count(), TransarterialSession.objects.count(), FollowUp.objects.count()) == (1, 1, 0)


# What a file itself can tell


def test_a_row_that_names_another_center_is_an_error(stage):
    rows = [books.patient(f"{n:04d}", center_code=code) for n, code in enumerate(["C01", "c07", "", "Ward"], start=1)]
    upload = stage({books.PATIENT: rows})
    (told,) = [one for one in upload.report["findings"] if one["code"] == "V-B17"]
    assert (told["row"], told["found"], told["severity"]) == (3, "C07", "error")
    assert upload.preview["records"]["patient"]["new"] == 3


def test_rows_with_one_key_are_told_apart_by_what_differs(stage):
    same = books.patient("0001")
    other = books.patient("0001", sex="F", birth_date="1971-02-03", cirrhosis="1")
    upload = stage({books.PATIENT: [same, dict(same), other]})
    told = [one["en"] for one in upload.report["findings"] if one["code"] == "V-B03"]
    assert told[0] == "Row 3 repeats row 2 in every column. Delete one of them."
    assert told[1].startswith("Row 4 has the same key as row 2 (local_id) but differs in sex, birth_date, cirrhosis.")


def test_fewer_rows_are_told_once_and_not_of_a_part(stage, confirm):
    confirm(stage(books.whole_center(10)))
    assert "V-B05" not in codes(stage(books.whole_center(3)))  # a part
    fewer = stage(books.whole_center(7))
    (told,) = [one for one in fewer.report["findings"] if one["code"] == "V-B05"]
    assert "01_患者_patient 7/10" in told["en"]
    assert "10_随访_followup 7/10" in told["en"]
    confirm(stage(people("0001", pack_years=3)))  # a correction in between is not what the next is held against
    assert "V-B05" not in codes(stage(books.whole_center(10)))
    assert "V-B05" not in codes(stage(people("0001", "0002")))
