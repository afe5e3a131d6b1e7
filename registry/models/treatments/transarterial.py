from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    AccessRoute,
    AgentRoute,
    BeadType,
    DoseReductionReason,
    EmbolicAgent,
    EmbolizationEndpoint,
    FeedingArtery,
    HaicRegimen,
    Isotope,
    LipiodolDeposition,
    PainManagement,
    RegimenVariant,
    Selectivity,
    TransarterialModality,
    YesNo,
    agent_choices,
)
from registry.models.base.patient_record import PatientRecord
from registry.models.base.record import coded, codes, measured, recorded, written
from registry.models.treatments.treatment import Treatment


@recorded
class TransarterialSession(Treatment):
    """One TACE, HAIC or other session through the artery."""

    modality = coded(TransarterialModality, _("Modality"), required=True)
    cycle_no = measured("cycle_no", _("HAIC cycle number within course"))
    access_route = coded(AccessRoute, _("Vascular access"))
    feeding_arteries = codes(FeedingArtery, _("Feeding arteries"))
    selectivity = coded(Selectivity, _("Selectivity"))
    target_lesions_treated = measured("target_lesions_treated", _("Number of lesions treated"))
    lipiodol_ml = measured("lipiodol_ml", _("Iodized oil volume"))
    lipiodol_deposition = coded(LipiodolDeposition, _("Iodized oil deposition"))
    embolic_agent = codes(EmbolicAgent, _("Embolic agent"))
    embolization_endpoint = coded(EmbolizationEndpoint, _("Embolization endpoint"))
    haic_regimen = coded(HaicRegimen, _("HAIC regimen"))
    regimen_variant = coded(RegimenVariant, _("Regimen variant"))
    haic_infusion_hours = measured("haic_infusion_hours", _("Fluorouracil infusion duration"))
    dose_reduction_pct = measured("dose_reduction_pct", _("Dose reduction from regimen"))
    dose_reduction_reason = coded(DoseReductionReason, _("Reason for dose reduction"))
    bead_type = coded(BeadType, _("Bead type"))
    bead_size_um = written(
        _("Bead size (µm)"), max_length=16, help_text=_("Lower and upper limit, for example 100-300.")
    )
    bead_volume_ml = measured("bead_volume_ml", _("Bead volume"))
    isotope = coded(Isotope, _("Isotope"))
    activity_gbq = measured("activity_gbq", _("Administered activity"))
    tumor_dose_gy = measured("tumor_dose_gy", _("Absorbed dose to tumor"))
    normal_liver_dose_gy = measured("normal_liver_dose_gy", _("Absorbed dose to normal liver"))
    lung_shunt_pct = measured("lung_shunt_pct", _("Lung shunt fraction"))
    non_main_vessel_embolized = coded(YesNo, _("Non-main feeding arteries embolized without drug"))
    technical_success = coded(YesNo, _("Technical success"))
    intraoperative_pain_mx = codes(PainManagement, _("Intraprocedural pain management"))
    post_embolization_syndrome = coded(YesNo, _("Post-embolization syndrome"))
    hospital_days = measured("hospital_days", _("Length of stay"))

    natural_key = ("patient", "start_date", "modality")

    class Meta:
        ordering = ["patient_id", "start_date"]
        verbose_name = _("transarterial session")
        verbose_name_plural = _("transarterial sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "start_date", "modality"], name="one_session_per_patient_date_modality"
            ),
            models.UniqueConstraint(fields=["id", "patient", "center"], name="session_patient_and_center_go_together"),
        ]

    def __str__(self) -> str:
        return f"{self.start_date} {self.get_modality_display()}"


@recorded
class TransarterialAgent(PatientRecord):
    """One drug of one session."""

    session = models.ForeignKey(TransarterialSession, on_delete=models.PROTECT, verbose_name=_("Session"))
    agent_code = coded(agent_choices(), _("Agent"), required=True)
    route = coded(AgentRoute, _("Route"))
    dose_mg = measured("dose_mg", _("Dose administered"))
    duration_h = measured("duration_h", _("Infusion duration"))

    natural_key = ("session", "agent_code")

    class Meta:
        ordering = ["session_id", "agent_code"]
        verbose_name = _("intra-arterial agent")
        verbose_name_plural = _("intra-arterial agents")
        constraints = [models.UniqueConstraint(fields=["session", "agent_code"], name="one_dose_per_session_and_agent")]

    def __str__(self) -> str:
        agent = self.get_agent_code_display()
        return agent if self.dose_mg is None else f"{agent} {self.dose_mg:g} mg"
