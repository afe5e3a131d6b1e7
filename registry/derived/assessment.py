"""What is computed of one assessment: shown beside the entered values, asked about where it differs, never stored itself.

`derive` takes plain values, so that a form can ask before anything is saved; `derived_of` reads them from a stored assessment.
Variables have the dictionary's names. A variable that is entered as well is taken as derived where all its inputs are known, else
as entered; `source_of` says which.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from registry.clinical.codes import flag, grade
from registry.clinical.dosing.body import body_mass_index
from registry.clinical.dosing.doses import body_surface_area
from registry.clinical.laboratory.chemistry import corrected_calcium, filtration_rate
from registry.clinical.laboratory.inflammation import (
    immune_inflammation_index,
    lymphocyte_monocyte_ratio,
    neutrophil_lymphocyte_ratio,
    platelet_lymphocyte_ratio,
    prognostic_nutritional_index,
)
from registry.clinical.laboratory.reference_limits import Limits
from registry.clinical.liver_function.fibrosis import apri, fib4
from registry.clinical.liver_function.meld import meld, meld_3, meld_na
from registry.clinical.liver_function.scores import (
    albi_grade,
    albi_score,
    child_pugh_class,
    child_pugh_score,
    child_pugh_subclass,
    malbi_grade,
)
from registry.derived.extent import NO_STAGES, DerivedBurden, derived_burden, derived_stages
from registry.derived.inputs import Inputs, Result
from registry.derived.reference_limits import limits_of_results
from registry.derived.scores import SCORES, derived_scores
from registry.models import Assessment

WHOLE = "WHOLE"
DERIVED, ENTERED = "derived", "entered"
ALBI_TOLERANCE = 0.05

# Of these the center states a value of its own; how far it may lie from the derived one.
ENTERED_OF_ASSESSMENT: Mapping[str, float] = MappingProxyType(
    {"albi_score": ALBI_TOLERANCE}
    | dict.fromkeys(("ctp_score", "ctp_class", "albi_grade", "bclc_stage", "cnlc_stage"), 0.0)
    | dict.fromkeys(("ajcc_t", "ajcc_n", "ajcc_m", "ajcc_stage"), 0.0)
)
ENTERED_OF_BURDEN = ("macrovascular_invasion", "extrahepatic_metastasis", "within_milan")


Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Variables derived together, from the inputs and from what the parts named in `rests_on` derived before.

    `reads_limits`: whether it asks for limits of normal, which take time to find."""

    name: str
    variables: tuple[str, ...]
    derive: Callable[[Inputs, Values], dict[str, Any]]
    rests_on: tuple[str, ...] = ()
    reads_limits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """`basis` is the diameter basis of a tumor burden, "" for the assessment itself; values are codes, numbers or claims."""

    entity: str
    variable: str
    basis: str = ""
    entered: Any
    derived: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """None where an input is missing. `burdens` has one entry per diameter basis recorded; stages are of whole lesions."""

    bmi: float | None
    bsa: float | None
    albi_score: float | None
    albi_grade: str | None
    malbi_grade: str | None
    ctp_score: int | None
    ctp_class: str | None
    ctp_subclass: str | None
    meld: int | None
    meld_na: int | None
    meld_3: int | None
    fib4: float | None
    apri: float | None
    nlr: float | None
    plr: float | None
    lmr: float | None
    sii: float | None
    pni: float | None
    egfr: float | None
    corrected_calcium: float | None
    afp_gt_400: bool | None
    bclc_stage: str | None
    cnlc_stage: str | None
    ajcc_t: str | None
    ajcc_n: str | None
    ajcc_m: str | None
    ajcc_stage: str | None
    hap_score: int | None
    hap_class: str | None
    mhap_score: int | None
    mhap_class: str | None
    mhap_ii_score: int | None
    mhap_ii_class: str | None
    six_and_twelve: float | None
    six_and_twelve_class: str | None
    bclc_b_bolondi: str | None
    bclc_b_kinki: str | None
    crafity_score: int | None
    burdens: Mapping[str, DerivedBurden]
    mismatches: tuple[Mismatch, ...]
    sources: Mapping[tuple[str, str], str]

    def source_of(self, variable: str, *, basis: str = "") -> str | None:
        """DERIVED or ENTERED, of a variable that may be either: of the assessment, or of its burden on a diameter basis."""
        return self.sources.get((basis, variable))

    @property
    def milan(self) -> Mapping[str, bool | None]:
        return {basis: burden.within_milan for basis, burden in self.burdens.items()}


