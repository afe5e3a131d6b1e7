"""What happens after treatment: scans, follow-up, progression, adverse events; rows of the patient's page, some with their own."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from registry.admin.base import StackedRecords, TabularRecords
from registry.admin.child_pages import RecordPage, RecordsWithChildren, RecordsWithPages
from registry.admin.filters import OwnCenterFilter
from registry.models import AdverseEvent, FollowUp, ImagingAssessment, LesionMeasurement, ProgressionEvent


class ImagingInline(RecordsWithChildren):
    model = ImagingAssessment
    children = "lesionmeasurement_set"
    fields = (
        ("imaging_date", "imaging_modality", "imaging_role"),
        ("sum_whole_mm", "sum_viable_mm", "max_viable_diameter_mm"),
        ("non_target_response", "new_lesion", "response_mrecist", "response_recist11"),
        "below",
    )


class LesionInline(TabularRecords):
    model = LesionMeasurement
    tab = False
    fields = (
        *("lesion_no", "organ", "is_target", "whole_mm", "viable_mm", "short_axis_mm"),
        *("enhancement", "is_new"),
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


class AdverseEventInline(RecordsWithPages):
    model = AdverseEvent
    fields = (
        ("ae_term", "ae_grade", "ctcae_version", "ae_term_verbatim"),
        ("ae_onset_date", "ae_resolution_date", "serious", "outcome"),
        ("sir_class", "clavien_dindo", "related_tat", "related_abl"),
        ("related_sr", "related_tki", "related_vegf", "related_ici"),
        ("related_chemo", "its_page"),
    )


@admin.register(AdverseEvent)
class AdverseEventAdmin(RecordPage):
    tab_of_patient = "adverseevent_set"
    list_display = ("ae_onset_date", "patient", "ae_term", "ae_grade", "serious", "outcome")
    list_filter = (("center", OwnCenterFilter), "ae_grade", "serious", "outcome")
    search_fields = (*RecordPage.search_fields, "ae_term")
    date_hierarchy = "ae_onset_date"
    sections = (
        (
            _("Event"),
            (
                ("ae_term", "ae_term_verbatim", "ae_other_specify"),
                ("ctcae_version", "ae_grade", "ae_onset_date", "ae_resolution_date"),
                ("ae_ongoing", "outcome", "hospitalized_days"),
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
