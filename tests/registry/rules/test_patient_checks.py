"""Every check over a patient's records is shown one course that it lets pass and one that it does not."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from registry.clinical.timeline import SOURCES, build_timeline
from registry.rules import PatientCheck, checks, patient_checks, patient_findings
from registry.rules.records import fields_of

Rows = Mapping[str, Iterable[Mapping[str, Any]]]
DAY = date(2021, 6, 1)


def name_of(check: PatientCheck) -> str:
    return f"{check.code} {check.entity} {' '.join(check.fields)}"


def codes_found(records: Rows) -> list[str]:
    return [finding.code for finding in patient_findings(build_timeline(records))]


def sessions(*plan: tuple[int, str]) -> dict[str, list[dict[str, Any]]]:
    rows = [{"start_date": DAY + timedelta(days=days), "modality": modality, "row": days} for days, modality in plan]
    return {"transarterialsession": rows}


@pytest.mark.parametrize("check", patient_checks(), ids=name_of)
def test_a_check_fires_on_its_failing_course_only(check: PatientCheck) -> None:
    assert check in [finding.check for finding in patient_findings(build_timeline(check.failing))]
    assert check not in [finding.check for finding in patient_findings(build_timeline(check.passing))]


@pytest.mark.parametrize("check", patient_checks(), ids=name_of)
def test_a_check_points_at_variables_of_its_record(check: PatientCheck) -> None:
    assert check.fields
    assert set(check.fields) <= {field.name for field in fields_of()[check.entity]}


@pytest.mark.parametrize("check", patient_checks(), ids=name_of)
def test_a_finding_points_first_at_a_record_of_its_kind(check: PatientCheck) -> None:
    told = {
        entity: [{**row, "place": f"{entity} {number}"} for number, row in enumerate(rows)]
        for entity, rows in check.failing.items()
    }
    (found,) = [finding for finding in patient_findings(build_timeline(told)) if finding.check is check]
    assert found.records[0]["place"].startswith(check.entity)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("check", patient_checks(), ids=name_of)
def test_a_finding_is_a_whole_sentence_in_both_languages(check: PatientCheck, language: str) -> None:
    (found,) = [finding for finding in patient_findings(build_timeline(check.failing)) if finding.check is check]
    with translation.override(language):
        assert found.text
        assert not set("{}") & set(found.text)
        assert "None" not in found.text


def test_records_of_which_only_the_day_is_known_are_found_nothing_about() -> None:
    apart = {source: DAY + timedelta(days=number) for number, source in enumerate(SOURCES)}
    rows = {source.entity: [{source.date_field: day}] for source, day in apart.items() if not source.may_be_open}
    assert codes_found(rows) == []
    assert codes_found({}) == []


def test_a_rule_may_be_of_a_single_record_and_of_a_patient() -> None:
    both = {check.code for check in checks()} & {check.code for check in patient_checks()}
    # after the death or the loss; by the sums or the lesions; by the scan alone or by all scans
    # against the death or the first treatment
    assert both == {"V-D20", "V-D23", "V-R01", "V-R03"}


@pytest.mark.parametrize(
    ("days", "codes"),
    [
        (0, []),
        (1, ["V-D16"]),
        (13, ["V-D16"]),
        (14, ["V-D17"]),
        (17, ["V-D17"]),
        (18, []),
        (42, []),
        (43, ["V-D17"]),
    ],
)
def test_cycles_of_folfox_keep_their_interval(days: int, codes: list[str]) -> None:
    assert intervals_found("FOLFOX", days=days) == codes


def intervals_found(regimen: str | None, *, days: int) -> list[str]:
    (cycles,) = sessions((0, "HAIC"), (days, "HAIC")).values()
    found = codes_found({"transarterialsession": [{**cycle, "haic_regimen": regimen} for cycle in cycles]})
    return [code for code in found if code in {"V-D16", "V-D17"}]


@pytest.mark.parametrize(
    ("regimen", "days", "codes"),
    [
        ("FP", 7, []),  # weekly
        ("FP", 5, []),
        ("FP", 4, ["V-D16"]),
        ("FP", 14, []),
        ("CDDP", 7, []),
        ("FOLFIRI", 7, ["V-D16"]),
        ("RALOX", 13, ["V-D16"]),
        ("GEMOX", 7, ["V-D17"]),
        (None, 7, ["V-D17"]),
        (None, 4, ["V-D16"]),
    ],
)
def test_a_weekly_regimen_has_another_interval(*, regimen: str | None, days: int, codes: list[str]) -> None:
    assert intervals_found(regimen, days=days) == codes


@pytest.mark.parametrize(("days", "codes"), [(20, ["V-D18"]), (21, [])])
def test_sessions_of_tace_keep_their_interval(days: int, codes: list[str]) -> None:
    assert codes_found(sessions((0, "CTACE"), (days, "DEBTACE"))) == codes


def test_a_bland_embolization_has_no_interval_to_keep() -> None:
    assert codes_found(sessions((0, "TAE"), (3, "TAE"))) == []


def test_an_interval_is_told_once_of_the_later_session_and_names_the_earlier() -> None:
    (early,) = [
        finding
        for finding in patient_findings(build_timeline(sessions((50, "HAIC"), (4, "HAIC"), (0, "HAIC"))))
        if finding.code == "V-D16"
    ]
    assert [record["row"] for record in early.records] == [4, 0]
    with translation.override("en"):
        assert early.text.startswith("This HAIC session is 4 days after the one on 2021-06-01")


@pytest.mark.parametrize(
    ("plan", "is_within"),
    [
        ([(0, "HAIC"), (21, "HAIC"), (10, "CTACE")], True),
        ([(0, "HAIC"), (21, "HAIC"), (21, "CTACE")], True),
        ([(0, "HAIC"), (21, "HAIC"), (22, "CTACE")], False),
        ([(0, "HAIC"), (21, "HAIC"), (10, "TAE")], False),
        ([(0, "HAIC"), (42, "TACE_HAIC")], False),
        ([(0, "HAIC"), (43, "HAIC"), (20, "CTACE")], False),  # two courses, the TACE between them
    ],
)
def test_tace_within_a_course_of_haic_is_asked_about(plan: list[tuple[int, str]], is_within: bool) -> None:
    assert ("V-T11" in codes_found(sessions(*plan))) is is_within


DEAD = {"follow_up_date": DAY, "vital_status": "DEAD", "death_date": DAY}


@pytest.mark.parametrize(
    ("later", "is_found"),
    [
        ({"resection": [{"start_date": DAY + timedelta(days=1)}]}, True),
        ({"resection": [{"start_date": DAY}]}, False),
        ({"systemicagent": [{"agent_start_date": DAY + timedelta(days=1)}]}, True),
        ({"adverseevent": [{"ae_onset_date": DAY + timedelta(days=1)}]}, False),
    ],
)
def test_a_death_is_held_against_what_only_the_living_have(later: Rows, is_found: bool) -> None:
    assert ("V-D04" in codes_found({"followup": [DEAD], **later})) is is_found


def test_a_contact_with_the_family_after_the_death_is_no_contradiction() -> None:
    family = {"follow_up_date": DAY + timedelta(days=30), "vital_status": "DEAD", "death_date": None}
    assert codes_found({"followup": [DEAD, family]}) == []
    assert codes_found({"followup": [DEAD, {**family, "vital_status": "ALIVE"}]}) == ["V-D04", "V-R14"]


RELATED = {"ae_onset_date": DAY, "related_tki": "4"}


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({}, ["V-E08"]),
        (
            {"systemicagent": [{"agent_start_date": DAY, "agent_code": "CAMRELIZUMAB", "agent_stop_date": None}]},
            ["V-E08"],
        ),
        ({"systemicagent": [{"agent_start_date": DAY, "agent_code": "LENVATINIB", "agent_stop_date": None}]}, []),
        ({"patient": [{"diagnosis_date": DAY, "prior_hcc_treatment": ["SYS_TKI"]}]}, []),
    ],
)
def test_an_event_is_not_related_to_what_was_never_given(given: Rows, codes: list[str]) -> None:
    assert codes_found({"adverseevent": [RELATED], **given}) == codes


def test_an_ungraded_complication_needs_no_operation() -> None:
    assert codes_found({"adverseevent": [{"ae_onset_date": DAY, "clavien_dindo": "0"}]}) == []
    assert codes_found({"adverseevent": [{"ae_onset_date": DAY, "clavien_dindo": "V"}]}) == ["V-E13"]


def scans_with_lesions(*lesions: dict[str, Any], **entered: Any) -> dict[str, list[dict[str, Any]]]:
    clear = {"non_target_response": "NA", "new_lesion": "NO"}
    baseline = {"imaging_date": DAY, "imaging_role": "BASE", **clear}
    return {
        "imagingassessment": [baseline, {"imaging_date": DAY + timedelta(days=48), **clear, **entered}],
        "lesionmeasurement": list(lesions),
    }


def measured(days: int, *, no: int = 1, mm: float, **more: Any) -> dict[str, Any]:
    known = {"organ": "LIVER", "is_target": "1", "whole_mm": mm, "viable_mm": mm, "enhancement": "FULL"}
    return {"imaging_date": DAY + timedelta(days=days), "lesion_no": no, **known, **more}


@pytest.mark.parametrize(
    ("lesions", "codes"),
    [
        ([measured(0, mm=50), measured(48, mm=30)], []),
        ([measured(0, mm=50), measured(0, no=2, mm=40), measured(48, mm=40)], ["V-R03"]),  # one was not measured
        ([measured(0, mm=50), measured(48, mm=30), measured(48, no=2, mm=25, is_target="0", is_new="1")], ["V-R03"]),
        ([measured(0, mm=50, organ="PVTT"), measured(48, mm=30, organ="PVTT")], ["V-R03", "V-R10"]),  # NN
        ([measured(0, mm=50), measured(0, no=2, mm=6), measured(48, mm=30)], ["V-R10"]),
    ],
)
def test_a_partial_response_is_held_against_the_lesions(lesions: list[dict[str, Any]], codes: list[str]) -> None:
    assert codes_found(scans_with_lesions(*lesions, response_mrecist="PR")) == codes


@pytest.mark.parametrize(
    ("lesion", "codes"),
    [
        ({"organ": "NODE", "short_axis_mm": 9.9, "viable_mm": 9.9}, []),
        ({"organ": "NODE", "short_axis_mm": 10.0}, ["V-R01"]),
        ({"viable_mm": 0.0}, []),
        ({"viable_mm": 0.1}, ["V-R01"]),
        ({"organ": "PVTT", "viable_mm": None}, []),
    ],
)
def test_a_complete_response_leaves_no_lesion_but_a_normal_node(lesion: dict[str, Any], codes: list[str]) -> None:
    records = scans_with_lesions({**measured(48, mm=30, is_target="0"), **lesion}, response_mrecist="CR")
    assert [code for code in codes_found(records) if code != "V-R10"] == codes


@pytest.mark.parametrize(
    ("before", "days", "severities"),
    [
        ("iUPD", 27, ["WARNING"]),
        ("iUPD", 28, []),
        ("iUPD", 56, []),
        ("iUPD", 70, ["WARNING"]),  # scans every twelve weeks are ordinary
        ("iSD", 42, ["ERROR"]),
    ],
)
def test_a_confirmation_without_suspicion_is_an_error_and_its_time_a_warning(
    before: str, days: int, severities: list[str]
) -> None:
    scans = [(0, before), (days, "iCPD")]
    records = [{"imaging_date": DAY + timedelta(days=day), "response_irecist": code} for day, code in scans]
    found = patient_findings(build_timeline({"imagingassessment": records}))
    assert [finding.check.severity.value for finding in found if finding.code == "V-R07"] == severities
