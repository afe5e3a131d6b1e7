"""Nothing that is computed is hidden: each figure of an endpoint has its cell, and a warning points to what is there."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.utils import translation

from analytics.engine.comparison import compare
from analytics.frame import AnalysisFrame
from analytics.protocol.population import StudyProtocol
from analytics.report.presentation import Presentation, present
from analytics.report.tables.table import Table
from analytics.report.tables.tables import endpoints_table
from analytics.result.comparison import result_object
from tests.analytics.report.tables.test_secondary import asking
from tests.analytics.tables import make_rows

PLAIN: dict[str, Any] = {"immortal_time": None, "sensitivity": [], "subgroups": [], "endpoints": {"OS": {"kind": "OS"}}}


def crossing(*, size: int = 400) -> pd.DataFrame:
    """Resection kills early and not later, ablation the other way round: the hazards cross."""
    random = np.random.default_rng(2)
    rows = make_rows(size=size)
    is_focal = rows["arm"] == "R"
    early, late = random.exponential(250, size), 400 + random.exponential(400, size)
    days = np.where(is_focal, np.where(random.random(size) < 0.5, early, 2500), late)
    return rows.assign(days=np.minimum(days, 2500).round() + 1, died=(days < 2500).astype(int))


def frame_of(rows: pd.DataFrame) -> AnalysisFrame:
    table = rows.assign(
        id=rows["patient"],
        arm=np.where(rows["arm"] == "R", "Resection", "Ablation"),
        OS_time=rows["days"] / 30.4375,
        OS_event=rows["died"].astype(float),
        hbv_status=rows["hbv"].astype(float),
    )
    return AnalysisFrame(table=table, source="registry", sha256="0" * 64, rows=len(table))


def results(rows: pd.DataFrame, **changes: Any) -> tuple[dict[str, Any], StudyProtocol]:
    protocol = asking(**(PLAIN | changes))
    return result_object(compare(frame_of(rows), protocol=protocol)), protocol


def table_of(page: Presentation, *, name: str) -> Table:
    return next(table for table in page.tables if table.name == name)


def test_every_hazard_ratio_and_test_has_its_cell() -> None:
    result, protocol = results(make_rows())
    table, content = table_of(present(result, protocol=protocol), name="hazard-ratios"), result["endpoints"]["OS"]
    expected = [one["hr"] for cohort in ("matched", "unmatched") for one in content[cohort]["hazard_ratios"]]
    assert [float(row.cells[3].split(" ")[0]) for row in table.rows] == [round(value, 2) for value in expected]
    assert [row.cells[2] for row in table.rows[:4]] == [
        "Model-based",
        "Clustered by matched pair",
        "Stratified by matched pair",
        "Corrected for small samples",
    ]
    assert float(table.rows[0].cells[6]) == round(content["matched"]["logrank"]["stratified_p"], 3)
    assert float(table.rows[0].cells[7]) == round(content["matched"]["ph_test"]["p"], 3)


def test_restricted_means_show_their_horizon_arms_and_contrast() -> None:
    result, protocol = results(make_rows())
    means = result["endpoints"]["OS"]["matched"]["rmst"]
    table = table_of(present(result, protocol=protocol), name="restricted-means")
    first = table.rows[0].cells
    assert first[2:5] == (
        "Resection",
        f"{means['tau']:.1f}",
        f"{means['arms']['Resection']['rmst']:.1f} ({means['arms']['Resection']['se']:.1f})",
    )
    assert first[5].startswith(f"{means['difference']:.1f}".replace("-", "−"))
    assert first[6] == f"{means['ratio']:.2f}"


def test_what_the_warning_of_crossing_hazards_refers_to_is_on_the_page() -> None:
    result, protocol = results(crossing())
    page = present(result, protocol=protocol)
    assert any("hazard ratios by period" in warning.text for warning in page.warnings)
    periods = result["endpoints"]["OS"]["matched"]["period_hazard_ratios"]
    rows = table_of(page, name="period-hazard-ratios").rows[: len(periods)]
    assert [int(row.cells[3]) for row in rows] == [period["n"] for period in periods]
    assert rows[-1].cells[2].startswith("from month ")
    assert table_of(page, name="restricted-means").rows
    with translation.override("zh-hans"):
        shown = present(result, protocol=protocol)
    assert table_of(shown, name="period-hazard-ratios").title == "分时期风险比"


def test_hazards_that_are_proportional_have_no_table_of_periods() -> None:
    result, protocol = results(make_rows())
    assert "period-hazard-ratios" not in {table.name for table in present(result, protocol=protocol).tables}


def test_marks_in_the_table_of_endpoints_are_explained_below_it() -> None:
    result, _ = results(make_rows())
    arm = result["endpoints"]["OS"]["matched"]["arms"]["Resection"]
    arm |= {"median_on_few": True, "rates": arm["rates"] | {"12": [1.0, 1.0, 1.0]}}
    table = endpoints_table(result)
    cells = [cell for row in table.rows for cell in row.cells]
    assert any(cell.endswith(" †") for cell in cells)
    assert "100.0 (100.0–100.0) ‡" in cells
    assert [note[0] for note in table.notes[1:]] == ["†", "‡"]


def test_without_such_cells_there_is_nothing_to_explain() -> None:
    result, _ = results(make_rows())
    assert len(endpoints_table(result).notes) == 1


def test_a_ratio_of_arms_that_are_apart_is_not_offered_as_one() -> None:
    result, _ = results(make_rows())
    result["propensity"]["arms_apart"] = True
    ratios = [row.cells[-3] for row in endpoints_table(result).rows if row.cells[-3]]
    assert [text.startswith("not interpretable: ") for text in ratios] == [True, False]


def test_the_model_of_the_score_and_the_centers_are_tables_of_the_design() -> None:
    result, protocol = results(make_rows())
    page = present(result, protocol=protocol)
    names = [term["term"] for term in result["propensity"]["terms"]]
    score = table_of(page, name="score")
    assert len(score.rows) == len(names)
    assert score.rows[0].cells[0] == "Intercept"
    assert float(score.rows[1].cells[1].replace("−", "-")) == round(result["propensity"]["terms"][1]["estimate"], 3)
    assert any(note.startswith("Caliper width: ") for note in score.notes)
    assert sum(int(row.cells[2]) for row in table_of(page, name="centers").rows) == 2 * result["matching"]["n_pairs"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_methods_name_the_covariates_of_the_score_and_the_software_apart_from_the_caliper(language: str) -> None:
    result, protocol = results(make_rows(), design={"caliper": {"width": 0.1}})
    with translation.override(language):
        text = " ".join(present(result, protocol=protocol).methods)
    assert ("Propensity score covariates: age" if language == "en" else "评分的协变量：age") in text
    assert (
        "Computed by Caliper (software) 0.1.0 with python" if language == "en" else "由 Caliper（软件）0.1.0 计算"
    ) in text
