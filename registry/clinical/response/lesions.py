"""From the lesions measured on one scan to the sums and findings that response is judged by.

Diameters in mm. A node counts with its short axis in every sum; by mRECIST a tumor in the liver counts with its viable part, any
other lesion with its longest diameter. Targets are chosen on the baseline scan: what cannot be a target there (a thrombus, a
lesion too small to be measured) is a non-target on every scan. Source: Lencioni and Llovet 2010; Eisenhauer et al. 2009.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from registry.clinical.response.criteria import MEASURABLE_MM, NEW_LESION, NORMAL_NODE_MM, Criteria, Reading

MOST_TARGETS, MOST_IN_ONE_ORGAN = 5, 2
MEASURABLE_NODE_MM = 15.0
MALIGNANT_PORTAL_NODE_MM = 20.0  # Lencioni and Llovet 2010: reactive nodes at the porta hepatis are common in cirrhosis
NEVER_TARGETS = frozenset({"PVTT"})  # as ascites and effusion, which are not measured at all
LIVER, NODE, PORTAL_NODE = "LIVER", "NODE", "NODE_PH"
NODES = frozenset({NODE, PORTAL_NODE})
INSIDE_THE_LIVER = frozenset({LIVER, "PVTT"})
ENHANCING = frozenset({"FULL", "PARTIAL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """One lesion on one scan; `organ` is LIVER, PVTT, NODE, NODE_PH (of the porta hepatis), LUNG, ..., `enhancement` FULL, PARTIAL,
    NONE or UNK.
    """

    lesion_no: int
    organ: str
    is_target: bool
    is_called: bool = True  # whether it was said if it is a target
    whole_mm: float | None = None
    viable_mm: float | None = None
    short_axis_mm: float | None = None
    enhancement: str | None = None
    is_new: bool = False

    def contribution_mm(self, criteria: Criteria) -> float | None:
        """What the lesion adds to a sum; None where that was not measured."""
        if self.is_node:
            return self.short_axis_mm
        if criteria == "MRECIST" and self.organ == LIVER:
            return self.viable_mm
        return self.whole_mm

    @property
    def is_node(self) -> bool:
        return self.organ in NODES

    @property
    def size_mm(self) -> float | None:
        return self.short_axis_mm if self.is_node else self.whole_mm

    def can_be_target(self, criteria: Criteria) -> bool:
        """Not a thrombus and, as far as is known, not too small: asked at baseline."""
        return self.organ not in NEVER_TARGETS and self.is_measurable(criteria) is not False

    def left_mm(self, criteria: Criteria) -> float:
        """Tumor still in it: of a node from 10 mm its short axis; by mRECIST what is viable, where that was looked for."""
        if self.is_node:
            axis = self.short_axis_mm or 0.0
            return axis if axis >= NORMAL_NODE_MM else 0.0
        part = self.viable_mm if criteria == "MRECIST" and self.viable_mm is not None else self.whole_mm
        return part or 0.0

    def is_measurable(self, criteria: Criteria) -> bool | None:
        """At least 10 mm long, a node at least 15 mm in its short axis, by mRECIST one of the porta hepatis 20 mm.

        None where not measured.
        """
        least = MEASURABLE_NODE_MM if self.is_node else MEASURABLE_MM
        if criteria == "MRECIST" and self.organ == PORTAL_NODE:
            least = MALIGNANT_PORTAL_NODE_MM
        return None if self.size_mm is None else self.size_mm >= least


class TargetProblem(StrEnum):
    TOO_MANY = "TOO_MANY"
    TOO_MANY_IN_ONE_ORGAN = "TOO_MANY_IN_ONE_ORGAN"
    NEVER_A_TARGET = "NEVER_A_TARGET"
    NOT_MEASURABLE = "NOT_MEASURABLE"  # at baseline only: a target may shrink


def target_problems(
    lesions: Iterable[Lesion], *, at_baseline: bool, criteria: Criteria = "RECIST11"
) -> tuple[TargetProblem, ...]:
    """What is wrong with the choice of targets: more than five, more than two in an organ, a thrombus, one too small.

    All lymph nodes are one organ.
    """
    targets = [lesion for lesion in lesions if lesion.is_target]
    most = max(Counter(NODE if lesion.is_node else lesion.organ for lesion in targets).values(), default=0)
    found = {
        TargetProblem.TOO_MANY: len(targets) > MOST_TARGETS,
        TargetProblem.TOO_MANY_IN_ONE_ORGAN: most > MOST_IN_ONE_ORGAN,
        TargetProblem.NEVER_A_TARGET: any(lesion.organ in NEVER_TARGETS for lesion in targets),
        TargetProblem.NOT_MEASURABLE: at_baseline
        and any(lesion.is_measurable(criteria) is False for lesion in targets),
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

    By mRECIST a new one in the liver is certain from 10 mm with arterial enhancement, a node of the porta hepatis from 20 mm in its
    short axis; smaller or without, it is equivocal until a later scan. Washout is not recorded and is the reader's to judge.
    """
    new = [lesion for lesion in lesions if lesion.is_new]
    certain = [lesion for lesion in new if criteria == "RECIST11" or _is_certain(lesion)]
    inside = any(lesion.organ in INSIDE_THE_LIVER for lesion in certain)
    outside = any(lesion.organ not in INSIDE_THE_LIVER for lesion in certain)
    if inside or outside:
        return "BOTH" if inside and outside else ("INTRA" if inside else "EXTRA")
    return "EQUIV" if new else "NO"


