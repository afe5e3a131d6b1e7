"""Patients of the further studies: what they show, and that they leave the first two studies as they are."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from demo.centers import CenterRows, make_centers
from demo.cohort.study_groups import GROUPS
from demo.cohort.study_plans import CONFIRMED_DAYS, IN_STUDY_GROUPS
from demo.sheet_names import (
    ASSESSMENT,
    FOLLOW_UP,
    IMAGING,
    LABORATORY,
    PATIENT,
    RESECTION,
    SYSTEMIC,
    TRANSARTERIAL,
)
from tests.demo.criteria import arm_of, haic_arm_of, records

FEW = 24  # patients screened for the first two studies: enough to make centers of


@pytest.fixture(scope="module")
def centers() -> tuple[CenterRows, ...]:
    return make_centers(centers=2, patients=FEW, others=IN_STUDY_GROUPS)


def rows(centers: tuple[CenterRows, ...], *, sheet: str) -> list[Mapping[str, Any]]:
    return [{"center": center.code, **row} for center in centers for row in center.sheets[sheet]]


def test_every_group_has_its_number(centers: tuple[CenterRows, ...]) -> None:
    counted = sum((Counter(center.patients) for center in centers), Counter[str]())
    assert {group.name: counted[group.name] for group in GROUPS} == {group.name: group.total for group in GROUPS}


def test_patients_of_the_first_studies_are_the_same_with_the_others_and_without(
    centers: tuple[CenterRows, ...],
) -> None:
    alone = make_centers(centers=2, patients=FEW)
    for without, center in zip(alone, centers, strict=True):
        for sheet, found in without.sheets.items():
            assert center.sheets[sheet][: len(found)] == found


def test_nobody_of_a_group_is_in_an_arm_of_the_first_studies(centers: tuple[CenterRows, ...]) -> None:
    alone = sum(bool(arm_of(one) or haic_arm_of(one)) for one in records(make_centers(centers=2, patients=FEW)))
    treated = [one for one in records(centers) if one.sheets[TRANSARTERIAL]]
    assert len(treated) > IN_STUDY_GROUPS / 2
    assert sum(bool(arm_of(one) or haic_arm_of(one)) for one in treated) == alone > 0


@pytest.mark.parametrize("modality", ["STACE", "BTACE", "TACE_HAIC", "TARE", "TAE", "HAIC"])
def test_every_way_through_the_artery_is_a_first_treatment_of_some(
    modality: str, centers: tuple[CenterRows, ...]
) -> None:
    first: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in rows(centers, sheet=TRANSARTERIAL):
        first.setdefault((row["center"], row["local_id"]), row)
    assert sum(row["modality"] == modality for row in first.values()) >= 14


def test_systemic_therapy_alone_second_lines_and_second_progressions_are_there(
    centers: tuple[CenterRows, ...],
) -> None:
    arterial = {(row["center"], row["local_id"]) for row in rows(centers, sheet=TRANSARTERIAL)}
    agents = rows(centers, sheet=SYSTEMIC)
    assert len({(row["center"], row["local_id"]) for row in agents} - arterial) > 150
    assert sum(row["line_no"] == 2 for row in agents) >= 30
    progressions = Counter(
        (row["center"], row["local_id"]) for row in rows(centers, sheet=FOLLOW_UP) if row.get("progression_date")
    )
    assert sum(count >= 2 for count in progressions.values()) > 60


def test_some_were_referred_after_a_progression_elsewhere_and_only_the_treated_before(
    centers: tuple[CenterRows, ...],
) -> None:
    first: dict[tuple[str, str], Any] = {}
    for row in rows(centers, sheet=TRANSARTERIAL):
        who = row["center"], row["local_id"]
        first[who] = min(first.get(who, row["start_date"]), row["start_date"])
    told = [row for row in rows(centers, sheet=FOLLOW_UP) if row.get("progression_date")]
    before = {
        (row["center"], row["local_id"]): row
        for row in told
        if row["progression_date"] < first.get((row["center"], row["local_id"]), date.min)
    }
    pretreated = {
        (row["center"], row["local_id"])
        for row in rows(centers, sheet=PATIENT)
        if row["prior_hcc_treatment"] == ["TACE"]
    }
    assert before.keys() == pretreated
    assert len(before) == 36
    assert all(
        row["follow_up_date"] >= first[who] for who, row in before.items()
    )  # a contact before it is refused (V-U01)
    again = Counter((row["center"], row["local_id"]) for row in told)
    assert all(again[who] >= 2 for who in before)  # and progress here once more


def test_pseudoprogression_is_smaller_at_the_next_scan_and_confirmed_progression_is_not(
    centers: tuple[CenterRows, ...],
) -> None:
    courses: dict[tuple[str, str], list[tuple[str, float, int]]] = {}
    for row in rows(centers, sheet=IMAGING):
        if row.get("response_irecist"):
            told = row["response_irecist"], row["sum_whole_mm"], row["imaging_date"].toordinal()
            courses.setdefault((row["center"], row["local_id"]), []).append(told)
    assert len(courses) >= 20
    for course in courses.values():
        (first, swollen, day), (second, shrunk, next_day), *later = course
        assert (first, second) == ("iUPD", "iPR")
        assert shrunk < swollen / 2
        assert next_day - day == CONFIRMED_DAYS
        assert [code for code, _, _ in later] in ([], ["iUPD"], ["iUPD", "iCPD"])


def test_a_resected_specimen_may_be_without_viable_tumor(centers: tuple[CenterRows, ...]) -> None:
    assert any(row["viable_tumor_pct"] == 0 for row in rows(centers, sheet=RESECTION))


def test_the_oddities_of_registries_are_there(centers: tuple[CenterRows, ...]) -> None:
    visits, panels = rows(centers, sheet=ASSESSMENT), rows(centers, sheet=LABORATORY)
    assert any(row["pvtt_cheng"] != "0" and row["macrovascular_invasion"] is None for row in visits)
    assert any(row.get("tumor_number_uncountable") == "1" and row["tumor_number"] is None for row in visits)
    assert any(row["inr"] is None and row["pt"] and row.get("pt_control") for row in panels)
    organs = Counter(row.get("organ") for row in rows(centers, sheet=IMAGING))
    assert {"NODE", "PVTT", "LIVER"} <= set(organs)
    assert any(row.get("is_new") == "1" for row in rows(centers, sheet=IMAGING))
    assert any(row["prior_hcc_treatment"] == ["TACE"] for row in rows(centers, sheet=PATIENT))
