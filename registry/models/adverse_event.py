from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    AdverseEventAction,
    AdverseEventOutcome,
    ClavienDindo,
    CtcaeGrade,
    CtcaeVersion,
    Relatedness,
    SeriousCriterion,
    SirClass,
    YesNo,
)
from registry.fields import CtcaeTermField
from registry.models.base.patient_record import PatientRecord
from registry.models.base.record import coded, codes, dated, measured, recorded, written

SAME_EVENT = "same_event"  # the error's code, by which a form finds the box to tell it at
SECOND_OF_THE_DAY = _(
    "This event is already recorded with this onset date. If this is another one, enter 2 here for the second of "
    "that day, 3 for the third."
)


@recorded
class AdverseEvent(PatientRecord):
    ae_term = CtcaeTermField(_("CTCAE term"), max_length=120)
    ae_term_verbatim = written(_("Reported term"), max_length=200)
    ae_other_specify = written(_("Other, specify"), max_length=200)
    ctcae_version = coded(CtcaeVersion, _("CTCAE version"), required=True)
    ae_grade = coded(CtcaeGrade, _("Grade"), required=True)
    ae_onset_date = dated(_("Onset date"), required=True)
    # Which of several such events of a day it is; most are the only one, and no workbook need say so.
    ae_occurrence = measured("ae_occurrence", _("Occurrence on that day"), required=True, default=1, db_default=1)
    ae_resolution_date = dated(_("Resolution date"))
    ae_ongoing = coded(YesNo, _("Ongoing"))
    immune_related = coded(YesNo, _("Immune-related adverse event"))
    serious = coded(YesNo, _("Serious"))
    serious_criteria = codes(SeriousCriterion, _("Seriousness criteria"))
    action_taken = codes(AdverseEventAction, _("Action taken"))
    outcome = coded(AdverseEventOutcome, _("Outcome"))
    sir_class = coded(SirClass, _("Complication class (SIR)"))
    clavien_dindo = coded(ClavienDindo, _("Clavien-Dindo"))
    hospitalized_days = measured("hospitalized_days", _("Hospital days"))
    related_tat = coded(Relatedness, _("Related to transarterial treatment"))
    related_abl = coded(Relatedness, _("Related to ablation"))
    related_sr = coded(Relatedness, _("Related to resection"))
    related_rt = coded(Relatedness, _("Related to radiotherapy"))
    related_tki = coded(Relatedness, _("Related to tyrosine kinase inhibitor"))
    related_vegf = coded(Relatedness, _("Related to anti-VEGF antibody"))
    related_ici = coded(Relatedness, _("Related to checkpoint inhibitor"))
    related_chemo = coded(Relatedness, _("Related to chemotherapy"))

    identifying = ("ae_term_verbatim", "ae_other_specify")  # free text may hold anything
    natural_key = ("patient", "ae_term", "ae_onset_date", "ae_occurrence")

    class Meta:
        ordering = ["patient_id", "ae_onset_date", "ae_occurrence"]
        verbose_name = _("adverse event")
        verbose_name_plural = _("adverse events")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "ae_term", "ae_onset_date", "ae_occurrence"],
                name="one_adverse_event_per_patient_term_onset_occurrence",
                violation_error_code=SAME_EVENT,
                violation_error_message=SECOND_OF_THE_DAY,
            ),
            models.CheckConstraint(
                condition=models.Q(ae_resolution_date__isnull=True)
                | models.Q(ae_resolution_date__gte=models.F("ae_onset_date")),
                name="resolution_not_before_onset",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ae_onset_date} {self.term_shown} {self.ae_grade}"

    @property
    def term_shown(self) -> str:
        return CtcaeTermField.shown(self.ae_term)
