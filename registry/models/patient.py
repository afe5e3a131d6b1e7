from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    ConsentStatus,
    DiagnosisBasis,
    Habit,
    HepatitisB,
    PriorTreatment,
    Resectability,
    Sex,
    TumorType,
    YesNo,
)
from registry.clinical.identifiers import registry_id
from registry.models.base import CenterRecord, coded, codes, dated, recorded


@recorded
class Patient(CenterRecord):
    """A person with liver cancer in one center, and the diagnosis. Names and hospital numbers are in PatientIdentity."""

    registry_id = models.CharField(_("Registry identifier"), max_length=12, unique=True, editable=False)
    local_id = models.CharField(
        _("Center's study number"),
        max_length=32,
        help_text=_("The center's own pseudonym; never a hospital or ID-card number."),
    )
    sex = coded(Sex, _("Sex"), required=True)
    birth_date = dated(_("Birth date"), required=True)
    consent_status = coded(ConsentStatus, _("Consent status"), required=True)
    diagnosis_date = dated(_("HCC diagnosis date"), required=True)
    diagnosis_basis = coded(DiagnosisBasis, _("Basis of diagnosis"), required=True)
    tumor_type = coded(TumorType, _("Tumor type"), required=True)
    smoking_status = coded(Habit, _("Smoking"))
    alcohol_status = coded(Habit, _("Drinking"))
    hbv_status = coded(HepatitisB, _("Hepatitis B"))
    cirrhosis = coded(YesNo, _("Cirrhosis"))
    comorbidity = coded(YesNo, _("Any comorbidity"))
    serious_chronic_disease = coded(YesNo, _("Serious chronic disease"))
    other_malignancy = coded(YesNo, _("Other malignancy"))
    prior_hcc_treatment = codes(PriorTreatment, _("Treatment before index"))
    resectability_index = coded(Resectability, _("Resectability at index"))

    identifying = ("local_id", "birth_date")
    natural_key = ("center", "local_id")

    class Meta:
        ordering = ["center_id", "local_id"]
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        constraints = [
            models.UniqueConstraint(fields=["center", "local_id"], name="one_patient_per_center_and_study_number"),
            models.UniqueConstraint(fields=["id", "center"], name="patient_and_center_go_together"),
            models.CheckConstraint(
                condition=models.Q(diagnosis_date__gte=models.F("birth_date")), name="diagnosis_not_before_birth"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_id} ({self.registry_id})"

    def assign_registry_id(self) -> None:
        """A new patient's identifier, from the next serial of the center."""
        (serial,) = self.center.take_serials(1)
        self.registry_id = registry_id(self.center.center_code, serial=serial)
