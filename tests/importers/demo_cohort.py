"""The criteria of an-2025 applied to demo rows, told anew from the registry's definitions and not from how the rows were made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from importers.demo.centers import CenterRows
from registry.clinical.codes import flag, grade
from registry.clinical.dates import baseline_date, completed_years, in_baseline_window
from registry.clinical.scores import child_pugh_class, child_pugh_score
from registry.clinical.staging import Condition, bclc_stage, within_milan

Row = Mapping[str, Any]

PATIENT, ASSESSMENT, LABORATORY = "01_患者_patient", "02_评估_assessment", "03b_检验_lab_wide"
TRANSARTERIAL, ABLATION, RESECTION = "04_介入_transarterial", "05_消融_ablation", "06_手术_resection"
FOLLOW_UP = "10_随访_followup"
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
    def baseline(self) -> Row:
        days = [row["assessment_date"] for row in self.sheets[ASSESSMENT]]
        day = baseline_date(days, index_date=self.index["start_date"])
        return next(row for row in self.sheets[ASSESSMENT] if row["assessment_date"] == day)

    @property
    def labs(self) -> dict[str, float]:
        """Baseline values in canonical units; ">1210" counts as 1210, grams per deciliter are multiplied."""
        (row,) = [row for row in self.sheets[LABORATORY] if row["assessment_type"] == "BASE"]
        return {
            name: _number(cell) for name, cell in row.items() if name in {"alb", "tbil", "inr", "afp", "crp", "plt"}
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


def records(centers: Sequence[CenterRows]) -> Iterator[Record]:
    for center in centers:
        by_patient: dict[str, dict[str, list[Row]]] = {}
        names = (ASSESSMENT, LABORATORY, TRANSARTERIAL, ABLATION, RESECTION, FOLLOW_UP)
        for name in names:
            for row in center.sheets.get(name, ()):
                by_patient.setdefault(row["local_id"], {key: [] for key in names})[name].append(row)
        for patient in center.sheets[PATIENT]:
            yield Record(patient=patient, sheets=by_patient[patient["local_id"]])


def arm_of(record: Record) -> str | None:
    """The arm of an eligible patient, else None."""
    criteria = (_treated_in_period, _diagnosed, _staged, _well, _downstaged_then_cured, _followed)
    if not all(criterion(record) for criterion in criteria):
        return None
    assert record.curative
    return record.curative[0]


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
        inr=labs["inr"],
        ascites_grade=grade(row["ascites_grade"]),
        encephalopathy_grade=grade(row["encephalopathy_grade"]),
    )


def age(record: Record) -> int:
    return completed_years(record.patient["birth_date"], on=record.index["start_date"]) or 0


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
    assert in_baseline_window(record.baseline["assessment_date"], index_date=record.index["start_date"])
    return derived_bclc(record) in {"A", "B"} and is_within_milan(record.baseline) is False


def _well(record: Record) -> bool:
    is_class_a = child_pugh_class(derived_child_pugh(record)) == "A"
    return is_class_a and record.baseline["ecog_ps"] in {"0", "1"} and 18 <= age(record) <= 75


def _downstaged_then_cured(record: Record) -> bool:
    if record.curative is None:
        return False
    arm, row = record.curative
    scans = [scan for scan in record.sheets[ASSESSMENT] if scan["diameter_basis"] == "VIABLE" and is_within_milan(scan)]
    is_downstaged = any(record.index["start_date"] < scan["assessment_date"] < row["start_date"] for scan in scans)
    result = row["resection_margin"] == "R0" if arm == "resection" else row["complete_ablation_1m"] == "1"
    return is_downstaged and result


def _followed(record: Record) -> bool:
    is_dead = record.last["vital_status"] == "DEAD"
    return is_dead or (CUTOFF - record.last["last_known_alive_date"]).days <= 183


def _number(cell: object) -> float:
    if isinstance(cell, str):
        return float(cell.removeprefix(">").removesuffix(" g/dL")) * (10 if cell.endswith("g/dL") else 1)
    return float("nan") if cell is None else float(cell)  # type: ignore[arg-type]
