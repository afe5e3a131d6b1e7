"""No number is printed of a result without its row: pages of typical studies, read in both languages with what figures write.

`python -m bench.rows` reads those of the whole library on the demo's registry."""

from dataclasses import replace

import pytest

from analytics.protocol.library import protocol_text
from analytics.protocol.population import read_study_protocol
from analytics.report.arrangement import arrange
from analytics.report.presentation import present
from analytics.report.tables.table import Row, Table
from bench.rows.reading import Reading, read_result, read_words, words_of
from tests.analytics.made_up import made_up_result

CASES = [
    ("lencioni-2024", "en"),  # three arms, further contrasts
    ("jin-2024", "zh-hans"),  # weighted
    ("an-2023", "en"),  # responses and adverse events
]


@pytest.mark.parametrize(("study", "language"), CASES)
def test_every_number_printed_has_its_row(study: str, language: str) -> None:
    protocol = read_study_protocol(protocol_text(study))
    found = read_result(made_up_result(protocol), protocol=protocol, language=language)
    assert found.without == []
    assert found.with_row > 500


def test_a_number_from_nowhere_is_found() -> None:
    protocol = read_study_protocol(protocol_text("meyer-2013"))
    result = made_up_result(protocol)
    shown = present(result, protocol=protocol)
    told = Table(name="extra", title="Extra", head=("What", "n"), rows=(Row(cells=("Screened", "4711")),))
    shown = replace(shown, design_figures=(), outcome_figures=(), parts=arrange([], [told], notices=()))
    page = words_of(result, shown=shown)
    reading: Reading = read_words(page, result=result)
    assert reading.without == ["4711 in 4711"]
