"""Every figure and table has its place on the page, and each stands there once."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from analytics.protocol.library import library
from analytics.report.arrangement import arrange
from analytics.report.figures.figures import design_figures, outcome_figures
from analytics.report.sections import COHORTS, LAST, SECTIONS, section_of
from analytics.report.tables.tables import design_tables, outcome_tables

MAKERS = {"Figure", "Table", "replace", "_figure"}


def names_in_the_code() -> Iterator[str]:
    """Of every figure and table that a module makes, what is filled in written as an endpoint or a cohort."""
    of_result = [
        path for path in (settings.BASE_DIR / "analytics" / "report").rglob("*.py") if path.name != "papers.py"
    ]
    for path in of_result:
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            if getattr(call.func, "id", "") in MAKERS:
                named = [word.value for word in call.keywords if word.arg == "name"]
                first = call.args[:1] if getattr(call.func, "id", "") == "_figure" else []
                yield from (
                    _sample(node) for node in [*named, *first] if isinstance(node, (ast.Constant, ast.JoinedStr))
                )


def _sample(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    return "".join(
        part.value if isinstance(part, ast.Constant) else ("matched" if "cohort" in ast.unparse(part) else "os")
        for part in parts
    )


def test_every_figure_and_table_that_the_code_makes_has_a_section() -> None:
    names = set(names_in_the_code())
    assert {"flow", "os-matched", "os-stability", "cox-os-matched", "forest-endpoints", "score"} <= names
    assert sorted(name for name in names if section_of(name) == LAST) == []


@pytest.mark.parametrize("protocol", library(), ids=lambda protocol: protocol.id)
def test_every_endpoint_of_the_library_has_its_sections(protocol: Any) -> None:
    for name in protocol.survival_endpoints:
        for cohort in COHORTS:
            assert section_of(f"{name.lower()}-{cohort}").slug == "outcomes"
            assert section_of(f"cox-{name.lower()}-{cohort}").slug == "cox"
            assert section_of(f"subgroups-{name.lower()}-{cohort}").slug == "subgroups"
        assert section_of(f"{name.lower()}-stability").slug == "sensitivity"
    for name in protocol.endpoints:
        assert section_of(f"response-{name.lower().replace('_', '-')}") != LAST


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("centers", "population"),
        ("centers-os", "subgroups"),
        ("forest-sensitivity", "sensitivity"),
        ("schoenfeld-os-matched", "outcomes"),
        ("competing-pfs-matched", "outcomes"),
        ("waterfall-matched", "response"),
        ("butterfly-matched", "safety"),
        ("complications-matched", "safety"),
        ("after-progression", "after-progression"),
        ("target-trial", "methods"),
        ("whatever", "other"),
    ],
)
def test_what_two_sections_could_name_goes_to_the_one_that_names_more_of_it(name: str, slug: str) -> None:
    assert section_of(name).slug == slug


def test_no_two_sections_have_one_anchor() -> None:
    slugs = [section.slug for section in (*SECTIONS, LAST)]
    assert len(set(slugs)) == len(slugs)


def test_each_figure_and_table_stands_on_the_page_once_before_the_design_on_the_left(result: dict[str, Any]) -> None:
    figures, tables = (
        [*design_figures(result), *outcome_figures(result)],
        [*design_tables(result), *outcome_tables(result)],
    )
    parts = arrange(figures, tables, notices=())
    blocks = [block for part in parts for block in part.blocks]
    assert sorted(item.name for block in blocks for item in block.figures) == sorted(one.name for one in figures)
    assert sorted(item.name for block in blocks for item in block.tables) == sorted(one.name for one in tables)
    curves = [block for block in blocks if block.figures and block.figures[0].name.endswith("-unmatched")]
    assert [[figure.name for figure in block.figures] for block in curves] == [
        [f"{name}-unmatched", f"{name}-matched"] for name in ("os", "pfs", "epfs", "pps")
    ]
    assert [block.title for block in curves][:2] == ["Overall survival", "Progression-free survival"]
    assert [block.is_detail for block in curves] == [False, True, True, True]
    assert [part.slug for part in parts][:4] == ["summary", "population", "design", "outcomes"]
    assert LAST.slug not in {part.slug for part in parts}
    flow = next(part for part in parts if part.slug == "population").blocks[0]
    assert ([flow.figures[0].name], [table.name for table in flow.tables]) == (["flow"], ["centers"])


def test_a_name_that_no_section_has_stands_in_the_last(result: dict[str, Any]) -> None:
    (flow, *_others) = design_tables(result)
    unknown = type(flow)(name="whatever", title="Whatever", head=flow.head, rows=flow.rows)
    (*_first, last) = arrange([], [flow, unknown], notices=())
    assert (last.slug, [block.title for block in last.blocks]) == ("other", ["Whatever"])


def test_the_sections_are_declared_in_one_module() -> None:
    assert Path(settings.BASE_DIR, "analytics/report/sections.py").read_text().count("Section(") == len(SECTIONS) + 1
