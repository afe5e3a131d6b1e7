"""What happens after treatment: scans, follow-up, progression, adverse events; rows of the patient's page."""

from registry.admin.base import StackedRecords, TabularRecords
from registry.models import AdverseEvent, FollowUp, ImagingAssessment, ProgressionEvent


class ImagingInline(StackedRecords):
    model = ImagingAssessment
    fields = (
        ("imaging_date", "imaging_modality", "imaging_role"),
        ("sum_whole_mm", "sum_viable_mm", "max_viable_diameter_mm"),
        ("non_target_response", "new_lesion", "response_mrecist", "response_recist11"),
    )


class FollowUpInline(TabularRecords):
    model = FollowUp
    fields = ("follow_up_date", "vital_status", "last_known_alive_date", "death_date", "death_cause")


class ProgressionInline(StackedRecords):
    model = ProgressionEvent
    fields = (
        ("progression_date", "progression_criteria"),
        "progression_type",
        "progression_site",
        "recurrence_type",
        "post_progression_therapy",
    )


class AdverseEventInline(StackedRecords):
    model = AdverseEvent
    fields = (
        ("ae_term", "ae_grade", "ctcae_version", "ae_term_verbatim"),
        ("ae_onset_date", "ae_resolution_date", "serious", "outcome"),
        ("sir_class", "clavien_dindo", "related_tat", "related_abl"),
        ("related_sr", "related_tki", "related_vegf", "related_ici"),
        "related_chemo",
    )