def derive(inputs: Inputs) -> Derived:
    """Everything at once: scores need the panel, stages the scores."""
    burdens = {basis: derived_burden(row, inputs=inputs) for basis, row in inputs.burdens.items()}
    values = derived_values(inputs, parts=PARTS)
    both = [*_both_of_assessment(inputs, values=values), *_both_of_burdens(inputs, burdens=burdens)]
    return Derived(
        **values,
        burdens=burdens,
        mismatches=tuple(pair for pair in both if _differs(pair)),
        sources={(pair.basis, pair.variable): source for pair in both if (source := _source(pair))},
    )


def derived_values(inputs: Inputs, *, parts: Iterable[Part]) -> dict[str, Any]:
    """The variables of some parts alone, by the functions that derive all of them."""
    known: dict[str, Any] = {}
    for part in parts:
        known |= part.derive(inputs, known)
    return known


def parts_for(names: Collection[str]) -> tuple[Part, ...]:
    """The parts that derive these variables, and those they rest on, in the order of derivation."""
    wanted = {part.name for part in PARTS if {*names} & {*part.variables}}
    wanted |= {name for part in PARTS if part.name in wanted for name in part.rests_on}
    return tuple(part for part in PARTS if part.name in wanted)


def derived_of(assessment: Assessment, *, index_date: date | None = None) -> Derived:
    """Reads the results and burdens that hang below the assessment: prefetch both for a list."""
    patient, results = assessment.patient, list(assessment.labresult_set.all())
    return derive(
        Inputs(
            assessment=_row(assessment),
            laboratory={r.analyte_code: Result(value=r.value, comparator=r.comparator) for r in results},
            burdens={burden.diameter_basis: _row(burden) for burden in assessment.tumorburden_set.all()},
            limits=limits_of_results(results, sex=patient.sex),
            sex=patient.sex,
            birth_date=patient.birth_date,
            index_date=index_date,
            edmondson_grade=patient.edmondson_grade,
        )
    )


def _row(record: Any) -> dict[str, Any]:
    return {each.name: getattr(record, each.attname) for each in record._meta.local_concrete_fields}


def _body(inputs: Inputs, _known: Values) -> dict[str, Any]:
    weight_kg, height_cm = inputs.size("weight_kg"), inputs.size("height_cm")
    return {
        "bmi": body_mass_index(weight_kg, height_cm=height_cm),
        "bsa": body_surface_area(weight_kg, height_cm=height_cm),
    }


def _liver(inputs: Inputs, _known: Values) -> dict[str, Any]:
    of = inputs.measured
    albi = albi_score(of("alb"), tbil=of("tbil"))
    time, control = of("pt"), of("pt_control")
    points = child_pugh_score(
        alb=of("alb"),
        tbil=of("tbil"),
        inr=of("inr"),
        ascites_grade=grade(inputs.assessment.get("ascites_grade")),
        encephalopathy_grade=grade(inputs.assessment.get("encephalopathy_grade")),
        pt_prolongation_s=None if time is None or control is None else time - control,
    )
    return {
        "albi_score": albi,
        "albi_grade": albi_grade(albi),
        "malbi_grade": malbi_grade(albi),
        "ctp_score": points,
        "ctp_class": child_pugh_class(points),
        "ctp_subclass": child_pugh_subclass(points),
    }


def _kidney_and_liver(inputs: Inputs, _known: Values) -> dict[str, Any]:
    of, dialysis = inputs.measured, flag(inputs.assessment.get("dialysis_7d"))
    score = meld(tbil=of("tbil"), inr=of("inr"), crea=of("crea"), dialysis=dialysis)
    panel = {analyte: of(analyte) for analyte in ("tbil", "na", "inr", "crea", "alb")}
    return {
        "meld": score,
        "meld_na": meld_na(score, na=of("na")),
        "meld_3": meld_3(sex=inputs.sex, dialysis=dialysis, **panel),
    }


