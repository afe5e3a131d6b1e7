"""Queries follow the records: what the checks find is asked once, and what they find no longer closes itself."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from registry.access.scope import because
from registry.choices import QueryAct, QueryClosing
from registry.models import Patient, Query, QueryMessage
from registry.queries.causes import by_cause, cause_of, place_of, places_of
from registry.queries.duplicate_patients import ACROSS
from registry.queries.findings import Found, found_in
from registry.queries.records import PatientRows, active_rows
from registry.queries.sentences import question
from registry.rules import Severity

REASON = gettext_noop("queries updated to match the records")
BATCH = 500  # patients whose records are in memory at once
CLOSED_THEMSELVES = {QueryClosing.GONE, QueryClosing.WITHDRAWN}
ASKED = {Severity.QUERY, Severity.ERROR}  # what an error check finds in what is stored already must be asked, too


@dataclass(slots=True)
class Refreshed:
    """Counts only: how often each check found something, and what became of the queries."""

    patients: int = 0
    records: int = 0
    opened: int = 0
    closed: int = 0
    found: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: "Refreshed") -> "Refreshed":
        self.patients += other.patients
        self.records += other.records
        self.opened += other.opened
        self.closed += other.closed
        self.found.update(other.found)
        return self


def refresh_queries(patient_ids: Iterable[int], *, by: Any, skip_busy: bool = False) -> Refreshed:
    """Check all standing records of these patients, in the scope of their centers, and let their queries follow.

    `by` is who changed the records; the queries are the checks' own. Patients whom another transaction is changing are
    waited for, or skipped where that one will do the same for them.
    """
    whole, today = Refreshed(), timezone.localdate()
    for batch in batches(patient_ids, size=BATCH):
        with because(REASON, by=by):
            whole += _refresh(_held(batch, skip_busy=skip_busy), today=today)
    return whole


def batches(ids: Iterable[int], *, size: int) -> Iterator[list[int]]:
    left = iter(sorted(set(ids)))
    while batch := list(islice(left, size)):
        yield batch


def _held(ids: Sequence[int], *, skip_busy: bool) -> dict[int, int]:
    """The center of each patient. Until the transaction ends nobody else refreshes them, so no query is opened twice."""
    held = Patient.including_withdrawn.filter(pk__in=ids).order_by("pk")
    return dict(held.select_for_update(no_key=True, skip_locked=skip_busy).values_list("pk", "center_id"))


def _refresh(centers: dict[int, int], *, today: date) -> Refreshed:
    known: dict[int, list[Query]] = defaultdict(list)
    of_patients = Query.objects.filter(patient_id__in=centers).exclude(codes=[]).exclude(cause__startswith=ACROSS)
    for query in of_patients.order_by("pk"):
        known[query.patient_id].append(query)
    done, ledger = Refreshed(patients=len(centers)), _Ledger()
    for patient in active_rows(centers):
        done.records += len(patient)
        found = list(found_in(patient, today=today))
        done.found.update(one.finding.code for one in found)
        ledger.settle(patient, center=centers[patient.patient_id], found=found, known=known[patient.patient_id])
    ledger.write()
    done.opened, done.closed = ledger.opened, ledger.closed
    return done


@dataclass(slots=True)
class _Ledger:
    """What is to be written for a batch of patients, in as few statements as can be."""

    new: list[Query] = field(default_factory=list)
    changed: list[Query] = field(default_factory=list)
    messages: list[QueryMessage] = field(default_factory=list)
    opened: int = 0
    closed: int = 0

    def settle(self, patient: PatientRows, *, center: int, found: Sequence[Found], known: Sequence[Query]) -> None:
        standing = {query.cause: query for query in known if not query.is_closed}
        gone = {query.cause: query for query in known if query.closed_because in CLOSED_THEMSELVES}
        settled = {
            digest for query in known if query.closed_because == QueryClosing.SETTLED for digest in query.findings
        }
        asking = [one for one in found if _is_asked(one) and one.digest not in settled]
        groups = by_cause(asking, asked=[place_of(cause) for cause in standing])
        for place, group in groups.items():
            cause = cause_of(place)
            if cause in standing:
                self._restate(standing[cause], group=group)
            elif cause in gone:
                self._reopen(gone[cause], group=group)
            else:
                self.new.append(
                    _stating(Query(center_id=center, patient_id=patient.patient_id, cause=cause), group=group)
                )
        for cause, query in standing.items():
            if place_of(cause) not in groups:
                self._close(query)

    def _restate(self, query: Query, *, group: Sequence[Found]) -> None:
        """Other findings of the same field: what was answered of the former ones does not answer these."""
        if set(query.findings) == {one.digest for one in group}:
            return
        query.open_again(by_checks=False)
        self._change(_stating(query, group=group), act=QueryAct.RESTATED)

    def _reopen(self, query: Query, *, group: Sequence[Found]) -> None:
        query.open_again(by_checks=True)
        self._change(_stating(query, group=group), act=QueryAct.REOPENED)
        self.opened += 1

    def _close(self, query: Query) -> None:
        query.close(because=QueryClosing.GONE)
        self._change(query, act=QueryAct.CLOSED)
        self.closed += 1

    def _change(self, query: Query, *, act: str) -> None:
        self.changed.append(query)
        self.messages.append(QueryMessage(query=query, center_id=query.center_id, act=act))

    def write(self) -> None:
        for query in self.changed:  # closings first, as a field may be asked about anew under another cause
            query.save()
        Query.objects.bulk_create(self.new)
        opened = [QueryMessage(query=query, center_id=query.center_id, act=QueryAct.OPENED) for query in self.new]
        QueryMessage.objects.bulk_create([*self.messages, *opened])
        self.opened += len(self.new)


def _is_asked(found: Found) -> bool:
    """Of a draft nothing is asked before it is submitted."""
    return found.finding.severity in ASKED and not found.is_of_draft


def _stating(query: Query, *, group: Sequence[Found]) -> Query:
    first = place_of(query.cause)
    query.places = places_of(group, first=first)
    query.entity, query.record_id = first[:2]
    named = [place[2] for one in group for place in one.places if place[:2] == first[:2]]
    query.variables = list(dict.fromkeys([first[2], *named]))
    query.codes = sorted({one.finding.code for one in group})
    query.findings = sorted({one.digest for one in group})
    query.text_en, query.text_zh = question(group)
    return query
