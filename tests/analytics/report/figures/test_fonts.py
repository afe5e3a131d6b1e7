"""Fonts of figures: the same bytes whatever the machine has, every sentence drawable, and no empty box for what is not.

A glyph that no font has makes matplotlib warn, and a warning fails the test.
"""

import copy
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from django.conf import settings
from django.utils import translation
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from analytics.protocol.library import protocol_text
from analytics.protocol.population import read_study_protocol
from analytics.report.figures.figures import design_figures, love_plot, outcome_figures
from analytics.report.figures.style import new_figure
from analytics.report.figures.text import wrap
from analytics.report.presentation import present
from registry.fonts import FAMILIES, OF_MATPLOTLIB, OURS, lacking, spelled

SOURCES = ("analytics", "config", "importers", "locale", "registry", "templates")
SUFFIXES = {".py", ".html", ".yaml", ".po"}
MIXED = "Resection 切除 饕餮 ≤ 5 cm², µg/L ℃ ✗"  # a character of every family
ELSEWHERE = """
import sys
opened = []
sys.addaudithook(lambda event, given: event == "open" and opened.append(str(given[0])))
import hashlib, json, django
django.setup()
from django.utils import translation
from analytics.report.figures.figures import design_figures, outcome_figures
at_start, result = len(opened), json.load(sys.stdin)
with translation.override("zh-hans"):
    drawn = {f.name: hashlib.sha256(f.draw().encode()).hexdigest() for f in [*design_figures(result), *outcome_figures(result)]}
fonts = [[name for name in names if name.endswith(("tf", "ttc"))] for names in (opened[:at_start], opened[at_start:])]
print(json.dumps({"drawn": drawn, "at_start": fonts[0], "in_drawing": fonts[1]}))
"""


