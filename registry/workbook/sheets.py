"""The sheets of an upload workbook, as values derived from the models: template, reading, checks and codebook use these.

A variable is declared once, on its model; here is only which sheet shows which record. Sheet names follow the data
dictionary, section 19.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache

from django.db import models
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from registry.choices import AnalyteCode, LabQuality
from registry.clinical.laboratory.analyte_ranges import ANALYTE_CODES, spellings_of
from registry.clinical.ranges import ANALYTE_RANGES, RANGES, Range
from registry.fields import CodesField, EncryptedTextField
from registry.models import (
    AblationLesion,
    AblationSession,
    AdverseEvent,
    Assessment,
    CenterRecord,
    FollowUp,
    ImagingAssessment,
    LabResult,
    LesionMeasurement,
    OtherTreatment,
    Patient,
    PatientIdentity,
    ProgressionEvent,
    Radiotherapy,
    Resection,
    SystemicAgent,
    TransarterialAgent,
    TransarterialSession,
    Transplant,
    TumorBurden,
)
from registry.models.base.record import MISSING_REASON

TEMPLATE_VERSION = "2"
READABLE_VERSIONS = frozenset({"1", TEMPLATE_VERSION})  # every name of an older template is still known
AGENTS_PER_SESSION = 4
AE_KEY = ("local_id", "ae_term", "ae_onset_date", "ae_occurrence")
NOT_ENTERED = {
    "id",
    "registry_id",
    "local_id_hash",
    "linkage_hash",
    "initials_hash",
    "missing_reason",
    *CenterRecord.bookkeeping,
}


class Kind(StrEnum):
    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"  # a date with its time, in the time of the house
    CODE = "code"  # one of `codes`
    CODES = "codes"  # several of `codes`, separated by ;
    NUMBER = "number"
    WHOLE = "whole"  # a number without decimals
    ANALYTE = "analyte"  # a laboratory value: comparator and unit allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of one sheet. `entity` is the model (lower case) that stores it; "" for a reference to the parent.

    `variable` is the model's name for it. Where a row holds several records of a kind, such as the drugs of a session, each
    has a `group` of columns, numbered from 1; elsewhere that is 0. A `needed` variable belongs to every record of its kind,
    a `required` one to every row; a blank cell of one with a `default` says that.
    """

    name: str
    variable: str
    group: int = 0
    label: str | Promise
    entity: str
    kind: Kind
    needed: bool
    required: bool
    codes: Mapping[str, str | Promise]
    spellings: Mapping[str, str] = field(default_factory=dict)  # other ways to write a code, such as + for POS
    range: Range | None
    max_length: int | None
    default: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`key` names the columns that together identify a row of the sheet."""

    name: str
    title: str | Promise
    entities: tuple[str, ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@cache
def sheets() -> tuple[Sheet, ...]:
    return (
        _sheet("01_患者_patient", _("Patients"), Patient, PatientIdentity, key=("local_id",)),
        _sheet(
            "02_评估_assessment",
            _("Assessments"),
            Assessment,
            TumorBurden,
            key=("local_id", "assessment_date", "assessment_type", "diameter_basis"),
        ),
        _laboratory(),
        _transarterial(),
        _sheet(
            "05_消融_ablation",
            _("Ablations"),
            AblationSession,
            AblationLesion,
            key=("local_id", "start_date", "ablation_modality", "lesion_no"),
        ),
        _sheet("06_手术_resection", _("Resections"), Resection, key=("local_id", "start_date")),
        _sheet("06b_移植_transplant", _("Transplants"), Transplant, key=("local_id", "start_date")),
        _sheet("07_放疗_radiotherapy", _("Radiotherapy"), Radiotherapy, key=("local_id", "start_date")),
        _sheet(
            "07b_其他治疗_other",
            _("Other treatments"),
            OtherTreatment,
            key=("local_id", "start_date", "treatment_type"),
        ),
        _sheet(
            "08_系统治疗_systemic",
            _("Systemic treatment"),
            SystemicAgent,
            key=("local_id", "agent_code", "agent_start_date"),
        ),
        _sheet(
            "09_影像_imaging",
            _("Imaging"),
            ImagingAssessment,
            LesionMeasurement,
            key=("local_id", "imaging_date", "lesion_no"),
        ),
        _sheet("10_随访_followup", _("Follow-up"), FollowUp, ProgressionEvent, key=("local_id", "follow_up_date")),
        _sheet("11_不良事件_ae", _("Adverse events"), AdverseEvent, key=AE_KEY),
    )


def kinds_in_order() -> tuple[str, ...]:
    """The kinds of record as they are imported: parents before what hangs below them."""
    return tuple(entity for sheet in sheets() for entity in sheet.entities)


def sheet_of(entity: str) -> Sheet:
    return next(sheet for sheet in sheets() if entity in sheet.entities)


def _sheet(
    name: str, title: str | Promise, first: type[CenterRecord], *more: type[CenterRecord], key: tuple[str, ...]
) -> Sheet:
    columns = [] if first is Patient else [_reference("local_id")]
    columns += [
        _column(model, field, required=model is first) for model in (first, *more) for field in entered_fields(model)
    ]
    return Sheet(
        name=name, title=title, entities=tuple(_entity(m) for m in (first, *more)), columns=tuple(columns), key=key
    )


def _transarterial() -> Sheet:
    """One row per session, with its drugs beside it: agent_1_code, agent_1_route, agent_1_dose_mg and so on."""
    name, title = "04_介入_transarterial", _("Transarterial sessions")
    sessions = _sheet(name, title, TransarterialSession, key=("local_id", "start_date", "modality"))
    groups, fields = range(1, AGENTS_PER_SESSION + 1), entered_fields(TransarterialAgent)
    drugs = [_in_group(field, group=group) for group in groups for field in fields]
    return replace(
        sessions, entities=(*sessions.entities, _entity(TransarterialAgent)), columns=(*sessions.columns, *drugs)
    )


def _in_group(field: models.Field, *, group: int) -> Column:
    column = _column(TransarterialAgent, field, required=False)
    agent = TransarterialAgent._meta.get_field("agent_code")
    label = format_lazy("{agent} {group}", agent=agent.verbose_name, group=group)
    if field is not agent:
        label = format_lazy("{agent}: {label}", agent=label, label=column.label)
    return replace(column, name=f"agent_{group}_{field.name.removeprefix('agent_')}", group=group, label=label)


def _analyte(code: str, *, label: str | Promise) -> Column:
    """A number with comparator and unit, or one of the codes of a qualitative analyte."""
    qualities = {quality: LabQuality(quality).label for quality in ANALYTE_CODES.get(code, ())}
    return Column(
        name=code,
        variable="value_code" if qualities else "value",
        label=label,
        entity=_entity(LabResult),
        kind=Kind.CODE if qualities else Kind.ANALYTE,
        needed=False,
        required=False,
        codes=qualities,
        spellings=spellings_of(code),
        range=ANALYTE_RANGES.get(code),
        max_length=None,
    )


def _laboratory() -> Sheet:
    """Wide: one row per assessment, one column per analyte, a cell such as `41.7`, `<0.5` or `4.1 g/dL`."""
    analytes = tuple(_analyte(code, label=label) for code, label in AnalyteCode.choices)
    parent = (_reference("local_id"), _reference("assessment_date"), _reference("assessment_type"))
    key = ("local_id", "assessment_date", "assessment_type")
    return Sheet(
        name="03b_检验_lab_wide",
        title=_("Laboratory"),
        entities=(_entity(LabResult),),
        columns=(*parent, *analytes),
        key=key,
    )


@cache
def long_laboratory_sheet() -> Sheet:
    """One row per result, for centers whose laboratory system exports that; it stands for the wide sheet, not beside it.

    The value is read as a cell of its analyte on the wide sheet is, with the unit in a column of its own.
    """
    sheet = _sheet("03_检验_lab", _("Laboratory results"), LabResult, key=(*_laboratory().key, "analyte_code"))
    value = replace(sheet.column("raw_value"), name="value", variable="value", label=sheet.column("value").label)
    unit = replace(sheet.column("raw_unit"), name="unit", label=_("Unit"), needed=False, required=False)
    instead: dict[str, Column | None] = {
        **dict.fromkeys(("comparator", "value_code")),
        "value": None,
        "raw_value": value,
        "raw_unit": unit,
    }
    columns = [instead.get(column.name, column) for column in sheet.columns[1:]]
    return replace(sheet, columns=(*_laboratory().columns[:3], *(column for column in columns if column)))


def _reference(name: str) -> Column:
    model = Patient if name == "local_id" else Assessment
    field = next(field for field in model._meta.local_concrete_fields if field.name == name)
    return replace(_column(model, field, required=True), entity="", range=None)


def entered_fields(model: type[CenterRecord]) -> list[models.Field]:
    """A reason for a missing value is written in the value's own cell, so it has no column."""
    own = [field for field in model._meta.local_concrete_fields if field.name not in NOT_ENTERED]
    return [field for field in own if not (field.is_relation or field.name.endswith(MISSING_REASON))]


