"""Tables of a result hold its numbers, formatted, and nothing else."""

import csv
import io
import itertools
from typing import Any

from django.utils import translation

from analytics.report.numbers import number
from analytics.report.tables.tables import Row, Table, design_tables, outcome_tables, to_csv


def table(result: dict[str, Any], name: str) -> Table:
    return next(table for table in [*design_tables(result), *outcome_tables(result)] if table.name == name)


def test_every_row_has_a_cell_per_column(result: dict[str, Any]) -> None:
    for each in [*design_tables(result), *outcome_tables(result)]:
        assert {len(row.cells) for row in each.rows} == {len(each.head)}, each.name
        assert not each.groups or sum(span for _, span in each.groups) == len(each.head), each.name


def test_the_flow_adds_up(result: dict[str, Any]) -> None:
    rows = [[int(cell) for cell in row.cells[1:4]] for row in table(result, "flow").rows]
    for (_, _, before), (removed, missing, after) in itertools.pairwise(rows):
        assert before - removed == after
        assert missing <= removed


def test_table_one_shows_counts_percent_and_difference_of_both_cohorts(result: dict[str, Any]) -> None:
    sex = next(row for row in table(result, "table-1").rows if row.cells[0] == "Sex: Male")
    stored = next(row for row in result["baseline"] if row["covariate"] == "sex")
    balance = next(row for row in result["balance"] if row["covariate"] == "sex")
    summary = stored["unmatched"]["arms"]["Resection"]
    assert sex.cells[1] == f"{summary['count']} ({summary['percent']:.1f})"
    assert sex.cells[4] == f"{balance['smd_before']:.3f}".replace("-", "−")
    assert sex.cells[8] == f"{balance['smd_after']:.3f}".replace("-", "−")


def test_a_missing_value_has_its_row(result: dict[str, Any]) -> None:
    stored = next(row for row in result["baseline"] if row["covariate"] == "cirrhosis")
    former = stored["unmatched"]["arms"]["Resection"]["missing"]
    stored["unmatched"]["arms"]["Resection"]["missing"] = 3
    rows = list(table(result, "table-1").rows)
    stored["unmatched"]["arms"]["Resection"]["missing"] = former
    place = next(number for number, row in enumerate(rows) if row.cells[0].startswith("Cirrhosis"))
    assert rows[place + 1].cells[:3] == ("Missing", "3", "0")


def test_what_is_not_reached_is_said_in_words(result: dict[str, Any]) -> None:
    arm = result["endpoints"]["OS"]["matched"]["arms"]["Resection"]
    former = {key: arm[key] for key in ("median", "median_low", "median_high")} | {"why": arm.get("why", {})}
    arm |= {"median": None, "median_low": None, "median_high": None, "why": {"median": "not_reached"}}
    shown = table(result, "endpoints").rows[0].cells[5]
    arm |= former
    assert shown == "not reached"


def test_labels_come_from_the_registry_in_the_readers_language(result: dict[str, Any]) -> None:
    first = [row.cells[0] for row in table(result, "table-1").rows]
    assert "Albumin (g/L), mean (SD)" in first
    with translation.override("zh-hans"):
        assert "手术切除" in table(result, "table-1").head[1]


def test_a_csv_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    bad = Table(name="x", title="x", head=("a",), rows=(Row(cells=("=1+1",)), Row(cells=("手术",))))
    text = to_csv(bad)
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:]))) == [["a"], ["'=1+1"], ["手术"]]


def test_of_two_classes_one_row_tells_the_difference(result: dict[str, Any]) -> None:
    levels = [row["level"] for row in result["balance"] if row["covariate"] == "age_at_index"]
    assert len(levels) == 2
    shown = [row.cells[0] for row in table(result, "balance").rows if row.cells[0].startswith("Age at first treatment")]
    assert shown == [f"Age at first treatment (years): {levels[1]}"]
    rows = table(result, "table-1").rows
    heading = next(place for place, row in enumerate(rows) if row.cells[0].startswith("Age at first treatment"))
    assert rows[heading + 1].cells[4] == "–"
    assert float(rows[heading + 2].cells[4].replace("−", "-")) != 0


def test_a_number_below_zero_has_a_minus_sign_on_the_page_and_a_hyphen_for_programs() -> None:
    row = Row(cells=(number(-0.458, digits=3), number(-0.0001, digits=2), "−5.0 (−7.0 to −3.0)"))
    assert row.cells == ("−0.458", "0.00", "−5.0 (−7.0 to −3.0)")
    text = to_csv(Table(name="x", title="x", head=("a", "b", "c"), rows=(row,)))
    assert text.splitlines()[1] == "-0.458,0.00,−5.0 (−7.0 to −3.0)"


def test_a_rough_chi_squared_p_is_marked_and_explained(result: dict[str, Any]) -> None:
    assert "§" not in "".join(table(result, "table-1").notes)
    stored = next(row for row in result["baseline"] if row["covariate"] == "sex")
    stored["unmatched"]["test"]["warning"] = "few_expected"
    shown = table(result, "table-1")
    del stored["unmatched"]["test"]["warning"]
    assert next(row for row in shown.rows if row.cells[0] == "Sex: Male").cells[3].endswith(" §")
    assert shown.notes[-1].startswith("§ A count below 5 is expected")


def test_adverse_events_name_their_tests_and_within_pairs_it_is_that_of_pairs(result: dict[str, Any]) -> None:
    with translation.override("en"):
        matched, unmatched = (table(result, f"adverse-events-{cohort}") for cohort in ("matched", "unmatched"))
    assert any("McNemar" in note for note in matched.notes)
    assert not any("McNemar" in note for note in unmatched.notes)


def test_a_difference_of_rates_stands_with_its_limits_and_of_pairs_where_matched(result: dict[str, Any]) -> None:
    with translation.override("en"):
        rows = {row.cells[0]: row.cells for row in reversed(table(result, "response-tace-response").rows)}
    stored = result["response"]["TACE_RESPONSE"]
    pairs = stored["matched"]["mcnemar"]
    sides = [
        (pairs, "difference", "low", "high"),
        (stored["unmatched"], *("difference", "difference_low", "difference_high")),
    ]
    for cohort, (values, *keys) in zip(("After matching", "Before matching"), sides, strict=True):
        middle, low, high = (f"{100 * values[key]:+.1f}".replace("-", "−") for key in keys)
        assert f"{middle} ({low} – {high})" in rows[cohort]
