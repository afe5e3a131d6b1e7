"""What a treatment or a visit lacks is asked about and stored: with the reason, without it, and as real files have it."""

from typing import Any

import pytest

from importers.checks.check import CheckReport, check_workbook
from registry.access.scope import center_scope
from registry.models import Query, TransarterialSession, TumorBurden
from tests.importers import books
from tests.importers.loading import load_workbook

HAIC = {"modality": "HAIC", "haic_regimen": None, "lipiodol_ml": None, "embolic_agent": None}
CTACE = {"modality": "CTACE", "lipiodol_ml": None, "embolic_agent": None}
DEBTACE = {"modality": "DEBTACE", "bead_type": None, "lipiodol_ml": None, "embolic_agent": None}
TARE = {"modality": "TARE", "isotope": None, "activity_gbq": None, "lipiodol_ml": None, "embolic_agent": None}
SESSIONS = [
    ("V-T01", HAIC, ("haic_regimen",)),
    ("V-T03", CTACE, ("lipiodol_ml",)),
    ("V-T03", DEBTACE, ("bead_type",)),
    ("V-T05", TARE, ("isotope", "activity_gbq")),
]
OF_ONE_CYCLE = "V-D19"


def with_session(**cells: Any) -> bytes:
    return books.workbook(books.whole_center(1) | {books.TRANSARTERIAL: [books.session(**cells)]})


def told(report: CheckReport) -> list[tuple[str, str]]:
    return [(each.code, each.severity.value) for each in report.findings if each.code != OF_ONE_CYCLE]


def codes_asked() -> set[str]:
    return {code for codes in Query.objects.not_closed().values_list("codes", flat=True) for code in codes}


@pytest.mark.parametrize(("code", "cells", "names"), SESSIONS)
def test_a_session_is_stored_without_the_detail(code: str, cells: dict[str, Any], names: tuple[str, ...]) -> None:
    report = check_workbook(with_session(**cells), center="C01")
    assert told(report) == [(code, "QUERY")] * len(names)
    assert len(report.accepted["transarterialsession"]) == 1


@pytest.mark.parametrize("reason", ["NR", "ND", "UNK", "未记录", "不详", "未做"])
@pytest.mark.parametrize(("code", "cells", "names"), SESSIONS)
def test_a_session_is_stored_with_the_reason_and_not_asked_about(
    *, code: str, cells: dict[str, Any], names: tuple[str, ...], reason: str
) -> None:
    report = check_workbook(with_session(**{**cells, **dict.fromkeys(names, reason)}), center="C01")
    assert told(report) == []
    assert code not in {each.code for each in report.findings}
    (session,) = report.accepted["transarterialsession"]
    assert {session.values[f"{name}_missing_reason"] for name in names} <= {"NR", "ND", "UNK"}


def test_a_cell_that_cannot_be_read_is_not_asked_for_as_missing():
    report = check_workbook(with_session(**{**CTACE, "lipiodol_ml": "a lot"}), center="C01")
    assert told(report) == [("V-U13", "ERROR")]


def test_a_metastasis_without_sites_is_stored_and_asked_about_once_stored(cast):
    spread = books.assessment(extrahepatic_metastasis="1", metastasis_sites=None)
    sheets = books.whole_center(1) | {books.ASSESSMENT: [spread]}
    assert ("V-S20", "QUERY") in told(check_workbook(books.workbook(sheets), center="C01"))
    load_workbook(books.workbook(sheets), center=cast.center, by=cast.uploader, reason="a test")
    with center_scope([cast.center.pk]):
        assert TumorBurden.objects.get().extrahepatic_metastasis == "1"
        assert "V-S20" in codes_asked()


def test_a_retrospective_tace_is_stored_and_asked_about_once_stored(cast):
    load_workbook(with_session(**CTACE), center=cast.center, by=cast.uploader, reason="a test")
    with center_scope([cast.center.pk]):
        assert TransarterialSession.objects.get().modality == "CTACE"
        assert "V-T03" in codes_asked()


def test_one_whose_reason_is_given_is_stored_and_no_query_opened(cast):
    load_workbook(with_session(**{**CTACE, "lipiodol_ml": "NR"}), center=cast.center, by=cast.uploader, reason="a test")
    with center_scope([cast.center.pk]):
        assert TransarterialSession.objects.get().lipiodol_ml_missing_reason == "NR"
        assert "V-T03" not in codes_asked()


def test_contacts_more_than_six_months_apart_are_stored_without_a_query():
    far = [books.follow_up(follow_up_date=day, last_known_alive_date=day) for day in ("2015-06-01", "2016-08-01")]
    report = check_workbook(books.workbook(books.whole_center(1) | {books.FOLLOW_UP: far}), center="C01")
    assert told(report) == [("V-D21", "WARNING")]
    assert len(report.accepted["followup"]) == 2


def test_a_patient_of_no_known_cause_is_stored_and_asked_about():
    none = {"etiology_alcohol": "0", "etiology_masld": "0", "hbv_status": "NEG", "hcv_status": "NEG"}
    sheets = books.whole_center(1) | {books.PATIENT: [books.patient(**none, etiology_other=None)]}
    report = check_workbook(books.workbook(sheets), center="C01")
    assert told(report) == [("V-P15", "QUERY")]
    assert not report.has_errors


def test_a_progression_that_brought_the_patient_here_is_no_finding():
    progressed = books.follow_up(progression_date="2015-03-12", progression_criteria="MRECIST")
    for prior, codes in (("TACE", []), ("NONE", [("V-D23", "WARNING")])):
        sheets = books.whole_center(1) | {
            books.PATIENT: [books.patient(prior_hcc_treatment=prior)],
            books.FOLLOW_UP: [progressed],
        }
        found = told(check_workbook(books.workbook(sheets), center="C01"))
        assert [each for each in found if each[0] == "V-D23"] == codes
