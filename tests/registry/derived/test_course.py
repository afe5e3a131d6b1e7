"""What is computed of a course, from stories short enough to check by hand."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.clinical.timeline import build_timeline
from registry.derived.course import DERIVED, ENTERED, DerivedCourse, derived_course, value_of
from registry.derived.treatments import treatment_lines

START = date(2021, 1, 4)
TODAY = date(2022, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def course(**records: list[dict[str, Any]]) -> DerivedCourse:
    return derived_course(build_timeline(records), on=TODAY)


def session(number: int, *, modality: str = "CTACE", **variables: Any) -> dict[str, Any]:
    return {"start_date": day(number), "modality": modality, **variables}


def agent(code: str, *, start: int, line_no: int = 1, **variables: Any) -> dict[str, Any]:
    return {"agent_code": code, "agent_start_date": day(start), "line_no": line_no, **variables}


def scan(number: int, *, role: str = "RESP", **variables: Any) -> dict[str, Any]:
    return {
        "imaging_date": day(number),
        "imaging_role": role,
        "non_target_response": "NA",
        "new_lesion": "NO",
        **variables,
    }


def lesion(number: int, *, no: int = 1, **variables: Any) -> dict[str, Any]:
    known = {"imaging_date": day(number), "lesion_no": no, "organ": "LIVER", "is_target": "1", "is_new": "0"}
    return {**known, **variables}


def test_sessions_are_counted_over_all_modalities_and_haic_cycles_within_their_course():
    sessions = [session(n, modality="HAIC") for n in (0, 21, 42)] + [session(60), session(120, modality="HAIC")]
    known = course(transarterialsession=sessions)
    found = [known.of("transarterialsession", start_date=row["start_date"]) for row in sessions]
    assert [row["session_no"] for row in found] == [1, 2, 3, 4, 5]
    assert [row["cycle_no"] for row in found] == [1, 2, 3, None, 1]
    assert [row["course_id"] for row in found] == ["HAIC-1", "HAIC-1", "HAIC-1", None, "HAIC-2"]
    assert [row["days_since_previous"] for row in found] == [None, 21, 21, 18, 60]


def test_only_the_earliest_treatment_is_the_index():
    known = course(resection=[{"start_date": day(90)}], transarterialsession=[session(0), session(30)])
    assert known.index_date == day(0)
    assert [each.values["is_index"] for each in known.records] == ["1", "0", "0"]


@pytest.mark.parametrize(
    ("story", "lines"),
    [
        ({"transarterialsession": [session(0), session(40)]}, (1, 1)),
        ({"transarterialsession": [session(0)], "systemicagent": [agent("LENVATINIB", start=5)]}, (1, 1)),
        (
            {
                "transarterialsession": [session(0), session(80)],
                "progressionevent": [{"progression_date": day(60)}],
                "systemicagent": [agent("LENVATINIB", start=70)],
            },
            (1, 2, 2),
        ),
        (
            {
                "systemicagent": [
                    agent("SORAFENIB", start=0, agent_stop_date=day(30), stop_reason="TOX"),
                    agent("REGORAFENIB", start=40),
                ]
            },
            (1, 2),
        ),
        (
            {
                "systemicagent": [
                    agent("SORAFENIB", start=0, agent_stop_date=day(30), stop_reason="PLAN"),
                    agent("REGORAFENIB", start=40),
                ]
            },
            (1, 1),
        ),
    ],
    ids=["more of the same", "added at once", "after progression", "after toxicity", "as planned"],
)
def test_line_goes_up_where_another_treatment_follows_progression_or_intolerance(story, lines):
    assert treatment_lines(build_timeline(story)) == lines


def test_dose_is_related_to_the_body_of_its_day_and_left_open_without_a_recent_weight():
    size = {"assessment_date": day(0), "assessment_type": "BASE", "height_cm": 170.0, "weight_kg": 65.0}
    drugs = [
        {"start_date": day(n), "modality": "HAIC", "agent_code": "OXALIPLATIN", "dose_mg": 148.9} for n in (10, 30)
    ]
    known = course(assessment=[size], transarterialagent=drugs)
    assert known.of("transarterialagent", start_date=day(10))["dose_per_m2"] == pytest.approx(85, abs=0.05)
    assert known.of("transarterialagent", start_date=day(30))["dose_per_m2"] is None


@pytest.mark.parametrize(("viable", "pcr", "mpr"), [(0, "1", "1"), (10, "0", "1"), (11, "0", "0"), (None, None, None)])
def test_specimen_says_whether_the_response_was_complete_or_major(viable, pcr, mpr):
    found = course(resection=[{"start_date": day(0), "viable_tumor_pct": viable}]).of("resection")
    assert (found["pcr"], found["mpr"]) == (pcr, mpr)


@pytest.mark.parametrize(("resectability", "verdict"), [("UNRES_TECH", "1"), ("RES", "0"), (None, None)])
def test_resection_after_treatment_of_what_was_not_resectable_is_a_conversion(resectability, verdict):
    patient = {"diagnosis_date": day(-10), "resectability_index": resectability}
    known = course(patient=[patient], transarterialsession=[session(0)], resection=[{"start_date": day(90)}])
    assert known.of("resection")["conversion_surgery"] == verdict


def test_highest_complication_counts_within_90_days_of_the_resection():
    events = [
        {"ae_term": "Fever", "ae_onset_date": day(n), "clavien_dindo": grade}
        for n, grade in ((5, "II"), (80, "IIIa"), (91, "V"))
    ]
    found = course(resection=[{"start_date": day(0)}], adverseevent=events).of("resection")
    assert found["clavien_dindo_max"] == "IIIa"


def test_class_of_a_regimen_comes_from_all_agents_of_its_line():
    agents = [agent("LENVATINIB", start=0), agent("CAMRELIZUMAB", start=5), agent("REGORAFENIB", start=90, line_no=2)]
    known = course(systemicagent=agents)
    assert [each.values["regimen_class"] for each in known.records] == ["TKI+ICI", "TKI+ICI", "TKI"]
    assert {each.values["haic_relation"] for each in known.records} == {"NA"}
    assert {each.values["combo_relation_tat"] for each in known.records} == {"NA"}


def test_worked_examples_of_the_sequence_rule_are_found_in_a_course():
    cycles = [session(n, modality="HAIC") for n in (0, 20, 40, 60)]
    agents = [agent("LENVATINIB", start=9), agent("CAMRELIZUMAB", start=19)]
    known = course(transarterialsession=cycles, systemicagent=agents)
    assert known.of("systemicagent", agent_code="LENVATINIB")["haic_relation"] == "SI"
    later = [agent("LENVATINIB", start=75), agent("CAMRELIZUMAB", start=77)]
    assert course(transarterialsession=cycles, systemicagent=later).of("systemicagent")["haic_relation"] == "SE"


def test_agent_taken_beside_tace_is_a_combination():
    story = {
        "transarterialsession": [session(0)],
        "systemicagent": [agent("LENVATINIB", start=7, agent_stop_date=day(60))],
    }
    assert course(**story).of("systemicagent")["combo_relation_tat"] == "COMBO"


@pytest.mark.parametrize(("verdicts", "complete"), [("11", "1"), ("10", "0"), ("1", None), ("", None)])
def test_ablation_is_complete_when_every_lesion_is(verdicts, complete):
    mine = {"start_date": day(0), "ablation_modality": "RFA"}
    lesions = [{**mine, "lesion_no": n, "lesion_complete": code} for n, code in enumerate(verdicts, start=1)]
    known = course(ablationsession=[{**mine, "lesions_ablated": 2}], ablationlesion=lesions)
    assert known.of("ablationsession")["complete_ablation_1m"] == complete


def test_sums_and_responses_come_from_the_lesions():
    lesions = [
        *(lesion(0, whole_mm=60.0, viable_mm=60.0), lesion(0, no=2, organ="NODE", whole_mm=30.0, short_axis_mm=20.0)),
        *(lesion(50, whole_mm=58.0, viable_mm=20.0), lesion(50, no=2, organ="NODE", whole_mm=30.0, short_axis_mm=20.0)),
    ]
    known = course(imagingassessment=[scan(0, role="BASE"), scan(50)], lesionmeasurement=lesions)
    first, second = (
        known.of("imagingassessment", imaging_date=day(0)),
        known.of("imagingassessment", imaging_date=day(50)),
    )
    assert (first["sum_viable_mm"], first["sum_whole_mm"], first["max_viable_diameter_mm"]) == (80.0, 80.0, 60.0)
    assert "response_mrecist" not in first
    assert (second["response_mrecist"], second["response_recist11"], second["response_irecist"]) == ("PR", "SD", "iSD")


def responses_of(lesions: list[dict[str, Any]], **entered: Any) -> tuple[str | None, str | None]:
    known = course(imagingassessment=[scan(-3, role="BASE"), scan(45, **entered)], lesionmeasurement=lesions)
    found = known.of("imagingassessment", imaging_date=day(45))
    return found.get("response_mrecist"), found.get("response_recist11")


def tumor(number: int, *, mm: float, no: int = 1, **more: Any) -> dict[str, Any]:
    return lesion(number, no=no, whole_mm=mm, viable_mm=mm, enhancement="FULL", **more)


def test_a_target_of_the_baseline_that_was_not_measured_allows_no_response():
    """Eisenhauer et al. 2009, 4.4.4: not evaluable where a target was not measured, unless the others progress."""
    baseline = [tumor(-3, mm=50.0), tumor(-3, no=2, mm=40.0)]
    assert responses_of([*baseline, tumor(45, no=1, mm=40.0)]) == ("NE", "NE")
    assert responses_of([*baseline, tumor(45, mm=40.0), tumor(45, no=2, mm=40.0)]) == ("SD", "SD")
    assert responses_of([*baseline, tumor(45, no=1, mm=120.0)]) == ("PD", "PD")
    known = course(
        imagingassessment=[scan(-3, role="BASE"), scan(45, sum_viable_mm=40.0)],
        lesionmeasurement=[*baseline, tumor(45, mm=40.0)],
    )
    assert known.of("imagingassessment", imaging_date=day(45))["sum_viable_mm"] is None


def test_a_new_lesion_in_the_list_is_progression_whatever_the_box_says():
    """Eisenhauer et al. 2009, 4.3.5; by mRECIST from 10 mm with arterial enhancement (Lencioni and Llovet 2010)."""
    seen = [tumor(-3, mm=50.0), tumor(45, mm=20.0), tumor(45, no=2, mm=25.0, is_target="0", is_new="1")]
    assert responses_of(seen) == ("PD", "PD")
    known = course(imagingassessment=[scan(-3, role="BASE"), scan(45)], lesionmeasurement=seen)
    assert [(m.variable, m.entered, m.derived) for m in known.mismatches()] == [("new_lesion", "NO", "INTRA")]
    small = [tumor(-3, mm=50.0), tumor(45, mm=20.0), tumor(45, no=2, mm=8.0, is_target="0", is_new="1")]
    assert responses_of(small) == ("PR", "PD")
    assert responses_of([tumor(-3, mm=50.0), tumor(45, mm=20.0)], new_lesion="INTRA") == ("PD", "PD")


def test_a_thrombus_is_no_target():
    """Lencioni and Llovet 2010: portal vein thrombosis is non-measurable disease."""
    thrombus = [tumor(-3, mm=50.0, organ="PVTT"), tumor(45, mm=20.0, organ="PVTT")]
    assert responses_of(thrombus) == ("NN", "NN")
    assert responses_of(thrombus, non_target_response="PD") == ("PD", "PD")
    gone = [thrombus[0], tumor(45, mm=0.0, organ="PVTT")]
    assert responses_of(gone, non_target_response="CR") == ("CR", "CR")
    assert responses_of(gone, non_target_response=None) == (None, None)
    beside = [tumor(-3, no=2, mm=40.0), tumor(45, no=2, mm=40.0)]
    assert responses_of([*thrombus, *beside]) == ("SD", "SD")


def test_targets_too_small_at_baseline_are_not_measurable():
    """Eisenhauer et al. 2009, 3.1: 10 mm, a node 15 mm in its short axis. Later a target may be as small as it is."""
    node = {"organ": "NODE", "whole_mm": 20.0}
    small = [tumor(-3, mm=6.0), lesion(-3, no=2, short_axis_mm=9.0, **node)]
    assert responses_of([*small, tumor(45, mm=6.0), lesion(45, no=2, short_axis_mm=9.0, **node)]) == ("NN", "NN")
    assert responses_of([*small, tumor(45, mm=6.0)], sum_viable_mm=15.0) == ("NN", "NN")
    large = [tumor(-3, no=3, mm=40.0), tumor(45, no=3, mm=9.0)]
    assert responses_of([*small, *large, tumor(45, mm=12.0)]) == ("PR", "PR")


def test_infiltrative_growth_with_a_thrombus_is_read_by_its_other_lesions():
    listed = {"whole_mm": 90.0, "viable_mm": 90.0, "is_target": "0"}
    baseline = [lesion(-3, **listed), lesion(-3, no=2, organ="PVTT", whole_mm=20.0, is_target="0")]
    assert responses_of(baseline, non_target_response="NONCRNONPD") == ("NN", "NN")
    assert responses_of(baseline, non_target_response="PD") == ("PD", "PD")
    assert responses_of(baseline, new_lesion="EXTRA") == ("PD", "PD")
    known = course(imagingassessment=[scan(-3, role="BASE"), scan(45)], lesionmeasurement=baseline)
    assert known.of("imagingassessment", imaging_date=day(45))["response_irecist"] is None


def test_a_node_of_the_porta_hepatis_is_a_target_from_20_mm_by_mrecist():
    node = {"organ": "NODE_PH", "whole_mm": 30.0}
    seen = [lesion(-3, short_axis_mm=16.0, **node), lesion(45, short_axis_mm=11.0, **node)]
    assert responses_of(seen) == ("NN", "PR")


def test_a_complete_response_leaves_a_node_of_normal_size_in_the_sum():
    """Eisenhauer et al. 2009, 4.3.2: the sum need not be 0 where nodes are targets; mRECIST takes this over."""
    node = {"no": 2, "organ": "NODE", "whole_mm": 30.0}
    baseline = [tumor(-3, mm=50.0), lesion(-3, short_axis_mm=20.0, **node)]
    gone = lesion(45, whole_mm=0.0, viable_mm=0.0, enhancement="NONE")
    assert responses_of([*baseline, gone, lesion(45, short_axis_mm=8.0, **node)]) == ("CR", "CR")
    assert responses_of([*baseline, gone, lesion(45, short_axis_mm=10.0, **node)]) == ("PR", "PR")


def test_a_small_sum_without_lesions_leaves_the_complete_response_that_was_entered():
    base = scan(-3, role="BASE", sum_viable_mm=50.0)
    later = scan(45, sum_viable_mm=8.0, max_viable_diameter_mm=0.0, response_mrecist="CR")
    known = course(imagingassessment=[base, later])
    assert known.of("imagingassessment", imaging_date=day(45))["response_mrecist"] is None
    assert known.mismatches() == ()


def test_new_lesions_are_followed_by_their_size_under_immunotherapy():
    scans = [
        scan(-3, role="BASE", sum_whole_mm=50.0),
        scan(42, sum_whole_mm=50.0, new_lesion="INTRA", new_lesion_mm=12.0),
        scan(77, sum_whole_mm=50.0, new_lesion_mm=17.0),
    ]
    known = course(imagingassessment=scans)
    read = [known.of("imagingassessment", imaging_date=day(n))["response_irecist"] for n in (42, 77)]
    assert read == ["iUPD", "iCPD"]


def test_entered_sums_serve_where_no_lesion_is_recorded_and_a_different_call_is_told():
    scans = [scan(0, role="BASE", sum_viable_mm=100.0), scan(50, sum_viable_mm=70.0, response_mrecist="SD")]
    known = course(imagingassessment=scans)
    assert known.of("imagingassessment", imaging_date=day(50))["response_mrecist"] == "PR"
    assert [(m.variable, m.entered, m.derived) for m in known.mismatches()] == [("response_mrecist", "SD", "PR")]


def test_entered_sum_agrees_with_the_lesions_to_a_tenth_of_a_millimeter():
    scans = [scan(0, role="BASE", sum_viable_mm=60.04)]
    assert course(imagingassessment=scans, lesionmeasurement=[lesion(0, viable_mm=60.0)]).mismatches() == ()


def test_recicl_is_read_only_where_necrosis_was():
    scans = [
        scan(0, role="BASE", sum_whole_mm=50.0),
        scan(50, sum_whole_mm=50.0, necrosis_pct=100),
        scan(90, sum_whole_mm=50.0),
    ]
    known = course(imagingassessment=scans)
    read = [known.of("imagingassessment", imaging_date=day(n))["response_recicl"] for n in (50, 90)]
    assert read == ["CR", None]


def test_progression_after_a_curative_treatment_is_a_recurrence():
    story = {
        "progressionevent": [{"progression_date": day(n)} for n in (10, 100)],
        "resection": [{"start_date": day(50)}],
    }
    known = course(**story)
    assert [known.of("progressionevent", progression_date=day(n))["after_curative"] for n in (10, 100)] == ["0", "1"]


def test_organ_class_follows_from_the_term():
    event = {"ae_term": "Fever", "ae_onset_date": day(0), "ctcae_version": "5.0"}
    assert (
        course(adverseevent=[event]).of("adverseevent")["ae_soc"]
        == "General disorders and administration site conditions"
    )


@pytest.mark.parametrize(
    ("contacts", "days"),
    [
        ([{"follow_up_date": date(2021, 7, 1), "vital_status": "ALIVE"}], 184),
        (
            [{"follow_up_date": date(2021, 7, 1), "vital_status": "LTFU", "last_known_alive_date": date(2021, 6, 1)}],
            214,
        ),
        ([{"follow_up_date": date(2021, 7, 1), "vital_status": "DEAD", "death_date": date(2021, 6, 20)}], None),
        ([], None),
    ],
    ids=["seen alive", "lost", "dead", "never seen"],
)
def test_days_since_the_last_contact_are_counted_from_the_last_sign_of_life(contacts, days):
    assert course(followup=contacts).days_since_last_contact == days


def test_derived_value_goes_before_the_entered_one():
    assert value_of({"cycle_no": 3}, variable="cycle_no", derived=2) == (2, DERIVED)
    assert value_of({"cycle_no": 3}, variable="cycle_no", derived=None) == (3, ENTERED)
    assert value_of({}, variable="cycle_no", derived=None) == (None, None)


@pytest.mark.parametrize(
    ("whole", "viable", "shown"),
    [
        ({"tumor_number": 1, "max_diameter_cm": 8.0}, {"tumor_number": 1, "max_diameter_cm": 4.0}, "1"),
        ({"tumor_number_uncountable": "1"}, {"tumor_number": 1, "max_diameter_cm": 4.0}, "1"),
        ({"tumor_number": 1, "max_diameter_cm": 8.0}, {"tumor_number_uncountable": "1"}, "0"),
        (
            {"tumor_number": 1, "max_diameter_cm": 8.0},
            {"tumor_number": 1, "max_diameter_cm": 4.0, "pvtt_cheng": "II"},
            "0",
        ),
        (
            {"tumor_number": 1, "max_diameter_cm": 8.0},
            {"tumor_number": 1, "max_diameter_cm": 4.0, "metastasis_sites": ["LUNG"]},
            "0",
        ),
    ],
    ids=["from 8 to 4 cm", "from uncountable", "to uncountable", "with a thrombus", "with a site of metastasis"],
)
def test_downstaging_reads_extent_as_the_stages_do(whole, viable, shown):
    confined = {"macrovascular_invasion": "0", "extrahepatic_metastasis": "0"}
    known = course(
        patient=[{"registry_id": "C1-000001-1"}],
        tumorburden=[
            {"assessment_date": day(0), "diameter_basis": "WHOLE", **confined, **whole},
            {"assessment_date": day(40), "diameter_basis": "VIABLE", **confined, **viable},
        ],
        transarterialsession=[session(1)],
    )
    assert known.of("patient")["successful_downstaging"] == shown
