"""Who is left after each row of a study's flow, by identifier."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analytics.cohort.records import Registry
from analytics.protocol.conditions import decide
from analytics.protocol.population import StudyProtocol, flow, with_events

RECORDED = "recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """`remaining` after each row in their order; `undecided` are those who left because a row could not be decided for them."""

    remaining: Mapping[str, frozenset[str]]
    undecided: Mapping[str, frozenset[str]]


def membership_in(registry: Registry, *, protocol: StudyProtocol) -> Membership:
    """The eligibility rows one after the other, as the flow decides them; the arms are the engine's."""
    everyone = with_events(registry.patients, records=registry.records, protocol=protocol)
    remaining, undecided = {RECORDED: _ids(everyone)}, {}
    for criterion in protocol.population.eligibility:
        truth = decide(criterion.keep, frame=everyone)
        left, _steps = flow(everyone, eligibility=(criterion,), arms=None)
        undecided[criterion.id] = _ids(everyone[truth.undecided]) - _ids(left)
        remaining[criterion.id] = _ids(left)
        everyone = left
    return Membership(remaining=remaining, undecided=undecided)


def _ids(frame: pd.DataFrame) -> frozenset[str]:
    return frozenset(frame.index)
