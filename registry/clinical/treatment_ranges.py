"""Ranges of treatment, imaging and what follows: sections 5 to 8 of the registry's data dictionary.

Where a name stands on two records, or its limits depend on the method, the widest stand here and the finer ones are edit checks.
"""

from collections.abc import Mapping
from types import MappingProxyType

from registry.clinical.limits import Range, limits

MILLIMETERS = {"cm": "10"}
CENTIMETERS = {"mm": "0.1"}
LITERS = {"L": "1000"}

TREATMENT_RANGES: Mapping[str, Range] = MappingProxyType(
    {
        # Every treatment; a systemic line is usually 1 to 4 and at most 10
        "line_no": limits("", soft=(1, 6), hard=(1, 20), whole=True),
        "operator_years": limits("a", soft=(1, 40), hard=(0, 60), whole=True),
        "hospital_days": limits("d", soft=(1, 21), hard=(0, 180), whole=True),
        # Transarterial
        "cycle_no": limits("", soft=(1, 8), hard=(1, 20), whole=True),
        "target_lesions_treated": limits("", soft=(1, 10), hard=(0, 99), whole=True),
        "lipiodol_ml": limits("mL", soft=(2, 20), hard=(0, 40)),
        # The dictionary gives the volume of beads no range; a vial holds 1 to 2 mL, with its fluid 4 to 10 mL
        "bead_volume_ml": limits("mL", soft=(0.5, 10), hard=(0, 40)),
        "haic_infusion_hours": limits("h", soft=(20, 48), hard=(1, 72)),
        "dose_reduction_pct": limits("%", soft=(0, 50), hard=(0, 100), whole=True),
        "activity_gbq": limits("GBq", soft=(0.5, 6), hard=(0.05, 20), factors={"mCi": "0.037"}),
        "tumor_dose_gy": limits("Gy", soft=(80, 800), hard=(0, 2000)),
        "normal_liver_dose_gy": limits("Gy", soft=(5, 75), hard=(0, 300)),
        "lung_shunt_pct": limits("%", soft=(0, 20), hard=(0, 100)),
        "dose_mg": limits("mg", soft=(0, 10_000), hard=(0, 10_000), factors={"g": "1000"}),
        "duration_h": limits("h", soft=(0.2, 48), hard=(0, 72)),
        # Ablation; numbers of lesions as on scans, which show more of them
        "lesions_ablated": limits("", soft=(1, 3), hard=(1, 10), whole=True),
        "lesion_no": limits("", soft=(1, 10), hard=(1, 50), whole=True),
        "size_cm": limits("cm", soft=(0.5, 5), hard=(0.3, 12), factors=CENTIMETERS),
        "power_w": limits("W", soft=(30, 200), hard=(5, 300), whole=True),
        "time_min": limits("min", soft=(3, 30), hard=(0.5, 180)),
        "applicator_count": limits("", soft=(1, 4), hard=(1, 6), whole=True),
        "ablation_margin_mm": limits("mm", soft=(0, 15), hard=(-20, 40), factors=MILLIMETERS),
        # Resection and transplant
        "margin_mm": limits("mm", soft=(0, 30), hard=(0, 100), factors=MILLIMETERS),
        "blood_loss_ml": limits("mL", soft=(20, 2000), hard=(0, 20_000), whole=True, factors=LITERS),
        # Most operations need no transfusion, so that 0 is expected
        "transfusion_ml": limits("mL", soft=(0, 2000), hard=(0, 20_000), whole=True, factors=LITERS),
        "pringle_min": limits("min", soft=(0, 90), hard=(0, 300), whole=True, factors={"h": "60"}),
        "operation_min": limits("min", soft=(60, 480), hard=(15, 1440), whole=True, factors={"h": "60"}),
        "path_tumor_number": limits("", soft=(1, 5), hard=(0, 99), whole=True),
        "path_max_diameter_cm": limits("cm", soft=(0, 15), hard=(0, 40), factors=CENTIMETERS),
        "viable_tumor_pct": limits("%", soft=(0, 100), hard=(0, 100), whole=True),
        "explant_viable_pct": limits("%", soft=(0, 100), hard=(0, 100), whole=True),
        # Radiotherapy and systemic treatment
        "total_dose_gy": limits("Gy", soft=(24, 66), hard=(1, 120)),
        "fractions": limits("", soft=(3, 30), hard=(1, 60), whole=True),
        "mean_liver_dose_gy": limits("Gy", soft=(3, 28), hard=(0, 60)),
        "dose": limits("", soft=(0, 2000), hard=(0, 10_000)),
        # Imaging
        "sum_viable_mm": limits("mm", soft=(0, 300), hard=(0, 800), factors=MILLIMETERS),
        "sum_whole_mm": limits("mm", soft=(0, 400), hard=(0, 900), factors=MILLIMETERS),
        "max_viable_diameter_mm": limits("mm", soft=(0, 250), hard=(0, 400), factors=MILLIMETERS),
        "new_lesion_mm": limits("mm", soft=(5, 250), hard=(0, 400), factors=MILLIMETERS),
        "necrosis_pct": limits("%", soft=(0, 100), hard=(0, 100), whole=True),
        "afp_at_imaging": limits(
            "ng/mL", soft=(0, 200_000), hard=(0, 10_000_000), factors={"ug/L": "1", "IU/mL": "1.21"}
        ),
        "whole_mm": limits("mm", soft=(5, 250), hard=(0, 400), factors=MILLIMETERS),
        "viable_mm": limits("mm", soft=(0, 250), hard=(0, 400), factors=MILLIMETERS),
        "short_axis_mm": limits("mm", soft=(5, 60), hard=(0, 150), factors=MILLIMETERS),
        # Adverse events
        "ae_occurrence": limits("", soft=(1, 4), hard=(1, 20), whole=True),
        "hospitalized_days": limits("d", soft=(0, 30), hard=(0, 365), whole=True),
    }
)
