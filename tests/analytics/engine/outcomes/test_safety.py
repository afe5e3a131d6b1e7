import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.engine.comparison import Comparison, compare
from analytics.errors import DataError, FaultyDataError, UnreadableTableError
from analytics.flat.table import read_table
from analytics.frame import AdverseEvents, AnalysisFrame
from analytics.protocol.plan import SafetyPlan
from analytics.result.comparison import result_json, result_object
from tests.analytics.tables import make_frame, make_protocol, make_responders, make_rows, write_table

AGE = [{"name": "age", "type": "continuous"}]
PEOPLE = make_responders(arms={"R": "CCCC", "A": "DDDDD"})  # R00 to R03, A00 to A04
EVENTS = """\
patient,term,grade,organ
R00,Fever,1,general
R00,Fever,3,general
R00,Nausea,2,gut
R01,Fever,2,general
A00,Liver failure,5,liver
A00,Nausea,4,gut
A01,Nausea,,gut
nobody,Fever,1,general
"""


def run(folder: Path, *, events: str = EVENTS, rows: pd.DataFrame = PEOPLE, **safety: Any) -> Comparison:
    (folder / "ae.csv").write_text(events, encoding="utf-8")
    protocol = make_protocol(
        endpoints={"OS": {"time": "days", "event": "died"}}, covariates=AGE, cox=None, design={},
        safety={"table": "ae.csv"} | safety,
    )  # fmt: skip
    return compare(read_table(write_table(folder, rows=rows), protocol=protocol), protocol=protocol)


def rows_of(comparison: Comparison, *, cohort: str = "unmatched") -> dict[tuple[str, str | None], dict[str, Any]]:
    return {(row["term"], row["class"]): row for row in result_object(comparison)["safety"][cohort]}


def faults(folder: Path, events: str, **safety: Any) -> tuple[DataError, ...]:
    with pytest.raises(FaultyDataError) as caught:
        run(folder, events=events, **safety)
    assert all(error.message.en and error.message.zh for error in caught.value.errors)
    return caught.value.errors


def test_a_patient_counts_once_in_a_term_by_the_worst_grade_and_every_row_is_an_event(tmp_path: Path) -> None:
    fever = rows_of(run(tmp_path))[("Fever", None)]["arms"]
    assert fever["Resection"]["patients"] == {"g1_2": 1, "g3_4": 1, "g5": 0, "any": 2}
    assert fever["Resection"]["events"] == 3
    assert fever["Ablation"]["patients"] == {"g1_2": 0, "g3_4": 0, "g5": 0, "any": 0}
    assert (fever["Resection"]["n"], fever["Ablation"]["n"]) == (4, 5)


def test_over_all_terms_a_patient_counts_once_too(tmp_path: Path) -> None:
    total = rows_of(run(tmp_path))[("any", None)]["arms"]
    assert total["Resection"]["patients"] == {"g1_2": 1, "g3_4": 1, "g5": 0, "any": 2}
    assert total["Ablation"]["patients"] == {"g1_2": 0, "g3_4": 0, "g5": 1, "any": 2}
    assert (total["Resection"]["events"], total["Ablation"]["events"]) == (4, 3)


def test_an_event_without_a_grade_counts_as_any_only_and_is_told(tmp_path: Path) -> None:
    comparison = run(tmp_path)
    nausea = rows_of(comparison)[("Nausea", None)]["arms"]["Ablation"]
    assert nausea["patients"] == {"g1_2": 0, "g3_4": 1, "g5": 0, "any": 2}
    told = {notice.code: notice.message.en for notice in comparison.warnings if notice.where == "safety"}
    assert told["grade_missing"].endswith("counted only under any grade: 1.")
    assert told["event_of_nobody"].endswith("match no patient in the data, excluded: 1.")


def test_all_terms_stand_first_then_the_most_frequent(tmp_path: Path) -> None:
    assert list(rows_of(run(tmp_path))) == [("any", None), ("Nausea", None), ("Fever", None), ("Liver failure", None)]


def test_with_classes_each_class_has_its_own_total_before_its_terms(tmp_path: Path) -> None:
    found = rows_of(run(tmp_path, **{"class": "organ"}))
    assert list(found) == [
        ("any", None), ("any", "gut"), ("Nausea", "gut"), ("any", "general"), ("Fever", "general"), ("any", "liver"),
        ("Liver failure", "liver"),
    ]  # fmt: skip
    assert found[("any", "gut")]["arms"] == found[("Nausea", "gut")]["arms"]


