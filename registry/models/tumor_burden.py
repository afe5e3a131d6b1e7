from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import DiameterBasis, MetastasisSite, PortalVeinThrombus, YesNo
from registry.models.assessment import Assessment
from registry.models.base import coded, codes, measured, recorded
from registry.models.patient_record import PatientRecord


@recorded
class TumorBurden(PatientRecord):
    """Number and size of the tumors at one assessment, of whole lesions or of their viable part."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, verbose_name=_("Assessment"))
    diameter_basis = coded(DiameterBasis, _("Diameter basis"), required=True)
    tumor_number = measured("tumor_number", _("Number of intrahepatic nodules"))
    max_diameter_cm = measured("max_diameter_cm", _("Largest diameter"))
    second_diameter_cm = measured("second_diameter_cm", _("Second largest diameter"))
    pvtt_cheng = coded(PortalVeinThrombus, _("Portal vein tumor thrombus, Cheng type"))
    macrovascular_invasion = coded(YesNo, _("Macrovascular invasion on imaging"))
    extrahepatic_metastasis = coded(YesNo, _("Extrahepatic metastasis"))

    metastasis_sites = codes(MetastasisSite, _("Sites of metastasis"))
    within_milan = coded(YesNo, _("Within Milan criteria"))

    natural_key = ("assessment", "diameter_basis")

    class Meta:
        ordering = ["assessment_id", "diameter_basis"]
        verbose_name = _("tumor burden")
        verbose_name_plural = _("tumor burdens")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "diameter_basis"], name="one_tumor_burden_per_assessment_and_basis"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_diameter_basis_display()} {self.tumor_number} × {self.max_diameter_cm} cm"
