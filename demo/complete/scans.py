"""Scans with their two readers, and the lesions that were measured on them."""

from collections.abc import Iterator

from demo.cohort.timetable import Row
from demo.complete.course import Case
from demo.complete.draw import joined
from demo.sheet_names import ABLATION, IMAGING

NEIGHBOR = {"CR": "PR", "PR": "SD", "SD": "PR", "PD": "SD"}
AFP_AFTER_CURE, AFP_AFTER = 0.1, 0.4  # of the baseline value
UNMEASURED_DAYS = 35  # after an ablation: when a month's scan was made though no sum was taken
MONTH_DAYS = (21, 60)


def completed_scans(case: Case, *, labs: Row) -> Iterator[Row]:
    seen = [*case.of(IMAGING)]
    baseline = seen[0]
    for row in sorted([*seen, *_month_after_ablation(case, seen=seen)], key=lambda row: row["imaging_date"]):
        values = {**_reading(case, row=row), **_findings(case, row=row, labs=labs)}
        first, *others = _lesions(row, baseline=baseline)
        yield {**joined(row, values), **first}
        for lesion in others:
            same = {name: row[name] for name in ("local_id", "imaging_date", "imaging_modality", "imaging_role")}
            yield {**same, **lesion}


def _month_after_ablation(case: Case, *, seen: list[Row]) -> Iterator[Row]:
    """A look by ultrasound, where no scan of the first month is told: its sums were not taken."""
    low, high = MONTH_DAYS
    for start in {row["start_date"]: None for row in case.of(ABLATION)}:
        days = [(row["imaging_date"] - start).days for row in seen]
        day = start.fromordinal(start.toordinal() + UNMEASURED_DAYS)
        if not any(low <= each <= high for each in days) and case.lasts_until(day):
            yield {
                **dict.fromkeys(seen[0]),
                "local_id": seen[0]["local_id"],
                "imaging_date": day,
                "imaging_modality": "CEUS",
                "imaging_role": "FU",
            }


def _reading(case: Case, *, row: Row) -> Row:
    draw, found = case.draw, row.get("response_mrecist")
    criteria = ["MRECIST", "RECIST11"] if row.get("sum_whole_mm") is not None else ["MRECIST"]
    if row["imaging_role"] != "RESP" or found is None:
        return {"criteria": criteria if found is not None else None}
    second = NEIGHBOR.get(found, found) if draw.chance(0.08) else found
    return {
        "criteria": criteria,
        **draw.with_gaps({"reader_blinded": "1" if draw.chance(0.8) else "0"}),
        "reader_1_response": found,
        "reader_2_response": second,
        "adjudicated_response": found if second != found else None,
    }


def _findings(case: Case, *, row: Row, labs: Row) -> Row:
    draw, day = case.draw, row["imaging_date"]
    is_progressive, is_new = row.get("response_mrecist") == "PD", row.get("new_lesion") in {"INTRA", "EXTRA"}
    share = AFP_AFTER_CURE if case.had("abl", "sr", by=day) else AFP_AFTER
    return {
        "new_lesion_mm": draw.between(8, 26) if is_new else None,
        "pseudoprogression_suspected": "0" if is_progressive and case.had("ici", by=day) else None,
        "afp_at_imaging": round(max(1.1, labs["afp"] * share), 1) if row["imaging_role"] == "FU" else None,
    }


def _lesions(row: Row, *, baseline: Row) -> list[Row]:
    """The one or two targets of the first scans, whose diameters sum to those told; later scans tell sums alone."""
    whole, viable = row.get("sum_whole_mm"), row.get("sum_viable_mm")
    if row["imaging_role"] not in {"BASE", "RESP"} or whole is None or viable is None:
        return [{}]
    largest, largest_before = row["max_viable_diameter_mm"], baseline["max_viable_diameter_mm"]
    before = baseline["sum_whole_mm"]
    first_whole = max(largest, round(whole * largest_before / before, 1))
    pairs = [(first_whole, largest), (round(whole - first_whole, 1), round(viable - largest, 1))]
    if before <= largest_before:
        pairs = [(whole, viable)]
    if any(part < 0 or part > size or size == 0 for size, part in pairs):
        return [{}]
    return [_lesion(number, whole=size, viable=part) for number, (size, part) in enumerate(pairs, start=1)]


def _lesion(number: int, *, whole: float, viable: float) -> Row:
    return {
        "lesion_no": number,
        "organ": "LIVER",
        "is_target": "1",
        "whole_mm": whole,
        "viable_mm": viable,
        "enhancement": "FULL" if viable == whole else "PARTIAL" if viable > 0 else "NONE",
        "is_new": "0",
    }
