"""The grid by its addresses: what is pasted is previewed, stored in one act and undone in one."""

from collections.abc import Callable

import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.models import Assessment
from tests.conftest import Cast
from tests.registry.grid.conftest import Grid

pytestmark = pytest.mark.django_db


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
    block = (
        "日期\tAFP\t白蛋白\tshoe size\tAssessment type\n2015-02-10\t400\t39\t42\t\n2015年6月1日\t20\t41\t43\tFollow-up"
    )
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


def test_a_row_of_a_block_whose_day_is_twofold_is_left_out_and_said(entering: Client, visited: Callable) -> None:
    preview = Grid(entering, visited()).paste("2015-01-10\t41\n2015/1/10\t43\n2015-02-10\t42")
    assert [cell["new"] for cell in preview["cells"]] == ["42"]
    assert any("2015-01-10, 2015/1/10" in note for note in preview["notes"])


def test_a_turned_block_goes_down_the_columns(entering: Client, visited: Callable) -> None:
    grid = Grid(entering, visited())
    preview = grid.paste("41\t39\n12\t13", turned=True)
    told = {(grid.lines.index(cell["line"]), cell["column"]): cell["new"] for cell in preview["cells"]}
    assert told == {(0, "alb"): "41", (1, "alb"): "39", (0, "tbil"): "12", (1, "tbil"): "13"}


def test_a_first_value_needs_no_reason_and_a_missing_reason_is_typed_as_its_code(
    entering: Client, visited: Callable, cast: Cast
) -> None:
    patient = visited()
    grid = Grid(entering, patient)
    preview = grid.ask(grid.edit("weight_kg", "65 kg"), grid.edit("height_cm", "not done"), grid.edit("ecog_ps", "1"))
    assert {cell["column"]: cell["new"] for cell in preview["cells"]} == {
        "weight_kg": "65",
        "height_cm": "ND",
        "ecog_ps": "1",
    }
    assert grid.store(preview).json() == {"stored": 3}
    with center_scope([cast.center.pk]):
        visit = Assessment.objects.get(assessment_date="2015-01-10")
    assert (visit.weight_kg, visit.height_cm, visit.height_cm_missing_reason) == (65, None, "ND")
    assert Grid(entering, patient).told["lines"][0]["texts"]["height_cm"] == "ND"


def test_a_stored_result_is_corrected_and_never_cleared(entering: Client, visited: Callable) -> None:
    grid = Grid(entering, visited(alb="38"))
    (cell,) = grid.ask(grid.edit("alb", ""))["cells"]
    assert cell["state"] == "problem"
    assert "cannot be cleared" in cell["says"][0]


def test_the_page_shows_how_many_queries_it_takes(
    entering: Client, visited: Callable, django_assert_max_num_queries: Callable
) -> None:
    """Whatever the number of visits."""
    patient = visited(10, alb="38")
    with django_assert_max_num_queries(40):
        entering.get(f"/patients/{patient.pk}/grid/visits/")


@pytest.mark.parametrize(
    "asked",
    ["", "[]", "7", "{", '{"edits": 5}', '{"edits": [1]}', '{"seen": "x", "block": "1"}', '{"seen": {"1": 2}, "block": "1"}', '{"lines": 3, "block": "1"}'],
)  # fmt: skip
def test_what_no_page_of_ours_would_ask_is_not_found(entering: Client, visited: Callable, asked: str) -> None:
    address = f"/patients/{visited().pk}/grid/visits/preview/"
    assert entering.post(address, {"asked": asked}).status_code == 404
