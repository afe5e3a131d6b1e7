from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    AntiviralTherapy,
    CirrhosisBasis,
    Comorbidity,
    ConsentStatus,
    DatePrecision,
    DiagnosisBasis,
    EdmondsonGrade,
    EnrollmentMode,
    EthnicGroup,
    Habit,
    HepatitisB,
    HepatitisC,
    OtherEtiology,
    OtherMalignancyStatus,
    PriorTreatment,
    Resectability,
    Sex,
    TumorType,
    Varices,
    YesNo,
)
from registry.clinical.dates import completed_years
from registry.clinical.identifiers import registry_id
from registry.models.base.record import CenterRecord, coded, codes, dated, measured, recorded, written

HCC = "C22.0"  # of ICD-10 and of the topography of ICD-O-3 alike
LIVER_CANCER = RegexValidator(r"^C22(\.\d)?$", _("Liver cancer codes start with C22, for example C22.0."))


@recorded
class Patient(CenterRecord):
    """A person with liver cancer in one center, and the diagnosis. Names and hospital numbers are in PatientIdentity."""

    registry_id = models.CharField(_("Registry ID"), max_length=12, unique=True, editable=False)
    local_id = models.CharField(
        _("Center's study number"),
        max_length=32,
        help_text=_("A pseudonym assigned by the center. Never enter a hospital number or national ID number."),
    )
    sex = coded(Sex, _("Sex"), required=True)
    birth_date = dated(_("Birth date"), required=True)
    birth_date_precision = coded(DatePrecision, _("Precision of birth date"))
    ethnicity = coded(EthnicGroup, _("Ethnic group"))
    consent_status = coded(ConsentStatus, _("Consent status"), required=True)
    consent_date = dated(_("Consent date"))
    consent_withdrawn_date = dated(_("Consent withdrawal date"))
    enrollment_mode = coded(EnrollmentMode, _("Enrollment mode"))

    diagnosis_date = dated(_("HCC diagnosis date"), required=True)
    diagnosis_date_precision = coded(DatePrecision, _("Precision of diagnosis date"))
    diagnosis_basis = coded(DiagnosisBasis, _("Basis of diagnosis"), required=True)
    tumor_type = coded(TumorType, _("Tumor type"), required=True)
    icd10_code = written(_("ICD-10 code"), max_length=5, validators=[LIVER_CANCER], db_default=HCC, default=HCC)
    icdo3_topography = written(
        _("ICD-O-3 topography"), max_length=5, validators=[LIVER_CANCER], db_default=HCC, default=HCC
    )
    edmondson_grade = coded(EdmondsonGrade, _("Edmondson-Steiner grade"))
    resectability_index = coded(Resectability, _("Resectability at index"))
    mdt_review_date = dated(_("Multidisciplinary team (MDT) decision date"))

    hbv_status = coded(HepatitisB, _("Hepatitis B"))
    antiviral_therapy = codes(AntiviralTherapy, _("Antiviral therapy"))
    hcv_status = coded(HepatitisC, _("Hepatitis C"))
    etiology_alcohol = coded(YesNo, _("Alcoholic liver disease"))
    etiology_masld = coded(YesNo, _("Metabolic dysfunction-associated steatotic liver disease"))
    etiology_aflatoxin = coded(YesNo, _("Aflatoxin exposure"))
    etiology_other = codes(OtherEtiology, _("Other etiology"))
    cirrhosis = coded(YesNo, _("Cirrhosis"))
    cirrhosis_basis = coded(CirrhosisBasis, _("Basis of cirrhosis diagnosis"))
    portal_hypertension = coded(YesNo, _("Clinically significant portal hypertension"))
    varices = coded(Varices, _("Esophageal or gastric varices"))

    comorbidity = coded(YesNo, _("Any comorbidity"))
    comorbidity_list = codes(Comorbidity, _("Comorbidities"))
    serious_chronic_disease = coded(YesNo, _("Serious chronic disease"))
    other_malignancy = coded(YesNo, _("Other malignancy"))
    other_malignancy_type = written(_("Type of other malignancy"), max_length=120)
    other_malignancy_date = dated(_("Date of diagnosis of other malignancy"))
    other_malignancy_status = coded(OtherMalignancyStatus, _("Status of other malignancy"))
    smoking_status = coded(Habit, _("Smoking"))
    pack_years = measured("pack_years", _("Pack-years"))
    alcohol_status = coded(Habit, _("Alcohol use"))
    alcohol_g_per_day = measured("alcohol_g_per_day", _("Alcohol intake"))
    prior_hcc_treatment = codes(PriorTreatment, _("Prior HCC treatment"))

    # Of another tumor, words of the center and a date could name a person.
    identifying = ("local_id", "birth_date", "other_malignancy_type")
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
        # The registry identifier, unique alone, has such an index of itself; see registry.admin.lists.search.
        indexes = [
            models.Index(fields=["local_id"], name="patient_by_study_number", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["center", "registry_id"], name="patient_by_center_and_registry"),
        ]

    def __str__(self) -> str:
        return f"{self.local_id} ({self.registry_id})"

    def assign_registry_id(self) -> None:
        """A new patient's identifier, from the next serial of the center."""
        (serial,) = self.center.allocate_serials(1)
        self.registry_id = registry_id(self.center.center_code, serial=serial)

    def age_on(self, day: date | None) -> int | None:
        return completed_years(self.birth_date, on=day)

    @property
    def treatment_naive(self) -> bool | None:
        """Derived: nothing was done before the index treatment."""
        return self.prior_hcc_treatment == [PriorTreatment.NONE] if self.prior_hcc_treatment else None
