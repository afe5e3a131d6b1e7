"""Which records can be seen as a sheet, and by whose form each is entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import modelform_factory
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.admin.assessment import AssessmentAdmin
from registry.admin.course import FollowUpInline, ImagingAdmin, LesionInline
from registry.admin.treatments import DrugInline, TransarterialAdmin
from registry.models import Assessment, FollowUp, ImagingAssessment, PatientRecord, TransarterialSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """Records below a line that have a column for each value of their key: the drugs of a session by agent."""

    inline: Any
    link: str
    key: str
    variables: tuple[str, ...]

    @property
    def model(self) -> type[PatientRecord]:
        model: type[PatientRecord] = self.inline.model
        return model

    def form_class(self, above: type[PatientRecord], *, request: Any) -> Any:
        return _form_class(self.inline(above, admin.site), names=(self.key, *self.variables), request=request)


@dataclass(frozen=True, slots=True, kw_only=True)
class GridKind:
    """`entry` is the page or the rows by whose form a record is entered; `day` names its date. `shown` are the columns that
    are there from the start: the others are once they hold something, or all are asked for."""

    name: str
    label: str | Promise
    model: type[PatientRecord]
    day: str
    entry: Any
    shown: tuple[str, ...]
    below: Below | None = None

    @property
    def has_panel(self) -> bool:
        return self.model is Assessment

    def form_class(self, names: tuple[str, ...], *, request: Any) -> Any:
        is_page = issubclass(self.entry, admin.ModelAdmin)
        from_model: Any = self.model if is_page else self.model._meta.get_field("patient").related_model
        return _form_class(self.entry(from_model, admin.site), names=names, request=request, model=self.model)


def _form_class(entry: Any, *, names: tuple[str, ...], request: Any, model: Any = None) -> Any:
    def box(field: models.Field, **options: Any) -> Any:
        return entry.formfield_for_dbfield(field, request, **options)

    return modelform_factory(model or entry.model, form=entry.form, fields=names, formfield_callback=box)


KINDS: Mapping[str, GridKind] = {
    kind.name: kind
    for kind in (
        GridKind(
            name="visits",
            label=_("Visits and laboratory"),
            model=Assessment,
            day="assessment_date",
            entry=AssessmentAdmin,
            shown=("assessment_type", "alb", "tbil", "alt", "ast", "inr", "plt", "crea", "afp"),
        ),
        GridKind(
            name="sessions",
            label=_("Transarterial sessions and doses"),
            model=TransarterialSession,
            day="start_date",
            entry=TransarterialAdmin,
            shown=("modality", "cycle_no", "lipiodol_ml", "dose_reduction_pct", "hospital_days"),
            below=Below(inline=DrugInline, link="session", key="agent_code", variables=("dose_mg",)),
        ),
        GridKind(
            name="scans",
            label=_("Scans and lesions"),
            model=ImagingAssessment,
            day="imaging_date",
            entry=ImagingAdmin,
            shown=("imaging_modality", "imaging_role", "sum_whole_mm", "sum_viable_mm", "response_mrecist"),
            below=Below(inline=LesionInline, link="imaging", key="lesion_no", variables=("whole_mm", "viable_mm")),
        ),
        GridKind(
            name="follow-ups",
            label=_("Follow-ups"),
            model=FollowUp,
            day="follow_up_date",
            entry=FollowUpInline,
            shown=("vital_status", "last_known_alive_date", "contact_mode", "disease_status", "death_date"),
        ),
    )
}
