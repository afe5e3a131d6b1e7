"""What a center has stored already: enough to check an upload against, and nothing more."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import F, Max, Min

from registry.choices import RecordStatus
from registry.clinical.timeline import ENTITIES
from registry.encryption import keyed_hash
from registry.models import Assessment, Center, CenterRecord, FollowUp, Patient, PatientIdentity, TransarterialAgent
from registry.rules.facts import treatment_starts
from registry.rules.records import fields_of
from registry.workbook.medians import medians_of_all_centers

PARENT_KEYS: Mapping[str, tuple[str, ...]] = {
    "center": (),
    "patient": ("local_id",),
    "assessment": ("local_id", "assessment_date", "assessment_type"),
    "session": ("local_id", "start_date", "modality"),
    "ablation": ("local_id", "start_date", "ablation_modality"),
    "imaging": ("local_id", "imaging_date"),
}

# Records below others that the checks of a course look at; laboratory results, by far the most, are those of the workbook
MEASURED = frozenset({"tumorburden", "ablationlesion", "lesionmeasurement"})

FEW = 1_000  # to ask for more patients one by one takes longer than to read all of a center

Key = tuple[Any, ...]
Rows = Mapping[str, Mapping[Key, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of every patient, by which another may turn out to be the same person."""

    birth_date: date | None = None
    birth_date_precision: str | None = None
    sex: str | None = None
    diagnosis_date: date | None = None
    first_treated: date | None = None
    death_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Patients by the center's study number; assessments as (study number, date, type).

    `rows` are what stands on a patient's timeline, by entity and natural key, and the tumors and lesions below it; `agents` the
    drugs of each session; `locked` the records that nobody may change; `uploaded_rows` how many rows each sheet of the upload
    before had.
    """

    center_id: int | None = None
    patients: Mapping[str, Person] = field(default_factory=dict)
    assessments: frozenset[tuple[str, date, str]] = frozenset()
    hospital_number_hashes: Mapping[str, str] = field(default_factory=dict)  # hash → study number
    rows: Rows = field(default_factory=dict)
    agents: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    locked: Rows = field(default_factory=dict)
    registry_medians: Mapping[str, float] = field(default_factory=dict)
    uploaded_rows: Mapping[str, int] = field(default_factory=dict)

    def owner_of(self, hospital_no: str) -> str | None:
        return self.hospital_number_hashes.get(keyed_hash(hospital_no, purpose=f"hospital_no:{self.center_id}"))


NOTHING_STORED = Stored()


def stored_in(center: int, *, of: Collection[str] | None = None) -> Stored:
    """With the records of the patients of these study numbers, or of all. Call it inside a scope of this center."""
    persons = _persons(center)
    assessments = Assessment.objects.filter(center=center).values_list(
        "patient__local_id", "assessment_date", "assessment_type"
    )
    hashes = PatientIdentity.objects.filter(center=center, local_id_hash__isnull=False)
    only = {} if of is None else _only(persons.keys() & of, center=center)
    return Stored(
        center_id=center,
        patients=persons,
        assessments=frozenset(assessments),
        hospital_number_hashes={
            hashed or "": local_id for hashed, local_id in hashes.values_list("local_id_hash", "patient__local_id")
        },
        rows={entity: _rows(entity, center=center, **only) for entity in (ENTITIES | MEASURED) & fields_of().keys()},
        agents=_agents(center, **only),
        locked=_locked(center, **only),
        registry_medians=medians_of_all_centers(),
    )


def _persons(center: int) -> dict[str, Person]:
    deaths = dict(FollowUp.objects.filter(center=center).values_list("patient_id").annotate(Max("death_date")))
    treated: dict[int, date] = {}
    for entity, start in treatment_starts().items():
        records = apps.get_model("registry", entity).objects.filter(center=center)
        for pk, first in records.values_list("patient_id").annotate(Min(start)):
            if first is not None:
                treated[pk] = min(first, treated.get(pk, first))
    patients = Patient.objects.filter(center=center)
    return {
        local_id: Person(
            birth_date=birth,
            birth_date_precision=precision,
            sex=sex,
            diagnosis_date=diagnosis,
            first_treated=treated.get(pk),
            death_date=deaths.get(pk),
        )
        for pk, local_id, birth, precision, sex, diagnosis in patients.values_list(
            "pk", "local_id", "birth_date", "birth_date_precision", "sex", "diagnosis_date"
        )
    }


def _only(local_ids: Collection[str], *, center: int) -> dict[str, list[int]]:
    if len(local_ids) > FEW:
        return {}
    return {
        "patient__in": list(Patient.objects.filter(center=center, local_id__in=local_ids).values_list("pk", flat=True))
    }


def _agents(center: int, **only: Any) -> dict[Key, tuple[str, ...]]:
    agents: dict[Key, tuple[str, ...]] = {}
    given = TransarterialAgent.objects.filter(center=center, **only).values_list(
        "patient__local_id", "session__start_date", "session__modality", "agent_code"
    )
    for *session, code in given:
        agents[tuple(session)] = (*agents.get(tuple(session), ()), code)
    return agents


def _rows(entity: str, *, center: int, **only: Any) -> dict[Key, dict[str, Any]]:
    """By natural key; a row below another record holds the words of that one's key as well."""
    model = apps.get_model("registry", entity)
    variables = [field.name for field in fields_of()[entity] if not field.is_relation and field.name != "id"]
    words = {word: F(path) for word, path in _paths(model) if word not in variables}
    owner = {} if "local_id" in {*variables, *words} else {"local_id": F("patient__local_id")}
    shown = set(variables) - {*model.bookkeeping}
    if model is Patient and "patient__in" in only:
        only["pk__in"] = only.pop("patient__in")
    rows = model.objects.filter(center=center, **only).values(*shown, **words, **owner)
    return {tuple(row[name] for name in natural_key(entity)): row for row in rows}


def _paths(model: type[CenterRecord]) -> Iterator[tuple[str, str]]:
    """The words of the natural key that stand in the record above, and the way there."""
    for part in model.natural_key:
        for word in PARENT_KEYS.get(part, ()):
            yield word, "patient__local_id" if word == "local_id" else f"{part}__{word}"


def _locked(center: int, **only: Any) -> dict[str, dict[Key, dict[str, Any]]]:
    records = (entity for entity in fields_of() if entity != PatientIdentity._meta.model_name)
    found = {entity: _rows(entity, center=center, record_status=RecordStatus.LOCKED, **only) for entity in records}
    return {entity: rows for entity, rows in found.items() if rows}


def center_with_code(code: str) -> Center | None:
    return Center.objects.filter(center_code=code.strip().upper(), is_active=True).first()


def centers_with(ids: Iterable[int]) -> list[Center]:
    return list(Center.objects.filter(pk__in=list(ids), is_active=True))


@cache
def natural_key(entity: str) -> tuple[str, ...]:
    """The columns that identify one record of a kind within its center, in the words of the upload's sheets."""
    model = apps.get_model("registry", entity)
    if not issubclass(model, CenterRecord):
        raise ValueError(f"{entity} is not a record of a center")
    key = model.natural_key or ("patient",)
    return tuple(name for part in key for name in PARENT_KEYS.get(part, (part,)))
