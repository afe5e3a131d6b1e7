"""The target trial: eight items, each drawn from the protocol, for every study of the library."""

import pytest
from django.utils import translation

from analytics.protocol.library import library
from analytics.report.target_trial import target_trial_table

ITEMS = [
    "Eligibility criteria",
    "Treatment strategies",
    "Assignment",
    "Time zero",
    "Follow-up",
    "Outcomes",
    "Causal contrast",
    "Analysis",
]


@pytest.mark.parametrize("protocol", library(), ids=lambda one: one.id)
def test_every_study_of_the_library_says_all_its_items_in_both_languages(protocol) -> None:  # type: ignore[no-untyped-def]
    table = target_trial_table(protocol)
    assert [row.cells[0] for row in table.rows] == ITEMS
    with translation.override("zh-hans"):
        chinese = target_trial_table(protocol)
    for row, other in zip(table.rows, chinese.rows, strict=True):
        assert all(row.cells)
        assert row.cells[0] != other.cells[0]


def test_what_the_protocol_says_is_in_it() -> None:
    protocol = next(one for one in library() if one.id == "an-2025")
    text = {row.cells[0]: row.cells[2] for row in target_trial_table(protocol).rows}
    assert "first TACE" in text["Time zero"]
    assert "2023-08-31" in text["Follow-up"]
    assert "ATT" in text["Causal contrast"]
    assert "landmarks at 6, 12 months" in text["Analysis"]