def either_new_lesion(entered: str | None, *, listed: str) -> str | None:
    """What was read of the whole scan and what its list of lesions shows, together: a certain new lesion of either is one."""
    places = {entered, listed} & NEW_LESION
    if places:
        return places.pop() if len(places) == 1 else "BOTH"
    return "EQUIV" if "EQUIV" in {entered, listed} else entered


def chosen_targets(baseline: Iterable[Lesion], *, criteria: Criteria) -> tuple[Lesion, ...]:
    """The targets of a baseline scan that the criteria accept; the others count as non-targets."""
    return tuple(
        lesion for lesion in baseline if lesion.is_target and lesion.can_be_target(criteria) and not lesion.is_new
    )


def has_no_target(baseline: Sequence[Lesion], *, criteria: Criteria) -> bool:
    """Whether a baseline scan lists its lesions and none is a target: infiltrative growth, a thrombus, all too small.

    A lesion that might be one and was not called either leaves it open.
    """
    is_open = any(lesion.can_be_target(criteria) and not lesion.is_called for lesion in baseline)
    return bool(baseline) and not is_open and not chosen_targets(baseline, criteria=criteria)


def targets_on(lesions: Iterable[Lesion], *, criteria: Criteria, baseline: Iterable[Lesion] = ()) -> tuple[Lesion, ...]:
    """The targets among the lesions of a later scan: those of the baseline by their number, whatever they are called now.

    Where the baseline names no target, those that this scan calls so; a thrombus and a new lesion never are.
    """
    named = [lesion for lesion in baseline if lesion.is_target]
    if named:
        numbers = {lesion.lesion_no for lesion in chosen_targets(named, criteria=criteria)}
        return tuple(lesion for lesion in lesions if lesion.lesion_no in numbers)
    return tuple(
        lesion for lesion in lesions if lesion.is_target and lesion.organ not in NEVER_TARGETS and not lesion.is_new
    )


def reading(
    lesions: Sequence[Lesion], *, criteria: Criteria, non_target: str | None, baseline: Sequence[Lesion] = ()
) -> Reading:
    """What one scan shows by these criteria; `non_target` is CR, NONCRNONPD, PD or NA as read.

    A target of `baseline` that this scan does not name was not measured: the sum is then of the others, and the scan can show
    PD but nothing better.
    """
    targets = targets_on(lesions, criteria=criteria, baseline=baseline)
    others = [lesion for lesion in lesions if lesion not in targets]
    named = {lesion.lesion_no for lesion in targets}
    is_whole = all(lesion.lesion_no in named for lesion in chosen_targets(baseline, criteria=criteria))
    parts = [lesion.contribution_mm(criteria) for lesion in targets]
    known = [part for part in parts if part is not None]
    nodes = [lesion.short_axis_mm for lesion in targets if lesion.is_node]
    new = [lesion for lesion in others if lesion.is_new]
    sizes = [lesion.size_mm for lesion in new if lesion.size_mm is not None]
    return Reading(
        sum_mm=float(sum(known)) if known else None,
        non_target=_of_non_targets(others, non_target=non_target, criteria=criteria, baseline=baseline),
        new_lesion=new_lesions(lesions, criteria=criteria),
        is_measurable=is_whole and len(known) == len(parts) and bool(parts),
        node_axes_mm=tuple(axis for axis in nodes if axis is not None),
        new_lesion_mm=float(sum(sizes)) if new and len(sizes) == len(new) else None,
        new_numbers=frozenset(lesion.lesion_no for lesion in new),
        non_target_mm=tuple((o.lesion_no, o.size_mm) for o in others if not o.is_new and o.size_mm is not None),
    )


def _of_non_targets(
    others: Iterable[Lesion], *, non_target: str | None, criteria: Criteria, baseline: Sequence[Lesion]
) -> str | None:
    """As read; but where a lesion that was taken for a target and cannot be one is still there, they have not gone."""
    taken = {lesion.lesion_no for lesion in baseline if lesion.is_target}
    mistaken = [other for other in others if not other.is_new and (other.lesion_no in taken or other.is_target)]
    is_there = any(lesion.left_mm(criteria) > 0 for lesion in mistaken)
    return "NONCRNONPD" if is_there and non_target in {"CR", "NA"} else non_target


def _is_certain(lesion: Lesion) -> bool:
    if lesion.organ == PORTAL_NODE:
        return (lesion.short_axis_mm or 0.0) >= MALIGNANT_PORTAL_NODE_MM
    if lesion.organ != LIVER:
        return True
    is_large = lesion.whole_mm is not None and lesion.whole_mm >= MEASURABLE_MM
    return is_large and lesion.enhancement in ENHANCING
