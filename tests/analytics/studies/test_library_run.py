"""The whole library on the registry of the tests, whose patients are an-2025's."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analytics.protocol.library import library
from analytics.studies.library_run import compare_library
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
AN, CAO = "an-2025", "cao-2024"


@pytest.fixture
def two_studies(make_case: Callable[..., Any], cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight patients of an-2025, none of cao-2024, and a library of these two."""
    for number in range(8):
        arm = "resection" if number < 4 else "ablation"
        make_case(f"{number}", arm=arm, laboratory={"afp": 10.0 * number}, sex="MF"[number // 2 % 2])
    chosen = tuple(protocol for protocol in library() if protocol.id in {AN, CAO})
    monkeypatch.setattr("analytics.studies.library_run.library", lambda: chosen)


def test_each_study_comes_to_a_result_or_to_the_reason_why_not(two_studies: None) -> None:
    heard: list[str] = []
    an, cao = compare_library(by=None, say=heard.append)
    assert heard == [f"1/2 {AN}", f"2/2 {CAO}"]
    assert dict(an.arms) == {"Resection": 4, "Ablation": 4}
    assert not an.has_enough
    assert set(an.ratios) == set(an.protocol.survival_endpoints)
    assert [row["printed"]["value"] for row in an.printed][:2] == [185, 185]
    assert cao.arms == {}
    assert cao.refusal


def test_a_study_whose_source_prints_nothing_has_its_ratios_alone(
    two_studies: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = tuple(one.model_copy(update={"printed": ()}) for one in library() if one.id == AN)
    monkeypatch.setattr("analytics.studies.library_run.library", lambda: silent)
    (an,) = compare_library(by=None, say=lambda _: None)
    assert an.printed == ()
    assert an.headline[0] == "OS"
    assert an.headline[2]["value"] is None


def test_the_command_lists_every_study_beside_what_is_printed(two_studies: None) -> None:
    out, err = StringIO(), StringIO()
    call_command("compare", all=True, stdout=out, stderr=err)
    header, an, cao = out.getvalue().splitlines()
    assert header.split()[:3] == ["Study", "Arms", "Pairs"]
    assert "4 v 4" in an
    assert "1.22 (0.78–1.89)" in an
    assert cao.startswith(CAO)
    assert "2/2 cao-2024" in err.getvalue()


def test_the_json_has_the_arms_the_ratios_and_the_printed_rows(two_studies: None) -> None:
    out = StringIO()
    call_command("compare", all=True, json_out="-", stdout=out, stderr=StringIO())
    an, cao = json.loads(out.getvalue())["studies"]
    assert an["id"] == AN
    assert an["arms"] == {"Resection": 4, "Ablation": 4}
    assert an["printed"][0]["ours"]["value"] is not None
    assert cao["refusal"][0]["en"]
    assert cao["refusal"][0]["zh"]


def test_the_page_of_the_docs_tells_both(two_studies: None) -> None:
    out = StringIO()
    call_command("studies_page", stdout=out, stderr=StringIO())
    page = out.getvalue()
    assert f"| [{AN}](#{AN}) | An 2025 | 4 v 4 |" in page
    assert f"## {CAO}" in page
    assert page.endswith("\n")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "Name one protocol"),
        ({"all": True, "protocol": AN}, "Name one protocol"),
        ({"all": True, "verify": True}, "--verify is for a single protocol"),
        ({"all": True, "design_only": True}, "--design-only is for a single protocol"),
    ],
)
def test_options_that_do_not_go_together_are_refused_in_one_line(options: dict[str, Any], told: str) -> None:
    with pytest.raises(CommandError, match=told) as refusal:
        call_command("compare", **options)
    assert refusal.value.returncode == 2
