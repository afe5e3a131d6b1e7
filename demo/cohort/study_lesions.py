"""Scans whose lesions are told one by one instead of by their sums: nodes, a thrombus, a target not found again, a new lesion."""

from collections.abc import Iterator

from demo.cohort.study_plans import StudyPlan
from demo.cohort.timetable import Row

NODE_BEFORE_MM, NODE_AFTER_MM = 21.0, 8.0
SECOND_SHARE, THROMBUS_MM, NEW_MM = 0.6, 22.0, 18.0
DERIVED = ("sum_viable_mm", "sum_whole_mm", "response_mrecist", "response_recist11", "reader_1_response")
WHOLE = ("sum_whole_mm", "response_recist11")  # of lists they would be others
KEYS = ("imaging_date", "imaging_modality", "imaging_role")


def listed(plan: StudyPlan, *, scans: list[Row]) -> list[Row]:
    """The baseline and the response scans as lists, and the new lesion of a progression; responses are left to the registry."""
    found: list[Row] = []
    for place, scan in enumerate(scan for scan in scans if scan["imaging_role"] != "CONF"):
        is_listed = scan["imaging_role"] in {"BASE", "RESP"}
        if not is_listed and scan["new_lesion"] != "INTRA":
            told = {"non_target_response": "PD"} if scan["imaging_role"] == "PROG" else {}
            found.append({**scan, **dict.fromkeys(WHOLE), **told})
            continue
        lesions = [*_lesions(plan, scan=scan, is_baseline=place == 0)] if is_listed else [_new()]
        first = {**scan, **(dict.fromkeys(DERIVED) if is_listed else {}), **lesions[0]}
        found += [first, *({**{key: scan[key] for key in KEYS}, **lesion} for lesion in lesions[1:])]
    return found


def _lesions(plan: StudyPlan, *, scan: Row, is_baseline: bool) -> Iterator[Row]:
    size = scan["max_viable_diameter_mm"]
    whole = plan.who.person.diameter_before_cm * 10
    yield _lesion(1, organ="LIVER", whole_mm=whole if is_baseline else max(0.95 * whole, size), viable_mm=size)
    if plan.who.sites:  # which `study_oddities` makes regional nodes
        yield _lesion(2, organ="NODE", short_axis_mm=NODE_BEFORE_MM if is_baseline else NODE_AFTER_MM)
    elif plan.who.person.number_before > 1 and (
        is_baseline or plan.place % 8
    ):  # of every other one it is not found again
        second = SECOND_SHARE * size
        yield _lesion(2, organ="LIVER", whole_mm=second if is_baseline else max(second, 10.0), viable_mm=second)
    if plan.who.is_invaded:
        yield {**_lesion(3, organ="PVTT", whole_mm=THROMBUS_MM, viable_mm=THROMBUS_MM), "is_target": "0"}


def _new() -> Row:
    return {**_lesion(9, organ="LIVER", whole_mm=NEW_MM, viable_mm=NEW_MM), "is_target": "0", "is_new": "1"}


def _lesion(number: int, *, organ: str, **sizes_mm: float) -> Row:
    viable, whole = sizes_mm.get("viable_mm"), sizes_mm.get("whole_mm")
    enhances = None if organ != "LIVER" else "FULL" if viable == whole else "PARTIAL" if viable else "NONE"
    return {
        "lesion_no": number,
        "organ": organ,
        "is_target": "1",
        "is_new": "0",
        "enhancement": enhances,
        **{name: round(size, 1) for name, size in sizes_mm.items()},
    }
