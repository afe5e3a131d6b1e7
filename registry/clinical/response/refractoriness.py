"""Whether TACE has failed: refractoriness by the Japanese and by the Chinese definition, from the scans after each session.

A scan evaluates the session before it when it lies 1 to 3 months after it and no later than the next. What no record tells is
not asked: whether the agent was changed, and whether the session was selective and adequate. A missing finding that decides gives
no verdict. Viable tumor above 50 % after two consecutive sessions is what Yang et al., J Hepatocell Carcinoma 2022;9:621-31,
examine of the Japanese definition of 2021; its other findings have not been held against the wording of the guideline.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from registry.clinical.codes import any_of
from registry.clinical.response.criteria import PROGRESSION_RATIO, ROUNDING_MM

EVALUATION_DAYS = (28, 92)  # 1 to 3 months
MOST_VIABLE_PCT = 50.0
CCI_SESSIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What the scan after one session shows, all None without such a scan.

    `viable_pct` is the part of the treated tumor that is still viable, `new_in_liver` whether there are more tumors than before
    the session, `sum_mm` the sum of the viable diameters of the targets.
    """

    viable_pct: float | None = None
    new_in_liver: bool | None = None
    sum_mm: float | None = None

    @property
    def is_insufficient(self) -> bool | None:
        return None if self.viable_pct is None else self.viable_pct > MOST_VIABLE_PCT


NOT_EVALUATED = Evaluation()


def evaluating_scan(sessions: Sequence[date], *, place: int, scans: Sequence[date]) -> date | None:
    """The first scan 1 to 3 months after a session and no later than the next one, by the session's place in time."""
    soonest, latest = (sessions[place] + timedelta(days=days) for days in EVALUATION_DAYS)
    if place + 1 < len(sessions):
        latest = min(latest, sessions[place + 1])
    return min((scan for scan in scans if soonest <= scan <= latest), default=None)


def refractory_by_jsh(
    evaluations: Sequence[Evaluation], *, new_invasion: bool | None, new_spread: bool | None
) -> bool | None:
    """JSH-LCSGJ 2014, unchanged in 2021: one of four findings after TACE, by imaging.

    After two consecutive sessions more than 50 % of the treated tumor is viable, or after two consecutive ones there are more
    tumors in the liver; vascular invasion appears; extrahepatic spread appears. The fifth, tumor markers that go on rising, is
    defined without a threshold and is not asked. Source: Kudo et al., Liver Cancer 2014;3:458-68; 2021;10:181-223.

    >>> bad = Evaluation(viable_pct=60.0, new_in_liver=False)
    >>> refractory_by_jsh([bad, bad], new_invasion=False, new_spread=False)
    True
    """
    insufficient = _twice_running([seen.is_insufficient for seen in evaluations])
    progressive = _twice_running([seen.new_in_liver for seen in evaluations])
    return any_of(insufficient, progressive, new_invasion, new_spread)


def refractory_by_cci(evaluations: Sequence[Evaluation], *, baseline_mm: float | None) -> bool | None:
    """Chinese College of Interventionalists 2022: after three or more consecutive sessions, targets progressive by mRECIST.

    Compared with before the first session, not with the nadir: viable diameters at least 1.20 times the baseline. Fewer than
    three sessions are no refractoriness. Source: Journal of Interventional Radiology (介入放射学杂志) 2022;31:1039-44.

    >>> seen = Evaluation(sum_mm=60.0)
    >>> refractory_by_cci([seen, seen, seen], baseline_mm=50.0), refractory_by_cci([seen, seen], baseline_mm=50.0)
    (True, False)
    """
    verdicts = [_has_progressed(seen.sum_mm, baseline_mm=baseline_mm) for seen in evaluations[CCI_SESSIONS - 1 :]]
    return any_of(*verdicts)


def _has_progressed(sum_mm: float | None, *, baseline_mm: float | None) -> bool | None:
    if sum_mm is None or not baseline_mm:
        return None
    return sum_mm >= PROGRESSION_RATIO * baseline_mm - ROUNDING_MM


def _twice_running(claims: Sequence[bool | None]) -> bool | None:
    pairs = [False if False in pair else None if None in pair else True for pair in pairwise(claims)]
    return any_of(*pairs)
