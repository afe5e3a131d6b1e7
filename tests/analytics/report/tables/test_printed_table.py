"""What the source of a study prints, beside ours; it changes no number and no hash of the design."""

from typing import Any

import numpy as np
import pytest
from django.utils import translation

from analytics.engine.comparison import compare
from analytics.errors import ProtocolError
from analytics.frame import AnalysisFrame
from analytics.protocol.errors import validate_plan
from analytics.protocol.population import StudyProtocol
from analytics.report.methods import methods_sentences
from analytics.report.tables.table import Table
from analytics.report.tables.tables import outcome_tables
from analytics.result.comparison import result_object
from analytics.studies.acceptance import design_sha256, without_outcomes
from tests.analytics.report.tables.test_secondary import asking
from tests.analytics.tables import make_rows

ORR = {"type": "binary", "kind": "BEST_RESPONSE", "success": ["CR", "PR"]}
OS = {"kind": "OS", "report_months": [12]}
LIMITS = {"lower": 0.78, "upper": 1.89}
PRINTED: list[dict[str, Any]] = [
    {"measure": "n", "arm": "Resection", "value": 219, "cohort": "unmatched"},
    {"measure": "n", "arm": "Resection", "value": 185},
    {"endpoint": "OS", "measure": "hazard_ratio", "value": 1.22, **LIMITS, "note": {"en": "Table 3", "zh": "表 3"}},
    {"endpoint": "OS", "measure": "median_months", "arm": "Ablation", "value": 31.5},
    {"endpoint": "OS", "measure": "rate_pct", "months": 12, "arm": "Resection", "value": 98.4},
    {"endpoint": "OS", "measure": "rate_pct", "months": 24, "arm": "Resection", "value": 90.1, "note": "read from the curve"},
    {"endpoint": "ORR", "measure": "rate_pct", "arm": "Ablation", "value": 58, "cohort": "unmatched"},
]  # fmt: skip
EMULATION = {"en": "The source randomized its patients.", "zh": "原研究为随机对照试验。"}


def study(**changes: Any) -> StudyProtocol:
    plain = {"endpoints": {"OS": OS, "ORR": ORR}, "sensitivity": [], "immortal_time": None, "subgroups": []}
    return asking(**plain | {"printed": PRINTED, "emulation": EMULATION} | changes)


def compared(protocol: StudyProtocol, *, design_only: bool = False) -> dict[str, Any]:
    rows, random = make_rows(), np.random.default_rng(3)
    table = rows.assign(
        id=rows["patient"],
        arm=np.where(rows["arm"] == "R", "Resection", "Ablation"),
        OS_time=rows["days"] / 30.4375,
        OS_event=rows["died"].astype(float),
        ORR_value=random.choice(["CR", "PR", "SD"], len(rows)),
        hbv_status=rows["hbv"].astype(float),
    )
    frame = AnalysisFrame(table=table, source="registry", sha256="0" * 64, rows=len(table))
    found = result_object(compare(frame, protocol=protocol, design_only=design_only))
    return found | {"software": {"caliper": "0.1.0"}}


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    return compared(study())


def printed_table(result: dict[str, Any]) -> Table | None:
    return next((table for table in outcome_tables(result) if table.name == "printed"), None)


def test_each_printed_number_stands_beside_ours(result: dict[str, Any]) -> None:
    os = result["endpoints"]["OS"]["matched"]
    ours = [row["ours"]["value"] for row in result["printed"]]
    curve = os["curves"]["Resection"]
    at_two_years = 100 * curve["survival"][np.searchsorted(curve["time"], 24, side="right") - 1]
    assert ours == [
        (make_rows()["arm"] == "R").sum(),
        result["matching"]["n_pairs"],
        os["hazard_ratio"]["hr"],
        os["arms"]["Ablation"]["median"],
        100 * os["arms"]["Resection"]["rates"]["12"][0],
        at_two_years,
        100 * result["response"]["ORR"]["unmatched"]["arms"]["Ablation"]["rate"],
    ]
    assert None not in ours
    assert result["printed"][2]["printed"] == {"value": 1.22, **LIMITS}
    assert result["printed"][2]["ours"]["upper"] == os["hazard_ratio"]["high"]