def _blood(inputs: Inputs, _known: Values) -> dict[str, Any]:
    of, uln = inputs.measured, inputs.limits.get("ast", Limits()).uln
    return {
        "fib4": fib4(inputs.age, ast=of("ast"), alt=of("alt"), plt=of("plt")),
        "apri": apri(of("ast"), ast_uln=uln, plt=of("plt")),
        "nlr": neutrophil_lymphocyte_ratio(of("neut"), lym=of("lym")),
        "plr": platelet_lymphocyte_ratio(of("plt"), lym=of("lym")),
        "lmr": lymphocyte_monocyte_ratio(of("lym"), mono=of("mono")),
        "sii": immune_inflammation_index(of("plt"), neut=of("neut"), lym=of("lym")),
        "pni": prognostic_nutritional_index(of("alb"), lym=of("lym")),
        "egfr": filtration_rate(of("crea"), age=inputs.age, sex=inputs.sex),
        "corrected_calcium": corrected_calcium(of("ca"), alb=of("alb")),
    }


def _stages(inputs: Inputs, known: Values) -> dict[str, Any]:
    ctp_class = known["ctp_class"] or inputs.assessment.get("ctp_class")
    return derived_stages(inputs.burdens.get(WHOLE), inputs=inputs, ctp_class=ctp_class)


def _scores(inputs: Inputs, known: Values) -> dict[str, Any]:
    return derived_scores(inputs, known=known)


def _tumor_marker(inputs: Inputs, _known: Values) -> dict[str, Any]:
    return {"afp_gt_400": inputs.afp_gt_400}


PARTS = (
    Part(name="body", variables=("bmi", "bsa"), derive=_body),
    Part(
        name="liver",
        variables=("albi_score", "albi_grade", "malbi_grade", "ctp_score", "ctp_class", "ctp_subclass"),
        derive=_liver,
    ),
    Part(name="kidney and liver", variables=("meld", "meld_na", "meld_3"), derive=_kidney_and_liver),
    Part(
        name="blood",
        variables=("fib4", "apri", "nlr", "plr", "lmr", "sii", "pni", "egfr", "corrected_calcium"),
        derive=_blood,
        reads_limits=True,
    ),
    Part(name="tumor marker", variables=("afp_gt_400",), derive=_tumor_marker),
    Part(name="stages", variables=tuple(NO_STAGES), derive=_stages, rests_on=("liver",)),
    Part(name="scores", variables=SCORES, derive=_scores, rests_on=("liver", "stages")),
)


def _both_of_assessment(inputs: Inputs, *, values: Mapping[str, Any]) -> Iterator[Mismatch]:
    """Each variable that is entered and derived, with both values."""
    for name in ENTERED_OF_ASSESSMENT:
        yield Mismatch(
            entity="assessment", variable=name, entered=inputs.assessment.get(name), derived=values.get(name)
        )


def _both_of_burdens(inputs: Inputs, *, burdens: Mapping[str, DerivedBurden]) -> Iterator[Mismatch]:
    for basis, burden in burdens.items():
        for name in ENTERED_OF_BURDEN:
            entered = flag(inputs.burdens[basis].get(name))
            yield Mismatch(
                entity="tumorburden", variable=name, basis=basis, entered=entered, derived=getattr(burden, name)
            )


def _differs(pair: Mismatch) -> bool:
    if pair.entered is None or pair.derived is None:
        return False
    tolerance = ENTERED_OF_ASSESSMENT.get(pair.variable, 0.0)
    if tolerance and isinstance(pair.entered, int | float) and isinstance(pair.derived, int | float):
        return abs(pair.entered - pair.derived) > tolerance
    return pair.entered != pair.derived


def _source(pair: Mismatch) -> str | None:
    if pair.derived is not None:
        return DERIVED
    return None if pair.entered is None else ENTERED
