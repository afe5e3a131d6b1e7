"""What a center's own files say is understood where it is clear, asked about where it is not, and never guessed."""

import datetime

import pytest

from importers.checks.check import check_workbook
from importers.layout import columns
from importers.layout.columns import IGNORED
from importers.storage.load import NotAllowed
from importers.storage.mapping import header_mapping_of, remember_mapping
from registry.access.scope import center_scope
from registry.errors import Refused
from tests.importers import books

LONG = "03_检验_lab"
RESULT = {"local_id": "0001", "assessment_date": "2015-03-10", "assessment_type": "BASE"}


def check(sheets, **options):
    return check_workbook(books.workbook(sheets), center="C01", **options)


def with_results(*results):
    return check({**books.whole_center(1), books.LABORATORY: [], LONG: [RESULT | result for result in results]})


def accepted(report, entity):
    return [record.values for record in report.accepted[entity]]


def told(report, *codes):
    found = report.findings
    return [(f.code, f.place.row, f.place.name) for f in found if not codes or f.code in codes]


def test_results_one_per_row_are_read_as_those_side_by_side():
    wide = check(books.whole_center(1))
    long = with_results(
        {"analyte_code": "alb", "value": 4.1, "unit": "g/dL"},
        {
            "analyte_code": "总胆红素" if "总胆红素" in columns.code_names(LONG, column="analyte_code") else "tbil",
            "value": 12.5,
        },
        {"analyte_code": "AFP", "value": "＞121,000", "unit": "ng/mL"},
        {"analyte_code": "alt", "value": 41},
    )

    def read(report):
        return {
            (v["analyte_code"], v["value"], v["comparator"], v["missing_reason"]) for v in accepted(report, "labresult")
        }

    assert read(long) == read(wide) == {
        ("alb", 41.0, "=", None), ("tbil", 12.5, "=", None), ("afp", 121000.0, ">", None), ("alt", 41.0, "=", None),
    }  # fmt: skip


def test_limits_and_method_of_a_result_come_along():
    (result,) = accepted(
        with_results({"analyte_code": "alt", "value": 41, "lln": 9, "uln": 50, "method": "IFCC"}), "labresult"
    )
    assert (result["lln"], result["uln"], result["method"]) == (9.0, 50.0, "IFCC")


@pytest.mark.parametrize(
    ("result", "code"),
    [
        ({"analyte_code": "alt", "value": "12,5"}, "V-U13"),
        ({"analyte_code": "alt", "value": 41, "unit": "furlong"}, "V-U23"),
        ({"analyte_code": "alb", "value": 4100}, "V-U01"),
        ({"analyte_code": "humor", "value": 1}, "V-B04"),
    ],
)
def test_a_faulty_result_is_told_at_its_own_row_and_the_others_are_kept(result, code):
    report = with_results({"analyte_code": "tbil", "value": 12.5}, result)
    assert [(f.code, f.place.row) for f in report.findings if f.severity.name == "ERROR"] == [(code, 3)]
    assert [values["analyte_code"] for values in accepted(report, "labresult")] == ["tbil"]


def test_the_same_result_twice_is_told():
    report = with_results({"analyte_code": "alt", "value": 41}, {"analyte_code": "alt", "value": 42})
    assert told(report, "V-B03") == [("V-B03", 3, "local_id")]
    assert accepted(report, "labresult") == []


def test_a_reason_in_the_place_of_a_value_is_kept_as_one():
    sheets = books.whole_center(1)
    sheets[books.ASSESSMENT][0] |= {"weight_kg": "未查", "max_diameter_cm": "ND"}
    sheets[books.LABORATORY][0] |= {"alt": "未做"}
    report = check(sheets)
    assert not [f for f in report.findings if f.severity.name == "ERROR"]
    (assessment,), (burden,) = accepted(report, "assessment"), accepted(report, "tumorburden")
    assert (assessment["weight_kg"], assessment["weight_kg_missing_reason"]) == (None, "ND")
    assert (burden["max_diameter_cm"], burden["max_diameter_cm_missing_reason"]) == (None, "ND")
    assert ("alt", None, "ND") in {
        (v["analyte_code"], v["value"], v["missing_reason"]) for v in accepted(report, "labresult")
    }


