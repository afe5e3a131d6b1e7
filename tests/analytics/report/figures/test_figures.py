"""Figures: the same bytes for the same result, no missing glyph in either language, nothing drawn where few remain.

A glyph that no font has makes matplotlib warn, and a warning fails the test.
"""

import copy
import io
import re
import zlib
from html import escape
from typing import Any

import numpy as np
import pytest
from django.template.loader import render_to_string
from django.utils import translation
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure as Drawing
from PIL import Image

from analytics.report.figures.figure import Figure
from analytics.report.figures.figures import design_figures, outcome_figures
from analytics.report.figures.style import WIDTHS_MM
from analytics.report.figures.text import wrap
from analytics.report.flow_text import removed_text, row_text
from analytics.report.numbers import ratio

LANGUAGES = ["en", "zh-hans"]


def all_figures(result: dict[str, Any]) -> list[Figure]:
    return [*design_figures(result), *outcome_figures(result)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_drawn_with_every_glyph_and_says_what_it_shows(result: dict[str, Any], language: str) -> None:
    with translation.override(language):
        for figure in all_figures(result):
            svg = figure.draw()
            assert svg.startswith("<?xml")
            assert len(figure.alt) > 12
            assert f"<title>{escape(figure.alt.split(':')[0], quote=False)}" in svg


def test_the_figures_are_flow_overlap_balance_then_all_endpoints_then_survival_then_what_stands_behind_it(
    result: dict[str, Any],
) -> None:
    names = [figure.name for figure in all_figures(result)]
    endpoints = ("os", "pfs", "epfs", "pps")
    of_time = [f"{endpoint}-{cohort}" for endpoint in endpoints for cohort in ("matched", "unmatched")]
    assert names[: 4 + len(of_time)] == ["flow", "overlap", "balance", "forest-endpoints", *of_time]
    behind = {f"{kind}-{name}-matched" for kind in ("rmst", "schoenfeld") for name in endpoints}
    behind |= {f"{kind}-{name}" for kind in ("forest-subgroups", "forest-methods") for name in endpoints}
    assert behind | {
        "forest-sensitivity",
        "forest-immortal-time",
        "butterfly",
        "centers-os",
        "waterfall-matched",
        "swimmer",
    } <= set(names)
    assert len(names) == len(set(names))


def test_the_same_result_gives_the_same_bytes(result: dict[str, Any]) -> None:
    for figure in all_figures(result):
        assert figure.draw() == figure.draw()


def test_chinese_readers_get_chinese_letters(result: dict[str, Any]) -> None:
    (flow, *_others) = design_figures(result)
    with translation.override("zh-hans"):
        assert re.search(r'id="NotoSansSC', flow.draw())


def drawn(result: dict[str, Any], name: str) -> Drawing:
    """The figure before it becomes text."""
    return next(figure for figure in all_figures(result) if figure.name == name).drawing()


def test_a_curve_stops_where_fewer_than_ten_or_a_tenth_remain(result: dict[str, Any]) -> None:
    axes = drawn(result, "os-unmatched").axes[0]
    content = result["endpoints"]["OS"]["unmatched"]
    for line, arm in zip(axes.get_lines(), ("Resection", "Ablation"), strict=True):
        curve, fewest = content["curves"][arm], max(10, 0.1 * content["arms"][arm]["n"])
        last = max(time for time, n in zip(curve["time"], curve["at_risk"], strict=True) if n >= fewest)
        assert max(line.get_xdata()) == last < max(curve["time"])


def test_censor_ticks_stand_on_the_drawn_curve_alone(result: dict[str, Any]) -> None:
    axes = drawn(result, "os-unmatched").axes[0]
    marks = [collection for collection in axes.collections if isinstance(collection, LineCollection)]
    ticks = [segment for collection in marks for segment in collection.get_segments()]
    assert len(marks) == 2
    assert ticks
    assert max(segment[0][0] for segment in ticks) <= max(max(line.get_xdata()) for line in axes.get_lines())


def test_a_band_of_confidence_lies_around_each_curve_as_far_as_it_is_drawn(result: dict[str, Any]) -> None:
    axes = drawn(result, "os-unmatched").axes[0]
    bands = [collection for collection in axes.collections if isinstance(collection, PolyCollection)]
    for band, line, arm in zip(bands, axes.get_lines(), ("Resection", "Ablation"), strict=True):
        curve = result["endpoints"]["OS"]["unmatched"]["curves"][arm]
        edge, last = band.get_paths()[0].vertices, max(line.get_xdata())
        place = curve["time"].index(last)
        assert edge[:, 0].max() == last
        assert {curve["low"][place], curve["high"][place]} <= set(edge[edge[:, 0] == last][:, 1])


def test_on_wish_events_and_censored_stand_below_those_at_risk_and_add_up(result: dict[str, Any]) -> None:
    figure = next(one for one in outcome_figures(result) if one.name == "os-unmatched").in_detail()
    axes = figure.drawing().axes[0]
    headings = [text.get_text() for text in axes.texts if text.get_weight() == "bold"]
    assert headings == ["At risk", "Events until then", "Censored until then"]
    counts = [int(text.get_text()) for text in axes.texts if text.get_text().isdigit()]
    at_risk, events, censored = (
        counts[place * len(counts) // 3 : (place + 1) * len(counts) // 3] for place in range(3)
    )
    sizes = {arm["n"] for arm in result["endpoints"]["OS"]["unmatched"]["arms"].values()}
    assert {sum(of) for of in zip(at_risk, events, censored, strict=True)} == sizes


def test_a_figure_without_more_to_tell_is_itself_in_detail(result: dict[str, Any]) -> None:
    (flow, *_others) = design_figures(result)
    assert flow.in_detail().draw() == flow.draw()


def test_the_forest_of_endpoints_has_each_estimate_before_and_after(result: dict[str, Any]) -> None:
    (forest,) = [one for one in outcome_figures(result) if one.name == "forest-endpoints"]
    texts = [text.get_text() for text in forest.drawing().axes[0].texts]
    for cohorts in result["endpoints"].values():
        for content in cohorts.values():
            assert ratio(content["hazard_ratio"]) in texts
            assert ratio(content["hazard_ratio"]) in forest.alt


def test_the_numbers_at_risk_are_those_whose_time_is_at_least_the_month_as_far_as_the_curve_goes(
    result: dict[str, Any],
) -> None:
    content = copy.deepcopy(result)
    of_arm = content["endpoints"]["OS"]["unmatched"]
    axes = drawn(content, "os-unmatched").axes[0]
    printed = [text.get_text() for text in axes.texts if text.get_text().isdigit()]
    months = axes.get_xticks()
    expected = []
    for arm in ("Resection", "Ablation"):
        curve = of_arm["curves"][arm]
        time, at_risk = np.array(curve["time"]), curve["at_risk"]
        drawn_to = time[np.array(at_risk) >= max(10, 0.1 * of_arm["arms"][arm]["n"])].max()
        expected += [str(at_risk[int((time < month).sum())]) for month in months if month <= drawn_to]
    assert printed == expected


def test_hazard_ratio_interval_and_p_are_in_the_plot(result: dict[str, Any]) -> None:
    ratio = result["endpoints"]["OS"]["matched"]["hazard_ratio"]
    text = " ".join(text.get_text() for text in drawn(result, "os-matched").axes[0].texts)
    assert f"{ratio['hr']:.2f} ({ratio['low']:.2f}–{ratio['high']:.2f})" in text
    assert "Ablation vs Resection" in text


def test_the_flow_says_how_many_could_not_be_judged(result: dict[str, Any]) -> None:
    row = next(row for row in result["flow"] if row["id"] == "stage")
    assert removed_text(row) == "60 excluded (7 for missing data)"
    with translation.override("zh-hans"):
        assert row_text(row) == "BCLC A 或 B 期"


def test_long_lines_are_broken_between_words_and_between_characters() -> None:
    assert wrap("one two three", most=10, points=8) == "one two\nthree"
    assert wrap("切除或消融", most=5.7, points=8) == "切除\n或消\n融"


def test_a_figure_of_survival_says_where_its_curves_end(result: dict[str, Any]) -> None:
    rules = {figure.rule for figure in outcome_figures(result) if figure.name.startswith(("os-", "pfs-"))}
    assert rules == {
        "Each curve, and the numbers at risk below it, end where fewer than 10 patients or 10% of the arm remain at risk."
    }
    page = render_to_string("analytics/_figure.html", {"figure": outcome_figures(result)[1], "base": ""})
    assert rules.pop() in page


@pytest.mark.parametrize("width", WIDTHS_MM)
def test_a_picture_for_print_has_600_dots_per_inch_in_rgb_and_the_width_of_a_column(
    result: dict[str, Any], width: int
) -> None:
    survival = next(figure for figure in outcome_figures(result) if figure.name == "os-matched")
    for file_format in ("png", "tiff"):
        picture = Image.open(io.BytesIO(survival.file(file_format, width_mm=width)))
        assert picture.format == file_format.upper()
        assert picture.mode == "RGB"
        assert [round(dots) for dots in picture.info["dpi"]] == [600, 600]
        assert abs(picture.width / 600 * 25.4 - width) < 0.1
        assert len(picture.getcolors(maxcolors=100_000)) > 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pdf_embeds_truetype_letters_of_every_character_it_writes(result: dict[str, Any], language: str) -> None:
    with translation.override(language):
        (flow, *_others) = design_figures(result)
        paper, again = (flow.file("pdf", width_mm=85) for _time in range(2))
        words = set(flow.drawing(width_mm=85).axes[0].texts[1].get_text() + row_text(result["flow"][1])) - set(" \n")
    assert paper == again
    assert b"/Type3" not in paper
    fonts, embedded = paper.count(b"/Subtype /CIDFontType2"), paper.count(b"/FontFile2")
    assert fonts == embedded > 0
    assert (b"NotoSansSC" in paper) == (language != "en")
    assert {f"{ord(letter):04x}" for letter in words} <= _mapped(paper)


def _mapped(paper: bytes) -> set[str]:
    """The code points that its letters stand for, so that its text can be searched and copied."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", paper, flags=re.DOTALL)
    texts = [zlib.decompress(stream) for stream in streams if stream[:1] == b"x"]
    maps = b"".join(text for text in texts if b"beginbfrange" in text or b"beginbfchar" in text).decode()
    ranges = re.findall(r"<([0-9a-f]+)> <([0-9a-f]+)> (?:<([0-9a-f]{4})>|\[(.*?)\])", maps)
    return {code for *_ends, one, many in ranges for code in [*([one] if one else []), *re.findall(r"<(\w+)>", many)]}


def test_only_the_figures_of_single_patients_are_marked_as_such(result: dict[str, Any]) -> None:
    marked = {figure.name for figure in all_figures(result) if figure.is_patient_level}
    assert marked == {"waterfall-matched", "swimmer"}
    told = result | {"patient_level": {}}
    assert not any(figure.is_patient_level for figure in all_figures(told))