def test_the_page_shows_both_with_their_limits_and_says_that_the_source_was_randomized(result: dict[str, Any]) -> None:
    with translation.override("en"):
        table = printed_table(result)
        sentences = list(methods_sentences(result, protocol=study()))
    assert table is not None
    row = table.rows[2].cells
    found = result["endpoints"]["OS"]["matched"]["hazard_ratio"]
    ours = f"{found['hr']:.2f} ({found['low']:.2f}–{found['high']:.2f})"
    assert row[1:] == ("After matching", "–", "1.22 (0.78–1.89)", ours, "Table 3")
    assert table.rows[0].cells[:4] == ("Patients", "Before matching", "Resection", "219")
    assert table.notes == (EMULATION["en"],)
    assert sentences[0].startswith("Data cutoff")  # which the figures quote
    assert sentences[1] == EMULATION["en"]
    with translation.override("zh-hans"):
        chinese = printed_table(result)
    assert chinese is not None
    assert chinese.rows[2].cells[-1] == "表 3"


def test_what_is_printed_changes_no_number_and_not_the_design(result: dict[str, Any]) -> None:
    plain = compared(study(printed=[], emulation=None))
    parts = result.keys() - {"protocol", "printed", "software"}
    assert {part: result[part] for part in parts} == {part: plain[part] for part in parts}
    assert design_sha256(result) == design_sha256(plain)
    assert "printed" not in plain
    assert printed_table(plain) is None


def test_before_the_design_is_accepted_ours_are_not_shown(result: dict[str, Any]) -> None:
    assert "printed" not in without_outcomes(result)
    assert "printed" not in compared(study(), design_only=True)


def test_a_number_that_we_do_not_have_is_absent_with_a_reason() -> None:
    late = [{"endpoint": "OS", "measure": "rate_pct", "months": 600, "arm": "Resection", "value": 5}]
    (row,) = compared(study(printed=late))["printed"]
    assert row["ours"] == {"value": None, "lower": None, "upper": None, "why": {"value": "not_estimable"}}


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"endpoint": "PFS", "measure": "hazard_ratio", "value": 1}, "printed names PFS, which is not an endpoint"),
        ({"endpoint": "OS", "measure": "median_months", "arm": "TACE", "value": 1}, "names TACE, which is not an arm"),
        ({"endpoint": "OS", "measure": "median_months", "value": 1}, "every measure but hazard_ratio names its arm"),
        ({"endpoint": "OS", "measure": "n", "arm": "Resection", "value": 1}, "n names none"),
        ({"measure": "hazard_ratio", "value": 1}, "every measure but n names its endpoint"),
        ({"endpoint": "OS", "measure": "hazard_ratio", "value": 2, **LIMITS}, "not between lower and upper"),
        ({"endpoint": "OS", "measure": "hazard_ratio", "value": 1, "months": 12}, "months is only for rate_pct"),
        ({"endpoint": "OS", "measure": "ratio", "value": 1}, r"printed\[1\]\.measure"),
    ],
)
def test_a_printed_number_of_nothing_is_refused(row: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ProtocolError, match=complaint):
        study(printed=[row])


def test_the_third_arm_is_found_in_its_contrast() -> None:
    """A source with three arms prints a hazard ratio for each contrast."""
    content = study(printed=[]).model_dump(mode="json", by_alias=True, exclude_unset=True)
    third = content["arms"]["focal"] | {"label": "Both"}
    content["arms"] |= {"others": [third], "contrasts": [["Both", "Ablation"]]}
    content["printed"] = [
        {"endpoint": "OS", "measure": "hazard_ratio", "arm": "Both", "value": 0.8, "cohort": "unmatched"},
        {"endpoint": "OS", "measure": "hazard_ratio", "value": 0.9, "cohort": "unmatched"},
    ]
    protocol = validate_plan(StudyProtocol, content=content)
    rows = make_rows(size=360)
    arms = np.where(rows["arm"] == "R", np.where(np.arange(360) % 2, "Resection", "Both"), "Ablation")
    table = rows.assign(
        id=rows["patient"],
        arm=arms,
        OS_time=rows["days"] / 30.4375,
        OS_event=rows["died"].astype(float),
        ORR_value="CR",
        hbv_status=rows["hbv"].astype(float),
    )
    frame = AnalysisFrame(table=table, source="registry", sha256="0" * 64, rows=len(table))
    found = result_object(compare(frame, protocol=protocol))
    ours = [row["ours"]["value"] for row in found["printed"]]
    (contrast,) = found["contrasts"]
    assert ours == [one["endpoints"]["OS"]["unmatched"]["hazard_ratio"]["hr"] for one in (contrast, found)]
    assert ours[0] != ours[1]
