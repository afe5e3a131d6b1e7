"""What a row of the laboratory grading table is made of: steps, each of which begins a grade."""

from dataclasses import dataclass
from typing import Literal

Reference = Literal["ULN", "LLN", "BASELINE", "UNIT"]
Direction = Literal["UP", "DOWN"]
Measure = Literal["VALUE", "FALL_PCT"]
# When steps beside the ordinary ones hold. BASELINE_ABNORMAL: the baseline lay beyond the limit of normal on the term's side.
Condition = Literal["ALWAYS", "BASELINE_ABNORMAL", "BASELINE_LOW", "ANTICOAGULATED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A grade begins beyond `start` times the reference, or at it when `inclusive`. UNIT: `start` is in the canonical unit.

    Upward a value must be larger, downward smaller. The highest grade that has begun is the grade: a step's upper end is where
    the next begins.
    """

    grade: int
    start: float
    of: Reference = "UNIT"
    inclusive: bool = False
    needs_fasting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Steps upward or downward of a value, or upward of its fall from baseline in percent."""

    steps: tuple[Step, ...]
    measure: Measure = "VALUE"
    when: Condition = "ALWAYS"
    replaces: bool = True  # the ordinary steps, when it holds; otherwise the higher grade of both counts

    @property
    def is_of_baseline(self) -> bool:
        """Whether only the baseline is compared with: such a grade does not ask that a limit of normal is passed."""
        return self.measure == "FALL_PCT" or all(step.of == "BASELINE" for step in self.steps)


@dataclass(frozen=True, slots=True)
class LaboratoryTerm:
    """How one term is graded in some versions from one analyte; `beside` are steps that hold under a condition.

    Within the limits of normal only multiples of the baseline and falls from it grade, as they are printed; where `is_absolute`
    the printed limits do as well.
    """

    term: str
    analyte: str
    versions: tuple[str, ...]
    direction: Direction
    steps: tuple[Step, ...]
    beside: tuple[Ladder, ...] = ()
    is_absolute: bool = False


@dataclass(frozen=True, slots=True)
class CodedTerm:
    """How a term is graded from a result that is a code, such as the dipstick's 2+."""

    term: str
    analyte: str
    versions: tuple[str, ...]
    grades: tuple[tuple[str, int], ...]


def climb(*starts: float | None, of: Reference = "UNIT", first: Step | None = None) -> tuple[Step, ...]:
    """Steps of the grades 1, 2, 3, ... at these starts; None leaves a grade out, as `first` takes the place of grade 1."""
    grades = enumerate(starts, start=2 if first else 1)
    steps = tuple(Step(grade=grade, start=start, of=of) for grade, start in grades if start is not None)
    return (first, *steps) if first else steps


def beyond(of: Reference, *, inclusive: bool = False, start: float = 1.0) -> Step:
    """Grade 1 beyond a limit of normal or beyond the baseline."""
    return Step(grade=1, start=start, of=of, inclusive=inclusive)
