"""A value per patient, from the records: every rule that the declaration of a rate may name."""

from collections.abc import Callable, Mapping

import pandas as pd

from analytics.cohort.rates import (
    ablated_completely,
    converted,
    downstaged,
    with_little_viable_tumor,
    without_viable_tumor,
)
from analytics.cohort.scans import (
    ByPatient,
    best_responses,
    known_responses,
    responses_at_assessment,
    responses_to_tace,
    tace_days,
)
from analytics.protocol.endpoints.plans import StudyResponse
from analytics.protocol.events import Noun
from analytics.protocol.population import Selection, StudyProtocol
from registry.clinical.response.criteria import NEITHER

MAJOR, MINOR = frozenset("CDEF"), frozenset("AB")  # classes of the Society of Interventional Radiology


def best_response(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:
    """The best response after the event `since`, or time zero, and up to the event `until`."""
    found = best_responses(
        _responses(selection, plan=plan),
        since=_start(selection, plan=plan, protocol=protocol),
        until=_end(selection, plan=plan, protocol=protocol),
        is_confirmed=plan.confirmed,
    )
    return _with_neither(found, plan=plan)


def response_to_tace(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:
    """The best response within eight weeks of any TACE, from the event `since` on if it is named."""
    found = responses_to_tace(
        _responses(selection, plan=plan),
        tace=tace_days(_mine(selection, noun=Noun.TRANSARTERIAL)),
        since=None if plan.since is None else _start(selection, plan=plan, protocol=protocol),
        until=_end(selection, plan=plan, protocol=protocol),
        within_days=plan.days,
    )
    return _with_neither(found, plan=plan)


def response_in_window(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:
    """The response on the scan nearest to a day, within a window after the event `since` or time zero."""
    found = responses_at_assessment(
        _responses(selection, plan=plan),
        since=_start(selection, plan=plan, protocol=protocol),
        window_days=plan.window_days,
        nearest_day=plan.nearest_day,
    )
    return _with_neither(found, plan=plan)


def worst_complication(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:
    """The worst of those classified; nothing recorded is no complication."""
    mine = events_of(selection)
    start = _start(selection, plan=plan, protocol=protocol)
    in_time = (mine["date"] - mine["patient"].map(start)).dt.days.between(0, plan.days)
    worst = pd.Series("none", index=selection.patients.index, dtype=object)
    for name, classes in (("minor", MINOR), ("major", MAJOR)):
        who = mine.loc[in_time & mine["sir_class"].isin(classes), "patient"]
        worst = worst.mask(worst.index.isin(who), name)
    return worst


def events_of(selection: Selection) -> pd.DataFrame:
    """The adverse events of the patients of the study."""
    return _mine(selection, noun=Noun.ADVERSE_EVENT)


def _with_neither(found: pd.Series, *, plan: StudyResponse) -> pd.Series:
    """Non-CR/non-PD, of a tumor without a target, counts as stable disease does where the protocol does not name it."""
    is_named = NEITHER in {str(token) for token in (*plan.success, *plan.order)}
    return found if is_named else found.replace(NEITHER, "SD")


def _responses(selection: Selection, *, plan: StudyResponse) -> ByPatient:
    return known_responses(_mine(selection, noun=Noun.IMAGING), criteria=plan.criteria, source=plan.response)


def _start(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:
    return selection.patients[f"{plan.since or protocol.time_zero}.date"]


def _end(selection: Selection, *, plan: StudyResponse, protocol: StudyProtocol) -> pd.Series:
    end = pd.Series(protocol.cutoff, index=selection.patients.index)
    return end if plan.until is None else selection.patients[f"{plan.until}.date"].fillna(protocol.cutoff)


def _mine(selection: Selection, *, noun: Noun) -> pd.DataFrame:
    records = selection.records[noun]
    return records[records["patient"].isin(selection.patients.index)]


VALUES: Mapping[str, Callable[..., pd.Series]] = {
    rule.__name__: rule
    for rule in (
        best_response,
        response_to_tace,
        response_in_window,
        worst_complication,
        converted,
        without_viable_tumor,
        with_little_viable_tumor,
        downstaged,
        ablated_completely,
    )
}
