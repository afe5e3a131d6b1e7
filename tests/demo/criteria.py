"""The criteria of an-2025 and cao-2024 applied to demo rows, told anew from the registry's definitions and not from how the rows
were made.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from demo.centers import CenterRows
from registry.clinical.codes import flag, grade
from registry.clinical.dates import baseline_date, completed_years, in_baseline_window
from registry.clinical.dosing.agents import is_anti_angiogenic, is_pd1_or_pdl1
from registry.clinical.liver_function.scores import child_pugh_class, child_pugh_score
from registry.clinical.response.best_response import best_overall_response, response_after_tace
from registry.clinical.response.criteria import OBJECTIVE, Reading, Response, Scan, responses
from registry.clinical.sequence import TACE_MODALITIES, haic_courses, haic_sequence
from registry.clinical.staging.bclc import Condition, bclc_stage, within_milan

Row = Mapping[str, Any]

PATIENT, ASSESSMENT, LABORATORY = "01_患者_patient", "02_评估_assessment", "03b_检验_lab_wide"
TRANSARTERIAL, ABLATION, RESECTION = "04_介入_transarterial", "05_消融_ablation", "06_手术_resection"
SYSTEMIC, IMAGING = "08_系统治疗_systemic", "09_影像_imaging"
FOLLOW_UP, ADVERSE_EVENT = "10_随访_followup", "11_不良事件_ae"
SHEETS = (ASSESSMENT, LABORATORY, TRANSARTERIAL, ABLATION, RESECTION, SYSTEMIC, IMAGING, FOLLOW_UP, ADVERSE_EVENT)
CUTOFF = date(2023, 8, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All rows of one patient."""

    patient: Row
    sheets: Mapping[str, Sequence[Row]]

    @property
    def index(self) -> Row:
        return min(self.sheets[TRANSARTERIAL], key=lambda row: row["start_date"])

    @property
    def has_baseline(self) -> bool:
        return self._baseline_day() is not None

    @property
    def baseline(self) -> Row:
        day = self._baseline_day()
        return next(row for row in self.sheets[ASSESSMENT] if row["assessment_date"] == day)

    def _baseline_day(self) -> date | None:
        days = [row["assessment_date"] for row in self.sheets[ASSESSMENT]]
        return baseline_date(days, index_date=self.index["start_date"])

    @property
    def labs(self) -> dict[str, float]:
        """Baseline values in canonical units; ">1210" counts as 1210, grams per deciliter are multiplied."""
        (row,) = [row for row in self.sheets[LABORATORY] if row["assessment_type"] == "BASE"]
        return {
            name: _number(cell)
            for name, cell in row.items()
            if name in {"alb", "tbil", "inr", "afp", "crp", "plt", "pt"}
        }

    @property
    def curative(self) -> tuple[str, Row] | None:
        done = [("ablation", row) for row in self.sheets[ABLATION]] + [
            ("resection", row) for row in self.sheets[RESECTION]
        ]
        return min(done, key=lambda found: found[1]["start_date"]) if done else None

    @property
    def last(self) -> Row:
        return max(self.sheets[FOLLOW_UP], key=lambda row: row["follow_up_date"])


def _tells_of_first_lesion(row: Row) -> bool:
    """Or of none: further rows of a scan or an ablation tell of another lesion alone."""
    return row.get("lesion_no") in {None, 1}


def records(centers: Sequence[CenterRows]) -> Iterator[Record]:
    for center in centers:
        by_patient: dict[str, dict[str, list[Row]]] = {}
        for name in SHEETS:
            for row in filter(_tells_of_first_lesion, center.sheets.get(name, ())):
                by_patient.setdefault(row["local_id"], {key: [] for key in SHEETS})[name].append(row)
        for patient in center.sheets[PATIENT]:
            yield Record(patient=patient, sheets=by_patient[patient["local_id"]])


def arm_of(record: Record) -> str | None:
    """The arm of an eligible patient, else None."""
    criteria = (
        _consents,
        _treated_in_period,
        _diagnosed,
        _staged,
        _well,
        _downstaged_then_cured,
        _followed,
        _responded_in_time,
        _keeps_enough_liver,
        _coagulates,
        _has_no_severe_event,
    )
    if not all(criterion(record) for criterion in criteria):
        return None
    assert record.curative
    return record.curative[0]


