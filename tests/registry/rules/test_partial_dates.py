"""A date known to the month or the year alone contradicts nothing that one of its days would not."""

from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest

from registry.clinical.timeline import build_timeline
from registry.rules import findings, patient_check, patient_findings, registry_findings
from registry.rules.partial_dates import MOST_READINGS, fires_on_other_days, possible_days, readings

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


def count_of_timelines(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    built: list[int] = []

    def counted(records: Any) -> Any:
        built.append(1)
        return build_timeline(records)

    monkeypatch.setattr(patient_check, "build_timeline", counted)
    return built


YEAR_ONLY = {"birth_date": date(1960, 7, 1), "birth_date_precision": "Y"}
YEAR_ONLY |= {"diagnosis_date": date(2012, 7, 1), "diagnosis_date_precision": "Y"}


def test_several_imprecise_dates_are_read_at_their_ends_not_on_every_day_of_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two years are 133,590 pairs of days: one patient was two seconds of work, and a center's file held up all others."""
    built = count_of_timelines(monkeypatch)
    patient = {**YEAR_ONLY, "cirrhosis": "0"}
    visit = {"assessment_date": date(2012, 9, 1), "assessment_type": "BASE", "ascites_grade": "1"}
    found = patient_findings(build_timeline({"patient": [patient], "assessment": [visit]}))
    assert "V-P14" in [finding.code for finding in found]
    assert len(built) <= 50


def test_what_is_read_of_many_imprecise_dates_is_bounded() -> None:
    for count in (1, 2, 6, 14, 30):
        rows = [{"day": date(2000 + number, 7, 1), "day_precision": "Y"} for number in range(count)]
        ways = list(readings(rows))
        assert len(ways) <= MOST_READINGS
        for one, other in combinations(range(count), 2):  # every two dates meet at all their ends
            ends = {(way[one]["day"].month, way[other]["day"].month) for way in ways}
            assert ends >= {(1, 1), (1, 12), (12, 1), (12, 12)} or count == 30  # more pairs than are tried


def test_two_imprecise_dates_are_also_read_as_the_day_on_which_they_may_meet() -> None:
    rows = [
        {"day": date(2012, 7, 1), "day_precision": "Y"},
        {"day": date(2012, 2, 15), "day_precision": "M", "known": date(2012, 5, 20)},
    ]
    days = {(one["day"], other["day"]) for one, other in readings(rows)}
    assert (date(2012, 2, 1), date(2012, 2, 1)) in days
    assert (date(2012, 5, 20), date(2012, 2, 29)) in days
    assert not fires_on_other_days(
        lambda row: row["a"] != row["b"],
        row={"a": date(2012, 7, 1), "a_precision": "Y", "b": date(2012, 2, 15), "b_precision": "M"},
        dates=("a", "b"),
    )


@pytest.mark.parametrize(("precision", "is_asked"), [("D", True), (None, True), ("M", False), ("Y", False)])
def test_two_patients_born_in_one_year_are_not_said_to_be_born_on_one_day(
    *, precision: str | None, is_asked: bool
) -> None:
    born = {"birth_date": date(1955, 7, 1), "birth_date_precision": precision, "sex": "M", "center_id": 1}
    rows = [{**born, "patient_id": number, "index_date": DAY} for number in (1, 2)]
    assert [finding.code for finding in registry_findings(rows)] == (["V-P04"] if is_asked else [])
    rows = [{**born, "patient_id": number, "center_id": number, "initials_hash": "a"} for number in (1, 2)]
    assert [finding.code for finding in registry_findings(rows)] == (["V-P03"] if is_asked else [])


@pytest.mark.parametrize(("inr", "is_asked"), [(1.2, False), (8.9, False), (9.1, True), (12.4, True), (29.0, True)])
def test_an_inr_that_looks_like_seconds_is_asked_about(*, inr: float, is_asked: bool) -> None:
    found = codes_found("labresult", {"analyte_code": "inr", "value": inr})
    assert ("V-U10" in found) is is_asked