def test_a_blank_gives_no_reason():
    (assessment,) = accepted(check(books.whole_center(1)), "assessment")
    assert not any(name.endswith("_missing_reason") for name in assessment)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2019-03", datetime.date(2019, 3, 15), "M"), ("2019年3月", datetime.date(2019, 3, 15), "M"),
        ("2019年", datetime.date(2019, 7, 1), "Y"), (2019, datetime.date(2019, 7, 1), "Y"), ("2019.3", datetime.date(2019, 3, 15), "M"),
    ],
)  # fmt: skip
def test_a_date_known_to_the_month_or_year_says_so(text, day, precision):
    patient = books.patient(diagnosis_date=text)
    (read,) = accepted(check({books.PATIENT: [patient]}), "patient")
    assert (read["diagnosis_date"], read["diagnosis_date_precision"]) == (day, precision)


def test_a_whole_date_beside_partial_ones_is_whole():
    sheets = {books.PATIENT: [books.patient("0001", diagnosis_date="2019-03"), books.patient("0002")]}
    assert [read["diagnosis_date_precision"] for read in accepted(check(sheets), "patient")] == ["M", "D"]


@pytest.mark.parametrize(
    "patient", [{"diagnosis_date": "2019-03", "diagnosis_date_precision": "D"}, {"diagnosis_date": "2019-13"}]
)
def test_a_partial_date_that_cannot_be_is_told(patient):
    found = told(check({books.PATIENT: [books.patient(**patient)]}))
    assert found[0][0] in {"C-DATE-PART", "C-DATE"}
    assert found[0][1:] == (2, "diagnosis_date")


def test_a_date_that_cannot_be_partial_needs_its_day():
    sheets = books.whole_center(1)
    sheets[books.ASSESSMENT][0]["assessment_date"] = "2015-03"
    assert ("C-DATE-PART", 2, "assessment_date") in told(check(sheets))


@pytest.mark.parametrize(
    "header", ["姓名", "患者姓名", "身份证号", "联系电话", "Patient name", "Mobile phone", "extra"]
)
def test_a_column_that_names_persons_is_dropped_and_only_the_column_is_told(header):
    secret = "110101196005170012"
    report = check({books.PATIENT: [books.patient(**{header: secret})]})
    assert told(report) == [("S-PERSONAL", 1, "")]
    assert not report.has_errors
    assert report.unmatched == ()
    assert secret not in repr(report)


def test_telephone_numbers_under_any_header_are_dropped():
    report = check({books.PATIENT: [books.patient("1", note=13800138000), books.patient("2", note="13900139000")]})
    assert ("S-PERSONAL", 1, "") in told(report)
    assert "13800138000" not in repr(report)


def test_an_id_card_in_a_known_column_is_an_error_that_quotes_nothing():
    report = check({books.PATIENT: [books.patient("110101196005170012")]})
    assert ("C-PERSONAL", 2, "local_id") in told(report)
    assert all("1960051700" not in f.en + f.zh + f.found for f in report.findings)


def test_an_unmatched_header_comes_with_suggestions_and_is_not_read():
    patient = books.patient()
    patient["hbv_stat"] = patient.pop("hbv_status")
    report = check({books.PATIENT: [patient]})
    (unmatched,) = report.unmatched
    assert (unmatched.sheet, unmatched.header, unmatched.suggestions[0]) == (books.PATIENT, "hbv_stat", "hbv_status")
    assert "hbv_status" not in accepted(report, "patient")[0]


def test_what_a_center_said_of_its_header_holds_from_then_on(cast):
    patient = books.patient()
    patient["乙肝两对半"], patient["床号"] = patient.pop("hbv_status"), 12
    mapping = {"乙肝两对半": "hbv_status", " 床号": IGNORED}
    remember_mapping(cast.center.pk, sheet=books.PATIENT, mapping=mapping, by=cast.uploader)
    with center_scope([cast.center.pk]):
        header_mapping = header_mapping_of(cast.center.pk)
    report = check({books.PATIENT: [patient]}, header_mapping=header_mapping)
    assert (told(report), report.unmatched) == ([], ())
    assert accepted(report, "patient")[0]["hbv_status"] == "POS"
    with center_scope([cast.other_center.pk]):
        assert header_mapping_of(cast.center.pk) == {}


@pytest.mark.parametrize(
    ("sheet", "mapping"),
    [("nowhere", {"a": "sex"}), (books.PATIENT, {"a": "b"}), (books.PATIENT, {"Sex": "hbv_status"})],
)
def test_a_mapping_that_makes_no_sense_is_refused(sheet, mapping, cast):
    with pytest.raises(Refused):
        remember_mapping(cast.center.pk, sheet=sheet, mapping=mapping, by=cast.uploader)


def test_only_who_may_upload_says_what_a_header_means(cast):
    with pytest.raises(NotAllowed):
        remember_mapping(cast.center.pk, sheet=books.PATIENT, mapping={"a": "sex"}, by=cast.statistician)
