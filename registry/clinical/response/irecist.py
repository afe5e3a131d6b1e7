"""Response under immunotherapy: progression is unconfirmed (iUPD) until a later scan confirms it (iCPD).

Source: Seymour et al., Lancet Oncol 2017;18:e143-52; timing and thresholds as in the data dictionary, section 6. Readings are
those of RECIST 1.1. A new lesion or non-target progression counts on the scan that first shows it, and again where there is more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.clinical.response.criteria import (
    RECIST_GROWTH_MM,
    ROUNDING_MM,
    Reading,
    Response,
    Scan,
    timepoint_response,
)

UNCONFIRMED, CONFIRMED = "iUPD", "iCPD"
CONFIRMATION_WINDOW_DAYS = (28, 56)
NOT_PROGRESSED = {"CR": "iCR", "PR": "iPR", "SD": "iSD", "NE": "NE", None: None}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suspicion:
    """The scan whose progression still awaits confirmation."""

    since: date
    sum_mm: float | None


def immune_responses(scans: Iterable[Scan], *, baseline_mm: float | None) -> tuple[Response, ...]:
    """iCR, iPR, iSD, iUPD, iCPD or NE of every scan after baseline, by date.

    The first PD by RECIST 1.1 is iUPD. It is iCPD where a scan 28 to 56 days later shows 5 mm or more beyond the sum of the
    iUPD scan, a further new lesion, or further non-target progression. Without that, a scan that is no PD takes the suspicion
    away, and one that still is PD stays iUPD. After iCPD every scan is iCPD.
    """
    found: list[Response] = []
    nadir_mm, suspicion = baseline_mm, None
    for scan in sorted(scans, key=lambda scan: scan.scan_date):
        plain = timepoint_response(scan.reading, baseline_mm=baseline_mm, nadir_mm=nadir_mm, criteria="RECIST11")
        if found and found[-1].code == CONFIRMED:
            code: str | None = CONFIRMED
        elif suspicion is not None and _confirms(scan, suspicion=suspicion):
            code = CONFIRMED
        else:
            code = UNCONFIRMED if plain == "PD" else NOT_PROGRESSED[plain]
        suspicion = _next_suspicion(scan, code=code, former=suspicion)
        found.append(Response(scan_date=scan.scan_date, code=code))
        nadir_mm = _next_nadir(scan.reading, nadir_mm=nadir_mm)
    return tuple(found)


def first_confirmed_progression(responses: Iterable[Response]) -> date | None:
    """The date of progression by iRECIST: of the iUPD that the first iCPD confirmed; None where none was.

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
        elif seen.code in {"iCR", "iPR", "iSD"}:
            suspected = None
    return None


def confirmation_is_timely(suspected: date, *, confirmed: date) -> bool:
    """Whether a scan lies 28 to 56 days after the suspicion."""
    earliest, latest = CONFIRMATION_WINDOW_DAYS
    return earliest <= (confirmed - suspected).days <= latest


def _confirms(scan: Scan, *, suspicion: _Suspicion) -> bool:
    if not confirmation_is_timely(suspicion.since, confirmed=scan.scan_date):
        return False
    sum_mm = scan.reading.sum_mm
    has_grown = (
        sum_mm is not None
        and suspicion.sum_mm is not None
        and sum_mm - suspicion.sum_mm >= RECIST_GROWTH_MM - ROUNDING_MM
    )
    return has_grown or scan.reading.is_plain_progression


def _next_suspicion(scan: Scan, *, code: str | None, former: _Suspicion | None) -> _Suspicion | None:
    """An iUPD scan too late to confirm the former one begins a suspicion of its own; an earlier one keeps the former."""
    if code in {None, "NE"}:
        return former
    if code != UNCONFIRMED:
        return None
    latest = CONFIRMATION_WINDOW_DAYS[1]
    if former is not None and (scan.scan_date - former.since).days < latest:
        return former
    return _Suspicion(since=scan.scan_date, sum_mm=scan.reading.sum_mm)


def _next_nadir(reading: Reading, *, nadir_mm: float | None) -> float | None:
    if nadir_mm is None or reading.sum_mm is None or not reading.is_measurable:
        return nadir_mm
    return min(nadir_mm, reading.sum_mm)
