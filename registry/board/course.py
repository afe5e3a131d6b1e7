"""A patient's course in words: every dated record as one entry, with where it is read. Drawing is swimmer.py's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.admin.record_links import page_of
from registry.clinical.timeline import ENTITIES, Event, Kind, Record, Undated, build_timeline
from registry.models import Patient
from registry.models.hierarchy import model_of
from registry.queries.records import ENTITY, active_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How an event of a kind is told: its lane, its shape, the variables that say what it was, and when it ended.

    `inside` is a variable whose code stands in the mark; `is_ongoing` that without an end it goes on.
    """

    lane: str | Promise
    label: str | Promise
    shape: str
    details: tuple[str, ...] = ()
    end: str = ""
    inside: str = ""
    is_ongoing: bool = False


FATE = _("Follow-up")
TELLINGS: Mapping[Kind, Telling] = {
    Kind.DIAGNOSIS: Telling(lane=FATE, label=_("Diagnosis"), shape="flag", details=("tumor_type", "diagnosis_basis")),
    Kind.FOLLOW_UP: Telling(lane=FATE, label=_("Follow-up"), shape="ring", details=("vital_status", "disease_status")),
    Kind.DEATH: Telling(lane=FATE, label=_("Death"), shape="cross", details=("death_cause",)),
    Kind.ASSESSMENT: Telling(
        lane=_("Assessments"), label=_("Assessment"), shape="square", details=("assessment_type", "ecog_ps")
    ),
    Kind.TRANSARTERIAL: Telling(
        lane=_("Transarterial"), label=_("Transarterial session"), shape="triangle", details=("modality",)
    ),
    Kind.ABLATION: Telling(
        lane=_("Ablation"), label=_("Ablation session"), shape="bolt", details=("ablation_modality",)
    ),
    Kind.RESECTION: Telling(lane=_("Resection"), label=_("Resection"), shape="diamond", details=("resection_margin",)),
    Kind.TRANSPLANT: Telling(lane=_("Transplant"), label=_("Transplant"), shape="diamond", details=("donor_type",)),
    Kind.RADIOTHERAPY: Telling(
        lane=_("Radiotherapy"), label=_("Radiotherapy"), shape="bar", details=("technique",), end="end_date"
    ),
    Kind.OTHER_TREATMENT: Telling(
        lane=_("Other treatment"), label=_("Other treatment"), shape="bar", details=("treatment_type",), end="end_date"
    ),
    Kind.SYSTEMIC_START: Telling(
        lane="agent_code",
        label=_("Systemic agent"),
        shape="bar",
        details=("agent_code", "stop_reason"),
        end="agent_stop_date",
        is_ongoing=True,
    ),
    Kind.IMAGING: Telling(
        lane=_("Scans"),
        label=_("Scan"),
        shape="square",
        details=("imaging_modality", "imaging_role", "response_mrecist"),
        inside="response_mrecist",
    ),
    Kind.PROGRESSION: Telling(
        lane=_("Progression"), label=_("Progression"), shape="down", details=("progression_type", "progression_site")
    ),
    Kind.ADVERSE_EVENT: Telling(
        lane=_("Adverse events"),
        label=_("Adverse event"),
        shape="disc",
        details=("ae_term", "ae_grade", "outcome"),
        end="ae_resolution_date",
        inside="ae_grade",
    ),
}
LANE_ORDER = tuple(TELLINGS)  # from top to bottom; the lanes of agents stand where theirs does


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record on the course. `end` is None for what has no duration, or none that is known."""

    day: date | None
    end: date | None
    kind: Kind
    lane: str
    label: str
    details: str
    shape: str
    inside: str
    is_ongoing: bool
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """`entries` in order of time; `undated` are records that have no day to stand at."""

    entries: tuple[Entry, ...]
    undated: tuple[Entry, ...]


def course_of(patient: Patient) -> Course:
    """Of the standing records; call it inside the scope of the patient's center."""
    (read,) = active_rows([patient.pk])
    timeline = build_timeline({entity: rows for entity, rows in read.rows.items() if entity in ENTITIES})
    told = [event for event in timeline.events if event.kind in TELLINGS]
    return Course(
        entries=tuple(_entry(event, patient_id=patient.pk) for event in told),
        undated=tuple(_entry(each, patient_id=patient.pk) for each in timeline.undated if each.kind in TELLINGS),
    )


def _entry(event: Event | Undated, *, patient_id: int) -> Entry:
    telling, record = TELLINGS[event.kind], event.record
    end = record.get(telling.end) if telling.end else None
    lane = _label(record, name="agent_code") if telling.lane == "agent_code" else str(telling.lane)
    return Entry(
        day=event.day if isinstance(event, Event) else None,
        end=end,
        kind=event.kind,
        lane=lane,
        label=str(telling.label),
        details=" · ".join(filter(None, (_told(record, name=name) for name in telling.details))),
        shape=telling.shape,
        inside=_inside(record, name=telling.inside) if telling.inside else "",
        is_ongoing=telling.is_ongoing and end is None,
        link=_link(record, patient_id=patient_id),
    )


def _told(record: Record, *, name: str) -> str:
    """The label; a bare number is said with what it is."""
    label = _label(record, name=name)
    return f"{_field(record, name=name).verbose_name} {label}" if label[:1].isdigit() else label


def _label(record: Record, *, name: str) -> str:
    value = record.get(name)
    if value is None:
        return ""
    field = _field(record, name=name)
    labels = dict((field.base_field if isinstance(value, list) else field).flatchoices)
    return ", ".join(str(labels.get(one, one)) for one in (value if isinstance(value, list) else [value]))


def _field(record: Record, *, name: str) -> Any:
    return model_of(record[ENTITY])._meta.get_field(name)


def _inside(record: Record, *, name: str) -> str:
    return str(record.get(name) or "")


def _link(record: Record, *, patient_id: int) -> str:
    model: Any = model_of(record[ENTITY])
    owner = {} if model is Patient else {"patient_id": patient_id}
    return page_of(model(pk=record["id"], **owner))
