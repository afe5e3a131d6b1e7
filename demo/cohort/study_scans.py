"""Scans of the study groups: of each line of treatment, of each progression, and of pseudoprogression with its confirmation."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from demo.cohort.scans import Scan, at_progression, imaging_rows
from demo.cohort.study_plans import CONFIRMED_DAYS, StudyPlan
from demo.cohort.timetable import Calendar, Progression, Row
from demo.cohort.visits import sum_of_targets_mm

SWELLING, SHRUNK = 1.27, 0.55  # of the baseline sums: at the pseudoprogression, and at the scan after it
STABLE_WHOLE, RESPONDING_WHOLE = 0.92, 0.62
NECROSIS_PCT = {"PR": 70, "SD": 25, "CR": 100}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The sums a course starts from and what is beside the targets."""

    before_mm: float
    after_mm: float
    largest_before_mm: float
    largest_after_mm: float
    rest: str


def study_scans(plan: StudyPlan, *, first_visit: int, told: tuple[Progression, ...]) -> list[Scan]:
    frame = _frame(plan)
    baseline = Scan(
        day=first_visit,
        role="BASE",
        viable_mm=frame.before_mm,
        largest_mm=frame.largest_before_mm,
        whole_mm=frame.before_mm,
    )
    if plan.group.is_adjuvant:
        scans = [baseline, _clear(baseline, day=30, frame=frame)]
        return scans + [at_progression(each, last=scans[-1]) for each in told]
    scans = [baseline]
    if len(plan.group.lines) > 1:
        stable = _seen(plan, day=plan.first_response_day, frame=frame, responds=False)
        scans += [stable, at_progression(told[0], last=stable)]
    scans += [*_of_last_line(plan, frame=frame)]
    last = told[len(plan.group.lines) - 1 :]
    return scans + [grown for each in last for grown in _progressed(plan, each, last=scans[-1])]


def _frame(plan: StudyPlan) -> Frame:
    person = plan.who.person
    before = sum_of_targets_mm(person, basis="WHOLE")
    has_rest = plan.who.is_invaded or bool(plan.who.sites) or person.number_before > 2
    return Frame(
        before_mm=before,
        after_mm=min(sum_of_targets_mm(person, basis="VIABLE"), before),
        largest_before_mm=round(10 * person.diameter_before_cm, 1),
        largest_after_mm=round(10 * person.diameter_after_cm, 1),
        rest="NONCRNONPD" if has_rest else "NA",
    )


def _seen(plan: StudyPlan, *, day: int, frame: Frame, responds: bool) -> Scan:
    whole = RESPONDING_WHOLE if plan.responds_whole and responds else STABLE_WHOLE
    viable = frame.after_mm if responds else round(0.93 * frame.before_mm, 1)
    largest = frame.largest_after_mm if responds else round(0.93 * frame.largest_before_mm, 1)
    return Scan(
        day=day,
        role="RESP",
        viable_mm=viable,
        largest_mm=largest,
        whole_mm=round(max(whole * frame.before_mm, viable), 1),
        non_target=frame.rest,
        new_lesion="NO",
    )


def _of_last_line(plan: StudyPlan, *, frame: Frame) -> Iterator[Scan]:
    first = _seen(plan, day=plan.response_day, frame=frame, responds=plan.responds)
    if plan.is_pseudoprogressive:
        swollen = round(SWELLING * frame.before_mm, 1)
        yield replace(
            first, viable_mm=swollen, whole_mm=swollen, largest_mm=round(SWELLING * frame.largest_before_mm, 1)
        )
        shrunk = round(SHRUNK * frame.before_mm, 1)
        first = replace(first, day=first.day + CONFIRMED_DAYS, viable_mm=shrunk, whole_mm=shrunk)
        yield replace(first, role="CONF", largest_mm=round(SHRUNK * frame.largest_before_mm, 1))
        return
    yield first
    if plan.resection_day is not None:
        yield _clear(first, day=plan.resection_day + 30, frame=frame)
    elif not plan.progressions or plan.progressions[-1] > first.day + 60:
        yield replace(first, day=first.day + CONFIRMED_DAYS, role="CONF")


def _clear(last: Scan, *, day: int, frame: Frame) -> Scan:
    """Nothing enhances after a resection."""
    rest = "NA" if frame.rest == "NA" else "CR"
    return replace(
        last, day=day, role="FU", viable_mm=0.0, largest_mm=0.0, whole_mm=None, non_target=rest, new_lesion="NO"
    )


def _progressed(plan: StudyPlan, told: Progression, *, last: Scan) -> Iterator[Scan]:
    """The scan that shows it; where pseudoprogression went before, targets grow and the next scan confirms it."""
    if not plan.is_pseudoprogressive:
        yield at_progression(told, last=last)
        return
    grown = round(last.viable_mm * 1.3 + 6, 1)
    size = {"viable_mm": grown, "whole_mm": grown, "largest_mm": round(last.largest_mm * 1.3 + 3, 1)}
    seen = replace(last, day=told.day, role="PROG", new_lesion="NO", **size)  # type: ignore[arg-type]
    yield seen
    yield replace(
        seen,
        day=told.day + CONFIRMED_DAYS,
        role="CONF",
        viable_mm=round(grown + 8, 1),
        whole_mm=round(grown + 8, 1),
        largest_mm=round(seen.largest_mm + 5, 1),
    )


def study_imaging(plan: StudyPlan, *, calendar: Calendar, scans: list[Scan], modality: str) -> list[Row]:
    """Rows with what a criterion beside mRECIST and RECIST 1.1 asks for."""
    rows = [*imaging_rows(calendar, scans=scans, modality=modality)]
    if plan.group.has_necrosis:
        for row in rows[1:]:
            _read_necrosis(row)
    if plan.is_pseudoprogressive:
        for row, code in zip(rows[1:], ("iUPD", "iPR", "iUPD", "iCPD"), strict=False):
            row |= {"response_irecist": code}
            if code == "iUPD":
                row |= {"pseudoprogression_suspected": "1" if row is rows[1] else "0"}
    return rows


def _read_necrosis(row: Row) -> None:
    found = row["response_mrecist"]
    row |= {"response_recicl": found, "necrosis_pct": NECROSIS_PCT.get(str(found))}
