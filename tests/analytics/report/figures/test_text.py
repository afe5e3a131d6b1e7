"""The text of figures is laid out by its measure: none is cut off, none lies over another, in either language."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from matplotlib.figure import Figure

from analytics.protocol.library import library
from analytics.report.figures.figure import Drawing
from analytics.report.figures.figure import Figure as Described
from analytics.report.figures.figures import design_figures, outcome_figures
from analytics.report.figures.style import FULL_WIDTH_MM, new_figure
from analytics.report.figures.text import width_mm, wrap
from bench.figures.text import faults_of, figures_of

LONG_ARM = "TACE 联合度伐利尤单抗及贝伐珠单抗，后续仑伐替尼联合 PD-1 抗体维持治疗"


def longest(result: dict[str, Any]) -> dict[str, Any]:
    """The result with arms and criteria as long as the longest of the library, and one longer than any."""
    changed = copy.deepcopy(result)
    plans = [arm for protocol in library() for arm in (protocol.arms.focal, protocol.arms.reference)]
    arms = changed["protocol"]["arms"]
    arms["focal"] |= {"label_zh": LONG_ARM}
    arms["reference"] |= {"label_zh": max((plan.label_zh or "" for plan in plans), key=len)}
    texts = [row.text for protocol in library() for row in protocol.population.eligibility]
    row = changed["flow"][-1]
    row["text"], row["text_zh"] = max((text.en for text in texts), key=len), max((text.zh for text in texts), key=len)
    row["detail"] = {"missing": {"removed": 12_345}}
    return changed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "language"),
    [(copy.deepcopy, "en"), (longest, "zh-hans")],
    ids=["as it is, English", "longest texts of the library, Chinese"],
)
def test_every_text_of_a_figure_can_be_read(result: dict[str, Any], change: Any, language: str) -> None:
    with translation.override(language):
        figures = list(figures_of(change(result)))
        drawings = [
            each for figure in (*design_figures(result), *outcome_figures(result)) for each in _drawings(figure)
        ]
        assert len(figures) == 2 * len(drawings)
        assert len(figures) > 60
        assert [fault for figure in figures for fault in faults_of(figure)] == []


def test_a_long_name_of_an_arm_gets_lines_of_its_own_everywhere(result: dict[str, Any]) -> None:
    with translation.override("zh-hans"):
        plain, long = (
            _heights(figures_of(changed, widths_mm=[FULL_WIDTH_MM])) for changed in (result, longest(result))
        )
    assert all(high >= low for high, low in zip(long, plain, strict=True))
    assert sum(high > low for high, low in zip(long, plain, strict=True)) > len(plain) / 2


def test_text_that_is_cut_off_or_lies_over_another_is_found() -> None:
    figure = new_figure(height_mm=20)
    for x, text in ((0.5, "over"), (0.51, "under"), (0.99, "beyond the edge")):
        figure.text(x, 0.5, text)
    assert faults_of(figure) == ["outside: beyond the edge", "over each other: over / under"]


def test_no_line_is_wider_than_asked_and_none_begins_with_a_mark() -> None:
    text = "首次 TACE 前 28 天内有评估（限有记录者），no later than the last contact"
    lines = wrap(text, most=20, points=7).split("\n")
    assert all(width_mm(line, points=7) <= 20 for line in lines)
    assert not any(line[0] in "），。 " for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def _drawings(figure: Described) -> list[Drawing]:
    """With the one that has more rows below the curves."""
    return [figure.drawing] if figure.detailed is None else [figure.drawing, figure.detailed]


def _heights(figures: Iterator[Figure]) -> list[float]:
    """Of those that name their arms below or beside what they draw: the flow chart and the curves."""
    flow, _overlap, _balance, _forest, *survival = list(figures)[:12]
    return [float(figure.get_size_inches()[1]) for figure in (flow, *survival)]
