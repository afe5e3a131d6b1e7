"""What a center has stored already, as keys and dates: enough to check an upload against, and nothing more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.apps import apps
from django.db.models import Max

from registry.encryption import keyed_hash
from registry.models import Assessment, Center, CenterRecord, FollowUp, Patient, PatientIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDates:
    birth_date: date | None = None
    diagnosis_date: date | None = None
    death_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Patients by the center's study number; assessments as (study number, date, type)."""

    center_id: int | None = None
    patients: Mapping[str, KnownDates] = field(default_factory=dict)
    assessments: frozenset[tuple[str, date, str]] = frozenset()
    hospital_number_hashes: Mapping[str, str] = field(default_factory=dict)  # hash → study number

    def owner_of(self, hospital_no: str) -> str | None:
        return self.hospital_number_hashes.get(keyed_hash(hospital_no, purpose=f"hospital_no:{self.center_id}"))


NOTHING_STORED = Stored()


def stored_in(center: int) -> Stored:
    """Call it inside a scope of this center."""
    deaths = dict(FollowUp.objects.filter(center=center).values_list("patient_id").annotate(Max("death_date")))
    patients = Patient.objects.filter(center=center).values_list("pk", "local_id", "birth_date", "diagnosis_date")
    known = {
        local_id: KnownDates(birth_date=birth, diagnosis_date=diagnosis, death_date=deaths.get(pk))
        for pk, local_id, birth, diagnosis in patients
    }
    assessments = Assessment.objects.filter(center=center).values_list(
        "patient__local_id", "assessment_date", "assessment_type"
    )
    hashes = PatientIdentity.objects.filter(center=center, local_id_hash__isnull=False)
    return Stored(
        center_id=center,
        patients=known,
        assessments=frozenset(assessments),
        hospital_number_hashes={
            hashed or "": local_id for hashed, local_id in hashes.values_list("local_id_hash", "patient__local_id")
        },
    )


def center_with_code(code: str) -> Center | None:
    return Center.objects.filter(center_code=code.strip().upper(), is_active=True).first()


def centers_with(ids: Iterable[int]) -> list[Center]:
    return list(Center.objects.filter(pk__in=list(ids), is_active=True))


def natural_key(entity: str) -> tuple[str, ...]:
    """The columns that identify one record of a kind within its center, in the words of the upload's sheets."""
    model = apps.get_model("registry", entity)
    if not issubclass(model, CenterRecord):
        raise ValueError(f"{entity} is not a record of a center")
    parents = {"center": (), "patient": ("local_id",), "assessment": ("local_id", "assessment_date", "assessment_type")}
    key = model.natural_key or ("patient",)
    return tuple(name for part in key for name in parents.get(part, (part,)))
