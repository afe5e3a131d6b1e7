from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    BileDuctThrombus,
    DiameterBasis,
    GrowthPattern,
    HepaticVeinThrombus,
    LiverSegment,
    LobeDistribution,
    MetastasisSite,
    PortalVeinThrombus,
    PortalVeinThrombusVp,
    YesNo,
)
from registry.models.assessment import Assessment
from registry.models.base.patient_record import PatientRecord
from registry.models.base.record import coded, codes, measured, recorded


@recorded
class TumorBurden(PatientRecord):
    """Number and size of the tumors at one assessment, of whole lesions or of their viable part."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, verbose_name=_("Assessment"))
    diameter_basis = coded(DiameterBasis, _("Basis of diameter"), required=True)
    tumor_number = measured("tumor_number", _("Number of intrahepatic nodules"))
    tumor_number_uncountable = coded(YesNo, _("Nodules uncountable"))
    max_diameter_cm = measured("max_diameter_cm", _("Largest diameter"))
    second_diameter_cm = measured("second_diameter_cm", _("Second largest diameter"))
    third_diameter_cm = measured("third_diameter_cm", _("Third largest diameter"))
    sum_diameter_cm = measured("sum_diameter_cm", _("Sum of all diameters"))
    lobe_distribution = coded(LobeDistribution, _("Lobar distribution"))
    segments = codes(LiverSegment, _("Couinaud segments"))
    growth_pattern = coded(GrowthPattern, _("Morphology"))
    satellite_nodules = coded(YesNo, _("Satellite nodules"))
    tumor_rupture = coded(YesNo, _("Tumor rupture"))

    macrovascular_invasion = coded(YesNo, _("Macrovascular invasion on imaging"))
    pvtt_cheng = coded(PortalVeinThrombus, _("Portal vein tumor thrombus (Cheng type)"))
    pvtt_vp = coded(PortalVeinThrombusVp, _("Portal vein tumor thrombus (Vp type)"))
    hvtt_vv = coded(HepaticVeinThrombus, _("Hepatic vein or vena cava invasion"))
    bile_duct_invasion = coded(BileDuctThrombus, _("Bile duct tumor thrombus"))
    arterioportal_shunt = coded(YesNo, _("Arterioportal shunt"))

    extrahepatic_metastasis = coded(YesNo, _("Extrahepatic metastasis"))
    metastasis_sites = codes(MetastasisSite, _("Metastatic sites"))
    adjacent_organ_invasion = coded(YesNo, _("Adjacent organ invasion (excluding gallbladder)"))
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
        number, diameter = (
            f"{each:g}" if each is not None else "?" for each in (self.tumor_number, self.max_diameter_cm)
        )
        return f"{self.get_diameter_basis_display()} {number} × {diameter} cm"
