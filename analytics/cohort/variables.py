"""Which variables the registry derives, of which record, and from which other records; and which of them a study names."""

from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cache
from typing import Any

import pandas as pd

from analytics.cohort.tables import NOUNS, PARTS, PATIENT
from analytics.protocol.endpoints.criteria import sum_variable
from analytics.protocol.endpoints.plans import StudyResponse
from analytics.protocol.events import Noun
from analytics.protocol.population import StudyProtocol
from registry.clinical.timeline import BELOW, ENTITIES
from registry.derived.assessment import PARTS as ASSESSMENT_PARTS
from registry.derived.record import ENTITY_OF_KIND

ASSESSMENT, BURDEN, LABORATORY = "assessment", "tumorburden", "labresult"
BASIS_PREFIXES = ("whole_", "viable_")
ENTERED_PREFIX = "entered_"
TREATMENTS = frozenset(ENTITY_OF_KIND.values())
CURATIVE = frozenset({"ablationsession", "resection", "transplant"})
EVERYTHING = ENTITIES | BELOW.keys()
OF_ASSESSMENT = frozenset(name for part in ASSESSMENT_PARTS for name in part.variables)
OF_BURDEN = frozenset(
    {"macrovascular_invasion", "extrahepatic_metastasis", "number_class"}
    | {f"within_{criteria}" for criteria in ("milan", "ucsf", "up_to_seven", "hangzhou")}
)
OF_SCAN = frozenset(
    {"sum_viable_mm", "sum_whole_mm", "max_viable_diameter_mm", "new_lesion"}
    | {f"response_{criteria}" for criteria in ("mrecist", "recist11", "recicl", "irecist")}
)

# By kind of record and variable: the kinds of record that are looked at beside the record's own
COURSE: Mapping[str, Mapping[str, Set[str]]] = {
    PATIENT: {
        "treatment_naive": frozenset(),
        "successful_downstaging": {BURDEN, ASSESSMENT, "transarterialsession", *CURATIVE},
        "afp_response": {LABORATORY, ASSESSMENT, "imagingassessment", *TREATMENTS},
        **dict.fromkeys(
            ("tace_refractory_jsh", "tace_refractory_cci"),
            frozenset(
                {
                    "transarterialsession",
                    "imagingassessment",
                    "lesionmeasurement",
                    "progressionevent",
                    BURDEN,
                    ASSESSMENT,
                }
            ),
        ),
    },
    "transarterialsession": {
        **dict.fromkeys(("session_no", "days_since_previous", "course_id", "cycle_no"), frozenset()),
        "post_embolization_syndrome": {"adverseevent"},
    },
    "ablationsession": {"complete_ablation_1m": {"ablationlesion"}},
    "resection": {
        "pcr": frozenset(),
        "mpr": frozenset(),
        "conversion_surgery": {PATIENT, *TREATMENTS},
        "clavien_dindo_max": {"adverseevent"},
    },
    "transplant": {"criteria_met": {PATIENT, BURDEN, LABORATORY, ASSESSMENT}},
    "systemicagent": {
        "regimen_class": frozenset(),
        "haic_relation": {"transarterialsession"},
        "combo_relation_tat": EVERYTHING,  # the last sign of life bounds an exposure that goes on
    },
    "transarterialagent": {"dose_per_m2": {"transarterialsession", ASSESSMENT}},
    "imagingassessment": dict.fromkeys(OF_SCAN, frozenset({"lesionmeasurement"})),
    "progressionevent": {"after_curative": CURATIVE},
    "adverseevent": {"ae_soc": frozenset()},
}
OF_EVERY_TREATMENT: Mapping[str, Set[str]] = {
    "treatment_type": frozenset(),
    "is_index": TREATMENTS,
    "line_no": {"progressionevent", *TREATMENTS},
}
ENTERED_ALONE = {("systemicagent", "line_no")}  # a line of systemic treatment is as the center counts it

Wanted = Mapping[str, frozenset[str]]  # variables by kind of record


