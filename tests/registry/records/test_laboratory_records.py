"""What may be stored of a laboratory result, and which limits of normal hold for it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from registry.access.scope import center_scope
from registry.choices import AnalyteCode
from registry.clinical.laboratory.analyte_ranges import ANALYTE_CODES
from registry.clinical.laboratory.reference_limits import Limits
from registry.derived.reference_limits import abnormal_flag, center_limits, limits_for
from registry.models import Assessment, Center, LabReferenceLimit, LabResult
from registry.models.center import not_in_the_future
from registry.workbook.sheets import Kind, long_laboratory_sheet, sheet_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast, make_patient):
    patient = make_patient(sex="F", birth_date=date(1964, 6, 1))
    with center_scope([cast.center.pk], by=cast.data_manager, reason="tests"):
        yield Assessment.objects.create(
            patient=patient, center=cast.center, assessment_date=date(2020, 1, 2), assessment_type="BASE"
        )


def result(visit, *, analyte="alb", **values):
    given = {"raw_value": "", "raw_unit": "", **values}
    return LabResult.objects.create(
        assessment=visit, patient=visit.patient, center=visit.center, analyte_code=analyte, **given
    )


def test_a_result_is_a_number_a_code_or_missing(visit):
    assert str(result(visit, value=41.7)) == "Albumin 41.7 g/L"
    assert str(result(visit, analyte="hbsag_q", value_code="POS")).endswith("Positive")
    assert str(result(visit, analyte="afp", missing_reason="ND")).endswith("Not done")


@pytest.mark.parametrize("values", [{}, {"value": 1.0, "missing_reason": "ND"}, {"value": 1.0, "value_code": "POS"}])
def test_a_result_of_nothing_or_of_two_kinds_is_refused(visit, values):
    with pytest.raises(IntegrityError, match="a_result_is_a_number_a_code_or_missing"), transaction.atomic():
        result(visit, **values)


def limit(center, **values):
    return LabReferenceLimit.objects.create(
        center=center, **{"analyte_code": "alt", "lln": 5, "uln": 35, "valid_from": date(2010, 1, 1), **values}
    )


def test_a_center_s_own_limits_go_before_those_of_adults(cast, visit):
    result(visit, analyte="alt", value=38.0)
    assert limits_for(visit)["alt"] == Limits(lln=7, uln=40)
    limit(cast.center)
    assert limits_for(visit)["alt"] == Limits(lln=5, uln=35)
    result(visit, analyte="ast", value=30.0, lln=1, uln=29)
    assert limits_for(visit)["ast"] == Limits(lln=1, uln=29)


def test_the_latest_limit_for_the_sex_holds(cast, visit):
    limit(cast.center)
    limit(cast.center, sex="F", uln=30)
    limit(cast.center, sex="M", uln=50)
    limit(cast.center, valid_from=date(2021, 1, 1), uln=33)

    def upper(sex, on, age=55):
        known = center_limits(cast.center.pk, sex=sex, age=age, on=on).get("alt")
        return known.uln if known else None

    assert upper("F", date(2020, 1, 1)) == 30
    assert upper("M", date(2020, 1, 1)) == 50
    assert upper("UNK", date(2020, 1, 1)) == 35
    assert upper("F", date(2022, 1, 1)) == 33
    assert upper("F", date(2009, 1, 1)) is None


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"lln": None, "uln": None}, "a_limit_limits_something"),
        ({"lln": 9, "uln": 9}, "upper_limit_is_above_the_lower"),
        ({"age_from": 18, "age_to": 17}, "an_age_band_ends_not_before_it_starts"),
        ({"lln": 1}, "one_limit_per_center_analyte_sex_age_and_day"),
    ],
)
def test_a_limit_that_limits_nothing_is_refused(cast, visit, values, constraint):
    limit(cast.center)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        limit(cast.center, **{"analyte_code": "ast" if "lln" not in values or values["lln"] != 1 else "alt", **values})


@pytest.mark.parametrize(("value", "flag"), [(4.9, "L"), (5, "N"), (35, "N"), (35.1, "H"), (None, None)])
def test_the_limits_themselves_are_normal(value, flag):
    assert abnormal_flag(value, limits=Limits(lln=5, uln=35)) == flag
    assert abnormal_flag(value, limits=None) is None


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        (
            {"ethics_approval_date": date(2020, 1, 2), "activation_date": date(2020, 1, 1)},
            "center_active_not_before_ethics_approval",
        ),
        (
            {"enrollment_start": date(2020, 1, 2), "enrollment_end": date(2020, 1, 1)},
            "enrollment_ends_not_before_it_starts",
        ),
    ],
)
def test_a_center_s_dates_are_in_order(cast, visit, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Center.objects.filter(pk=cast.center.pk).update(**values)


def test_an_approval_of_tomorrow_is_none():
    with pytest.raises(ValidationError):
        not_in_the_future(date(2999, 1, 1))
    not_in_the_future(date(2020, 1, 1))


def test_the_wide_sheet_has_a_column_for_every_analyte():
    columns = {c.name: c for c in sheet_of("labresult").columns if c.entity}
    assert list(columns) == AnalyteCode.values
    assert {name for name, column in columns.items() if column.kind is Kind.CODE} == set(ANALYTE_CODES)


def test_the_long_sheet_holds_one_result_a_row():
    sheet = long_laboratory_sheet()
    names = [column.name for column in sheet.columns]
    assert names[:6] == ["local_id", "assessment_date", "assessment_type", "analyte_code", "value", "unit"]
    assert set(sheet.key) <= set(names)
    assert {"lln", "uln", "sample_datetime", "method"} <= set(names)
