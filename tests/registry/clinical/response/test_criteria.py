from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.clinical.response.criteria import (
    Criteria,
    Reading,
    Response,
    Scan,
    first_progression_date,
    mrecist_response,
    recist_response,
    relative_reduction_pct,
    responses,
)

INDEX = date(2020, 1, 1)
PLAIN = Reading(sum_mm=100, non_target="NA", new_lesion="NO")


def reading(sum_mm: float | None) -> Reading:
    return replace(PLAIN, sum_mm=sum_mm)


def on(day: int) -> date:
    return INDEX + timedelta(days=day)


@pytest.mark.parametrize(
    ("nadir", "current", "response"),
    [(100, 70, "PR"), (100, 71, "SD"), (50, 60, "PD"), (20, 24, "PD"), (0, 0, "CR"), (20, 23.9, "PR")],
)
def test_mrecist_gives_the_dictionary_examples(nadir: float, current: float, response: str) -> None:
    assert mrecist_response(reading(current), baseline_mm=100, nadir_mm=nadir) == response


@pytest.mark.parametrize(
    ("nadir", "current", "response"),
    [(0, 1, "PR"), (4, 5, "PR"), (0, 9.9, "PR"), (0, 10, "PD"), (8, 9.6, "PR"), (8, 10, "PD"), (9, 10, "PR")],
)
def test_less_than_10_mm_of_viable_tumor_is_no_progression_by_mrecist(
    nadir: float, current: float, response: str
) -> None:
    """What is smaller is not measurable, and as a new lesion it is equivocal (Lencioni and Llovet 2010)."""
    assert mrecist_response(reading(current), baseline_mm=100, nadir_mm=nadir) == response


@pytest.mark.parametrize(
    ("finding", "response"),
    [
        ({"non_target": "CR"}, "CR"),
        ({"non_target": "NONCRNONPD"}, "NN"),
        ({"non_target": "CR", "new_lesion": "EQUIV"}, "NN"),
        ({"non_target": "PD"}, "PD"),
        ({"non_target": "CR", "new_lesion": "INTRA"}, "PD"),
        ({"non_target": None, "new_lesion": "EXTRA"}, "PD"),
        ({"non_target": None}, None),
        ({"non_target": "NA"}, None),
        ({"non_target": "CR", "new_lesion": None}, None),
    ],
)
def test_without_a_target_the_other_lesions_decide(finding: dict[str, str | None], response: str | None) -> None:
    """Eisenhauer et al. 2009, Table 2; the sum that is given is nobody's."""
    seen = replace(PLAIN, has_targets=False, **finding)
    assert mrecist_response(seen, baseline_mm=None, nadir_mm=None) == response
    assert recist_response(seen, baseline_mm=None, nadir_mm=None) == response


@pytest.mark.parametrize(
    ("nadir", "current", "response"),
    [
        (20, 24, "PR"),
        (20, 25, "PD"),
        (25, 29.9, "PR"),
        (25, 30, "PD"),
        (100, 119.9, "SD"),
        (100, 120, "PD"),
        (0, 4, "PR"),
    ],
)
def test_recist_needs_a_fifth_and_5_mm_of_growth(nadir: float, current: float, response: str) -> None:
    assert recist_response(reading(current), baseline_mm=100, nadir_mm=nadir) == response


def test_a_limit_in_tenths_of_a_millimeter_belongs_to_the_response() -> None:
    for baseline in range(9, 400):
        at_limit = {code: reading(baseline * tenths / 10) for code, tenths in (("PR", 7), ("PD", 12))}
        for code, seen in at_limit.items():
            assert mrecist_response(seen, baseline_mm=baseline, nadir_mm=baseline) == code, baseline


def test_a_scan_without_change_is_stable_though_its_nadir_is_small() -> None:
    assert mrecist_response(reading(9.0), baseline_mm=10, nadir_mm=9.0) == "SD"


@pytest.mark.parametrize(
    ("change", "response"),
    [
        ({"non_target": "PD"}, "PD"),
        ({"new_lesion": "INTRA"}, "PD"),
        ({"new_lesion": "EXTRA"}, "PD"),
        ({"new_lesion": "BOTH"}, "PD"),
        ({"new_lesion": "INTRA", "sum_mm": None, "is_measurable": False}, "PD"),
        ({"new_lesion": "EQUIV"}, "PR"),
        ({"non_target": "NONCRNONPD"}, "PR"),
        ({"non_target": "CR"}, "CR"),
        ({"non_target": "NA"}, "CR"),
        ({"is_measurable": False}, "NE"),
        ({"is_measurable": False, "sum_mm": 130.0}, "PD"),
        ({"is_measurable": False, "sum_mm": None}, "NE"),
        ({"non_target": None}, None),
        ({"new_lesion": None}, None),
        ({"sum_mm": None}, None),
        ({"sum_mm": 130.0, "non_target": None, "new_lesion": None}, "PD"),
    ],
)
@pytest.mark.parametrize("respond", [mrecist_response, recist_response])
def test_what_lies_outside_the_targets_decides_too(respond, change: dict, response: str | None) -> None:
    gone = Reading(sum_mm=0.0, non_target="CR", new_lesion="NO")
    assert respond(replace(gone, **change), baseline_mm=100, nadir_mm=100) == response


