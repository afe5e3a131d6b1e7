from dataclasses import replace

import pytest

from registry.clinical.response.criteria import mrecist_response, recist_response
from registry.clinical.response.lesions import (
    Lesion,
    TargetProblem,
    chosen_targets,
    either_new_lesion,
    has_no_target,
    largest_viable_mm,
    new_lesions,
    reading,
    target_problems,
    target_sum_mm,
)

TUMOR = Lesion(lesion_no=1, organ="LIVER", is_target=True, whole_mm=50, viable_mm=40, enhancement="FULL")
NODE = Lesion(lesion_no=2, organ="NODE", is_target=True, whole_mm=30, short_axis_mm=18)
LUNG = Lesion(lesion_no=3, organ="LUNG", is_target=True, whole_mm=12)
THROMBUS = Lesion(lesion_no=4, organ="PVTT", is_target=False, whole_mm=25)
NEW = Lesion(lesion_no=5, organ="LIVER", is_target=False, whole_mm=10, viable_mm=10, enhancement="FULL", is_new=True)


def test_a_node_counts_with_its_short_axis_and_a_liver_tumor_with_its_viable_part() -> None:
    seen = [TUMOR, NODE, LUNG, THROMBUS]
    assert target_sum_mm(seen, criteria="MRECIST") == 40 + 18 + 12
    assert target_sum_mm(seen, criteria="RECIST11") == 50 + 18 + 12


def test_a_sum_without_targets_or_with_one_not_measured_is_unknown() -> None:
    assert target_sum_mm([THROMBUS], criteria="MRECIST") is None
    assert target_sum_mm([replace(TUMOR, viable_mm=None), NODE], criteria="MRECIST") is None
    assert target_sum_mm([replace(TUMOR, viable_mm=None), NODE], criteria="RECIST11") == 68


@pytest.mark.parametrize(
    ("lesions", "problems"),
    [
        ([TUMOR, replace(TUMOR, lesion_no=2), NODE, LUNG], []),
        ([replace(TUMOR, lesion_no=number) for number in (1, 2, 3)], [TargetProblem.TOO_MANY_IN_ONE_ORGAN]),
        (
            [
                replace(LUNG, lesion_no=n, organ=organ)
                for n, organ in enumerate(["LIVER", "LIVER", "LUNG", "LUNG", "BONE", "BRAIN"])
            ],
            [TargetProblem.TOO_MANY],
        ),
        ([replace(THROMBUS, is_target=True)], [TargetProblem.NEVER_A_TARGET]),
        ([replace(TUMOR, whole_mm=9.9)], [TargetProblem.NOT_MEASURABLE]),
        ([replace(TUMOR, whole_mm=10)], []),
        ([replace(NODE, short_axis_mm=14.9)], [TargetProblem.NOT_MEASURABLE]),
        ([replace(NODE, short_axis_mm=15)], []),
        ([replace(TUMOR, whole_mm=None)], []),
    ],
)
def test_targets_are_at_most_five_two_in_an_organ_and_measurable(
    lesions: list[Lesion], problems: list[TargetProblem]
) -> None:
    assert list(target_problems(lesions, at_baseline=True)) == problems


def test_a_target_may_shrink_below_what_is_measurable() -> None:
    assert target_problems([replace(TUMOR, whole_mm=4)], at_baseline=False) == ()


def test_the_largest_viable_diameter_is_of_all_tumors_in_the_liver() -> None:
    second = replace(TUMOR, lesion_no=2, is_target=False, viable_mm=45)
    assert largest_viable_mm([TUMOR, second, NODE]) == 45
    assert largest_viable_mm([TUMOR, replace(second, viable_mm=None)]) is None
    assert largest_viable_mm([NODE]) is None


@pytest.mark.parametrize(
    ("lesions", "by_mrecist", "by_recist"),
    [
        ([TUMOR], "NO", "NO"),
        ([TUMOR, NEW], "INTRA", "INTRA"),
        ([replace(NEW, organ="LUNG", whole_mm=6, enhancement=None)], "EXTRA", "EXTRA"),
        ([NEW, replace(NEW, organ="NODE")], "BOTH", "BOTH"),
        ([replace(NEW, whole_mm=9.9)], "EQUIV", "INTRA"),
        ([replace(NEW, enhancement="NONE")], "EQUIV", "INTRA"),
        ([replace(NEW, whole_mm=None)], "EQUIV", "INTRA"),
        ([replace(NEW, organ="PVTT", enhancement=None)], "INTRA", "INTRA"),
    ],
)
def test_a_new_lesion_is_certain_from_10_mm_with_enhancement(
    lesions: list[Lesion], by_mrecist: str, by_recist: str
) -> None:
    assert new_lesions(lesions, criteria="MRECIST") == by_mrecist
    assert new_lesions(lesions, criteria="RECIST11") == by_recist


def test_lesions_lead_to_the_response_of_a_scan() -> None:
    baseline = [TUMOR, NODE]
    dead = [replace(TUMOR, viable_mm=0), replace(NODE, short_axis_mm=9)]
    seen = {
        criteria: reading(dead, criteria=criteria, non_target="NA", baseline=baseline)
        for criteria in ("MRECIST", "RECIST11")
    }
    assert mrecist_response(seen["MRECIST"], baseline_mm=58, nadir_mm=58) == "CR"
    assert recist_response(seen["RECIST11"], baseline_mm=68, nadir_mm=68) == "SD"


