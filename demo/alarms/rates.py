"""How often each edit check finds something in patients in whom nothing is wrong: what it would cost a center in questions."""

import csv
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from demo.alarms.gaps import all_with_gaps
from demo.centers import CenterRows, make_centers
from demo.cohort.margins import CUTOFF
from demo.cohort.screening import SCREENED
from demo.cohort.study_plans import IN_STUDY_GROUPS
from demo.sheet_names import PATIENT
from demo.sheet_rows import about, pages, write_pages
from importers.checks.check import check_workbook
from registry.rules.listing import ALARM_RATES, AlarmRate, alarm_rates

Found = Counter[tuple[str, str]]  # by code and severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Over so many patients, of the set as it is made and of the same with the gaps of an old chart."""

    patients: int
    complete: Found
    with_gaps: Found


def measure(*, centers: int, patients: int) -> Measured:
    """Through the whole path of an upload, workbook by workbook, nothing being stored.

    `patients` as in write_workbooks: those of the further studies come in proportion beside them.
    """
    made = make_centers(centers=centers, patients=patients, others=round(IN_STUDY_GROUPS * patients / SCREENED))
    counted = sum(len(center.sheets[PATIENT]) for center in made)
    return Measured(patients=counted, complete=_found(made), with_gaps=_found(all_with_gaps(made)))


def _found(centers: Sequence[CenterRows]) -> Found:
    found: Found = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for center in centers:
            path = write_pages(
                Path(folder) / f"{center.code}.xlsx", facts=about(center.code), content=pages(center.sheets)
            )
            for total in check_workbook(path, center=center.code, today=CUTOFF).totals:
                found[total.code, total.severity.value] += total.total
    return found


def write(measured: Measured) -> None:
    """In the place of what was measured before; what was measured of the checks as they were first stays."""
    former = {(rate.code, rate.severity): rate for rate in alarm_rates()}
    keys = sorted({*former, *measured.complete, *measured.with_gaps})
    with ALARM_RATES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(AlarmRate)])
        for key in keys:
            before = former.get(key)
            writer.writerow(
                astuple(
                    AlarmRate(
                        code=key[0],
                        severity=key[1],
                        complete_before=before.complete_before if before else 0.0,
                        complete=_rate(measured.complete, key=key, patients=measured.patients),
                        with_gaps_before=before.with_gaps_before if before else 0.0,
                        with_gaps=_rate(measured.with_gaps, key=key, patients=measured.patients),
                    )
                )
            )


def _rate(found: Found, *, key: tuple[str, str], patients: int) -> float:
    return round(1000 * found[key] / patients, 1)
