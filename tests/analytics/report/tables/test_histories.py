"""Tables of what the registry tells beside the comparison: downstaging, complications, treatment after progression, centers."""

from typing import Any

from analytics.report.tables.histories import center_tables, history_tables, period_tables
from analytics.report.tables.table import Table


def tables(result: dict[str, Any]) -> dict[str, Table]:
    found = [*period_tables(result), *history_tables(result), *center_tables(result)]
    return {table.name: table for table in found}


def test_every_row_has_a_cell_for_each_head(result: dict[str, Any]) -> None:
    found = tables(result)
    assert {"centers-periods", "downstaging", "complications", "after-progression", "centers-os"} <= found.keys()
    for table in found.values():
        assert {len(row.cells) for row in table.rows} == {len(table.head)}
        assert not table.groups or sum(span for _text, span in table.groups) == len(table.head)


def test_the_years_of_a_center_sum_to_its_patients(result: dict[str, Any]) -> None:
    *centers, together = tables(result)["centers-periods"].rows
    before = sum(int(row.cells[-1].split(" / ")[0]) for row in centers)
    assert together.cells[-1].startswith(f"{before} / ")
    assert before == sum(result["arms"]["n"].values())


def test_complications_are_listed_under_major_and_minor(result: dict[str, Any]) -> None:
    rows = tables(result)["complications"].rows
    assert [row.cells[0] for row in rows if row.level == 0] == ["Major complications", "Minor complications"]
    assert {row.cells[0] for row in rows if row.level} == {"Fever", "Ascites"}


def test_treatment_after_progression_is_of_those_who_progressed(result: dict[str, Any]) -> None:
    table = tables(result)["after-progression"]
    told = result["histories"]["after_progression"]["unmatched"]["Resection"]
    assert table.rows[0].cells[1] == f"{told['progressed']} ({100 * told['progressed'] / told['n']:.1f})"
    tace = next(row for row in table.rows if row.cells[0] == "TACE")
    assert tace.cells[1] == f"{told['kinds']['TACE']} ({100 * told['kinds']['TACE'] / told['progressed']:.1f})"


def test_a_table_of_centers_says_how_far_they_differ(result: dict[str, Any]) -> None:
    table = tables(result)["centers-os"]
    assert table.rows[-1].cells[0] == "Random-effects mean"
    assert table.notes[0].startswith("Heterogeneity between 2 centers: Cochran Q ")


def test_a_result_of_a_table_has_none_of_them(result: dict[str, Any]) -> None:
    plain = {key: of for key, of in result.items() if key not in {"histories", "centers", "periods"}}
    assert tables(plain) == {}
