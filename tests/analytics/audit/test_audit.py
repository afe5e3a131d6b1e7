"""Printed tables held against themselves: those of two papers, whose faults are known, and our own."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analytics.audit.audit import audit
from analytics.audit.cells import read_cell
from analytics.audit.files import tables_of_file, tables_of_text
from analytics.audit.reader import read_tables
from analytics.audit.verdict import Finding
from analytics.errors import UnreadableTableError
from analytics.report.tables.tables import design_tables, outcome_tables, to_csv

TABLES = Path(__file__).parent / "tables"


def findings_of(text: str) -> tuple[Finding, ...]:
    return audit(tables_of_text(text, name="Table"))


def codes(text: str) -> list[str]:
    return [finding.code for finding in findings_of(text)]


def of_paper(name: str) -> dict[tuple[str, str], str]:
    """What was found there, by code and place; the last of several."""
    tables = tables_of_file((TABLES / f"{name}.tsv").read_bytes(), name=name)
    return {(finding.code, finding.what): finding.message.en for finding in audit(tables)}


def test_the_faults_of_an_2025_are_found_with_their_arithmetic() -> None:
    """D1 and D2 of what is known of the paper (doi 10.1177/17588359241304645)."""
    found = of_paper("an-2025")
    assert found["A-ARMS", "Patients"] == "The arms add up to 209 + 390 = 599, but 609 is printed for all."
    assert "those of “BMI (kg/m2), n (%)”" in found["A-COPY", "ECOG, n (%)"]
    assert "those of “Comorbidity, n (%)”" in found["A-COPY", "Ascites, n (%)"]
    assert found["A-WITHIN", "Cirrhosis, n (%), Absence · SR group"] == "182 after matching, but only 18 before it."
    for variable in ("HCC diameter before TACE (cm), n (%)", "AFP (ng/mL), n (%)", "BCLC stages, n (%)"):
        assert found["A-SUM", f"{variable} · SR group"].endswith("= 268, but the arm has 185.")
    assert "89 after matching, but only 68" in found["A-WITHIN", "HCC number before TACE, n (%), >3 · SR group"]
    assert "80 after matching, but only 55" in found["A-WITHIN", "HCC diameter before TACE (cm), n (%), >10 · SR group"]


def test_the_faults_of_cao_2024_are_found_with_their_arithmetic() -> None:
    """D9 to D12 of what is known of the paper (doi 10.1007/s00262-024-03872-6)."""
    found = of_paper("cao-2024")
    assert found["A-TWICE", "HAIC cycles, ≤4 · SE"].startswith("160 here, 22 (12.1%) in “Table 1")  # D9
    assert "printed for “ORR”" in found["A-NAME", "PFS"]  # D10
    assert found["A-SUM", "CR · SE"] == "The levels add up to 0 + 74 + 84 + 42 = 200, but the arm has 182."  # D11
    assert found["A-SUM", "CR · SI"].endswith("= 375, but the arm has 182.")
    assert found["A-TWICE", "CR · SI"].startswith("11 here, 17 (4%)")
    assert found["A-SUM", "ECOG PS · SE"] == "The levels add up to 118 + 74 = 192, but the arm has 182."  # D12
    assert found["A-TWICE", "Elevated ALT, Grade 3-4 · SE"].startswith("35 (19.2%) here, 29 (15.9%)")
    assert found["A-TWICE", "Abdominal pain, Total · SE"].startswith("119 (65.3%) here, 92 (50.5%)")
    assert found["A-TWICE", "Simultaneous"].startswith("0.71 here, 0.64 (0.47–0.88)")


HEAD = "Factor,A (n=50),B (n=60),P\n"


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("Sex,,,1.000\nM,20 (40.0),25 (41.7),\nF,30 (60.0),35 (58.3),", "Sex,,,\nM,21,25,\nF,30,35,", "A-SUM"),
        ("HBV,20 (40.0),25 (41.7),1.000", "HBV,20 (42.0),25 (41.7),", "A-PERCENT"),
        ("HBV,20 (40.0),25 (41.7),0.859", "HBV,20 (40.0),25 (41.7),0.031", "A-P"),
        ("HBV,20/50 (40),25/60 (42),", "HBV,20/50 (44),25/60 (42),", "A-PERCENT"),
        ("Age; mean (SD),60.0 (10.0),55.0 (10.0),0.010", "Age; mean (SD),60.0 (10.0),55.0 (10.0),0.310", "A-P"),
        ("BMI,,,\n<18,5 (10.2),6 (10.0),\n≥18,44 (89.8),54 (90.0),\nMissing,1,0,", "BMI,,,\n<18,5,6,\n≥18,44,53,", "A-SUM"),
        ("Complications,,,\nFever,20,30,\nPain,45,50,", "Complications,,,\nFever,20 (20.0),30 (50.0),", "A-PERCENT"),
        ("Median OS months,20.1,24.0,\nOS at 24 months %,41.0,50.0,", "Median OS months,30.1,24.0,\nOS at 24 months %,41.0,50.0,", "A-MEDIAN"),
        ("OS at 12 months %,80.0,81.0,\nOS at 24 months %,70.0,60.0,", "OS at 12 months %,70.0,81.0,\nOS at 24 months %,80.0,60.0,", "A-MEDIAN"),
    ],
)  # fmt: skip
def test_each_rule_keeps_silent_on_what_agrees_and_speaks_of_what_does_not(right: str, wrong: str, code: str) -> None:
    right, wrong = (text.replace(";", " ") for text in (right, wrong))
    assert codes(HEAD + right) == []
    assert code in codes(HEAD + wrong)


@pytest.mark.parametrize(
    ("ratio", "p", "code"),
    [
        ("0.61 (0.44–0.84)", "0.003", []),
        ("0.61 (0.64–0.84)", "0.003", ["A-RATIO"]),  # outside
        ("0.61 (0.30–0.84)", "0.003", ["A-RATIO"]),  # not in the middle of the logarithms
        ("0.61 (0.44–0.84)", "0.310", ["A-RATIO"]),
        ("0.61 (0.44–not reached)", "0.003", []),  # no interval, nothing to say
    ],
)
def test_a_ratio_its_interval_and_its_p_agree(ratio: str, p: str, code: list[str]) -> None:
    assert codes(f"Endpoint,HR (95% CI),P\nOS,{ratio},{p}\n") == code


def test_grades_add_up_to_their_total() -> None:
    head = "Term,A (n=50),,\n,Grade 1-2,Grade 3-4,Total\n"
    assert codes(f"{head}Fever,5,2,7\n") == []
    assert codes(f"{head}Fever,5,2,8\n") == ["A-PARTS"]


def test_a_matched_arm_lies_within_the_unmatched_one() -> None:
    head = "Factor,Before matching,,After matching,\n,A (n=50),B (n=60),A (n=40),B (n=40)\n"
    assert codes(f"{head}HBV,20,25,15,15\n") == []
    assert codes(f"{head}HBV,20,25,21,15\n") == ["A-WITHIN"]
    assert codes(f"{head}HBV,20,25,9,15\n") == ["A-WITHIN"]  # at least 10 of the 20 are left


@pytest.mark.parametrize(
    ("text", "first", "inner", "count"),
    [
        ("12 (5.6%)", 12, (5.6,), 12),
        ("1,234（45.0）", 1234, (45.0,), 1234),
        ("56.1 ± 10.2", 56.1, (10.2,), None),
        ("20/50 (40)", 20, (40,), 20),
        ("0.61 (0.44 to 0.84)", 0.61, (0.44, 0.84), None),
        ("3.7 [1.2, 6.6]", 3.7, (1.2, 6.6), None),
        ("12<sup>a</sup>", 12, (), 12),
        ("37%", 37, (), None),
        ("–", None, (), None),
        ("not reached", None, (), None),
    ],
)
def test_a_cell_is_read_as_papers_write_it(
    text: str, first: float | None, inner: tuple[float, ...], count: int | None
) -> None:
    cell = read_cell(text)
    assert (cell.first.value if cell.first else None) == first
    assert tuple(number.value for number in cell.inner) == inner
    assert cell.count == count


def test_what_is_no_table_is_refused_in_words(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 broken")
    for content in (b"", b"PK\x03\x04 broken", b"\xff\xfe\x00", b"a" * 2_000_001, b"words without a number"):
        with pytest.raises(UnreadableTableError):
            tables_of_file(content, name="x")
    with pytest.raises(CommandError) as refused:
        call_command("check_table", str(broken))
    assert refused.value.returncode == 2


def test_the_command_writes_its_findings_and_ends_with_1_where_there_are_any(tmp_path: Path) -> None:
    out = tmp_path / "findings.json"
    with pytest.raises(SystemExit) as ended:
        call_command("check_table", str(TABLES / "cao-2024.tsv"), json_out=str(out))
    assert ended.value.code == 1
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["tables"][0]["title"].startswith("Table 1")
    assert {"code", "table", "row", "what", "impossible", "message"} == set(report["findings"][0])


def test_our_own_tables_pass(result: dict[str, Any]) -> None:
    """Each as its CSV, and all of a result together."""
    tables = [*design_tables(result), *outcome_tables(result)]
    texts = [f"{table.title}\n{to_csv(table).removeprefix(chr(0xFEFF))}" for table in tables]
    found = [one for text in texts for one in read_tables(list(csv.reader(io.StringIO(text))), name="ours")]
    assert sum(len(table.entries) for table in found) > 200
    said = [f"{one.code} {one.table}: {one.what}: {one.message.en}" for one in audit(found)]
    assert said == [], "\n".join(said)
