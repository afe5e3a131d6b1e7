"""The flow of a study while it is written, counted on records kept in memory: who remains after each row, and in which arm.

Note [Records kept for counting]
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
Reading and deriving the records takes seconds, deciding a criterion milliseconds. So the arranged records of a set of centers are
kept in this process, for `KEPT_SECONDS` at most, and so are the columns of each event under the rule that makes them: whoever
changes one event waits for that one and those that rest on it. What is kept is found under the exact set of centers, so nobody
counts on what they may not see. A derived variable that was not read before makes the records be read again with it. Counts
guide the writing; a run reads the registry anew.
"""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
from django.utils import timezone

from analytics.cohort.extract import read_extract
from analytics.cohort.reader import entities_for, registry_of
from analytics.cohort.records import Registry
from analytics.cohort.tables import with_what_they_rest_on
from analytics.cohort.variables import (
    ASSESSMENT,
    BURDEN,
    OF_ASSESSMENT,
    OF_BURDEN,
    Wanted,
    rests_on,
    variables_in_population,
)
from analytics.protocol.events import Event, Noun, attach_events
from analytics.protocol.population import Population, Step, StudyArms, flow
from analytics.protocol.quantities import CountRule, ExposureRule, Quantity, attach_quantities

KEPT_SECONDS = 900
MOST_KEPT = 2  # sets of records in memory; each is some hundred megabytes of a large registry
MOST_EVENTS = 200  # columns of events beside each
# Read at once with whatever is named first, so that naming the next variable need not wait for another reading
USUAL_NOUNS = frozenset(Noun) - {Noun.LESION, Noun.ABLATED_LESION}
USUAL = {ASSESSMENT: OF_ASSESSMENT, BURDEN: OF_BURDEN}


@dataclass(slots=True, kw_only=True)
class _Records:
    """Arranged records of some centers up to a cut-off, what was derived for them, and the events found in them."""

    registry: Registry
    nouns: frozenset[Noun]
    wanted: Wanted
    read_at: float
    told_at: str
    events: "OrderedDict[str, pd.DataFrame]" = field(default_factory=OrderedDict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The steps of the flow, and when the records were read."""

    steps: tuple[Step, ...]
    read_at: str


_kept: "OrderedDict[tuple[tuple[int, ...], date], _Records]" = OrderedDict()
_lock = threading.Lock()


def count(population: Population, *, arms: StudyArms | None, cutoff: date, center_ids: Iterable[int]) -> Count:
    """Raises ProtocolError where a condition cannot be decided on these records."""
    kept = _records(population, arms=arms, cutoff=cutoff, center_ids=tuple(sorted(center_ids)))
    everyone = _attached(population, kept=kept, cutoff=pd.Timestamp(cutoff))
    _, steps = flow(everyone, eligibility=population.eligibility, arms=arms)
    return Count(steps=steps, read_at=kept.told_at)


def is_ready(population: Population, *, arms: StudyArms | None, cutoff: date, center_ids: Iterable[int]) -> bool:
    """Whether counting need not read the records first."""
    kept = _kept.get((tuple(sorted(center_ids)), cutoff))
    if kept is None or time.monotonic() - kept.read_at > KEPT_SECONDS:
        return False
    return _holds(kept, wanted=_wanted(population, arms=arms), nouns=population.nouns)


def forget() -> None:
    """The records are read again when they are next asked for."""
    with _lock:
        _kept.clear()


def _attached(population: Population, *, kept: _Records, cutoff: pd.Timestamp) -> pd.DataFrame:
    """The patients with every event and quantity; what rests on unchanged rules is taken from what is kept."""
    patients, records = kept.registry.patients, kept.registry.records
    keys: dict[str, str] = {}
    found: dict[str, pd.DataFrame] = {}
    for name, rule in (*population.events.items(), *population.quantities.items()):
        keys[name] = _key(name, rule=rule, keys=keys)
        columns = kept.events.get(keys[name])
        if columns is None:
            base = pd.concat([patients, *(found[anchor] for anchor in sorted(rule.anchors))], axis=1)
            if isinstance(rule, CountRule | ExposureRule):
                made = attach_quantities(base, records=records, rules={name: rule}, cutoff=cutoff)
            else:
                made = attach_events(base, records=records, rules={name: rule})
            columns = made.iloc[:, base.shape[1] :]
            _keep(columns, key=keys[name], kept=kept)
        found[name] = columns
    return pd.concat([patients, *found.values()], axis=1)


def _keep(columns: pd.DataFrame, *, key: str, kept: _Records) -> None:
    kept.events[key] = columns
    if len(kept.events) > MOST_EVENTS:
        kept.events.popitem(last=False)


def _key(name: str, *, rule: Event | Quantity, keys: Mapping[str, str]) -> str:
    """The event by its rule and those it rests on."""
    told = rule.model_dump(mode="json", exclude={"text"})
    return json.dumps([name, type(rule).__name__, told, [keys[one] for one in sorted(rule.anchors)]])


def _records(population: Population, *, arms: StudyArms | None, cutoff: date, center_ids: tuple[int, ...]) -> _Records:
    wanted, nouns = _wanted(population, arms=arms), population.nouns
    with _lock:  # two people who ask at once wait for one reading
        kept = _kept.get((center_ids, cutoff))
        is_old = kept is None or time.monotonic() - kept.read_at > KEPT_SECONDS
        if kept is None or is_old or not _holds(kept, wanted=wanted, nouns=nouns):
            wanted, nouns = _both(USUAL, wanted), USUAL_NOUNS | nouns
            if kept is not None:
                wanted, nouns = _both(kept.wanted, wanted), kept.nouns | nouns
            kept = _read(wanted, nouns=nouns, cutoff=cutoff, center_ids=center_ids)
            _kept[center_ids, cutoff] = kept
        _kept.move_to_end((center_ids, cutoff))
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
        return kept


def _wanted(population: Population, *, arms: StudyArms | None) -> Wanted:
    told = arms.model_dump(mode="json") if arms else {}
    return variables_in_population({"population": population.model_dump(mode="json"), "arms": told})


def _holds(kept: _Records, *, wanted: Wanted, nouns: frozenset[Noun]) -> bool:
    return nouns <= kept.nouns and all(
        names <= kept.wanted.get(entity, frozenset()) for entity, names in wanted.items()
    )


def _both(one: Wanted, other: Wanted) -> Wanted:
    return {key: one.get(key, frozenset()) | other.get(key, frozenset()) for key in {*one, *other}}


def _read(wanted: Wanted, *, nouns: frozenset[Noun], cutoff: date, center_ids: tuple[int, ...]) -> _Records:
    needed = with_what_they_rest_on(nouns, entities=rests_on(wanted))
    extract = read_extract(center_ids, entities=entities_for(needed))
    registry = registry_of(extract, nouns=needed, wanted=wanted, cutoff=pd.Timestamp(cutoff))
    now = f"{timezone.localtime():%H:%M}"
    return _Records(registry=registry, nouns=nouns, wanted=wanted, read_at=time.monotonic(), told_at=now)