def haic_arm_of(record: Record) -> str | None:
    """SI or SE of a patient eligible for cao-2024, else None."""
    criteria = (_consents, _infused_in_period, _is_advanced, _has_no_other_disease, _is_complete)
    if not all(criterion(record) for criterion in criteria):
        return None
    relation = str(haic_relation(record))
    return relation if relation in {"SI", "SE"} else None


def haic_relation(record: Record) -> str:
    def first(counts: Callable[[str], bool | None]) -> date | None:
        rows = record.sheets[SYSTEMIC]
        return min((row["agent_start_date"] for row in rows if counts(row["agent_code"])), default=None)

    courses = haic_courses(row["start_date"] for row in record.sheets[TRANSARTERIAL] if row["modality"] == "HAIC")
    return haic_sequence(
        courses[0] if courses else None,
        anti_angiogenic_start=first(is_anti_angiogenic),
        pd1_or_pdl1_start=first(is_pd1_or_pdl1),
    ).relation


def derived_responses(record: Record) -> tuple[Response, ...]:
    """By mRECIST, of every scan after the baseline one."""
    rows = sorted(record.sheets[IMAGING], key=lambda row: row["imaging_date"])
    scans = [
        Scan(
            scan_date=row["imaging_date"],
            reading=Reading(
                sum_mm=row["sum_viable_mm"], non_target=row["non_target_response"], new_lesion=row["new_lesion"]
            ),
        )
        for row in rows[1:]
    ]
    return responses(scans, baseline_mm=rows[0]["sum_viable_mm"], criteria="MRECIST")


def best_response(record: Record) -> str | None:
    return best_overall_response(derived_responses(record), index_date=record.index["start_date"]).unconfirmed


def is_within_milan(row: Row) -> bool | None:
    return within_milan(
        row["tumor_number"],
        max_diameter_cm=row["max_diameter_cm"],
        macrovascular=flag(row["macrovascular_invasion"]),
        extrahepatic=flag(row["extrahepatic_metastasis"]),
        basis=row["diameter_basis"],
    )


def derived_bclc(record: Record) -> str | None:
    row = record.baseline
    condition = Condition(
        ecog_ps=grade(row["ecog_ps"]), ctp_class=row["ctp_class"], ecog_tumor_related=flag(row["ecog_tumor_related"])
    )
    return bclc_stage(
        row["tumor_number"],
        max_diameter_cm=row["max_diameter_cm"],
        macrovascular=flag(row["macrovascular_invasion"]),
        extrahepatic=flag(row["extrahepatic_metastasis"]),
        condition=condition,
    )


def derived_child_pugh(record: Record) -> int | None:
    row, labs = record.baseline, record.labs
    return child_pugh_score(
        alb=labs["alb"],
        tbil=labs["tbil"],
        inr=None if math.isnan(labs["inr"]) else labs["inr"],
        ascites_grade=grade(row["ascites_grade"]),
        encephalopathy_grade=grade(row["encephalopathy_grade"]),
    )


def age(record: Record) -> int:
    return completed_years(record.patient["birth_date"], on=record.index["start_date"]) or 0


def _consents(record: Record) -> bool:
    return record.patient["consent_status"] in {"OBT", "WAIV"}


def _treated_in_period(record: Record) -> bool:
    in_period = date(2008, 6, 1) <= record.index["start_date"] <= date(2022, 10, 31)
    return (
        in_period
        and record.index["modality"] in {"CTACE", "DEBTACE"}
        and record.patient["prior_hcc_treatment"] == ["NONE"]
    )


def _diagnosed(record: Record) -> bool:
    row = record.patient
    return (
        row["tumor_type"] == "HCC"
        and row["diagnosis_basis"] in {"HIST", "IMG"}
        and row["resectability_index"] in {"UNRES_TECH", "UNRES_FLR"}
        and row["other_malignancy"] != "1"
    )


def _staged(record: Record) -> bool:
    if not record.has_baseline:
        return False
    assert in_baseline_window(record.baseline["assessment_date"], index_date=record.index["start_date"])
    stage = derived_bclc(record) or record.baseline["bclc_stage"]
    return stage in {"A", "B"} and is_within_milan(record.baseline) is False


