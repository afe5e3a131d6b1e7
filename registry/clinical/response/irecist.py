"""Response under immunotherapy: progression is unconfirmed (iUPD) until a later scan confirms it (iCPD).

Source: Seymour et al., Lancet Oncol 2017;18:e143-52, Tables 2 and 3, and the questions answered by the RECIST Working Group
(recist.eortc.org). Readings are those of RECIST 1.1. Targets, non-targets and new lesions are three categories: progression is
confirmed by more of the category that showed it, or by another category. A finding that merely lasts confirms nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from registry.clinical.response.criteria import (
    BEST_FIRST,
    NEITHER,
    NEW_LESION,
    PROGRESSION_RATIO,
    RECIST_GROWTH_MM,
    ROUNDING_MM,
    Reading,
    Response,
    Scan,
    has_grown,
    timepoint_response,
)

UNCONFIRMED, CONFIRMED = "iUPD", "iCPD"
CONFIRMATION_WINDOW_DAYS = (28, 56)  # when the confirming scan is asked for; a later one confirms as well
NOT_PROGRESSED = {"CR": "iCR", "PR": "iPR", "SD": "iSD", NEITHER: "iNN", "NE": "NE", None: None}
PLACES = {"INTRA": frozenset({"INTRA"}), "EXTRA": frozenset({"EXTRA"}), "BOTH": frozenset({"INTRA", "EXTRA"})}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suspicion:
    """The first scan of a progression that awaits confirmation, the categories that showed it, and what the targets were."""

    since: date
    seen: Reading
    by_target: bool
    by_new: bool
    targets: str | None


@dataclass(slots=True, kw_only=True)
class _Course:
    """What is remembered from scan to scan."""

    baseline_mm: float | None
    nadir_mm: float | None
    before: Reading | None = None
    suspicion: _Suspicion | None = None
    is_confirmed: bool = False
    smallest_new_mm: float | None = None

    def code(self, scan: Scan) -> str | None:
        code = CONFIRMED if self.is_confirmed else self._judged(scan)
        self.is_confirmed = code == CONFIRMED
        self._remember(scan.reading)
        return code

    def _judged(self, scan: Scan) -> str | None:
        seen = scan.reading
        targets = self._of_targets(seen)
        if self.suspicion is None:
            if not self._progresses(seen):
                return NOT_PROGRESSED[targets]
            self.suspicion = self._suspicion(scan, targets=targets)
            return UNCONFIRMED
        if confirmation_may_count(self.suspicion.since, confirmed=scan.scan_date) and self._confirms(seen):
            return CONFIRMED
        if self._progresses(seen):
            return UNCONFIRMED
        if targets in {None, "NE"}:
            return NOT_PROGRESSED[targets]
        if self._lasts(seen, targets=targets):
            return UNCONFIRMED
        self.suspicion = None
        return NOT_PROGRESSED[targets]

    def _of_targets(self, seen: Reading) -> str | None:
        """The response but for progression of other lesions; with a new lesion still there it is not complete."""
        is_there = seen.new_lesion in NEW_LESION or bool(seen.new_lesion_mm)
        others = "NONCRNONPD" if seen.non_target == "PD" else seen.non_target
        plain = replace(seen, new_lesion="EQUIV" if is_there else seen.new_lesion, non_target=others)
        return timepoint_response(plain, baseline_mm=self.baseline_mm, nadir_mm=self.nadir_mm, criteria="RECIST11")

    def _suspicion(self, scan: Scan, *, targets: str | None) -> _Suspicion:
        return _Suspicion(
            since=scan.scan_date,
            seen=scan.reading,
            by_target=self._targets_progress(scan.reading),
            by_new=scan.reading.new_lesion in NEW_LESION,
            targets=targets,
        )

    def _targets_progress(self, seen: Reading) -> bool:
        return has_grown(seen.sum_mm, nadir_mm=self.nadir_mm, criteria="RECIST11") is True

    def _progresses(self, seen: Reading) -> bool:
        """By RECIST 1.1 in any category; a new lesion is one on the scan that first shows it, then where it has grown so."""
        return (
            self._targets_progress(seen)
            or seen.non_target == "PD"
            or _has_another(seen, since=self.before)
            or self._has_grown(seen)
        )

    def _has_grown(self, seen: Reading) -> bool:
        """New lesions by a fifth and 5 mm above their smallest size, as targets progress: a progression after a reset."""
        if seen.new_lesion_mm is None or not self.smallest_new_mm:
            return False
        is_larger = seen.new_lesion_mm - self.smallest_new_mm >= RECIST_GROWTH_MM - ROUNDING_MM
        return is_larger and seen.new_lesion_mm >= PROGRESSION_RATIO * self.smallest_new_mm - ROUNDING_MM

    def _confirms(self, seen: Reading) -> bool:
        suspicion = self.suspicion
        if suspicion is None:
            return False
        first = suspicion.seen
        by_targets = _is_more(seen.sum_mm, than=first.sum_mm) if suspicion.by_target else self._targets_progress(seen)
        has_another = any(_has_another(seen, since=earlier) for earlier in (self.before, first) if earlier is not None)
        by_new = has_another or _is_more(seen.new_lesion_mm, than=first.new_lesion_mm)
        by_others = _others_grew(seen, since=first) if first.non_target == "PD" else seen.non_target == "PD"
        return by_targets or by_new or by_others

    def _lasts(self, seen: Reading, *, targets: str | None) -> bool:
        """Whether a new lesion goes on while the targets do no better than when it came: neither confirmed nor taken back."""
        suspicion = self.suspicion
        if suspicion is None or not suspicion.by_new or suspicion.by_target or seen.new_lesion_mm == 0:
            return False
        is_better = BEST_FIRST.index(str(targets)) < BEST_FIRST.index(suspicion.targets or "NE")
        return not is_better and not _is_more(suspicion.seen.sum_mm, than=seen.sum_mm)

    def _remember(self, seen: Reading) -> None:
        if self.suspicion is not None and self.suspicion.seen.new_lesion_mm is None:
            measured = replace(self.suspicion.seen, new_lesion_mm=seen.new_lesion_mm)
            self.suspicion = replace(self.suspicion, seen=measured)
        if seen.new_lesion is not None:
            self.before = seen
        if seen.new_lesion_mm is not None:
            known = [size for size in (self.smallest_new_mm, seen.new_lesion_mm) if size is not None]
            self.smallest_new_mm = min(known)
        if self.nadir_mm is not None and seen.sum_mm is not None and seen.is_measurable:
            self.nadir_mm = min(self.nadir_mm, seen.sum_mm)


def immune_responses(scans: Iterable[Scan], *, baseline_mm: float | None) -> tuple[Response, ...]:
    """iCR, iPR, iSD, iNN, iUPD, iCPD or NE of every scan after baseline, by date.

    The first PD by RECIST 1.1 in any category is iUPD. The next scan, at least 28 days later however late it comes, makes it
    iCPD where the targets are 5 mm or more beyond the iUPD scan, the new lesions 5 mm or more or further ones, the other lesions
    larger at all, or where another category is PD now. Unchanged it stays iUPD. A response or stable disease takes it back, and
    the next progression is iUPD again. After iCPD every scan is iCPD.
    """
    course = _Course(baseline_mm=baseline_mm, nadir_mm=baseline_mm)
    ordered = sorted(scans, key=lambda scan: scan.scan_date)
    return tuple(Response(scan_date=scan.scan_date, code=course.code(scan)) for scan in ordered)


def first_confirmed_progression(responses: Iterable[Response]) -> date | None:
    """The date of progression by iRECIST: of the first iUPD that no later iSD, iNN, iPR or iCR takes back; None where there is none.

    So an iUPD counts that a later scan confirms, that stays iUPD, and that no scan follows, because of death or because the
    patient is assessed no more (Seymour 2017).

    >>> seen = [Response(scan_date=date(2021, 3, day), code=code) for day, code in ((1, "iUPD"), (31, "iCPD"))]
    >>> first_confirmed_progression(seen)
    datetime.date(2021, 3, 1)
    """
    suspected: date | None = None
    for seen in sorted(responses, key=lambda seen: seen.scan_date):
        if seen.code == CONFIRMED:
            return suspected or seen.scan_date
        if seen.code == UNCONFIRMED:
            suspected = suspected or seen.scan_date
        elif seen.code in {"iCR", "iPR", "iSD", "iNN"}:
            suspected = None
    return suspected


def confirmation_is_timely(suspected: date, *, confirmed: date) -> bool:
    """Whether a scan lies 28 to 56 days after the suspicion, as is asked for."""
    earliest, latest = CONFIRMATION_WINDOW_DAYS
    return earliest <= (confirmed - suspected).days <= latest


def confirmation_may_count(suspected: date, *, confirmed: date) -> bool:
    """Whether a scan is not too early to confirm: at least 28 days after the suspicion."""
    return (confirmed - suspected).days >= CONFIRMATION_WINDOW_DAYS[0]


def _has_another(seen: Reading, *, since: Reading | None) -> bool:
    """A new lesion that an earlier scan did not have: of another number, of another place, or where there was none."""
    if seen.new_lesion not in NEW_LESION:
        return False
    if since is None or since.new_lesion not in NEW_LESION:
        return True
    if seen.new_numbers and since.new_numbers:
        return not seen.new_numbers <= since.new_numbers
    return not PLACES[str(seen.new_lesion)] <= PLACES[str(since.new_lesion)]


def _is_more(measured_mm: float | None, *, than: float | None) -> bool:
    """By the 5 mm that the criteria ask for, beyond the scan that raised the suspicion: growth in small steps adds up."""
    return measured_mm is not None and than is not None and measured_mm - than >= RECIST_GROWTH_MM - ROUNDING_MM


def _others_grew(seen: Reading, *, since: Reading) -> bool:
    """Any increase of the non-targets measured on both scans."""
    before, now = dict(since.non_target_mm), dict(seen.non_target_mm)
    growth = sum(now[number] - before[number] for number in now.keys() & before.keys())
    return growth > ROUNDING_MM
