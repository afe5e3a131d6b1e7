"""A value per patient, from the records: every rule that the declaration of a rate may name."""

from collections.abc import Callable, Mapping

import pandas as pd

from analytics.cohort.rates import (
    ablated_completely,
    converted,
    downstaged,
    time_zero_of,
    with_little_viable_tumor,
    without_viable_tumor,
)
from analytics.cohort.scans import best_responses, known_responses, responses_to_tace, tace_days
from analytics.protocol.endpoints.plans import StudyResponse
from analytics.protocol.events import Noun
from analytics.protocol.population import Selection, StudyProtocol

MAJOR, MINOR = frozenset("CDEF"), frozenset("AB")  # classes of the Society of Interventional Radiology


def best_response(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:
    """The best response after time zero and up to the event `until`."""
    patients = selection.patients
    end = pd.Series(protocol.cutoff, index=patients.index)
    until = end if plan.until is None else patients[f"{plan.until}.date"].fillna(protocol.cutoff)
    seen = known_responses(_mine(selection, noun=Noun.IMAGING))
    return best_responses(seen, since=time_zero_of(selection, protocol=protocol), until=until)


def response_to_tace(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:  # noqa: ARG001
    """The best response within eight weeks of any TACE."""
    seen = known_responses(_mine(selection, noun=Noun.IMAGING))
    days = tace_days(_mine(selection, noun=Noun.TRANSARTERIAL))
    return responses_to_tace(seen, tace=days, patients=selection.patients.index)


def worst_complication(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:
    """The worst of those classified; nothing recorded is no complication."""
    mine = events_of(selection)
    start = selection.patients[f"{plan.since or protocol.time_zero}.date"]
    in_time = (mine["date"] - mine["patient"].map(start)).dt.days.between(0, plan.within_days)
    worst = pd.Series("none", index=selection.patients.index, dtype=object)
    for name, classes in (("minor", MINOR), ("major", MAJOR)):
        who = mine.loc[in_time & mine["sir_class"].isin(classes), "patient"]
        worst = worst.mask(worst.index.isin(who), name)
    return worst


def events_of(selection: Selection) -> pd.DataFrame:
    """The adverse events of the patients of the study."""
    return _mine(selection, noun=Noun.ADVERSE_EVENT)


def _mine(selection: Selection, *, noun: Noun) -> pd.DataFrame:
    records = selection.records[noun]
    return records[records["patient"].isin(selection.patients.index)]


VALUES: Mapping[str, Callable[..., pd.Series]] = {
    rule.__name__: rule
    for rule in (
        best_response,
        response_to_tace,
        worst_complication,
        converted,
        without_viable_tumor,
        with_little_viable_tumor,
        downstaged,
        ablated_completely,
    )
}
