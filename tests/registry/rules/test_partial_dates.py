"""A date known to the month or the year alone contradicts nothing that one of its days would not."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.clinical.timeline import build_timeline
from registry.rules import findings, patient_findings
from registry.rules.partial_dates import possible_days

DAY = date(2021, 6, 15)


def codes_found(entity: str, row: dict[str, Any]) -> list[str]:
    return [finding.code for finding in findings(entity, row)]


@pytest.mark.parametrize(("precision", "count"), [("D", 1), (None, 1), ("M", 30), ("Y", 365)])
def test_a_date_is_every_day_it_may_be(precision: str | None, count: int) -> None:
    days = possible_days(DAY, precision=precision)
    assert len(set(days)) == len(days) == count
    assert DAY in days


@pytest.mark.parametrize(
    ("death", "precision", "codes"),
    [
        (DAY, "D", ["V-D05"]),
        (DAY, "M", ["V-D29"]),
        (date(2021, 5, 15), "M", ["V-D05", "V-D29"]),
        (date(2021, 5, 15), "Y", ["V-D29"]),
        (date(2020, 7, 1), "Y", ["V-D05", "V-D29"]),
    ],
)
def test_a_treatment_after_an_imprecise_death_is_told_only_if_it_is_after_every_day(
    death: date, precision: str, codes: list[str]
) -> None:
    known = {"death_date": death, "death_date_precision": precision}
    found = codes_found("resection", {"start_date": DAY + timedelta(days=1), **known})
    assert found == [code for code in codes if code == "V-D05"]
    told = codes_found("followup", {"vital_status": "DEAD", "death_cause": "HCC", **known})
    assert told == [code for code in codes if code == "V-D29"]


@pytest.mark.parametrize(
    ("scan", "precision", "is_told"),
    [(DAY + timedelta(days=1), "D", True), (DAY + timedelta(days=1), "M", False), (date(2021, 7, 1), "M", True)],
)
def test_a_course_with_an_imprecise_date_is_judged_by_all_its_readings(
    *, scan: date, precision: str, is_told: bool
) -> None:
    died = {"follow_up_date": DAY, "vital_status": "DEAD", "death_date": DAY, "death_date_precision": precision}
    found = patient_findings(build_timeline({"followup": [died], "imagingassessment": [{"imaging_date": scan}]}))
    assert ("V-D04" in [finding.code for finding in found]) is is_told
