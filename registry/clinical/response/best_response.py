"""Response over a patient's scans: the best one, and the one of a fixed window after treatment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from registry.clinical.response.criteria import BEST_FIRST, NEITHER, OBJECTIVE, Response, by_date

CONFIRMATION_DAYS = 28
STABLE_DAYS = 42
RESPONSE_TO_TACE_DAYS = 56  # An 2025: within 8 weeks
ASSESSMENT_DAY = 49  # the TACE and immunotherapy protocol: 6 to 8 weeks
ASSESSMENT_WINDOW_DAYS = (42, 56)


@dataclass(frozen=True, slots=True, kw_only=True)
class BestResponse:
    """Best overall response, with and without the demand that CR and PR be confirmed; None without any known response."""

    unconfirmed: str | None
    confirmed: str | None


def best_overall_response(
    responses: Iterable[Response], *, index_date: date | None, until: date | None = None
) -> BestResponse:
    """The best response after the index date, up to the first PD or `until`, whichever comes first, both included.

    `until` is the start of a new anti-cancer therapy or the cut-off. SD needs a scan at least 42 days after index. Confirmed: a
    scan at least 28 days later is as good; CR or PR that is not confirmed is SD where some scan from day 42 is not PD. Non-CR/non-PD
    needs the 42 days as SD does, and is what an unconfirmed CR becomes where there is no target.
    """
    if index_date is None:
        return BestResponse(unconfirmed=None, confirmed=None)
    counted = _counted(responses, index_date=index_date, until=until)
    lasting = index_date + timedelta(days=STABLE_DAYS)
    codes = ["NE" if seen.code in {"SD", NEITHER} and seen.scan_date < lasting else str(seen.code) for seen in counted]
    return BestResponse(
        unconfirmed=min(codes, key=BEST_FIRST.index, default=None), confirmed=_confirmed(counted, lasting=lasting)
    )


def _counted(responses: Iterable[Response], *, index_date: date, until: date | None) -> list[Response]:
    counted: list[Response] = []
    for seen in by_date(responses):
        if seen.scan_date <= index_date or (until is not None and seen.scan_date > until):
            continue
        counted.append(seen)
        if seen.code == "PD":
            break
    return counted


def _confirmed(counted: Sequence[Response], *, lasting: date) -> str | None:
    for code, as_good in (("CR", {"CR"}), ("PR", OBJECTIVE)):
        good = [seen.scan_date for seen in counted if seen.code in as_good]
        if any((later - earlier).days >= CONFIRMATION_DAYS for earlier, later in combinations(good, 2)):
            return code
    held = {seen.code for seen in counted if seen.code in {"CR", "PR", "SD", NEITHER} and seen.scan_date >= lasting}
    if held:
        return NEITHER if any(seen.code == NEITHER for seen in counted) else "SD"
    if any(seen.code == "PD" for seen in counted):
        return "PD"
    return "NE" if counted else None


def response_after_tace(
    responses: Iterable[Response], *, tace_dates: Iterable[date], within_days: int = RESPONSE_TO_TACE_DAYS
) -> Response | None:
    """The best response on a scan 1 to 56 days after any TACE, the earliest if several; None without such a scan.

    The indication of An 2025 is met when its code is CR or PR.
    """
    sessions = tuple(tace_dates)
    inside = [
        seen
        for seen in by_date(responses)
        if any(1 <= (seen.scan_date - session).days <= within_days for session in sessions)
    ]
    return min(inside, key=lambda seen: BEST_FIRST.index(str(seen.code)), default=None)


def response_at_assessment(
    responses: Iterable[Response],
    *,
    tace_date: date | None,
    target_day: int = ASSESSMENT_DAY,
    window_days: tuple[int, int] = ASSESSMENT_WINDOW_DAYS,
) -> Response | None:
    """The response on the scan nearest day 49 within days 42 to 56 after the first combined TACE; of two as near the earlier.

    None without a date or such a scan.
    """
    if tace_date is None:
        return None
    low, high = window_days
    inside = [seen for seen in by_date(responses) if low <= (seen.scan_date - tace_date).days <= high]
    return min(inside, key=lambda seen: abs((seen.scan_date - tace_date).days - target_day), default=None)
