"""The modules of the record forms' script, each by itself on a page made for it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TOLD = {
    "forms": {
        "": {"entity": "patient", "id": 7, "queries": {"sex": 2}, "verified": ["smoking_status"], "behind": {}},
        "followup_set-0": {"entity": "followup", "id": 8, "queries": {}, "verified": [], "behind": {}},
    },
    "may_say_why": {"patient": ["sex"], "followup": []},
    "reasons": [["ND", "Not done"]],
    "words": {"missing": "Missing", "queries": "Queries", "verified": "Verified"},
}
PAGE = f"""
<div id="content"><form id="patient_form">
  <input type="hidden" name="missing_reasons" value="{{}}">
  <p class="caliper-cell"><input name="sex" aria-label="Sex"></p>
  <p class="caliper-cell"><input name="smoking_status"></p>
  <p class="caliper-cell"><input name="followup_set-0-vital_status"></p>
</form></div>
<script type="application/json" id="caliper-fields">{json.dumps(TOLD)}</script>
"""


@pytest.fixture
def with_module(page: Page) -> Callable[..., Any]:
    """The value of an expression in which `m` is the module, on a page with a small form."""

    def run(module: str, expression: str, *, content: str = PAGE) -> Any:
        if page.url == "about:blank":
            page.goto("/accounts/login/")
            page.set_content(content)
        return page.evaluate(f"import('/static/forms/{module}.js').then((m) => {expression})")

    return run


def test_keys_move_over_the_tabs_and_around_their_ends(with_module: Callable) -> None:
    moves = [("ArrowRight", 0), ("ArrowRight", 2), ("ArrowUp", 0), ("Home", 2), ("End", 0), ("Enter", 1)]
    places = with_module("tabs", f"{json.dumps(moves)}.map(([key, place]) => m.placeAfter(key, place, 3) ?? null)")
    assert places == [1, 0, 2, 0, 2, None]


def test_a_name_tells_the_row_and_the_variable(with_module: Callable) -> None:
    names = ["sex", "followup_set-12-vital_status", "laboratory_alb"]
    parts = with_module("place", f"{json.dumps(names)}.map((name) => Object.values(m.partsOf(name)))")
    assert parts == [["", "sex"], ["followup_set-12", "vital_status"], ["", "laboratory_alb"]]


def test_a_new_row_belongs_to_no_record_yet(with_module: Callable) -> None:
    about = with_module("place", "m.whereIs({ name: 'followup_set-3-vital_status' }).about")
    assert (about["entity"], about["id"]) == ("followup", None)


def test_reasons_are_kept_in_the_hidden_input_of_their_record(page: Page, with_module: Callable) -> None:
    with_module("reasons", "m.setReason('', 'sex', 'ND')")
    assert page.locator("[name=missing_reasons]").input_value() == '{"sex":"ND"}'
    with_module("reasons", "m.setReason('', 'sex', '')")
    assert with_module("reasons", "[m.reasonsOf(''), m.reasonsOf('followup_set-0')]") == [{}, {}]


def test_a_reason_is_asked_only_where_one_may_be_given(with_module: Callable) -> None:
    asked = "Boolean(m.maySayWhy({ prefix: '', variable, about: { entity: 'patient' } }))"
    assert with_module("reasons", f"['sex', 'smoking_status'].map((variable) => {asked})") == [True, False]


def test_marks_stand_beside_their_fields_once(page: Page, with_module: Callable) -> None:
    with_module("reasons", "m.setReason('', 'sex', 'ND')")
    with_module("marks", "[m.markAll(), m.markAll()]")
    cells = page.locator(".caliper-cell")
    expect(cells).to_have_text(["Missing: Not doneQueries: 2", "✓ Verified", ""])


def test_a_derived_value_says_where_it_differs_from_the_entered_one(with_module: Callable) -> None:
    words = json.dumps({"derived": "Derived", "differs": "differs"})
    note = with_module("derived", f"[true, false].map((differs) => m.noteOf({{ text: 'A5', differs }}, {words}))")
    assert [one["textContent"] for one in note] == ["Derived: A5 – differs", "Derived: A5"]
    assert [one["className"] for one in note] == ["caliper-derived caliper-derived-differs", "caliper-derived"]


def test_a_page_of_which_nothing_is_told_is_left_alone(page: Page, with_module: Callable) -> None:
    content = '<div id="content"><form id="patient_form"><input name="sex"></form></div>'
    with_module("main", "null", content=content)
    page.locator("[name=sex]").focus()
    assert page.locator("body").inner_html().strip() == content
