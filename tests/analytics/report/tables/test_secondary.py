"""A study with everything asked for, on the page: every design, subgroups, sensitivity, fair starts, competing events."""

import re
from typing import Any

import numpy as np
import pytest
from django.utils import translation

from analytics.engine.comparison import compare
from analytics.frame import AnalysisFrame
from analytics.protocol.errors import validate_plan
from analytics.protocol.library import protocol_text
from analytics.protocol.population import StudyProtocol, read_study_protocol
from analytics.report.presentation import Presentation, present
from analytics.result.comparison import result_object
from tests.analytics.tables import make_rows

ASKED = {
    "subgroups": ["hbv_status"],
    "sensitivity": [{"kind": "e_value"}, {"kind": "caliper", "widths": [0.1]}, {"kind": "landmark", "months": [3]}],
    "immortal_time": {"landmark_months": [3], "rezero": True, "time_dependent": True, "ccw": {"grace_months": 12}},
}


def asking(**changes: Any) -> StudyProtocol:
    content = read_study_protocol(protocol_text("an-2025")).model_dump(mode="json", by_alias=True, exclude_unset=True)
    content["endpoints"] = {"OS": {"kind": "OS"}, "TTP": {"kind": "TTP", "death": "competing", "report_months": [12]}}
    content["covariates"] = [{"name": "age", "type": "continuous"}, {"name": "hbv_status", "type": "binary"}]
    content |= {"cox": {"covariates": ["age"]}, "safety": None, "printed": []} | ASKED | changes
    return validate_plan(StudyProtocol, content=content)


def frame_of(protocol: StudyProtocol) -> AnalysisFrame:
    """Arms, times, competing events and a defining act, the same every time."""
    rows, random = make_rows(), np.random.default_rng(3)
    months = rows["days"] / 30.4375
    table = rows.assign(
        id=rows["patient"],
        arm=np.where(rows["arm"] == "R", "Resection", "Ablation"),
        OS_time=months,
        OS_event=rows["died"].astype(float),
        TTP_time=months,
        TTP_event=np.where(rows["died"] == 1, random.choice([1.0, 2.0], len(rows)), 0.0),
        **{c.name: rows["age"] if c.type == "continuous" else rows["hbv"].astype(float) for c in protocol.covariates},
        defining_months=np.minimum(months / 2, random.integers(1, 9, len(rows))),
    )
    return AnalysisFrame(table=table, source="registry", sha256="0" * 64, rows=len(table))


def shown(**changes: Any) -> Presentation:
    protocol = asking(**changes)
    return present(result_object(compare(frame_of(protocol), protocol=protocol)), protocol=protocol)


@pytest.mark.parametrize(
    "design",
    [
        {"method": "nearest", "caliper": {"width": 0.2}},
        {"method": "nearest", "ratio": 2},
        {"method": "nearest", "replace": True},
        {"method": "cem"},
        {"method": "subclassification"},
        {"method": "weighting"},
        {"method": "none"},
    ],
)
def test_every_design_has_its_tables_and_figures(design: dict[str, Any]) -> None:
    page = shown(design=design)
    names = {table.name for table in page.tables}
    cohort = {"weighting": "weighted", "none": "unmatched"}.get(design["method"], "matched")
    assert {f"subgroups-os-{cohort}", f"cox-os-{cohort}", "immortal-time", "competing-events", "sensitivity"} <= names
    for table in page.tables:
        assert {len(row.cells) for row in table.rows} <= {len(table.head)}, table.name
    for figure in page.figures:
        assert figure.draw().startswith("<?xml")
    assert page.failed_checks == ()


def test_a_weighted_study_speaks_of_weighting() -> None:
    page = shown(design={"method": "weighting"})
    assert "matched pairs" not in page.size
    first = next(table for table in page.tables if table.name == "table-1")
    assert [text for text, _ in first.groups] == ["", "Before weighting", "After weighting"]
    assert not any("none" in note for table in page.tables for note in table.notes)
    told = [*(figure.title for figure in page.figures), *(figure.alt for figure in page.figures)]
    told += [
        text for table in page.tables for text in (table.title, *table.notes, *(c for r in table.rows for c in r.cells))
    ]
    assert [text for text in told if "matching" in text and "%" not in text] == []
    assert "after weighting, the model includes only the arm, with robust standard errors." in " ".join(page.methods)


