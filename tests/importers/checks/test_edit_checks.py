"""What a workbook's records are told that depends on the patient's other records, in the workbook or stored."""

import datetime

import pytest

from importers.checks.check import check_workbook
from importers.checks.edit_checks import _Equals, rows_by_patient
from importers.checks.records import Records
from registry.access.scope import center_scope
from registry.choices import RecordStatus
from registry.models import FollowUp, LabResult
from registry.workbook.stored_keys import Stored, stored_in
from tests.importers import books
from tests.importers.loading import load_workbook

SYSTEMIC = "08_系统治疗_systemic"
CONTACTS = [
    books.follow_up(follow_up_date="2015-12-01", vital_status="DEAD", death_date="2015-12-01", death_cause="HCC")
    | {"last_known_alive_date": None},
    books.follow_up(),
]


def told(report, *codes):
    return [(f.code, f.place.sheet, f.place.row, f.place.name) for f in report.findings if f.code in codes]


def check(**sheets):
    return check_workbook(books.workbook(books.whole_center(1) | sheets), center="C01")


def haic(*days):
    return [books.session(start_date=day, modality="HAIC", haic_regimen="FOLFOX", lipiodol_ml=None) for day in days]


def test_a_contact_without_a_death_date_is_still_held_against_the_death():
    report = check(**{books.FOLLOW_UP: CONTACTS})
    assert told(report, "V-D06", "V-D04") == [
        ("V-D04", books.FOLLOW_UP, 2, "death_date"),
        ("V-D06", books.FOLLOW_UP, 3, "follow_up_date"),
    ]
    assert not check(**{books.FOLLOW_UP: CONTACTS[1:]}).has_errors


def test_two_cycles_too_close_are_told_on_the_later_and_stored():
    report = check(**{books.TRANSARTERIAL: haic("2015-04-01", "2015-04-22", "2015-04-30")})
    assert told(report, "V-D16") == [("V-D16", books.TRANSARTERIAL, 4, "start_date")]
    assert not report.has_errors
    assert [record.rows for record in report.accepted["transarterialsession"]] == [(2,), (3,), (4,)]


def test_what_contradicts_a_stored_record_is_told_in_the_workbook(cast):
    first = books.whole_center(1) | {books.TRANSARTERIAL: haic("2015-04-22")}
    load_workbook(books.workbook(first), center=cast.center, by=cast.uploader, reason="a test")
    with center_scope([cast.center.pk]):
        stored = stored_in(cast.center.pk)
    for day in ("2015-04-10", "2015-04-30"):
        second = books.workbook({books.TRANSARTERIAL: haic(day)})
        report = check_workbook(second, center="C01", stored=stored)
        assert told(report, "V-D16") == [("V-D16", books.TRANSARTERIAL, 2, "start_date")]
    assert not check_workbook(books.workbook(first), center="C01", stored=stored).has_errors


def test_a_stored_patient_of_whom_the_workbook_says_nothing_is_left_alone(cast):
    load_workbook(books.workbook(books.whole_center(2)), center=cast.center, by=cast.uploader, reason="a test")
    with center_scope([cast.center.pk]):
        stored = stored_in(cast.center.pk)
    lone = {books.FOLLOW_UP: [books.follow_up("0002", vital_status="LTFU", follow_up_date="2015-03-15")]}
    report = check_workbook(books.workbook(lone), center="C01", stored=stored)
    assert told(report, "V-R15") == [("V-R15", books.FOLLOW_UP, 2, "vital_status")]
    assert {name: len(rows) for name, rows in stored.rows.items() if rows} == {
        "patient": 2,
        "assessment": 2,
        "tumorburden": 2,
        "transarterialsession": 2,
        "followup": 2,
    }


def test_a_score_is_held_against_the_laboratory_of_its_assessment():
    entered = books.assessment(encephalopathy_grade="0", ctp_score=7, ctp_class="B")
    measured = books.laboratory(tbil=12.5, inr=1.1)
    report = check(**{books.ASSESSMENT: [entered], books.LABORATORY: [measured]})
    assert told(report, "V-S02") == [("V-S02", books.ASSESSMENT, 2, "ctp_score")]


