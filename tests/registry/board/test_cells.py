"""A cell of the grid says how a form stands, and says it without color."""

import pytest

from registry.board.cells import LOOKS, Cell, State
from registry.choices import RecordStatus
from registry.rules import Completeness

FULL, LACKING = Completeness(filled=4, required=4), Completeness(filled=3, required=4)


@pytest.mark.parametrize(
    ("statuses", "completeness", "state"),
    [
        ({}, None, State.NONE),
        ({RecordStatus.DRAFT: 1}, FULL, State.INCOMPLETE),
        ({RecordStatus.SUBMITTED: 2}, LACKING, State.INCOMPLETE),
        ({RecordStatus.VERIFIED: 2}, LACKING, State.INCOMPLETE),
        ({RecordStatus.SUBMITTED: 1, RecordStatus.VERIFIED: 5}, FULL, State.UNVERIFIED),
        ({RecordStatus.VERIFIED: 1, RecordStatus.LOCKED: 1}, FULL, State.COMPLETE),
        ({RecordStatus.LOCKED: 1}, None, State.COMPLETE),
    ],
)
def test_state_follows_from_statuses_and_completeness(
    statuses: dict[str, int], completeness: Completeness | None, state: State
) -> None:
    assert Cell(statuses=statuses, completeness=completeness).state is state


def test_each_state_has_a_sign_and_words_of_its_own() -> None:
    assert set(LOOKS) == set(State)
    assert (
        len({look.sign for look in LOOKS.values()}) == len({str(look.label) for look in LOOKS.values()}) == len(State)
    )


def test_queries_change_no_state() -> None:
    assert Cell(statuses={RecordStatus.LOCKED: 1}, completeness=FULL, queries=3).state is State.COMPLETE
