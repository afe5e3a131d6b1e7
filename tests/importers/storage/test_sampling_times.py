"""The long laboratory sheet says when a sample was taken: stored as that moment in the time of the house."""

import datetime

import pytest
from django.utils import timezone

from importers.files import cells
from importers.services import load_file
from registry.access.scope import center_scope
from registry.models import LabResult
from tests.importers import books

LONG = "03_检验_lab"
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


@pytest.fixture
def load(cast):
    def run(given, **options):
        result = {"local_id": "0001", "assessment_date": "2015-03-10", "assessment_type": "BASE"}
        result |= {"analyte_code": "alt", "value": 41, "unit": "U/L", "sample_datetime": given}
        sheets = {books.PATIENT: [books.patient()], books.ASSESSMENT: [books.assessment()], LONG: [result]}
        content = books.workbook(sheets, **options)
        return load_file(content, filename="a.xlsx", center=cast.center.pk, by=cast.uploader, mode="VALID")

    return run


@pytest.mark.parametrize(
    ("given", "time"),
    [
        ("2015-03-10 08:30", (8, 30)),
        ("2015-03-10T08:30:59", (8, 30, 59)),
        ("2015年3月10日 8:30", (8, 30)),
        ("２０１５-03-10　08：30", (8, 30)),
        (datetime.datetime(2015, 3, 10, 8, 30), (8, 30)),  # noqa: DTZ001  # as Excel has them
        (42073.354166667, (8, 30)),
        ("2015-03-10", ()),
        (datetime.date(2015, 3, 10), ()),
    ],
)
def test_a_moment_is_stored_in_every_way_it_is_written(given, time, load, cast):
    assert load(given).result["labresult"]["new"] == 1
    with center_scope([cast.center.pk]):
        (result,) = LabResult.objects.all()
    assert result.sample_datetime == datetime.datetime(2015, 3, 10, *(time or (0,)), tzinfo=SHANGHAI)
    assert load(given).result["labresult"]["unchanged"] == 1


def test_a_moment_that_changed_is_one_change(load, cast):
    load("2015-03-10 08:30")
    assert load("2015-03-10 09:30").result["labresult"]["changed_values"] == 1
    assert load("").result["labresult"]["unchanged"] == 1
    with center_scope([cast.center.pk]):
        assert timezone.localtime(LabResult.objects.get().sample_datetime).hour == 9


@pytest.mark.parametrize("given", ["2015-03-10 25:70", "2015-02-30 08:30", "10/03/2015 08:30", "8:30", "soon", True])
def test_what_is_no_moment_is_told_at_its_cell(given, load):
    found = [(f["name"], f["severity"]) for f in load(given).report["findings"] if f["name"] == "sample_datetime"]
    assert found == [("sample_datetime", "error")]


def test_days_from_1904_keep_their_time():
    cell = cells.read_moment(40611.5, zone=SHANGHAI, epoch_1904=True)
    assert cell.value == datetime.datetime(2015, 3, 10, 12, tzinfo=SHANGHAI)
