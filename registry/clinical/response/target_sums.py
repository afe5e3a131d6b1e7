"""The sum of the target lesions scan by scan, held against the first and against the smallest so far, while it is typed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from registry.clinical.response.criteria import Criteria
from registry.clinical.response.lesions import target_sum_mm
from registry.clinical.response.scans import lesion_of

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSum:
    """`first_mm` and `nadir_mm` are of the scans before, in mm; None on the first scan with a sum."""

    sum_mm: float
    first_mm: float | None = None
    nadir_mm: float | None = None

    @property
    def from_first_pct(self) -> float | None:
        return _change_pct(self.sum_mm, before=self.first_mm)

    @property
    def from_nadir_pct(self) -> float | None:
        return _change_pct(self.sum_mm, before=self.nadir_mm)


def target_sums(
    scans: Iterable[Record], *, lesions: Iterable[Record], criteria: Criteria = "MRECIST"
) -> dict[int, TargetSum]:
    """By the identifier of the scan; a scan whose targets are not all measured has none.

    >>> scans = [{"id": 1, "imaging_date": "2021-01-01"}, {"id": 2, "imaging_date": "2021-03-01"}]
    >>> sizes = [{"imaging_id": 1, "viable_mm": 50}, {"imaging_id": 2, "viable_mm": 30}]
    >>> lesions = [{"lesion_no": 1, "organ": "LIVER", "is_target": "1", **size} for size in sizes]
    >>> target_sums(scans, lesions=lesions)[2].from_nadir_pct
    -40.0
    """
    by_scan: dict[int, list[Record]] = defaultdict(list)
    for row in lesions:
        if row.get("lesion_no") is not None and row.get("organ") is not None:
            by_scan[row.get("imaging_id", 0)].append(row)
    found: dict[int, TargetSum] = {}
    for scan in sorted((scan for scan in scans if scan.get("imaging_date")), key=lambda scan: scan["imaging_date"]):
        total = target_sum_mm(map(lesion_of, by_scan[scan["id"]]), criteria=criteria)
        if total is not None:
            before = [each.sum_mm for each in found.values()]
            first, nadir = (before[0], min(before)) if before else (None, None)
            found[scan["id"]] = TargetSum(sum_mm=total, first_mm=first, nadir_mm=nadir)
    return found


def _change_pct(value: float, *, before: float | None) -> float | None:
    return None if not before else 100 * (value - before) / before