def test_a_dose_is_held_against_the_weight_of_those_days():
    agent = {"local_id": "0001", "line_no": 1, "agent_code": "LENVATINIB", "dose": 8, "dose_unit": "mg"}
    agent |= {"schedule": "QD", "agent_stop_date": None}
    for start, codes in (("2015-03-24", ["V-T22"]), ("2015-03-25", [])):
        report = check(**{SYSTEMIC: [{**agent, "agent_start_date": start}]})
        assert [code for code, *_place in told(report, "V-T22")] == codes


def test_a_record_sent_again_takes_the_place_of_the_stored_one_but_its_blanks_do_not(cast):
    first = books.whole_center(2) | {books.TRANSARTERIAL: haic("2015-04-22")}
    load_workbook(books.workbook(first), center=cast.center, by=cast.uploader, reason="a test")
    with center_scope([cast.center.pk]):
        stored = stored_in(cast.center.pk)
    again = {books.FOLLOW_UP: [books.follow_up(vital_status="LTFU", last_known_alive_date=None)]}
    report = check_workbook(books.workbook(again), center="C01", stored=stored)
    sent = [record for accepted in report.accepted.values() for record in accepted]
    ((local_id, _, rows),) = rows_by_patient(Records(sent), stored=stored)
    assert {entity: len(those) for entity, those in rows.items()} == {
        "followup": 1,
        "patient": 1,
        "assessment": 1,
        "tumorburden": 1,
        "transarterialsession": 1,
    }
    (contact,) = rows["followup"]
    assert contact["vital_status"] == "LTFU"
    assert contact["last_known_alive_date"] == datetime.date(2016, 1, 10)
    assert local_id == "0001"


def test_fewer_rows_than_before_are_told_but_not_of_a_workbook_that_corrects_some():
    sheets = books.whole_center(7)
    before = Stored(uploaded_rows=dict.fromkeys(sheets, 10))
    told = check_workbook(books.workbook(sheets), center="C01", stored=before)
    assert [rule.code for rule in told.totals if rule.code == "V-B05"] == ["V-B05"]
    sheets[books.PATIENT][0]["_row"] = "7:3"
    told = check_workbook(books.workbook(sheets), center="C01", stored=before)
    assert "V-B05" not in {rule.code for rule in told.totals}


def test_of_what_is_stored_only_the_records_of_those_are_read_whom_the_workbook_names(cast):
    born = {"0001": "1960-01-01", "0002": "1961-02-02", "0003": "1962-03-03"}
    sheets = books.whole_center(3)
    for row in sheets[books.PATIENT]:
        row["birth_date"] = born[row["local_id"]]
    load_workbook(books.workbook(sheets), center=cast.center, by=cast.uploader, reason="a test")
    asked: list[Stored] = []

    def ask(named):
        asked.append(stored_in(cast.center.pk, of=named))
        return asked[0]

    sent = {
        books.PATIENT: [books.patient("0009", birth_date="1962-03-03")],
        books.FOLLOW_UP: [books.follow_up("0001", follow_up_date="2015-04-30")],
    }
    with center_scope([cast.center.pk]):
        check_workbook(books.workbook(sent), center="C01", stored=ask)
        whole = stored_in(cast.center.pk)
    (stored,) = asked
    assert {row["local_id"] for row in stored.rows["patient"].values()} == {"0001"}
    assert {key[0] for key in stored.rows["transarterialsession"]} == {"0001"}
    assert stored.patients == whole.patients
    assert stored.patients["0003"].first_treated == min(
        row["start_date"] for key, row in whole.rows["transarterialsession"].items() if key[0] == "0003"
    )
    assert {key[0] for key in whole.rows["transarterialsession"]} == set(born)