def test_one_term_may_be_of_two_classes_and_of_none(tmp_path: Path) -> None:
    events = (
        "patient,term,grade,organ\nR00,Bleeding,3,major\nR00,Bleeding,1,minor\nR01,Bleeding,1,minor\nA00,Bleeding,2,\n"
    )
    found = rows_of(run(tmp_path, events=events, **{"class": "organ"}))
    assert list(found) == [
        ("any", None), ("any", "minor"), ("Bleeding", "minor"), ("any", "major"), ("Bleeding", "major"), ("Bleeding", None),
    ]  # fmt: skip
    assert found[("any", None)]["arms"]["Resection"]["patients"] == {"g1_2": 1, "g3_4": 1, "g5": 0, "any": 2}
    assert found[("Bleeding", "minor")]["arms"]["Resection"]["patients"]["g1_2"] == 2
    assert found[("Bleeding", None)]["arms"]["Ablation"]["events"] == 1


def test_a_term_that_is_called_any_is_not_taken_for_all_of_them(tmp_path: Path) -> None:
    comparison = run(tmp_path, events="patient,term,grade\nR00,any,1\nR01,Fever,1\n")
    assert comparison.outcomes is not None
    counts = [row.arms["Resection"].events for row in comparison.outcomes.safety["unmatched"]]
    assert counts == [2, 1, 1]


def test_matched_patients_keep_their_events_and_the_rows_are_the_same(tmp_path: Path) -> None:
    comparison = run(tmp_path)
    matched = rows_of(comparison, cohort="matched")
    assert list(matched) == list(rows_of(comparison))
    assert {arm["n"] for arm in matched[("any", None)]["arms"].values()} == {4}
    assert all(check.ok for check in comparison.checks)
    assert "safety_sums" in {check.code for check in comparison.checks}


def test_what_began_before_time_zero_is_left_out_and_counted(tmp_path: Path) -> None:
    events = "patient,term,grade,day\nR00,Fever,2,-3\nR00,Fever,1,0\nR01,Fever,1,\n"
    comparison = run(tmp_path, events=events, start="day")
    assert rows_of(comparison)[("Fever", None)]["arms"]["Resection"]["patients"] == {
        "g1_2": 2,
        "g3_4": 0,
        "g5": 0,
        "any": 2,
    }
    assert "event_before_time_zero" in {notice.code for notice in comparison.warnings}


def test_events_per_100_patient_years_are_of_all_patients_at_risk(tmp_path: Path) -> None:
    rows = PEOPLE.assign(watched=[365.25, 730.5, 365.25, 365.25, 365.25, 0, "", 365.25, 182.625])
    comparison = run(tmp_path, rows=rows, exposure="watched")
    fever = rows_of(comparison)[("Fever", None)]["arms"]
    assert fever["Resection"]["per_100_patient_years"] == pytest.approx(100 * 3 / 5)
    assert rows_of(comparison)[("any", None)]["arms"]["Ablation"]["per_100_patient_years"] == pytest.approx(
        100 * 3 / 2.5
    )
    assert any(
        notice.message.en == "Patients without time at risk, excluded from the rates with their events: 1."
        for notice in comparison.warnings
    )


def test_a_patient_without_exposure_takes_the_events_out_of_the_rate_too(tmp_path: Path) -> None:
    rows = PEOPLE.assign(watched=["", *[365.25] * 8])
    fever = rows_of(run(tmp_path, rows=rows, exposure="watched"))[("Fever", None)]["arms"]["Resection"]
    assert (fever["events"], fever["per_100_patient_years"]) == (3, pytest.approx(100 / 3))


def test_exposure_may_stand_in_the_second_file_if_everybody_has_one(tmp_path: Path) -> None:
    calm = "".join(f"{name},,,365.25\n" for name in ("R02", "R03", "A01", "A02", "A03", "A04"))
    events = (
        f"patient,term,grade,risk\nR00,Fever,1,365.25\nR00,Rash,1,365.25\nR01,Fever,1,365.25\nA00,Rash,1,365.25\n{calm}"
    )
    found = rows_of(run(tmp_path, events=events, exposure="risk"))
    assert found[("any", None)]["arms"]["Resection"]["per_100_patient_years"] == pytest.approx(75)
    assert found[("any", None)]["arms"]["Resection"]["events"] == 3
    (error,) = faults(tmp_path, events.replace("A04,,,365.25\n", ""), exposure="risk")
    assert (error.code, error.column) == ("exposure_missing", "risk")
    (error,) = faults(tmp_path, events.replace("R00,Rash,1,365.25", "R00,Rash,1,300"), exposure="risk")
    assert error.code == "exposure_differs"
    (error,) = faults(tmp_path, events, exposure="days_at_risk")
    assert "Neither file has" in error.message.en


