"""Tumor response: of one scan, over a patient's scans, and within a fixed window. A missing input gives no result.

Sums are in mm: of viable (arterially enhancing) diameters for mRECIST, of longest diameters for RECIST 1.1; a target node
contributes its short axis to both. Responses are "CR", "PR", "SD", "PD" and "NE" (not evaluable); where nothing could be a target
"CR", "NN" (non-CR/non-PD), "PD" and "NE".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Criteria = Literal["MRECIST", "RECIST11"]

NEITHER = "NN"  # non-CR/non-PD, of a tumor without a target: RECIST 1.1 advises against calling it stable
BEST_FIRST = ("CR", "PR", "SD", NEITHER, "PD", "NE")
OBJECTIVE = frozenset({"CR", "PR"})
NEW_LESION = frozenset({"INTRA", "EXTRA", "BOTH"})  # an equivocal one (EQUIV) is not new until a later scan confirms it

PARTIAL_RESPONSE_RATIO = 0.70
PROGRESSION_RATIO = 1.20
RECIST_GROWTH_MM = 5.0
NORMAL_NODE_MM = 10.0
MOST_NODES_MM = 2 * NORMAL_NODE_MM  # two targets of one organ at most: what normal nodes stay below together
MEASURABLE_MM = 10.0
ROUNDING_MM = 1e-6  # sums of tenths of a millimeter are not exact in binary


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one scan shows.

    `sum_mm` is of all targets, `node_axes_mm` the short axes of the target nodes in it. `non_target` is CR, NONCRNONPD, PD, or
    NA where there is none; `new_lesion` is NO, INTRA, EXTRA, BOTH or EQUIV. `is_measurable` is False where a target could not
    be measured; the sum is then of the others. `liver_mm` is the largest viable diameter in the liver of a scan whose lesions
    are not listed: where it is 0, a small sum may be of normal nodes. For iRECIST: `new_lesion_mm` is the size of the new
    lesions together, `new_numbers` their numbers, `non_target_mm` the size of each other lesion by its number. `has_targets` is
    False where the baseline had nothing that could be one.
    """

    sum_mm: float | None
    non_target: str | None
    new_lesion: str | None
    is_measurable: bool = True
    node_axes_mm: tuple[float, ...] = ()
    liver_mm: float | None = None
    new_lesion_mm: float | None = None
    new_numbers: frozenset[int] = frozenset()
    non_target_mm: tuple[tuple[int, float], ...] = ()
    has_targets: bool = True

    @property
    def is_plain_progression(self) -> bool:
        return self.non_target == "PD" or self.new_lesion in NEW_LESION

    @property
    def is_complete(self) -> bool:
        return None not in (self.sum_mm, self.non_target, self.new_lesion)

    @property
    def is_clear(self) -> bool:
        """No target left but nodes of normal size, and no other lesion, not even an equivocal one."""
        left_mm = (self.sum_mm or 0.0) - sum(self.node_axes_mm)
        nodes_are_normal = all(axis < NORMAL_NODE_MM for axis in self.node_axes_mm)
        return left_mm <= ROUNDING_MM and nodes_are_normal and self._has_no_other

    @property
    def may_be_clear(self) -> bool:
        """Whether all that is left may be normal nodes: nothing in the liver, and less than two nodes of 10 mm."""
        is_untold = not self.node_axes_mm and self.liver_mm == 0
        return is_untold and (self.sum_mm or 0.0) < MOST_NODES_MM and self._has_no_other

    @property
    def _has_no_other(self) -> bool:
        return self.non_target in {"CR", "NA"} and self.new_lesion == "NO"


def mrecist_response(reading: Reading, *, baseline_mm: float | None, nadir_mm: float | None) -> str | None:
    """Response of one scan by modified RECIST, from sums of viable diameters.

    PD: at least 1.20 times the nadir, larger than it, and at least 10 mm. PR: at most 0.70 times the baseline. `nadir_mm` is the
    smallest sum before this scan, baseline included. Source: Lencioni and Llovet, Semin Liver Dis 2010;30:52-60.

    >>> mrecist_response(Reading(sum_mm=70, non_target="NA", new_lesion="NO"), baseline_mm=100, nadir_mm=100)
    'PR'
    """
    return timepoint_response(reading, baseline_mm=baseline_mm, nadir_mm=nadir_mm, criteria="MRECIST")


def recist_response(reading: Reading, *, baseline_mm: float | None, nadir_mm: float | None) -> str | None:
    """Response of one scan by RECIST 1.1, from sums of longest diameters; PD also needs 5 mm of growth above the nadir.

    Source: Eisenhauer et al., Eur J Cancer 2009;45:228-47.
    """
    return timepoint_response(reading, baseline_mm=baseline_mm, nadir_mm=nadir_mm, criteria="RECIST11")


