"""The grid by its addresses: what is pasted is previewed, stored in one act and undone in one."""

from collections.abc import Callable

import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.models import Assessment
from tests.conftest import Cast
from tests.registry.grid.conftest import ANALYTES, Grid

pytestmark = pytest.mark.django_db


def cells(preview: dict) -> dict[str, tuple[str, str, str]]:
    return {cell["column"]: (cell["old"], cell["new"], cell["state"]) for cell in preview["cells"]}


def test_a_block_is_previewed_stored_and_undone(entering: Client, visited: Callable, results: Callable) -> None:
    grid = Grid(entering, visited(2, alb="38"))
    before = results()
    preview = grid.paste("4.1 g/dL\t<3\t40\r\n39\tND\t41\r\n")
    assert (preview["changes"], preview["held_up"]) == (6, 0)
    assert results() == before
    refused = grid.store(preview)
    assert refused.status_code == 409
    assert "Choose why the submitted values are changed" in refused.json()["refusal"]
    assert results() == before
    assert grid.store(preview, reason_code="SOURCE").json() == {"stored": 6}
    assert results() == {
        ("2015-01-10", "alb"): "41.0",
        ("2015-01-10", "tbil"): "3.0",
        ("2015-01-10", "alt"): "40.0",
        ("2015-02-10", "alb"): "39.0",
        ("2015-02-10", "tbil"): "ND",
        ("2015-02-10", "alt"): "41.0",
    }
    assert grid.undo() == ["6 records are as they were before."]
    assert results() == before
    again = grid.paste("4.1 g/dL\t<3\t40\r\n39\tND\t41\r\n")
    assert grid.store(again, reason_code="SOURCE").status_code == 200, "what was withdrawn by the undo comes back"
    assert len(results()) == 6


def test_a_decimal_comma_is_asked_about_at_its_cell_and_keeps_all_back(
    entering: Client, visited: Callable, results: Callable
) -> None:
    grid = Grid(entering, visited())
    preview = grid.paste("41\t1,5")
    (cell,) = [cell for cell in preview["cells"] if cell["state"] == "problem"]
    assert cell["says"] == ["“1,5” could be 1.5 or 15. Enter it with a decimal point."]
    assert grid.store(preview).status_code == 409
    assert results() == {}


def test_headings_and_dates_lead_to_their_cells_and_a_new_date_is_a_new_visit(
    entering: Client, visited: Callable, results: Callable, cast: Cast
) -> None:
    grid = Grid(entering, visited())
    block = "日期\tAFP\t白蛋白\tshoe size\tAssessment type\n2015-02-10\t400\t39\t42\t\n2015年6月1日\t20\t41\t43\tFollow-up"
    preview = grid.paste(block, column="inr")
    assert [line["is_new"] for line in preview["lines"]] == [False, True]
    assert preview["held_up"] == 0
    assert any("shoe size" in note for note in preview["notes"])
    assert grid.store(preview).json()["stored"] == 6
    assert results() == {
        ("2015-02-10", "afp"): "400.0",
        ("2015-02-10", "alb"): "39.0",
        ("2015-06-01", "afp"): "20.0",
        ("2015-06-01", "alb"): "41.0",
    }
    with center_scope([cast.center.pk]):
        assert Assessment.objects.get(assessment_date="2015-06-01").record_status == "DRAFT"
    assert grid.undo() == ["5 records are as they were before."]
    assert results() == {}
    with center_scope([cast.center.pk]):
        assert not Assessment.objects.filter(assessment_date="2015-06-01").exists()


def test_a_new_visit_without_its_type_is_refused_at_that_cell(entering: Client, visited: Callable) -> None:
    grid = Grid(entering, visited())
    preview = grid.paste("2015-06-01\t41\n2015-06-02\t42")
    assert {cell["column"] for cell in preview["cells"] if cell["state"] == "problem"} == {"assessment_type"}
    assert preview["held_up"] == 2


def test_ten_visits_with_eight_values_are_stored_in_one_act(
    entering: Client, visited: Callable, results: Callable, django_assert_max_num_queries: Callable
) -> None:
    grid = Grid(entering, visited(10))
    block = "\n".join("\t".join(str(30 + row) for _column in ANALYTES) for row in range(10)).replace("\t30", "\t31")
    preview = grid.paste(block)
    refused = [cell for cell in preview["cells"] if cell["state"] == "problem"]
    assert {cell["column"] for cell in refused} <= {"inr"}
    print(preview["changes"], preview["held_up"])