def test_ways_around_immortal_time_are_rows_with_their_numbers() -> None:
    table = next(table for table in shown().tables if table.name == "immortal-time")
    analyses = [row.cells[2] for row in table.rows if row.cells[:2] == table.rows[0].cells[:2]]
    assert analyses == [
        "Naive analysis (biased)",
        "Time zero reset to the arm-defining event",
        "Arm as a time-dependent covariate",
        "Clone-censor-weight",
        "Landmark at 3 months",
    ]


def test_accelerated_failure_times_show_their_time_ratio_with_a_note_in_both_languages() -> None:
    asked = [{"kind": "aft"}, {"kind": "e_value"}]
    table = next(table for table in shown(sensitivity=asked).tables if table.name == "sensitivity")
    row = next(row for row in table.rows if row.cells[0] == "Accelerated failure time (Weibull)")
    assert "distribution Weibull" in row.cells[1]
    assert re.fullmatch(r"time ratio \d+\.\d\d \(\d+\.\d\d–\d+\.\d\d\)", row.cells[-1])
    e_value = next(row for row in table.rows if row.cells[0] == "E-value")
    assert re.fullmatch(r"E-value \d+\.\d\d, of the confidence limit \d+\.\d\d", e_value.cells[-1])
    assert table.notes[0].startswith("Time ratio (Weibull model): time to event with Ablation relative to Resection")
    plain = next(table for table in shown(sensitivity=[{"kind": "e_value"}]).tables if table.name == "sensitivity")
    assert not any(note.startswith("Time ratio") for note in plain.notes)
    with translation.override("zh-hans"):
        table = next(table for table in shown(sensitivity=asked).tables if table.name == "sensitivity")
    assert "加速失效时间模型（Weibull）" in [row.cells[0] for row in table.rows]
    assert table.notes[0].startswith("时间比（Weibull 模型）")


def test_every_kind_of_event_that_competes_has_its_incidence_with_limits() -> None:
    table = next(table for table in shown().tables if table.name == "competing-events")
    first = [row for row in table.rows if row.cells[:2] == table.rows[0].cells[:2]]
    assert [row.cells[2] for row in first] == ["event of interest"] * 2 + ["competing event: death"] * 2
    assert re.fullmatch(r"12: \d+\.\d \(\d+\.\d–\d+\.\d\)", first[0].cells[4])
    assert (first[0].cells[6] != "", first[2].cells[5] != "", first[2].cells[6]) == (True, True, "")


def test_p_values_of_the_balance_and_steps_of_a_selection_are_shown_where_asked_for() -> None:
    page = shown(conventions={"balance_p": True}, cox={"covariates": ["age", "hbv_status"], "selection": "forward", "entry": 0.9, "removal": 0.95})  # fmt: skip
    balance = next(table for table in page.tables if table.name == "balance")
    assert balance.groups[-1] == ("P", 2)
    assert all(len(row.cells) == len(balance.head) for row in balance.rows)
    cox = next(table for table in page.tables if table.name == "cox-os-matched")
    assert re.search(r"Selection: .*entered \(P [=<]", cox.notes[-1])


def test_an_incidence_of_nothing_is_a_number() -> None:
    protocol = asking()
    result = result_object(compare(frame_of(protocol), protocol=protocol))
    result["endpoints"]["TTP"]["matched"]["cif"]["Resection"]["ttp"] = {"12": [0.0, None, None]}
    table = next(table for table in present(result, protocol=protocol).tables if table.name == "competing-events")
    assert table.rows[0].cells[4] == "12: 0.0"


def test_settings_are_words_of_the_reader() -> None:
    asked = [{"kind": "caliper", "widths": [0.1]}, {"kind": "bootstrap", "n": 5}, {"kind": "doubly_adjusted"}]
    table = next(table for table in shown(sensitivity=asked).tables if table.name == "sensitivity")
    settings = {row.cells[0]: row.cells[1] for row in table.rows}
    assert settings["Alternative caliper"] == "width 0.1, unit standard deviations, scale logit of the score"
    assert settings["Bootstrap"] == "draws 5, unit patients, failed 0"
    assert settings["Double adjustment"] == "covariates age, Hepatitis B"