def timepoint_response(
    reading: Reading, *, baseline_mm: float | None, nadir_mm: float | None, criteria: Criteria
) -> str | None:
    """Response of one scan by either criteria, tested in the order PD, NE, CR, PR, SD.

    A new lesion, a progressing non-target or grown targets are PD whatever else is missing. A baseline sum of 0 holds nothing
    to respond. Nothing is derived of a sum that may be of normal nodes alone: it may be CR. Raises ValueError for a negative sum
    and for nodes that exceed the sum they are part of.
    """
    _refuse_impossible(reading, baseline_mm=baseline_mm, nadir_mm=nadir_mm)
    if not reading.has_targets:
        return _response_without_targets(reading)
    if reading.is_plain_progression or has_grown(reading.sum_mm, nadir_mm=nadir_mm, criteria=criteria):
        return "PD"
    if not reading.is_measurable:
        return "NE"
    if reading.sum_mm is None or not reading.is_complete or nadir_mm is None or not baseline_mm:
        return None
    if reading.is_clear:
        return "CR"
    if reading.may_be_clear:
        return None
    return "PR" if reading.sum_mm <= PARTIAL_RESPONSE_RATIO * baseline_mm + ROUNDING_MM else "SD"


def _response_without_targets(reading: Reading) -> str | None:
    """CR, non-CR/non-PD or PD from the other lesions alone (Eisenhauer 2009, Table 2); an equivocal new lesion is not CR.

    None where they were not read: "not applicable" cannot be, with no target.
    """
    if reading.is_plain_progression:
        return "PD"
    if reading.non_target in {None, "NA"} or reading.new_lesion is None:
        return None
    return "CR" if reading.non_target == "CR" and reading.new_lesion == "NO" else NEITHER


def has_grown(sum_mm: float | None, *, nadir_mm: float | None, criteria: Criteria) -> bool | None:
    """Whether the targets alone are progressive: at least 1.20 times the nadir and, by RECIST 1.1, 5 mm above it.

    By mRECIST any growth above the nadir is enough beside the ratio, once 10 mm are viable: what is smaller is not measurable, and
    as a new lesion it would be equivocal (Lencioni and Llovet 2010). So a nadir of 0 followed by 1 mm is no PD, by 10 mm it is.
    """
    if sum_mm is None or nadir_mm is None:
        return None
    growth_mm = sum_mm - nadir_mm
    if criteria == "RECIST11":
        is_larger = growth_mm >= RECIST_GROWTH_MM - ROUNDING_MM
    else:
        is_larger = growth_mm > ROUNDING_MM and sum_mm >= MEASURABLE_MM - ROUNDING_MM
    return is_larger and sum_mm >= PROGRESSION_RATIO * nadir_mm - ROUNDING_MM


def relative_reduction_pct(baseline: float | None, *, current: float | None) -> float | None:
    """100 (baseline - current) / baseline: negative for growth; None for a baseline of 0.

    >>> relative_reduction_pct(80, current=20)
    75.0
    """
    if current is None or not baseline:
        return None
    return 100 * (baseline - current) / baseline


def _refuse_impossible(reading: Reading, *, baseline_mm: float | None, nadir_mm: float | None) -> None:
    for name, sum_mm in (("sum", reading.sum_mm), ("baseline", baseline_mm), ("nadir", nadir_mm)):
        if sum_mm is not None and sum_mm < 0:
            raise ValueError(f"the {name} must be at least 0 mm, not {sum_mm}")
    if reading.sum_mm is not None and sum(reading.node_axes_mm) > reading.sum_mm + ROUNDING_MM:
        raise ValueError(f"nodes of {sum(reading.node_axes_mm)} mm cannot be part of a sum of {reading.sum_mm} mm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    scan_date: date
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The response of a scan by one set of criteria, derived or as entered; `code` None where it is not known."""

    scan_date: date
    code: str | None


def responses(scans: Iterable[Scan], *, baseline_mm: float | None, criteria: Criteria) -> tuple[Response, ...]:
    """The response of every scan after baseline, by date; the nadir follows the scans whose targets were all measured."""
    found: list[Response] = []
    nadir_mm = baseline_mm
    for scan in sorted(scans, key=lambda scan: scan.scan_date):
        code = timepoint_response(scan.reading, baseline_mm=baseline_mm, nadir_mm=nadir_mm, criteria=criteria)
        found.append(Response(scan_date=scan.scan_date, code=code))
        if nadir_mm is not None and scan.reading.sum_mm is not None and scan.reading.is_measurable:
            nadir_mm = min(nadir_mm, scan.reading.sum_mm)
    return tuple(found)


def by_date(responses: Iterable[Response]) -> list[Response]:
    """The known responses in time; of two on one day the better first."""
    known = [(response.scan_date, BEST_FIRST.index(response.code), response) for response in responses if response.code]
    return [response for _day, _rank, response in sorted(known, key=lambda entry: entry[:2])]


def first_progression_date(responses: Iterable[Response], *, index_date: date | None) -> date | None:
    """The date of the first PD after the index date; None where there is none, or no index date."""
    if index_date is None:
        return None
    return next(
        (seen.scan_date for seen in by_date(responses) if seen.code == "PD" and seen.scan_date > index_date), None
    )
