"""A patient's course in words: every dated record as one entry, with where it is read. Drawing is swimmer.py's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.admin.record_links import page_of
from registry.clinical.timeline import ENTITIES, Event, Kind, Record, Undated, build_timeline
from registry.fields import CtcaeTermField
from registry.models import Patient
from registry.models.hierarchy import model_of
from registry.queries.records import ENTITY, active_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStyle:
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


FOLLOW_UP = _("Follow-up")
EVENT_STYLES: Mapping[Kind, EventStyle] = {
    Kind.DIAGNOSIS: EventStyle(
        lane=FOLLOW_UP, label=_("Diagnosis"), shape="flag", details=("tumor_type", "diagnosis_basis")
    ),
    Kind.FOLLOW_UP: EventStyle(
        lane=FOLLOW_UP, label=_("Follow-up"), shape="ring", details=("vital_status", "disease_status")
    ),
    Kind.DEATH: EventStyle(lane=FOLLOW_UP, label=_("Death"), shape="cross", details=("death_cause",)),
    Kind.ASSESSMENT: EventStyle(
        lane=_("Assessments"), label=_("Assessment"), shape="square", details=("assessment_type", "ecog_ps")
    ),
    Kind.TRANSARTERIAL: EventStyle(
        lane=_("Transarterial"), label=_("Transarterial session"), shape="triangle", details=("modality",)
    ),
    Kind.ABLATION: EventStyle(
        lane=_("Ablation"), label=_("Ablation session"), shape="bolt", details=("ablation_modality",)
    ),
    Kind.RESECTION: EventStyle(
        lane=_("Resection"), label=_("Resection"), shape="diamond", details=("resection_margin",)
    ),
    Kind.TRANSPLANT: EventStyle(lane=_("Transplant"), label=_("Transplant"), shape="diamond", details=("donor_type",)),
    Kind.RADIOTHERAPY: EventStyle(
        lane=_("Radiotherapy"), label=_("Radiotherapy"), shape="bar", details=("technique",), end="end_date"
    ),
    Kind.OTHER_TREATMENT: EventStyle(
        lane=_("Other treatment"), label=_("Other treatment"), shape="bar", details=("treatment_type",), end="end_date"
    ),
    Kind.SYSTEMIC_START: EventStyle(
        lane="agent_code",
        label=_("Systemic agent"),
        shape="bar",
        details=("agent_code", "stop_reason"),
        end="agent_stop_date",
        is_ongoing=True,
    ),
    Kind.IMAGING: EventStyle(
        lane=_("Scans"),
        label=_("Scan"),
        shape="square",
        details=("imaging_modality", "imaging_role", "response_mrecist"),
        inside="response_mrecist",
    ),
    Kind.PROGRESSION: EventStyle(
        lane=_("Progression"), label=_("Progression"), shape="down", details=("progression_type", "progression_site")
    ),
    Kind.ADVERSE_EVENT: EventStyle(
        lane=_("Adverse events"),
        label=_("Adverse event"),
        shape="disc",
        details=("ae_term", "ae_grade", "outcome"),
        end="ae_resolution_date",
        inside="ae_grade",
    ),
}
LANE_ORDER = tuple(EVENT_STYLES)  # from top to bottom; the lanes of agents stand where theirs does


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
    told = [event for event in timeline.events if event.kind in EVENT_STYLES]
    return Course(
        entries=tuple(_entry(event, patient_id=patient.pk) for event in told),
        undated=tuple(_entry(each, patient_id=patient.pk) for each in timeline.undated if each.kind in EVENT_STYLES),
    )


def _entry(event: Event | Undated, *, patient_id: int) -> Entry:
    style, record = EVENT_STYLES[event.kind], event.record
    end = record.get(style.end) if style.end else None
    lane = _label(record, name="agent_code") if style.lane == "agent_code" else str(style.lane)
    return Entry(
        day=event.day if isinstance(event, Event) else None,
        end=end,
        kind=event.kind,
        lane=lane,
        label=str(style.label),
        details=" · ".join(filter(None, (_told(record, name=name) for name in style.details))),
        shape=style.shape,
        inside=_inside(record, name=style.inside) if style.inside else "",
        is_ongoing=style.is_ongoing and end is None,
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
    if isinstance(field, CtcaeTermField):
        return field.shown(value)
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