def _well(record: Record) -> bool:
    is_class_a = child_pugh_class(derived_child_pugh(record)) == "A"
    return is_class_a and record.baseline["ecog_ps"] in {"0", "1"} and 18 <= age(record) <= 75


def _downstaged_then_cured(record: Record) -> bool:
    if record.curative is None:
        return False
    arm, row = record.curative
    earlier = [one["modality"] for one in record.sheets[TRANSARTERIAL] if one["start_date"] < row["start_date"]]
    if not set(earlier) <= {"CTACE", "DEBTACE"}:
        return False
    scans = [scan for scan in record.sheets[ASSESSMENT] if scan["diameter_basis"] == "VIABLE" and is_within_milan(scan)]
    is_downstaged = any(record.index["start_date"] < scan["assessment_date"] < row["start_date"] for scan in scans)
    result = row["resection_margin"] == "R0" if arm == "resection" else row["complete_ablation_1m"] == "1"
    return is_downstaged and result


def _followed(record: Record) -> bool:
    is_dead = record.last["vital_status"] == "DEAD"
    return is_dead or (CUTOFF - record.last["last_known_alive_date"]).days <= 183


def _responded_in_time(record: Record) -> bool:
    tace = [row["start_date"] for row in record.sheets[TRANSARTERIAL] if row["modality"] in TACE_MODALITIES]
    found = response_after_tace(derived_responses(record), tace_dates=tace)
    return found is not None and found.code in OBJECTIVE


def _keeps_enough_liver(record: Record) -> bool:
    assert record.curative
    known = [
        row["future_liver_remnant_pct"] for row in record.sheets[ASSESSMENT] if row.get("future_liver_remnant_pct")
    ]
    needed = 40 if record.patient["cirrhosis"] == "1" else 30
    return record.curative[0] == "ablation" or (bool(known) and known[-1] >= needed)


def _coagulates(record: Record) -> bool:
    return record.labs["pt"] < 15 and record.labs["plt"] > 50 and record.patient["serious_chronic_disease"] == "0"


def _has_no_severe_event(record: Record) -> bool:
    assert record.curative
    day = record.curative[1]["start_date"]
    return not any(
        row["ae_grade"] >= "3"
        and row.get("related_tat") in {"3", "4", "5"}
        and row["ae_onset_date"] < day
        and (row.get("ae_resolution_date") or date.max) >= day
        for row in record.sheets[ADVERSE_EVENT]
    )


def _infused_in_period(record: Record) -> bool:
    days = [row["start_date"] for row in record.sheets[TRANSARTERIAL] if row["modality"] == "HAIC"]
    if not days or not date(2018, 1, 1) <= min(days) <= date(2022, 6, 1):
        return False
    between = [row for row in record.sheets[TRANSARTERIAL] if min(days) <= row["start_date"] <= max(days)]
    return all(row["modality"] == "HAIC" and row["haic_regimen"] == "FOLFOX" for row in between)


def _is_advanced(record: Record) -> bool:
    if not record.has_baseline:
        return False
    stage = derived_bclc(record) or record.baseline["bclc_stage"]
    is_well = child_pugh_class(derived_child_pugh(record)) in {"A", "B"} and record.baseline["ecog_ps"] in {"0", "1"}
    return stage == "C" and is_well


def _has_no_other_disease(record: Record) -> bool:
    row = record.patient
    is_cancer = row["tumor_type"] == "HCC" and row["diagnosis_basis"] in {"HIST", "IMG"}
    had_systemic = {code for code in row["prior_hcc_treatment"] if code.startswith("SYS_")}
    return is_cancer and row["other_malignancy"] != "1" and not had_systemic


def _is_complete(record: Record) -> bool:
    names = ("tumor_number", "max_diameter_cm", "macrovascular_invasion", "extrahepatic_metastasis")
    is_followed = record.last["follow_up_date"] > record.index["start_date"] + timedelta(days=1)
    return is_followed and all(record.baseline[name] is not None for name in names)


def _number(cell: object) -> float:
    if isinstance(cell, str):
        return float(cell.removeprefix(">").removesuffix(" g/dL")) * (10 if cell.endswith("g/dL") else 1)
    return float("nan") if cell is None else float(cell)  # type: ignore[arg-type]