def test_without_exposure_there_is_no_rate_and_the_reason_is_that_nobody_asked(tmp_path: Path) -> None:
    arm = rows_of(run(tmp_path))[("any", None)]["arms"]["Resection"]
    assert (arm["per_100_patient_years"], arm["why"]) == (None, {"per_100_patient_years": "not_requested"})


def test_the_test_compares_patients_with_any_event(tmp_path: Path) -> None:
    test = rows_of(run(tmp_path))[("Fever", None)]["test"]
    assert test["name"] == "chi-squared, Yates"
    assert test["p"] == pytest.approx(0.324101903, rel=1e-8)  # R: chisq.test(rbind(c(2, 0), c(2, 5)))


def test_terms_that_differ_only_in_case_or_spacing_are_one_row_and_told(tmp_path: Path) -> None:
    events = "patient,term,grade,organ\nR00,Fever,1,General\nR01,fever,3,general\nA00,FEVER ,2,General\nA01,Liver  failure,5,liver\n"
    comparison = run(tmp_path, events=events + "R00,fever,2,general\n", **{"class": "organ"})
    found = rows_of(comparison)
    assert list(found) == [
        ("any", None),
        ("any", "General"),
        ("fever", "General"),
        ("any", "liver"),
        ("Liver  failure", "liver"),
    ]
    assert found[("fever", "General")]["arms"]["Resection"]["patients"] == {"g1_2": 1, "g3_4": 1, "g5": 0, "any": 2}
    assert found[("fever", "General")]["arms"]["Ablation"]["patients"]["any"] == 1
    told = {notice.code: notice.message.en for notice in comparison.warnings if notice.where == "safety"}
    assert (
        told["terms_joined"]
        == "Terms that differ only in case or spacing were counted as one: fever (FEVER), fever (Fever)."
    )


def test_terms_asked_for_have_a_row_each_as_the_protocol_spells_them_and_others_none(tmp_path: Path) -> None:
    found = rows_of(run(tmp_path, terms=["fever", "Bile leak"]))
    assert list(found) == [("any", None), ("fever", None), ("Bile leak", None)]
    assert found[("any", None)]["arms"]["Resection"]["patients"]["any"] == 2  # nausea does not count
    assert found[("Bile leak", None)]["arms"]["Resection"]["patients"]["any"] == 0


def test_in_matched_pairs_the_test_is_of_the_pairs(tmp_path: Path) -> None:
    """Pairs R00-A00 to R03-A03. Rash: R00, R01, R02 and A02, so two pairs in which the focal patient alone had it."""
    events = "patient,term,grade\nR00,Rash,1\nR01,Rash,1\nR02,Rash,1\nA02,Rash,1\nA04,Rash,1\n"
    comparison = run(tmp_path, events=events)
    assert comparison.design.matching is not None
    assert comparison.design.matching.pairs.count == 4
    test = rows_of(comparison, cohort="matched")[("Rash", None)]["test"]
    assert (test["name"], test["p"]) == ("McNemar, exact", 0.5)  # R: binom.test(2, 2)$p.value
    assert rows_of(comparison)[("Rash", None)]["test"]["name"] == "chi-squared, Yates"


def test_pairs_that_never_differ_leave_nothing_to_test(tmp_path: Path) -> None:
    test = rows_of(run(tmp_path, events="patient,term,grade\nR00,Rash,1\nA00,Rash,1\n"), cohort="matched")
    assert test[("Rash", None)]["test"]["why"]["p"] == "not_estimable"


def test_a_protocol_may_ask_for_no_test(tmp_path: Path) -> None:
    comparison = run(tmp_path, p_values=False)
    for cohort in ("unmatched", "matched"):
        tests = [row["test"] for row in rows_of(comparison, cohort=cohort).values()]
        assert {test["p"] for test in tests} == {None}
        assert {test["why"]["p"] for test in tests} == {"not_requested"}


