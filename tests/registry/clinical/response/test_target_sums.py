from datetime import date
from typing import Any

from registry.clinical.response.target_sums import TargetSum, target_sums

SCANS = [{"id": pk, "imaging_date": date(2021, month, 1)} for pk, month in ((3, 5), (1, 1), (2, 3), (4, 7))]


def lesion(scan: int, number: int, viable_mm: float | None, **more: Any) -> dict[str, Any]:
    return {"imaging_id": scan, "lesion_no": number, "organ": "LIVER", "is_target": "1", "viable_mm": viable_mm, **more}


def test_a_sum_is_held_against_the_first_and_the_smallest_before() -> None:
    sizes = {1: (50, 30), 2: (20, 20), 3: (30, 30)}
    lesions = [lesion(scan, number, size) for scan, both in sizes.items() for number, size in enumerate(both, start=1)]
    found = target_sums(SCANS, lesions=lesions)
    assert found[1] == TargetSum(sum_mm=80)
    assert (found[2].from_first_pct, found[2].from_nadir_pct) == (-50, -50)
    assert (found[3].sum_mm, found[3].first_mm, found[3].nadir_mm) == (60, 80, 40)
    assert (found[3].from_first_pct, found[3].from_nadir_pct) == (-25, 50)
    assert 4 not in found


def test_a_target_that_was_not_measured_leaves_no_sum_and_no_nadir() -> None:
    lesions = [lesion(1, 1, 50), lesion(2, 1, None), lesion(3, 1, 40), lesion(3, 2, 99, is_target="0")]
    found = target_sums(SCANS, lesions=lesions)
    assert 2 not in found
    assert found[3] == TargetSum(sum_mm=40, first_mm=50, nadir_mm=50)


def test_of_a_lesion_that_is_gone_nothing_is_left_to_divide_by() -> None:
    found = target_sums(SCANS, lesions=[lesion(1, 1, 20), lesion(2, 1, 0), lesion(3, 1, 5)])
    assert found[2].from_first_pct == -100
    assert found[3].from_nadir_pct is None
