"""What the cohort reads of the registry: the records of every clinical model but those left out here, each with its reason."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from django.db.models import DateField

from analytics.cohort.records import Source
from analytics.protocol.events import Noun
from registry.models import CenterRecord, Patient
from registry.models.hierarchy import entity_of, parents_of, patient_models

LEFT_OUT: Mapping[str, str] = {
    "patientidentity": "Identifies the person; not visible to the statistics role.",
}
PATIENT = entity_of(Patient)
PARTS: Mapping[str, Noun] = {"labresult": Noun.ASSESSMENT, "tumorburden": Noun.ASSESSMENT}  # columns of its records
NOUNS: Mapping[str, Noun] = {
    "transarterialsession": Noun.TRANSARTERIAL,
    "transarterialagent": Noun.ARTERIAL_AGENT,
    "resection": Noun.RESECTION,
    "ablationsession": Noun.ABLATION,
    "ablationlesion": Noun.ABLATED_LESION,
    "radiotherapy": Noun.RADIOTHERAPY,
    "transplant": Noun.TRANSPLANT,
    "systemicagent": Noun.SYSTEMIC,
    "othertreatment": Noun.OTHER_TREATMENT,
    "assessment": Noun.ASSESSMENT,
    "imagingassessment": Noun.IMAGING,
    "lesionmeasurement": Noun.LESION,
    "progressionevent": Noun.PROGRESSION,
    "adverseevent": Noun.ADVERSE_EVENT,
    "followup": Noun.FOLLOW_UP,
}
ALWAYS = frozenset({Noun.PROGRESSION, Noun.FOLLOW_UP})  # they say what became of each patient
RESTS_ON: Mapping[Noun, frozenset[Noun]] = {
    Noun.TRANSARTERIAL: frozenset({Noun.SYSTEMIC}),  # a course of HAIC says how systemic agents relate to it
    Noun.HAIC_COURSE: frozenset({Noun.TRANSARTERIAL}),
    Noun.COMBINATION: frozenset({Noun.TRANSARTERIAL}),
    Noun.IMAGING: frozenset({Noun.TRANSARTERIAL}),  # days since the last TACE
}


@cache
def sources() -> Mapping[Noun, Source]:
    return {NOUNS[entity]: _source(model) for entity, model in _read() if entity in NOUNS}


def with_what_they_rest_on(nouns: Collection[Noun], *, entities: Collection[str] = ()) -> frozenset[Noun]:
    """The nouns to be read where a protocol asks for these; `entities` are those that its derived variables rest on."""
    of_entities = {noun for entity, noun in (*NOUNS.items(), *PARTS.items()) if entity in entities}
    wanted, new = set(ALWAYS), {*nouns, *of_entities}
    while new:
        wanted |= new
        above = {NOUNS[sources()[noun].above] for noun in new if noun in sources() and sources()[noun].above}
        new = above.union(*(RESTS_ON.get(noun, frozenset()) for noun in new)) - wanted
    return frozenset(wanted)


def tables_of(nouns: Collection[Noun]) -> tuple[str, ...]:
    """The tables to be read as a whole."""
    return tuple(
        entity for entity, _ in _read() if entity == PATIENT or {NOUNS.get(entity), PARTS.get(entity)} & {*nouns}
    )


def date_of(entity: str) -> str | None:
    """The variable that dates a record, or the record above it; None for a patient."""
    noun = NOUNS.get(entity) or PARTS.get(entity)
    return None if noun is None else sources()[noun].date


def _read() -> Iterator[tuple[str, type[CenterRecord]]]:
    for model in patient_models():
        if entity_of(model) not in LEFT_OUT:
            yield entity_of(model), model


def _source(model: type[CenterRecord]) -> Source:
    dates = _dates(model)
    if dates:
        return Source(table=entity_of(model), date=dates[0])
    key, above = next(iter(parents_of(model)))
    date, *_ = _dates(above)
    shared = tuple(name for name in above.natural_key if name not in {"patient", date})
    return Source(table=entity_of(model), date=date, above=entity_of(above), key=key, shared=shared)


def _dates(model: type[CenterRecord]) -> list[str]:
    """The date of a record is in its natural key."""
    return [name for name in model.natural_key if isinstance(model._meta.get_field(name), DateField)]
