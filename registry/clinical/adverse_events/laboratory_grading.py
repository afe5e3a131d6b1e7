"""The CTCAE grade that a laboratory value suggests. It is shown beside the grade a person enters, and never replaces it.

A value in the range of normal has no grade, but by multiples of the baseline and by falls from it, which are printed without
asking that a limit of normal is passed (creatinine, INR of the anticoagulated, fibrinogen 4.03). By CTCAE 5.0 and 6.0 the liver
tests of a patient with an abnormal baseline are graded by multiples of that baseline. Where no baseline is known, what the limit
of normal gives is suggested and marked so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import isclose
from types import MappingProxyType

from registry.clinical.adverse_events.ctcae import VERSION, graded_as
from registry.clinical.adverse_events.grading_steps import Direction, LaboratoryTerm, Ladder, Step
from registry.clinical.adverse_events.grading_words import in_words, in_words_of_code, without_baseline
from registry.clinical.adverse_events.laboratory_grades import CODED_TERMS, LABORATORY_TERMS
from registry.clinical.laboratory.chemistry import corrected_calcium
from registry.clinical.laboratory.reference_limits import Limits, default_limits
from registry.clinical.messages import Message
from registry.clinical.response.criteria import relative_reduction_pct

ROUNDING = 1e-9  # 1.5 times 1.2 is not exactly 1.8 in binary


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """The grade of a term, and the value and limit that give it.

    `lacks_baseline` where the term asks for a baseline too and none is known; `is_provisional` where an abnormal one would have
    been compared with instead, so that the grade may be lower.
    """

    term: str
    grade: int
    why: Message
    lacks_baseline: bool = False
    is_provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What else a grade depends on. Fasting that is not known leaves the grades open that ask for it."""

    sex: str | None = None
    is_fasting: bool = False
    is_anticoagulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value with what it is compared with, in the canonical unit."""

    value: float
    limits: Limits
    baseline: float | None = None
    circumstances: Circumstances = Circumstances()

    def reference(self, step: Step) -> float | None:
        match step.of:
            case "UNIT":
                return 1.0
            case "ULN":
                return self.limits.uln
            case "LLN":
                return self.limits.lln
            case "BASELINE":
                return self.baseline

    def is_beyond_normal(self, value: float, *, direction: Direction) -> bool | None:
        return _is_beyond(value, limits=self.limits, direction=direction)


NOWHERE = Circumstances()
NO_LIMIT = Limits()
NO_LIMITS: Mapping[str, Limits] = MappingProxyType({})
NO_VALUES: Mapping[str, float] = MappingProxyType({})
NO_CODES: Mapping[str, str] = MappingProxyType({})


def graded_terms(version: str = VERSION) -> tuple[str, ...]:
    """The terms that a laboratory value grades in this version, in the order of the table."""
    rows = (*LABORATORY_TERMS, *CODED_TERMS)
    return tuple(dict.fromkeys(row.term for row in rows if graded_as(version) in row.versions))


def analytes_of(term: str, *, version: str = VERSION) -> tuple[str, ...]:
    """The analytes that grade a term in this version; none where a person must grade it."""
    rows = (*LABORATORY_TERMS, *CODED_TERMS)
    found = (row.analyte for row in rows if row.term == term and graded_as(version) in row.versions)
    return tuple(dict.fromkeys(found))


def suggest_grade(
    term: str,
    *,
    value: float | None,
    limits: Limits | None = None,
    baseline: float | None = None,
    version: str = VERSION,
    circumstances: Circumstances = NOWHERE,
) -> Suggestion | None:
    """The grade of one value by CTCAE 4.03 (as which 4.0 counts), 5.0 or 6.0; None where it has none or something is missing.

    `limits` are the laboratory's, each side that is missing the adult default of the sex. Calcium is the corrected one; weight
    loss takes the weight and its baseline. Source: CTCAE; R equivalent: admiral::derive_var_atoxgr.

    >>> suggest_grade("Alanine aminotransferase increased", value=160, limits=Limits(uln=50), baseline=40).grade
    2
    >>> suggest_grade("Alanine aminotransferase increased", value=160, limits=Limits(uln=50), baseline=80).grade
    1
    """
    row = next((row for row in LABORATORY_TERMS if row.term == term and graded_as(version) in row.versions), None)
    if row is None or value is None:
        return None
    known = _completed(limits, analyte=row.analyte, sex=circumstances.sex)
    return _suggestion(row, sample=Sample(value=value, limits=known, baseline=baseline, circumstances=circumstances))


def suggest_coded_grade(term: str, *, code: str | None, version: str = VERSION) -> Suggestion | None:
    """The grade of a result that is a code: the urine dipstick. None where the code has no grade."""
    for row in CODED_TERMS:
        grade = dict(row.grades).get(code or "")
        if row.term == term and graded_as(version) in row.versions and grade is not None:
            return Suggestion(term=term, grade=grade, why=in_words_of_code(code or ""))
    return None


def suggestions(
    values: Mapping[str, float],
    *,
    limits: Mapping[str, Limits] = NO_LIMITS,
    baselines: Mapping[str, float] = NO_VALUES,
    codes: Mapping[str, str] = NO_CODES,
    version: str = VERSION,
    circumstances: Circumstances = NOWHERE,
) -> dict[str, Suggestion]:
    """Every grade that one set of values by analyte suggests, by term; of two for one term the higher.

    `ca` is the total calcium as measured: it is corrected by `alb`, and left out without it. `codes` holds the dipstick.
    """
    measured = _with_corrected_calcium(values)
    found: dict[str, Suggestion] = {}
    for row, may_be_normal in _terms_of(graded_as(version)):
        if (value := measured.get(row.analyte)) is None:
            continue
        known = _completed(limits.get(row.analyte), analyte=row.analyte, sex=circumstances.sex)
        if may_be_normal or _is_beyond(value, limits=known, direction=row.direction):
            baseline = baselines.get(row.analyte)
            sample = Sample(value=value, limits=known, baseline=baseline, circumstances=circumstances)
            _keep_higher(found, _suggestion(row, sample=sample))
    for coded in CODED_TERMS if codes else ():
        _keep_higher(found, suggest_coded_grade(coded.term, code=codes.get(coded.analyte), version=version))
    return found


@cache
def _terms_of(version: str) -> tuple[tuple[LaboratoryTerm, bool], ...]:
    """Each with whether a value within the limits of normal may have a grade of it, which most values are and few terms allow."""
    return tuple((row, _may_be_normal(row)) for row in LABORATORY_TERMS if version in row.versions)


def _may_be_normal(row: LaboratoryTerm) -> bool:
    ladders = [*([Ladder(steps=row.steps)] if row.steps else []), *row.beside]
    return row.is_absolute or any(ladder.is_of_baseline for ladder in ladders)


def _keep_higher(found: dict[str, Suggestion], new: Suggestion | None) -> None:
    if new is not None and (new.term not in found or new.grade > found[new.term].grade):
        found[new.term] = new


def _with_corrected_calcium(values: Mapping[str, float]) -> dict[str, float]:
    if "ca" not in values:
        return dict(values)
    corrected = corrected_calcium(values["ca"], alb=values.get("alb"))
    measured = {analyte: value for analyte, value in values.items() if analyte != "ca"}
    return measured if corrected is None else {**measured, "ca": corrected}


def _completed(limits: Limits | None, *, analyte: str, sex: str | None) -> Limits:
    usual = default_limits(analyte, sex=sex) or NO_LIMIT
    if limits is None or limits == NO_LIMIT:
        return usual
    lln, uln = limits.lln, limits.uln
    return Limits(lln=usual.lln if lln is None else lln, uln=usual.uln if uln is None else uln)


def _is_beyond(value: float, *, limits: Limits, direction: Direction) -> bool | None:
    limit = limits.uln if direction == "UP" else limits.lln
    return None if limit is None else (value > limit if direction == "UP" else value < limit)


def _suggestion(row: LaboratoryTerm, *, sample: Sample) -> Suggestion | None:
    is_graded = row.is_absolute or sample.is_beyond_normal(sample.value, direction=row.direction)
    counted = [ladder for ladder in _ladders(row, sample=sample) if is_graded or ladder.is_of_baseline]
    reached = [found for ladder in counted for found in _reached(ladder, sample=sample, direction=row.direction)]
    if not reached:
        return None
    step, measured, measure = max(reached, key=lambda found: found[0].grade)
    reference = sample.reference(step) or 1.0
    why = in_words(step, measured=measured, measure=measure, reference=reference, direction=row.direction)
    missed = [ladder for ladder in row.beside if _lacks_baseline(ladder, sample=sample)]
    return Suggestion(
        term=row.term,
        grade=step.grade,
        why=without_baseline(why) if missed else why,
        lacks_baseline=bool(missed),
        is_provisional=any(ladder.replaces for ladder in missed),
    )


def _lacks_baseline(ladder: Ladder, *, sample: Sample) -> bool:
    """Whether it would count, or might, if the baseline were known."""
    is_asked = ladder.is_of_baseline and (ladder.when != "ANTICOAGULATED" or sample.circumstances.is_anticoagulated)
    return is_asked and sample.baseline is None


def _ladders(row: LaboratoryTerm, *, sample: Sample) -> Sequence[Ladder]:
    """The steps that count for this sample; without a baseline the ordinary ones."""
    ladders = [Ladder(steps=row.steps)] if row.steps else []
    for ladder in row.beside:
        if not _lacks_baseline(ladder, sample=sample) and _holds(ladder, sample=sample, direction=row.direction):
            ladders = [ladder] if ladder.replaces else [*ladders, ladder]
    return ladders


def _holds(ladder: Ladder, *, sample: Sample, direction: Direction) -> bool | None:
    if ladder.when == "ALWAYS":
        return True
    if ladder.when == "ANTICOAGULATED":
        return sample.circumstances.is_anticoagulated
    if sample.baseline is None:
        return None
    side: Direction = "DOWN" if ladder.when == "BASELINE_LOW" else direction
    return sample.is_beyond_normal(sample.baseline, direction=side)


def _reached(ladder: Ladder, *, sample: Sample, direction: Direction) -> Iterator[tuple[Step, float, str]]:
    """The steps that the sample has gone beyond, with what was measured against them."""
    falls = ladder.measure == "FALL_PCT"
    measured = relative_reduction_pct(sample.baseline, current=sample.value) if falls else sample.value
    if measured is None:
        return
    for step in ladder.steps:
        reference = sample.reference(step)
        if reference is None or (step.needs_fasting and not sample.circumstances.is_fasting):
            continue
        if _has_begun(step, measured=measured, reference=reference, upward=falls or direction == "UP"):
            yield step, measured, ladder.measure


def _has_begun(step: Step, *, measured: float, reference: float, upward: bool) -> bool:
    start = step.start * reference
    if isclose(measured, start, rel_tol=ROUNDING):
        return step.inclusive
    return measured > start if upward else measured < start