def test_a_target_that_was_not_measured_allows_no_verdict_but_progression() -> None:
    missing = reading([TUMOR], criteria="MRECIST", non_target="NA", baseline=[TUMOR, NODE])
    assert (missing.sum_mm, missing.is_measurable) == (40, False)
    assert mrecist_response(missing, baseline_mm=58, nadir_mm=58) == "NE"
    grown = reading([TUMOR, NEW], criteria="MRECIST", non_target="NA", baseline=[TUMOR, NODE])
    assert mrecist_response(grown, baseline_mm=58, nadir_mm=58) == "PD"
    assert reading([], criteria="MRECIST", non_target="NA", baseline=[TUMOR]).is_measurable is False


def test_targets_are_those_the_baseline_could_choose_by_their_number() -> None:
    small, thrombus = replace(TUMOR, lesion_no=6, whole_mm=6), replace(THROMBUS, is_target=True)
    baseline = [TUMOR, NODE, small, thrombus]
    assert chosen_targets(baseline, criteria="MRECIST") == (TUMOR, NODE)
    renamed = [replace(TUMOR, is_target=False), NODE, replace(small, whole_mm=20), replace(NEW, is_target=True)]
    seen = reading(renamed, criteria="RECIST11", non_target="NONCRNONPD", baseline=baseline)
    assert (seen.sum_mm, seen.is_measurable, seen.node_axes_mm) == (68.0, True, (18.0,))
    assert (seen.new_numbers, seen.new_lesion_mm, seen.non_target_mm) == (frozenset({5}), 10.0, ((6, 20),))


def test_a_thrombus_still_there_is_a_non_target_that_has_not_gone() -> None:
    thrombus = replace(THROMBUS, is_target=True)
    gone = [replace(TUMOR, viable_mm=0), thrombus]
    for read in ("CR", "NA"):
        seen = reading(gone, criteria="MRECIST", non_target=read, baseline=[TUMOR, thrombus])
        assert mrecist_response(seen, baseline_mm=40, nadir_mm=40) == "PR"
    cleared = [replace(TUMOR, viable_mm=0), replace(thrombus, viable_mm=0)]
    seen = reading(cleared, criteria="MRECIST", non_target="CR", baseline=[TUMOR, thrombus])
    assert mrecist_response(seen, baseline_mm=40, nadir_mm=40) == "CR"


@pytest.mark.parametrize(
    ("entered", "listed", "together"),
    [
        ("NO", "NO", "NO"),
        (None, "NO", None),
        ("NO", "INTRA", "INTRA"),
        (None, "EXTRA", "EXTRA"),
        ("INTRA", "NO", "INTRA"),
        ("INTRA", "EXTRA", "BOTH"),
        ("BOTH", "INTRA", "BOTH"),
        ("NO", "EQUIV", "EQUIV"),
        ("EQUIV", "NO", "EQUIV"),
        ("EQUIV", "INTRA", "INTRA"),
    ],
)
def test_a_new_lesion_is_told_by_the_reader_or_by_the_list(
    entered: str | None, listed: str, together: str | None
) -> None:
    assert either_new_lesion(entered, listed=listed) == together


@pytest.mark.parametrize(
    ("organ", "axis", "by_recist", "by_mrecist"),
    [
        ("NODE", 15.0, True, True),
        ("NODE", 14.9, False, False),
        ("NODE_PH", 15.0, True, False),
        ("NODE_PH", 19.9, True, False),
        ("NODE_PH", 20.0, True, True),
    ],
)
def test_a_node_of_the_porta_hepatis_is_measurable_from_20_mm_by_mrecist(
    organ: str, axis: float, by_recist: bool, by_mrecist: bool
) -> None:
    """Lencioni and Llovet 2010: nodes there are often enlarged in cirrhosis."""
    node = replace(NODE, organ=organ, short_axis_mm=axis)
    assert (node.is_measurable("RECIST11"), node.is_measurable("MRECIST")) == (by_recist, by_mrecist)
    assert chosen_targets([node], criteria="RECIST11") == ((node,) if by_recist else ())
    assert chosen_targets([node], criteria="MRECIST") == ((node,) if by_mrecist else ())


def test_a_new_node_of_the_porta_hepatis_is_certain_from_20_mm_by_mrecist() -> None:
    node = Lesion(lesion_no=9, organ="NODE_PH", is_target=False, is_new=True, short_axis_mm=19.9)
    assert new_lesions([node], criteria="MRECIST") == "EQUIV"
    assert new_lesions([node], criteria="RECIST11") == "EXTRA"
    assert new_lesions([replace(node, short_axis_mm=20.0)], criteria="MRECIST") == "EXTRA"


def test_a_tumor_without_a_target_is_one_whose_lesions_are_listed_and_called() -> None:
    infiltrative = replace(TUMOR, is_target=False)
    assert has_no_target([infiltrative, THROMBUS], criteria="MRECIST")
    assert not has_no_target([replace(infiltrative, is_called=False)], criteria="MRECIST")
    assert has_no_target([replace(THROMBUS, is_called=False)], criteria="MRECIST")
    assert not has_no_target([TUMOR], criteria="MRECIST")
    assert not has_no_target([], criteria="MRECIST")