@cache
def derivable() -> Mapping[str, Mapping[str, Set[str]]]:
    """Every variable of a record that the registry derives, and what it rests on; also of its assessment's burdens."""
    of_treatments = {entity: dict(OF_EVERY_TREATMENT) for entity in TREATMENTS}
    for entity, name in ENTERED_ALONE:
        del of_treatments[entity][name]
    own = {entity: {**of_treatments.get(entity, {}), **COURSE.get(entity, {})} for entity in {*TREATMENTS, *COURSE}}
    above = (PATIENT, LABORATORY)
    return {
        **own,
        ASSESSMENT: dict.fromkeys(OF_ASSESSMENT, frozenset({*above, BURDEN})),
        BURDEN: dict.fromkeys(OF_BURDEN, frozenset({*above, ASSESSMENT})),
    }


def variables_named(protocol: StudyProtocol) -> Wanted:
    """The derived variables that a study's conditions, covariates and endpoints read, by kind of record."""
    return _derivable_of((*variables_in(protocol.model_dump(mode="json")), *_read_by_endpoints(protocol)))


def variables_in_population(content: Mapping[str, Any]) -> Wanted:
    """Those that events, criteria and arms of a protocol read, which may be no whole one yet."""
    return _derivable_of(variables_in({"population": content.get("population"), "arms": content.get("arms")}))


def _derivable_of(named: Iterable[tuple[Set[Noun], str]]) -> Wanted:
    found: dict[str, set[str]] = {entity: set() for entity in derivable()}
    for nouns, name in named:
        for entity in _entities(nouns):
            plain = name.removeprefix(ENTERED_PREFIX)
            if entity == BURDEN:
                plain = next((plain.removeprefix(p) for p in BASIS_PREFIXES if plain.startswith(p)), "")
            if plain in derivable().get(entity, ()):
                found[entity].add(plain)
    return {entity: frozenset(names) for entity, names in found.items() if names}


def rests_on(wanted: Wanted) -> frozenset[str]:
    """The kinds of record that are looked at to derive these."""
    return frozenset().union(*(derivable()[entity][name] for entity, names in wanted.items() for name in names))


def without_underived(tables: Mapping[str, pd.DataFrame], *, wanted: Wanted) -> dict[str, pd.DataFrame]:
    """The views without what could be derived and was not: nobody is to read the entered value for the derived one."""
    return {
        entity: table.drop(
            columns=[*(derivable().get(entity, {}).keys() - wanted.get(entity, frozenset()))], errors="ignore"
        )
        for entity, table in tables.items()
    }


def variables_in(content: Mapping[str, Any]) -> Iterator[tuple[Set[Noun], str]]:
    """Every text of a protocol's content that may name a variable."""
    events = content["population"]["events"]
    nouns = {name: frozenset(Noun(noun) for noun in rule.get("records") or ()) for name, rule in events.items()}
    yield from _words(content, nouns=frozenset(), of_event=nouns)


def _words(part: Any, *, nouns: Set[Noun], of_event: Mapping[str, Set[Noun]]) -> Iterator[tuple[Set[Noun], str]]:
    """Every text of the protocol that may name a variable, with the nouns whose record may have it; none for the patient.

    What is looked for within records has their variables; `event.variable` has those of the event."""
    if isinstance(part, dict):
        own = frozenset(Noun(noun) for noun in part.get("records") or ()) or nouns
        for key, value in part.items():
            yield from _words(key, nouns=own, of_event=of_event)
            yield from _words(value, nouns=own, of_event=of_event)
    elif isinstance(part, list):
        for value in part:
            yield from _words(value, nouns=nouns, of_event=of_event)
    elif isinstance(part, str):
        event, _, name = part.rpartition(".")
        yield (of_event.get(event) or frozenset(Noun), name) if event in of_event else (nouns, part)


def _read_by_endpoints(protocol: StudyProtocol) -> Iterator[tuple[Set[Noun], str]]:
    for plan in protocol.endpoints.values():
        for noun, names in plan.variables.items():
            yield from (({noun}, name) for name in names)
        if isinstance(plan, StudyResponse) and plan.reads_responses:
            yield {Noun.IMAGING}, sum_variable(plan.criteria)


def _entities(nouns: Set[Noun]) -> Iterator[str]:
    if not nouns:
        yield PATIENT
    yield from (entity for entity, noun in (*NOUNS.items(), *PARTS.items()) if noun in nouns)