@pytest.fixture
def in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def bare_machine(tmp_path: Path) -> dict[str, str]:
    """The environment of a process for which fontconfig lists nothing and matplotlib has looked for no font yet."""
    (tmp_path / "fonts.conf").write_text("<fontconfig/>")
    return {**os.environ, "MPLCONFIGDIR": str(tmp_path), "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}


def draw_there(result: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", ELSEWHERE]
    sent = json.dumps(result)
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, input=sent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "findfont" not in done.stderr
    return json.loads(done.stdout)


def drawn_here(result: dict[str, Any]) -> dict[str, str]:
    figures = [*design_figures(result), *outcome_figures(result)]
    return {figure.name: hashlib.sha256(figure.draw().encode()).hexdigest() for figure in figures}


def test_a_machine_without_fonts_draws_the_same_bytes(
    result: dict[str, Any], bare_machine: dict[str, str], in_chinese: None
) -> None:
    there = draw_there(result, bare_machine)
    assert there["drawn"] == drawn_here(result)
    assert {Path(name).resolve().parent for name in there["in_drawing"]} == {OURS.resolve(), OF_MATPLOTLIB.resolve()}


def test_a_remembered_list_of_other_fonts_changes_nothing_and_no_font_is_opened_before_a_figure_is_drawn(
    result: dict[str, Any], bare_machine: dict[str, str], in_chinese: None
) -> None:
    remembered = copy.copy(font_manager.fontManager)
    serif = str(OF_MATPLOTLIB / "DejaVuSerif.ttf")
    remembered.ttflist = [
        font_manager.FontEntry(fname=serif, name=name) for name in ("Liberation Sans", "Noto Sans SC", "DejaVu Sans")
    ]
    version = font_manager.FontManager.__version__
    font_manager.json_dump(remembered, str(Path(bare_machine["MPLCONFIGDIR"], f"fontlist-v{version}.json")))
    there = draw_there(result, bare_machine)
    assert there["drawn"] == drawn_here(result)
    assert there["at_start"] == []
    assert {Path(name).resolve().parent for name in there["in_drawing"]} == {OURS.resolve(), OF_MATPLOTLIB.resolve()}


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
@pytest.mark.parametrize("embedded_as", [3, 42])
def test_every_kind_of_file_has_the_letters(kind: str, embedded_as: int, weight: str) -> None:
    figure = new_figure(height_mm=20)
    figure.text(0.1, 0.5, MIXED, weight=weight)
    buffer = io.BytesIO()
    with mpl.rc_context({"pdf.fonttype": embedded_as, "pdf.compression": 0}):
        figure.savefig(buffer, format=kind)
    if kind == "pdf":
        embedded = {name.decode() for name in re.findall(rb"/FontName /[A-Z]{6}\+([\w-]+)", buffer.getvalue())}
        assert embedded == {FT2Font(str(files[weight])).postscript_name for files in FAMILIES.values()}
        assert b"OTTO" not in buffer.getvalue()  # outlines that readers of PDFs leave blank when embedded so


def test_every_file_has_a_name_of_its_own_after_which_an_svg_can_name_its_glyphs() -> None:
    paths = [str(path) for files in FAMILIES.values() for path in files.values()]
    assert len({FT2Font(path).postscript_name for path in paths}) == len(paths)


def test_every_common_chinese_character_can_be_drawn() -> None:
    rows = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    common = "".join(code.decode("gb2312", errors="ignore") for code in rows)
    assert len(common) == 7445
    assert list(lacking(common + "①㎎αβ≤≥≠×±₀⁺⁻²µ“”、。（）")) == []


def test_every_character_of_our_sentences_can_be_drawn() -> None:
    """Where this fails, `script/fonts` makes the cut anew, with what the sentence needs."""
    files = [path for name in SOURCES for path in (settings.BASE_DIR / name).rglob("*") if path.suffix in SUFFIXES]
    assert len(files) > 300
    lines = [
        (path, number, line) for path in files for number, line in enumerate(path.read_text().splitlines(), start=1)
    ]
    missing = [f"{path}:{number} needs {' '.join(lacking(line))}" for path, number, line in lines if any(lacking(line))]
    assert missing == []


def test_a_character_that_no_font_has_is_spelled_as_its_number(result: dict[str, Any], in_chinese: None) -> None:
    assert spelled("吉 𠮷") == "吉 [U+20BB7]"
    assert wrap("𠮷 𠮷", most=15, points=8) == "[U+20BB7]\n[U+20BB7]"
    figure = new_figure(height_mm=40)
    axes = figure.add_axes((0.2, 0.2, 0.6, 0.6))
    axes.plot([0, 1], [0, 1], label="𠮷 legend")
    axes.set_yticks([0, 1], ["no", "𠮷 tick"])
    axes.set(title="𠮷 title", xlabel="𠮷 axis")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png")
    texts = [axes.title, axes.xaxis.label, axes.get_legend().get_texts()[0], axes.get_yticklabels()[1]]
    assert [text.get_text() for text in texts] == [f"[U+20BB7] {of}" for of in ("title", "axis", "legend", "tick")]


def test_the_page_says_which_characters_are_spelled(result: dict[str, Any], in_chinese: None) -> None:
    protocol = read_study_protocol(protocol_text("an-2025"))
    assert present(result, protocol=protocol).figure_notice == ""
    odd = copy.deepcopy(result)
    odd["protocol"]["arms"]["focal"]["label_zh"] = "𠮷组"
    odd["flow"][0]["text_zh"] = "患者 한𠮷"
    odd["balance"][0]["covariate"] = "ក"
    shown = present(odd, protocol=protocol)
    assert "𠮷 [U+20BB7]、한 [U+D55C]、ក [U+1780]" in shown.figure_notice
    assert all(figure.draw() for figure in shown.figures)


def test_two_dollar_signs_in_a_label_are_two_dollar_signs(result: dict[str, Any], in_chinese: None) -> None:
    odd = copy.deepcopy(result)
    odd["balance"][0]["covariate"] = r"费用 $\费用$"
    assert love_plot(odd)