def _column(model: type[CenterRecord], field: models.Field, *, required: bool) -> Column:
    """A second record on a sheet is optional as a whole, so its columns are too."""
    return Column(
        name=field.name,
        variable=field.name,
        label=field.verbose_name,
        entity=_entity(model),
        kind=_kind(field),
        needed=not (field.blank or field.has_default()),
        required=required and not (field.blank or field.has_default()),
        codes=dict((field.base_field if isinstance(field, CodesField) else field).flatchoices or ()),
        range=RANGES.get(field.name),
        max_length=None if isinstance(field, EncryptedTextField) else field.max_length,
        default=field.default if field.has_default() and isinstance(field, models.IntegerField) else None,
    )


def _kind(field: models.Field) -> Kind:
    if isinstance(field, CodesField):
        return Kind.CODES
    if field.choices:
        return Kind.CODE
    kinds: dict[type[models.Field], Kind] = {
        models.DateTimeField: Kind.MOMENT,  # which is a DateField as well
        models.DateField: Kind.DATE,
        models.FloatField: Kind.NUMBER,
        models.IntegerField: Kind.WHOLE,
    }
    return next((kind for type_, kind in kinds.items() if isinstance(field, type_)), Kind.TEXT)


def _entity(model: type[models.Model]) -> str:
    return model._meta.model_name or ""
