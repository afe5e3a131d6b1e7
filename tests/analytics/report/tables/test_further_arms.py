"""A study with three arms: all of them together, and the further contrast, each with its table."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import translation

from analytics.engine.comparison import compare
from analytics.report.tables.tables import outcome_tables
from analytics.result.comparison import result_json
from tests.analytics.tables import make_frame, make_protocol, make_rows

ARMS = {
    "focal": {"value": "R", "label": "Resection"},
    "reference": {"value": "A", "label": "Ablation"},
    "others": [{"value": "T", "label": "Transplant"}],
    "contrasts": [["Transplant", "Ablation"]],
}


@pytest.fixture
def three_arms(tmp_path: Path) -> dict[str, Any]:
    rows = make_rows(size=300)
    rows = rows.assign(arm=np.where(np.arange(300) % 3 == 0, "T", rows["arm"]))
    protocol = make_protocol(arms=ARMS)
    found: dict[str, Any] = json.loads(
        result_json(compare(make_frame(tmp_path, protocol=protocol, rows=rows), protocol=protocol))
    )
    return found


def test_all_arms_stand_together_with_one_test(three_arms: dict[str, Any]) -> None:
    table = next(table for table in outcome_tables(three_arms) if table.name == "all-arms")
    overall = three_arms["overall"]["OS"]
    assert [row.cells[1:4] for row in table.rows] == [
        (label, str(arm["n"]), str(arm["events"])) for label, arm in overall["arms"].items()
    ]
    assert {row.cells[1] for row in table.rows} == {"Resection", "Ablation", "Transplant"}
    assert float(table.rows[0].cells[-1]) == round(overall["logrank"]["p"], 3)


def test_each_further_contrast_has_its_endpoints(three_arms: dict[str, Any]) -> None:
    table = next(table for table in outcome_tables(three_arms) if table.name == "endpoints-contrast-1")
    assert table.title == "Endpoints · Transplant vs Ablation"
    ratio = three_arms["contrasts"][0]["endpoints"]["OS"]["matched"]["hazard_ratio"]
    assert table.rows[0].cells[2] == "Transplant"
    assert table.rows[0].cells[-3].startswith(f"{ratio['hr']:.2f} (")


def test_a_third_arm_is_named_in_the_language_of_the_reader(three_arms: dict[str, Any]) -> None:
    three_arms["protocol"]["arms"]["others"][0]["label_zh"] = "肝移植"
    number = {"value": 37, "lower": None, "upper": None}
    which = {"endpoint": "OS", "measure": "n", "cohort": "matched", "arm": "Transplant", "months": None, "note": ""}
    three_arms["printed"] = [which | {"printed": number, "ours": number}]
    with translation.override("zh-hans"):
        tables = {table.name: table for table in outcome_tables(three_arms)}
    assert tables["endpoints-contrast-1"].title.endswith("肝移植对比Ablation")
    for name in ("all-arms", "endpoints-contrast-1", "printed"):
        text = " ".join(cell for row in tables[name].rows for cell in row.cells)
        assert "肝移植" in text
        assert "Transplant" not in text