@pytest.mark.parametrize(("baseline", "nadir"), [(None, 50), (100, None), (None, None), (0, 0)])
def test_without_a_baseline_only_other_lesions_can_progress(baseline: float | None, nadir: float | None) -> None:
    assert mrecist_response(reading(0), baseline_mm=baseline, nadir_mm=nadir) is None
    new = replace(PLAIN, sum_mm=0, new_lesion="EXTRA")
    assert mrecist_response(new, baseline_mm=baseline, nadir_mm=nadir) == "PD"


@pytest.mark.parametrize(
    ("sum_mm", "nodes", "response"),
    [(9.9, (9.9,), "CR"), (10.0, (10.0,), "PR"), (18.0, (9.0, 9.0), "CR"), (18.0, (9.0,), "PR")],
)
def test_a_node_of_normal_size_is_no_tumor_left(sum_mm: float, nodes: tuple[float, ...], response: str) -> None:
    seen = replace(PLAIN, sum_mm=sum_mm, node_axes_mm=nodes)
    assert recist_response(seen, baseline_mm=60, nadir_mm=60) == response


@pytest.mark.parametrize(
    ("sum_mm", "liver_mm", "response"),
    [(8.0, 0.0, None), (19.9, 0.0, None), (20.0, 0.0, "PR"), (8.0, 8.0, "PR"), (8.0, None, "PR"), (0.0, 0.0, "CR")],
)
def test_a_small_sum_with_nothing_in_the_liver_may_be_normal_nodes(
    sum_mm: float, liver_mm: float | None, response: str | None
) -> None:
    seen = replace(PLAIN, sum_mm=sum_mm, liver_mm=liver_mm)
    assert mrecist_response(seen, baseline_mm=50, nadir_mm=50) == response
    assert mrecist_response(replace(seen, non_target="PD"), baseline_mm=50, nadir_mm=50) == "PD"
    assert mrecist_response(replace(seen, non_target="NONCRNONPD"), baseline_mm=50, nadir_mm=50) == "PR"


def test_impossible_sums_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        mrecist_response(reading(-1), baseline_mm=100, nadir_mm=100)
    with pytest.raises(ValueError, match="cannot be part"):
        mrecist_response(replace(PLAIN, sum_mm=10, node_axes_mm=(11.0,)), baseline_mm=100, nadir_mm=100)


def test_the_relative_reduction_is_negative_for_growth_and_unknown_without_a_baseline() -> None:
    assert relative_reduction_pct(50, current=60) == -20
    assert relative_reduction_pct(50, current=0) == 100
    assert relative_reduction_pct(0, current=1) is None
    assert relative_reduction_pct(None, current=1) is None
    assert relative_reduction_pct(50, current=None) is None


def series(*sums: float | None, criteria: Criteria = "MRECIST") -> list[str | None]:
    scans = [Scan(scan_date=on(30 * place), reading=reading(sum_mm)) for place, sum_mm in enumerate(sums, start=1)]
    return [response.code for response in responses(reversed(scans), baseline_mm=100, criteria=criteria)]


def test_a_series_is_read_in_time_against_the_smallest_sum_so_far() -> None:
    assert series(80, 50, 59, 60) == ["SD", "PR", "PR", "PD"]
    assert series(20, 24) == ["PR", "PD"]
    assert series(20, 24, criteria="RECIST11") == ["PR", "PR"]


def test_a_scan_without_a_sum_leaves_the_nadir() -> None:
    assert series(50, None, 60) == ["PR", None, "PD"]


def test_a_sum_of_some_targets_is_no_nadir() -> None:
    partial = replace(PLAIN, sum_mm=10, is_measurable=False)
    scans = [Scan(scan_date=on(30), reading=partial), Scan(scan_date=on(60), reading=reading(60))]
    assert [found.code for found in responses(scans, baseline_mm=100, criteria="MRECIST")] == ["NE", "PR"]


def test_a_series_without_baseline_has_no_response_but_progression() -> None:
    scans = [Scan(scan_date=on(30), reading=PLAIN), Scan(scan_date=on(60), reading=replace(PLAIN, new_lesion="EXTRA"))]
    assert [found.code for found in responses(scans, baseline_mm=None, criteria="MRECIST")] == [None, "PD"]


def test_the_first_progression_is_the_first_after_index() -> None:
    seen = [
        Response(scan_date=on(day), code=code)
        for day, code in [(90, "PD"), (-5, "PD"), (0, "PD"), (60, "PD"), (30, "SD")]
    ]
    assert first_progression_date(seen, index_date=INDEX) == on(60)
    assert first_progression_date(seen, index_date=on(90)) is None
    assert first_progression_date(seen, index_date=None) is None