def test_no_events_at_all_are_a_row_of_zeros(tmp_path: Path) -> None:
    comparison = run(tmp_path, events="patient,term,grade\n")
    (total,) = result_object(comparison)["safety"]["unmatched"]
    assert total["arms"]["Resection"]["patients"]["any"] == 0
    assert total["test"]["why"]["p"] == "not_estimable"
    json.loads(result_json(comparison))


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("R00,Fever,6", "bad_grade", "grade"),
        ("R00,Fever,0", "bad_grade", "grade"),
        ("R00,Fever,2.5", "bad_grade", "grade"),
        ("R00,Fever,severe", "text_in_number_column", "grade"),
        ("R00,,3", "missing_term", "term"),
        (",Fever,3", "missing_id", "patient"),
    ],
)
def test_a_wrong_cell_of_the_second_file_is_named_with_file_and_line(
    line: str, code: str, column: str, tmp_path: Path
) -> None:
    (error,) = faults(tmp_path, f"patient,term,grade\nR00,Fever,1\n{line}\n")
    assert (error.code, error.column, error.rows) == (code, column, (3,))
    assert error.message.en.startswith("ae.csv: ")


def test_faults_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "ae.csv").write_text("patient,term,grade\nR00,Fever,9\n", encoding="utf-8")
    protocol = make_protocol(safety={"table": "ae.csv"})
    rows = make_rows().astype(object)
    rows.loc[0, "age"] = "old"
    with pytest.raises(FaultyDataError) as caught:
        make_frame(tmp_path, protocol=protocol, rows=rows)
    assert [error.code for error in caught.value.errors] == ["text_in_number_column", "bad_grade"]


def test_a_second_file_that_lacks_a_column_or_is_not_there_is_named(tmp_path: Path) -> None:
    (error,) = faults(tmp_path, "patient,event,grade\nR00,Fever,1\n")
    assert (error.code, error.column) == ("missing_column", "term")
    with pytest.raises(UnreadableTableError, match=r"none\.csv cannot be opened"):
        run(tmp_path, table="none.csv")


def test_the_result_tells_the_second_file_by_its_hash(tmp_path: Path) -> None:
    about = result_object(run(tmp_path))["data"]["adverse_events"]
    assert (about["source"], about["rows"], len(about["sha256"])) == ("ae.csv", 8, 64)


def registry_like_frame(folder: Path, *, events: pd.DataFrame | None) -> AnalysisFrame:
    frame = make_frame(folder, protocol=make_protocol())
    adverse = None if events is None else AdverseEvents(events, source="registry", sha256="0" * 64, rows=len(events))
    return AnalysisFrame(frame.table, source="registry", sha256="0" * 64, rows=frame.rows, adverse_events=adverse)


def test_a_frame_from_elsewhere_brings_its_own_events(tmp_path: Path) -> None:
    protocol = make_protocol().model_copy(update={"safety": SafetyPlan()})
    events = pd.DataFrame({"id": ["000", "001"], "term": "Fever", "class": [None, None], "grade": [3.0, np.nan]})
    comparison = compare(registry_like_frame(tmp_path, events=events), protocol=protocol)
    assert comparison.outcomes is not None
    assert [row.term for row in comparison.outcomes.safety["unmatched"]] == [None, "Fever"]
    with pytest.raises(FaultyDataError) as caught:
        compare(registry_like_frame(tmp_path, events=None), protocol=protocol)
    assert caught.value.errors[0].code == "no_adverse_events"


def test_who_does_not_ask_for_safety_gets_none(tmp_path: Path) -> None:
    protocol = make_protocol()
    assert result_object(compare(make_frame(tmp_path, protocol=protocol), protocol=protocol))["safety"] == {}


@pytest.mark.parametrize("seed", range(3))
def test_worst_grades_agree_with_looking_at_each_patient(seed: int, tmp_path: Path) -> None:
    random = np.random.default_rng(seed)
    rows = make_rows(size=80, seed=seed)
    events = pd.DataFrame(
        {
            "patient": random.choice(rows["patient"], 150),
            "term": random.choice(["Fever", "Rash", "Pain"], 150),
            "grade": random.choice([1, 2, 3, 4, 5, ""], 150),
        }
    )
    found = rows_of(run(tmp_path, rows=rows, events=events.to_csv(index=False)))
    arms = dict(zip(rows["patient"], rows["arm"].map({"R": "Resection", "A": "Ablation"}), strict=True))
    for (term, _), row in found.items():
        mine = events if term == "any" else events[events["term"] == term]
        worst: dict[str, dict[str, int]] = {"Resection": {}, "Ablation": {}}
        for event in mine.itertuples():
            of_arm = worst[arms[event.patient]]
            of_arm[event.patient] = max(of_arm.get(event.patient, 0), int(event.grade or 0))
        for label, grades in worst.items():
            expected = {
                "g1_2": sum(grade in (1, 2) for grade in grades.values()),
                "g3_4": sum(grade in (3, 4) for grade in grades.values()),
                "g5": sum(grade == 5 for grade in grades.values()),
                "any": len(grades),
            }
            assert row["arms"][label]["patients"] == expected
