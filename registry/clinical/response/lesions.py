"""From the lesions measured on one scan to the sums and findings that response is judged by.

Diameters in mm. A node counts with its short axis in every sum; by mRECIST a tumor in the liver counts with its viable part, any
other lesion with its longest diameter. Source: Lencioni and Llovet 2010; Eisenhauer et al. 2009.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from registry.clinical.response.criteria import Criteria, Reading

MOST_TARGETS, MOST_IN_ONE_ORGAN = 5, 2
MEASURABLE_MM, MEASURABLE_NODE_MM = 10.0, 15.0
NEVER_TARGETS = frozenset({"PVTT"})  # as ascites and effusion, which are not measured at all
LIVER, NODE = "LIVER", "NODE"
INSIDE_THE_LIVER = frozenset({LIVER, "PVTT"})
ENHANCING = frozenset({"FULL", "PARTIAL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """One lesion on one scan; `organ` is LIVER, PVTT, NODE, LUNG, ..., `enhancement` FULL, PARTIAL, NONE or UNK."""

    lesion_no: int
    organ: str
    is_target: bool
    whole_mm: float | None = None
    viable_mm: float | None = None
    short_axis_mm: float | None = None
    enhancement: str | None = None
    is_new: bool = False

    def contribution_mm(self, criteria: Criteria) -> float | None:
        """What the lesion adds to a sum; None where that was not measured."""
        if self.organ == NODE:
            return self.short_axis_mm
        if criteria == "MRECIST" and self.organ == LIVER:
            return self.viable_mm
        return self.whole_mm

    @property
    def is_measurable(self) -> bool | None:
        """At least 10 mm long, a node at least 15 mm in its short axis; None where not measured."""
        size, least = (self.short_axis_mm, MEASURABLE_NODE_MM) if self.organ == NODE else (self.whole_mm, MEASURABLE_MM)
        return None if size is None else size >= least


class TargetProblem(StrEnum):
    TOO_MANY = "TOO_MANY"
    TOO_MANY_IN_ONE_ORGAN = "TOO_MANY_IN_ONE_ORGAN"
    NEVER_A_TARGET = "NEVER_A_TARGET"
    NOT_MEASURABLE = "NOT_MEASURABLE"  # at baseline only: a target may shrink


def target_problems(lesions: Iterable[Lesion], *, at_baseline: bool) -> tuple[TargetProblem, ...]:
    """What is wrong with the choice of targets: more than five, more than two in an organ, a thrombus, one too small."""
    targets = [lesion for lesion in lesions if lesion.is_target]
    most = max(Counter(lesion.organ for lesion in targets).values(), default=0)
    found = {
        TargetProblem.TOO_MANY: len(targets) > MOST_TARGETS,
        TargetProblem.TOO_MANY_IN_ONE_ORGAN: most > MOST_IN_ONE_ORGAN,
        TargetProblem.NEVER_A_TARGET: any(lesion.organ in NEVER_TARGETS for lesion in targets),
        TargetProblem.NOT_MEASURABLE: at_baseline and any(lesion.is_measurable is False for lesion in targets),
    }
    return tuple(problem for problem, is_there in found.items() if is_there)


def target_sum_mm(lesions: Iterable[Lesion], *, criteria: Criteria) -> float | None:
    """Sum of all targets; None without any, or where one was not measured.

    >>> node = Lesion(lesion_no=2, organ="NODE", is_target=True, whole_mm=30, short_axis_mm=18)
    >>> tumor = Lesion(lesion_no=1, organ="LIVER", is_target=True, whole_mm=50, viable_mm=20)
    >>> target_sum_mm([tumor, node], criteria="MRECIST"), target_sum_mm([tumor, node], criteria="RECIST11")
    (38.0, 68.0)
    """
    parts = [lesion.contribution_mm(criteria) for lesion in lesions if lesion.is_target]
    known = [part for part in parts if part is not None]
    return float(sum(known)) if known and len(known) == len(parts) else None


def largest_viable_mm(lesions: Iterable[Lesion]) -> float | None:
    """The largest viable diameter in the liver, target or not; None where one was not measured, or none is there."""
    measured = [lesion.viable_mm for lesion in lesions if lesion.organ == LIVER]
    known = [diameter for diameter in measured if diameter is not None]
    return max(known) if known and len(known) == len(measured) else None


def new_lesions(lesions: Iterable[Lesion], *, criteria: Criteria) -> str:
    """NO, INTRA, EXTRA, BOTH or EQUIV, from the lesions marked as new.

    By mRECIST a new one in the liver is certain from 10 mm with arterial enhancement; smaller or without, it is equivocal until
    a later scan. Washout is not recorded and is the reader's to judge.
    """
    new = [lesion for lesion in lesions if lesion.is_new]
    certain = [lesion for lesion in new if criteria == "RECIST11" or _is_certain(lesion)]
    inside = any(lesion.organ in INSIDE_THE_LIVER for lesion in certain)
    outside = any(lesion.organ not in INSIDE_THE_LIVER for lesion in certain)
    if inside or outside:
        return "BOTH" if inside and outside else ("INTRA" if inside else "EXTRA")
    return "EQUIV" if new else "NO"


def reading(
    lesions: Sequence[Lesion], *, criteria: Criteria, non_target: str | None, baseline: Iterable[Lesion] = ()
) -> Reading:
    """What one scan shows by these criteria; `non_target` is CR, NONCRNONPD, PD or NA as read.

    A target of `baseline` that this scan does not name was not measured: the sum is then of the others, and the scan can show
    PD but nothing better.
    """
    targets = [lesion for lesion in lesions if lesion.is_target]
    named = {lesion.lesion_no for lesion in targets}
    is_whole = all(lesion.lesion_no in named for lesion in baseline if lesion.is_target)
    parts = [lesion.contribution_mm(criteria) for lesion in targets]
    known = [part for part in parts if part is not None]
    nodes = [lesion.short_axis_mm for lesion in targets if lesion.organ == NODE]
    return Reading(
        sum_mm=float(sum(known)) if known else None,
        non_target=non_target,
        new_lesion=new_lesions(lesions, criteria=criteria),
        is_measurable=is_whole and len(known) == len(parts) and bool(parts),
        node_axes_mm=tuple(axis for axis in nodes if axis is not None),
    )


def _is_certain(lesion: Lesion) -> bool:
    if lesion.organ != LIVER:
        return True
    is_large = lesion.whole_mm is not None and lesion.whole_mm >= MEASURABLE_MM
    return is_large and lesion.enhancement in ENHANCING
