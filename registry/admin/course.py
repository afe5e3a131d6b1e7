"""What happens after treatment: scans, follow-up, progression, adverse events; rows of the patient's page, some with their own."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from registry.admin.base import LineRecords, StackedRecords
from registry.admin.child_pages import RecordPage, RecordsWithChildren, RecordsWithPages
from registry.admin.filters import OwnCenterFilter
from registry.admin.forms import RecordForm, RecordFormSet
from registry.ctcae.names import term_of_version
from registry.models import AdverseEvent, FollowUp, ImagingAssessment, LesionMeasurement, ProgressionEvent
from registry.models.adverse_event import SAME_EVENT, SECOND_OF_THE_DAY

MEASURED = ("whole_mm", "viable_mm", "short_axis_mm")


class LesionForm(RecordForm):
    def clean(self) -> dict[str, Any] | None:
        """A new row with no more than the number and place of a lesion may be a copy that nobody has measured."""
        cleaned = super().clean()
        says = [self.cleaned_data.get(name) for name in (*MEASURED, "missing_reasons")]
        is_said = any(value not in (None, {}) for value in says) or any(name in self.errors for name in MEASURED)
        if self.instance.pk is None and not is_said:
            self.add_error("whole_mm", _("Enter what was measured on this scan, or 0 if the lesion has disappeared."))
        return cleaned


class LesionInline(LineRecords):
    model = LesionMeasurement
    form = LesionForm
    tab = False
    line = ("lesion_no", "organ", "is_target", "whole_mm", "viable_mm", "short_axis_mm", "enhancement", "is_new")


class ImagingInline(RecordsWithChildren):
    model = ImagingAssessment
    children = "lesionmeasurement_set"
    nested = (LesionInline,)
    fields = (
        ("imaging_date", "imaging_modality", "imaging_role"),
        ("sum_whole_mm", "sum_viable_mm", "max_viable_diameter_mm"),
        ("non_target_response", "new_lesion", "response_mrecist", "response_recist11"),
        "its_page",
    )


@admin.register(ImagingAssessment)
class ImagingAdmin(RecordPage):
    tab_of_patient = "imagingassessment_set"
    inlines = (LesionInline,)
    list_display = ("imaging_date", "patient", "imaging_modality", "imaging_role", "response_mrecist")
    list_filter = (("center", OwnCenterFilter), "imaging_modality", "imaging_role")
    date_hierarchy = "imaging_date"
    sections = (
        (
            _("Scan"),
            (("imaging_date", "imaging_modality", "imaging_role", "afp_at_imaging"), "criteria"),
        ),
        (
            _("Measurements"),
            (
                ("sum_whole_mm", "sum_viable_mm", "max_viable_diameter_mm", "necrosis_pct"),
                ("non_target_response", "new_lesion", "new_lesion_mm"),
            ),
        ),
        (
            _("Response"),
            (
                ("response_mrecist", "response_recist11", "response_recicl"),
                ("response_irecist", "pseudoprogression_suspected"),
                ("reader_1_response", "reader_2_response", "adjudicated_response", "reader_blinded"),
            ),
        ),
    )


class FollowUpInline(StackedRecords):
    model = FollowUp
    fields = (
        ("follow_up_date", "vital_status", "last_known_alive_date", "contact_mode"),
        ("death_date", "death_date_precision", "death_cause", "death_cause_icd10"),
        "disease_status",
        "recurrence_site",
        "subsequent_therapy",
    )


class ProgressionInline(StackedRecords):
    model = ProgressionEvent
    fields = (
        ("progression_date", "progression_date_precision", "progression_criteria", "progression_confirmed"),
        ("untaceable", "untaceable_reason"),
        "progression_type",
        "progression_site",
        "recurrence_type",
        "post_progression_therapy",
    )


class AdverseEventForm(RecordForm):
    def clean(self) -> dict[str, Any] | None:
        """The term as the version has it by which the event was graded."""
        if self.cleaned_data.get("ae_term"):
            version = self.cleaned_data.get("ctcae_version")
            self.cleaned_data["ae_term"] = term_of_version(self.cleaned_data["ae_term"], version=version)
        return super().clean()

    def _post_clean(self) -> None:
        """The second event of a day is counted in the box where its refusal stands."""
        super()._post_clean()
        if self.has_error(NON_FIELD_ERRORS, code=SAME_EVENT):
            self.ask_occurrence()

    def ask_occurrence(self) -> None:
        del self.errors[NON_FIELD_ERRORS]
        self.add_error("ae_occurrence", SECOND_OF_THE_DAY)


class AdverseEventRows(RecordFormSet):
    def validate_unique(self) -> None:
        """Asked of the second of two rows of this page."""
        try:
            super().validate_unique()
        except ValidationError:
            for row in self.forms:
                if NON_FIELD_ERRORS in row.errors:
                    row.ask_occurrence()


class AdverseEventInline(LineRecords, RecordsWithPages):
    model = AdverseEvent
    form = AdverseEventForm
    formset = AdverseEventRows
    line = ("ae_term", "ae_onset_date", "ae_grade", "ctcae_version", "related_tat", "outcome")
    rest = (
        ("ae_resolution_date", "ae_ongoing", "serious", "hospitalized_days"),
        ("ae_term_verbatim", "ae_other_specify", "ae_occurrence", "immune_related"),
        ("sir_class", "clavien_dindo", "related_abl", "related_sr"),
        ("related_rt", "related_tki", "related_vegf", "related_ici"),
        ("related_chemo", "its_page"),
        "serious_criteria",
        "action_taken",
    )


@admin.register(AdverseEvent)
class AdverseEventAdmin(RecordPage):
    form = AdverseEventForm
    tab_of_patient = "adverseevent_set"
    list_display = ("ae_onset_date", "patient", "term", "ae_grade", "serious", "outcome")
    list_filter = (("center", OwnCenterFilter), "ae_grade", "serious", "outcome")
    search_fields = (*RecordPage.search_fields, "ae_term")
    date_hierarchy = "ae_onset_date"
    sections = (
        (
            _("Event"),
            (
                ("ae_term", "ae_term_verbatim", "ae_other_specify"),
                ("ctcae_version", "ae_grade", "ae_onset_date", "ae_occurrence"),
                ("ae_resolution_date", "ae_ongoing", "outcome", "hospitalized_days"),
                ("serious", "immune_related", "sir_class", "clavien_dindo"),
                "serious_criteria",
                "action_taken",
            ),
        ),
        (
            _("Relationship to treatments"),
            (
                ("related_tat", "related_abl", "related_sr", "related_rt"),
                ("related_tki", "related_vegf", "related_ici", "related_chemo"),
            ),
        ),
    )

    @admin.display(description=_("CTCAE term"), ordering="ae_term")
    def term(self, event: AdverseEvent) -> str:
        return event.term_shown
