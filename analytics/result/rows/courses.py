"""What figures of single patients say of all of them: how many are shown, and the median change of their tumors."""

from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any

from analytics.messages import Message
from analytics.result.rows.addresses import address_of, located_number
from analytics.result.rows.row import ResultRow
from analytics.result.rows.shapes import segment

Json = Mapping[str, Any]
SHOWN = Message("Patients shown", "所示患者数")
MEDIAN = Message("Median of the best change, percent", "最佳变化的中位数（%）")


def changes_shown(values: list[float], *, cohort: str, arm: str) -> int:
    return located_number(len(values), address=f"patient_level.changes.{cohort}.{segment(arm)}.n")


def median_change(values: list[float], *, cohort: str, arm: str) -> float:
    return located_number(float(median(values)), address=f"patient_level.changes.{cohort}.{segment(arm)}.median")


def courses_shown(courses: list[Json], *, arm: str) -> int:
    return located_number(len(courses), address=f"patient_level.courses.{segment(arm)}.n")


def rows_of_patients(result: Json) -> Iterator[ResultRow]:
    """None where the result holds nothing of single patients."""
    found = result.get("patient_level", {})
    for cohort, arms in found.get("changes", {}).items():
        for arm, values in arms.items():
            yield _row(changes_shown(values, cohort=cohort, arm=arm), label=SHOWN, cohort=cohort, arm=arm)
            if values:
                yield _row(median_change(values, cohort=cohort, arm=arm), label=MEDIAN, cohort=cohort, arm=arm)
    for arm, courses in found.get("courses", {}).items():
        yield _row(courses_shown(courses, arm=arm), label=SHOWN, arm=arm)


def _row(value: float, *, label: Message, arm: str, cohort: str = "") -> ResultRow:
    is_count = label is SHOWN
    return ResultRow(
        address=address_of(value),
        analysis="patient_level",
        statistic="n" if is_count else "median",
        cohort=cohort,
        arm=arm,
        label=label,
        value=int(value) if is_count else float(value),
        function=f"{__name__}.rows_of_patients",
        r="base::length" if is_count else "stats::median",
    )