def test_a_patient_of_the_workbook_may_be_a_stored_one_whom_it_does_not_name(cast):
    sheets = books.whole_center(1)
    load_workbook(books.workbook(sheets), center=cast.center, by=cast.uploader, reason="a test")
    born, first = sheets[books.PATIENT][0]["birth_date"], sheets[books.TRANSARTERIAL][0]["start_date"]
    with center_scope([cast.center.pk]):
        stored = stored_in(cast.center.pk, of={"0009"})
    for day, codes in ((first, ["V-P04"]), ("2015-05-20", [])):
        sent = {
            books.PATIENT: [books.patient("0009", birth_date=born)],
            books.TRANSARTERIAL: [books.session("0009", start_date=day)],
        }
        report = check_workbook(books.workbook(sent), center="C01", stored=stored)
        assert [code for code, *_place in told(report, "V-P04")] == codes


def test_equal_results_are_told_as_if_each_were_asked(monkeypatch):
    """Of panels full of doubtful values, some alike, in patients of known and of unknown sex."""
    values = {
        "afp": "＞20",
        "inr": 12.0,
        "pt": 12.1,
        "ast": 40,
        "alp": 40,
        "dbil": 50,
        "wbc": 6,
        "neut": 5,
        "lym": 4,
        "crea": 1.1,
    }
    sheets = books.whole_center(6)
    for number, row in enumerate(sheets[books.LABORATORY]):
        row |= values | {"alt": 40 if number % 2 else 41, "pt": 12.1 if number % 3 else 92}
    for number, row in enumerate(sheets[books.PATIENT]):
        row["sex"] = ("M", "F", "UNK")[number % 3]

    def told_of() -> list[tuple[str, str, str]]:
        report = check_workbook(books.workbook(sheets), center="C01")
        return [(f.code, str(f.place), f.en) for f in report.findings]

    once = told_of()
    monkeypatch.setattr(
        _Equals, "findings", lambda _self, record, *, row, context: context.findings(record.entity, row)
    )
    assert once == told_of()
    assert {"V-U10", "V-U14", "V-U18", "V-U21", "V-U22", "V-P08"} <= {code for code, *_ in once}


def test_what_a_workbook_would_change_of_locked_records_is_told_and_held_back(cast):
    sheets = books.whole_center(2)
    load_workbook(books.workbook(sheets), center=cast.center, by=cast.uploader, reason="a test")
    with center_scope([cast.center.pk], by=cast.data_manager, reason="signed"):
        for model in (LabResult, FollowUp):
            model.objects.filter(patient__local_id="0001").update(record_status=RecordStatus.LOCKED)
        stored = stored_in(cast.center.pk)
    sheets[books.LABORATORY][0]["alt"] = 55
    sheets[books.LABORATORY][1]["alt"] = 55
    sheets[books.FOLLOW_UP][0]["vital_status"] = "LTFU"
    report = check_workbook(books.workbook(sheets), center="C01", stored=stored)
    assert told(report, "V-B06") == [
        ("V-B06", books.LABORATORY, 2, "alt"),
        ("V-B06", books.FOLLOW_UP, 2, "follow_up_date"),
    ]
    (of_a_contact,) = (one for one in report.findings if one.code == "V-B06" and one.place.sheet == books.FOLLOW_UP)
    assert "so Vital status cannot be changed" in of_a_contact.en
    assert "记录已锁定，生存状态不能更改" in of_a_contact.zh


@pytest.mark.parametrize(("days", "is_told"), [((1, 15), True), ((2, 9, 16, 23), False), ((None,), False)])
def test_dates_heaped_on_the_first_and_the_middle_of_months_are_told_of_their_column(*, days, is_told):
    """A date known to the month alone is stored on the 15th and is not meant."""
    sheets = books.whole_center(40)
    for number, row in enumerate(sheets[books.FOLLOW_UP]):
        day = days[number % len(days)]
        row["follow_up_date"] = "2016-02" if day is None else f"2016-02-{day:02}"
    report = check_workbook(books.workbook(sheets), center="C01")
    heaped = [(place.sheet, place.name) for place in (f.place for f in report.findings if f.code == "V-L11")]
    assert ((books.FOLLOW_UP, "follow_up_date") in heaped) is is_told
