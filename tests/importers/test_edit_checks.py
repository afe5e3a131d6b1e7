"""What a workbook's records are told that depends on the patient's other records."""

from importers.check import check_workbook
from tests.importers import books

CONTACTS = [
    books.follow_up(follow_up_date="2015-12-01", vital_status="DEAD", death_date="2015-12-01", death_cause="HCC")
    | {"last_known_alive_date": None},
    books.follow_up(),
]


def errors_of(**sheets):
    report = check_workbook(books.workbook(books.whole_center(1) | sheets), center="C01")
    return [(f.place.sheet, f.place.row, f.code) for f in report.findings if f.severity.name == "ERROR"]


def test_a_contact_without_a_death_date_is_still_held_against_the_death():
    assert (books.FOLLOW_UP, 3, "V-D06") in errors_of(**{books.FOLLOW_UP: CONTACTS})
    assert errors_of(**{books.FOLLOW_UP: CONTACTS[1:]}) == []
