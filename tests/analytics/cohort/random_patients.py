"""Patients whose records are drawn at random, boxes missing and contradicting each other: as rows, and as the views show them."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from registry.models.hierarchy import model_of, parents_of

DAY = date(2020, 1, 1)
FLAGS = ("1", "0", "UNK", None)
GRADES = ("0", "1", "2", "3", "UNK", None)
CLASSES = ("A", "B", "C", "ND", None)
CODES: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "patient": {
        "sex": ("M", "F"),
        "edmondson_grade": ("I", "II", "III", "UNK", None),
        "resectability_index": ("RES", "UNRES_TECH", "UNK", None),
        "prior_hcc_treatment": (["NONE"], ["TACE", "SR"], ["NONE", "TACE"], [], None),
    },
    "assessment": {
        "height_cm": (170.0, 155.5, None),
        "weight_kg": (65.0, 80.2, None),
        "ecog_ps": GRADES,
        "ecog_tumor_related": FLAGS,
        "ascites_grade": GRADES,
        "encephalopathy_grade": GRADES,
        "dialysis_7d": FLAGS,
        "lt_candidate": FLAGS,
        "ctp_score": (5, 8, 12, None),
        "ctp_class": CLASSES,
        "albi_score": (-2.7, -1.0, None),
        "albi_grade": ("1", "2", "UNK", None),
        "bclc_stage": ("0", "A", "B", "C", "D", "UNK", None),
        "cnlc_stage": ("IA", "IIB", "ND", None),
        "ajcc_t": ("T1a", "T3", None),
        "ajcc_n": ("N0", "N1", None),
        "ajcc_m": ("M0", "M1", None),
        "ajcc_stage": ("IA", "IVB", None),
    },
    "tumorburden": {
        "tumor_number": (0, 1, 2, 5, None),
        "tumor_number_uncountable": FLAGS,
        "max_diameter_cm": (0.0, 1.8, 4.4, 5.1, 11.0, None),
        "second_diameter_cm": (2.0, None),
        "third_diameter_cm": (1.0, None),
        "sum_diameter_cm": (3.0, 12.0, None),
        "macrovascular_invasion": FLAGS,
        "pvtt_cheng": ("0", "I0", "II", "III", "UNK", None),
        "hvtt_vv": ("VV0", "VV2", "UNK", None),
        "extrahepatic_metastasis": FLAGS,
        "metastasis_sites": (["LUNG"], ["BONE", "LUNG"], [], None),
        "adjacent_organ_invasion": FLAGS,
        "tumor_rupture": FLAGS,
        "within_milan": FLAGS,
    },
    "transarterialsession": {"end_date": (None, DAY), "cycle_no": (1, 3, None), "post_embolization_syndrome": FLAGS},
    "transarterialagent": {"agent_code": ("OXALIPLATIN", "CISPLATIN"), "dose_mg": (100.0, None)},
    "ablationsession": {"complete_ablation_1m": FLAGS, "lesions_ablated": (1, 2, None)},
    "ablationlesion": {"lesion_complete": FLAGS},
    "resection": {"viable_tumor_pct": (0, 10, 50, None), "clavien_dindo_max": ("0", "II", None)},
    "radiotherapy": {"technique": ("SBRT", None)},
    "transplant": {"criteria_met": (["MILAN"], ["NONE"], None)},
    "systemicagent": {
        "agent_code": ("LENVATINIB", "CAMRELIZUMAB", "BEVACIZUMAB", "SORAFENIB"),
        "line_no": (1, 2, None),
        "agent_stop_date": (None, DAY + timedelta(days=500)),
        "stop_reason": ("PD", "TOX", "PLAN", None),
    },
    "imagingassessment": {
        "imaging_role": ("BASE", "RESP", "FU"),
        "sum_viable_mm": (0.0, 8.0, 40.0, 100.0, None),
        "sum_whole_mm": (50.0, 120.0, None),
        "max_viable_diameter_mm": (0.0, 30.0, None),
        "non_target_response": ("CR", "NONCRNONPD", "PD", "NA", "UNK", None),
        "new_lesion": ("NO", "INTRA", "EXTRA", "EQUIV", "UNK", None),
        "new_lesion_mm": (6.0, 14.0, None),
        "necrosis_pct": (0, 60, 100, None),
        "response_mrecist": ("CR", "PR", "SD", "PD", "NE", None),
        "response_recist11": ("PR", "SD", None),
        "response_recicl": ("PR", "SD", None),
        "response_irecist": ("iUPD", "iSD", None),
    },
    "lesionmeasurement": {
        "organ": ("LIVER", "NODE", "PVTT", "LUNG", None),
        "is_target": FLAGS,
        "is_new": FLAGS,
        "whole_mm": (6.0, 25.0, 60.0, None),
        "viable_mm": (0.0, 20.0, 55.0, None),
        "short_axis_mm": (8.0, 20.0, None),
        "enhancement": ("FULL", "NONE", "UNK", None),
    },
    "progressionevent": {"progression_type": (["INTRA_NEW"], ["EXTRA_NEW", "VASC_NEW"], None)},
    "adverseevent": {
        "ae_term": ("Fever", "Nausea", "Abdominal pain", "Ascites"),
        "ctcae_version": ("5.0", "4.03", None),
        "clavien_dindo": ("0", "II", "IIIa", "UNK", None),
        "ae_resolution_date": (None, DAY + timedelta(days=120)),
    },
    "followup": {"vital_status": ("ALIVE", "DEAD", "UNK")},
}
DATES = {
    "assessment": "assessment_date",
    "imagingassessment": "imaging_date",
    "progressionevent": "progression_date",
    "systemicagent": "agent_start_date",
    "adverseevent": "ae_onset_date",
    "followup": "follow_up_date",
    **dict.fromkeys(
        ("transarterialsession", "ablationsession", "resection", "radiotherapy", "transplant"), "start_date"
    ),
}
MODALITIES = {"transarterialsession": ("modality", ("CTACE", "HAIC", "TARE", "TACE_HAIC", "DEBTACE"))}
MODALITIES["ablationsession"] = ("ablation_modality", ("RFA", "MWA"))
PANEL = {
    **{"alb": (25.0, 41.75), "tbil": (0.0, 16.45, 60.0), "inr": (1.08, 2.0), "pt": (13.0, 19.0), "pt_control": (12.0,)},
    **{"crea": (74.0, 200.0), "na": (130.0, 140.0), "ast": (55.0,), "alt": (65.0,), "plt": (208.0, 80.0)},
    **{"neut": (4.4,), "lym": (1.7,), "mono": (0.5,), "afp": (30.0, 400.0, 1210.0), "ca": (2.2,)},
}
CHILDREN = {"lesionmeasurement": "imagingassessment", "transarterialagent": "transarterialsession"}
CHILDREN["ablationlesion"] = "ablationsession"

Rows = dict[str, list[dict[str, Any]]]


class Drawing:
    """Draws patients one after the other; ids go on."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._next = 0

    def patients(self, number: int) -> Iterator[Rows]:
        for _ in range(number):
            yield self._patient()

    def _pick(self, options: tuple[Any, ...]) -> Any:
        return options[self._random.integers(len(options))]

    def _record(self, entity: str, *, patient: int, **known: Any) -> dict[str, Any]:
        self._next += 1
        drawn = {name: self._pick(options) for name, options in CODES.get(entity, {}).items()}
        return {"id": self._next, "patient_id": patient, "center_id": 1, **drawn, **known}

    def _patient(self) -> Rows:
        patient = self._record("patient", patient=0)
        del patient["patient_id"]
        patient |= {"registry_id": f"C01-{patient['id']:06d}", "birth_date": DAY - timedelta(days=20000)}
        rows: Rows = {entity: [] for entity in (*CODES, "labresult")}
        rows["patient"] = [patient]
        for entity, name in DATES.items():
            days = self._random.choice(np.arange(0, 700, 7), size=self._random.integers(4), replace=False)
            for day in sorted(int(day) for day in days):
                more = {MODALITIES[entity][0]: self._pick(MODALITIES[entity][1])} if entity in MODALITIES else {}
                on = {name: DAY + timedelta(days=day)}
                rows[entity].append(self._record(entity, patient=patient["id"], **on, **more))
        self._hang_below(rows, patient=patient["id"])
        return rows

    def _hang_below(self, rows: Rows, *, patient: int) -> None:
        for visit in rows["assessment"]:
            visit["assessment_type"] = self._pick(("BASE", "FU"))
            above = {"assessment_id": visit["id"], "patient": patient}
            for basis in ("WHOLE", "VIABLE")[: self._random.integers(3)]:
                rows["tumorburden"].append(self._record("tumorburden", **above, diameter_basis=basis))
            for analyte, values in PANEL.items():
                if self._random.random() < 0.8:
                    result = {"value": self._pick((*values, None)), "comparator": self._pick(("=", "=", "<", ">"))}
                    limits = {"lln": None, "uln": self._pick((None, 35.0))}
                    one = self._record("labresult", **above, analyte_code=analyte, **result, **limits)
                    rows["labresult"].append(one)
        for child, parent in CHILDREN.items():
            ((column, _model),) = parents_of(model_of(child))
            for above in rows[parent]:
                for number in range(self._random.integers(4)):
                    own = {column: above["id"], "lesion_no": number + 1} if "lesion" in child else {column: above["id"]}
                    rows[child].append(self._record(child, patient=patient, **own))


def as_views(patients: list[Rows], *, age: dict[int, int | None]) -> dict[str, pd.DataFrame]:
    """As the cursor gives them: pandas makes floats of whole numbers where one is missing. No birth dates."""
    tables: dict[str, pd.DataFrame] = {}
    for entity in patients[0]:
        rows = [row for patient in patients for row in patient[entity]]
        names = list(dict.fromkeys(name for row in rows for name in row if name != "birth_date"))
        tables[entity] = pd.DataFrame([tuple(row.get(name) for name in names) for row in rows], columns=names)
    tables["assessment"]["age_at_assessment"] = tables["assessment"]["id"].map(age)
    return tables
