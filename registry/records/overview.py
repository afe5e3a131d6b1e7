"""A patient at a glance: how many records of each kind, how all of them stand, the treatment that times are counted from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, models
from django.utils.text import capfirst

from registry.choices import RecordStatus
from registry.clinical.date_text import shortened
from registry.models import CenterRecord, Patient, Query
from registry.models.base.record import PRECISION
from registry.models.hierarchy import entity_of, model_of, parents_of, patient_models
from registry.records.drafts import form_models
from registry.records.states import PatientState

# The variable that says which kind of such a treatment it was; the name of the record suffices for the others.
KIND_OF_TREATMENT: Mapping[str, str] = {
    "transarterialsession": "modality",
    "ablationsession": "ablation_modality",
    "systemicagent": "agent_code",
    "radiotherapy": "technique",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTreatment:
    start: date
    precision: str
    label: str

    @property
    def day(self) -> str:
        return shortened(self.start, precision=self.precision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`counts` and `withdrawn` by entity. What was withdrawn with the record above it is not counted apart; `drafts` of forms."""

    counts: Mapping[str, int]
    withdrawn: Mapping[str, int]
    queries: int
    drafts: int
    state: RecordStatus
    index: FirstTreatment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    entity: str
    count: int
    withdrawn: int
    drafts: int
    statuses: tuple[str, ...]
    start: date | None
    precision: str | None
    kind: str | None


def overview_of(patient: Patient, *, queries: int | None = None) -> Overview:
    """In one SQL query, whatever the patient has, and a second one where nobody has counted the standing queries yet."""
    told = _told(patient)
    if queries is None:
        queries = Query.objects.not_closed().filter(patient=patient).count()
    statuses = {patient.record_status, *(status for each in told for status in each.statuses)}
    return Overview(
        counts={each.entity: each.count for each in told},
        withdrawn={each.entity: each.withdrawn for each in told if each.withdrawn},
        queries=queries,
        drafts=sum(each.drafts for each in told) + (patient.record_status == RecordStatus.DRAFT),
        state=PatientState(statuses=statuses, queries=queries).state,
        index=_index(told),
    )


def _told(patient: Patient) -> list[_Told]:
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(_selects()), {"patient": patient.pk})
        rows = cursor.fetchall()
    return [
        _Told(
            entity=entity,
            count=count,
            withdrawn=withdrawn,
            drafts=drafts,
            statuses=tuple(statuses or ()),
            start=start,
            precision=precision,
            kind=kind,
        )
        for entity, count, withdrawn, drafts, statuses, start, precision, kind in rows
    ]


def _selects() -> Iterator[str]:
    for model in patient_models():
        if model is Patient or model.identifying is None:
            continue
        yield _of_forms(model) if model in form_models() else _of_parts(model)


def _of_forms(model: type[CenterRecord]) -> str:
    start = model.treatment_date
    columns = {field.name for field in model._meta.concrete_fields}
    precision = f"{start}{PRECISION}"
    kind = KIND_OF_TREATMENT.get(entity_of(model))
    stands = "FILTER (WHERE withdrawn_at IS NULL)"
    return (
        f"SELECT '{entity_of(model)}', count(*) {stands}, count(*) FILTER (WHERE withdrawn_at IS NOT NULL), "
        f"count(*) FILTER (WHERE withdrawn_at IS NULL AND record_status = '{RecordStatus.DRAFT.value}'), "
        f"array_agg(DISTINCT record_status::text) {stands}, "
        f"{_first('date', start, of=start)}, "
        f"{_first('text', precision if precision in columns else None, of=start)}, {_first('text', kind, of=start)} "
        f'FROM "{model._meta.db_table}" WHERE patient_id = %(patient)s'
    )


def _first(kind: str, column: str | None, *, of: str | None) -> str:
    """The value in the earliest of the standing rows, NULL where the table has no such column."""
    if column is None or of is None:
        return f"NULL::{kind}"
    return (
        f"(array_agg({column}::{kind} ORDER BY {of}, id) FILTER (WHERE withdrawn_at IS NULL AND {of} IS NOT NULL))[1]"
    )


def _of_parts(model: type[CenterRecord]) -> str:
    """Only what was withdrawn without the record that it is entered with."""
    went_along = " OR ".join(
        f'EXISTS (SELECT FROM "{above._meta.db_table}" a WHERE a.id = t.{column} AND a.withdrawn_at = t.withdrawn_at)'
        for column, above in parents_of(model)
    )
    return (
        f"SELECT '{entity_of(model)}', 0, count(*), 0, NULL::text[], NULL::date, NULL::text, NULL::text "
        f'FROM "{model._meta.db_table}" t '
        f"WHERE patient_id = %(patient)s AND withdrawn_at IS NOT NULL AND NOT ({went_along})"
    )


def _index(told: Iterable[_Told]) -> FirstTreatment | None:
    first = min((each for each in told if each.start), key=_start, default=None)
    if first is None:
        return None
    return FirstTreatment(start=_start(first), precision=first.precision or "", label=_label(first))


def _start(told: _Told) -> date:
    return told.start or date.max


def _label(told: _Told) -> str:
    model: Any = model_of(told.entity)
    if not told.kind:
        return capfirst(str(model._meta.verbose_name))
    field: models.Field = model._meta.get_field(KIND_OF_TREATMENT[told.entity])
    return str(dict(field.flatchoices).get(told.kind, told.kind))
