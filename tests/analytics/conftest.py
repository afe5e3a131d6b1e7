"""A small cohort made by hand: every patient is an-2025's ideal one but for what a test changes."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.engine.comparison import compare
from analytics.frame import AdverseEvents, AnalysisFrame, FlowRow, Histories
from analytics.messages import Message
from analytics.protocol.library import protocol_text
from analytics.protocol.population import read_study_protocol
from analytics.result.comparison import result_json
from registry.access.scope import center_scope
from registry.models import (
    AblationSession,
    Assessment,
    Center,
    FollowUp,
    LabResult,
    Patient,
    ProgressionEvent,
    Resection,
    TransarterialSession,
    TumorBurden,
)
from tests.analytics.made_up import values_of
from tests.conftest import Cast

INDEX = date(2018, 3, 1)
PATIENT = {
    "sex": "M",
    "birth_date": date(1960, 5, 17),
    "consent_status": "WAIV",
    "diagnosis_date": INDEX - timedelta(days=20),
    "diagnosis_basis": "IMG",
    "tumor_type": "HCC",
    "hbv_status": "POS",
    "cirrhosis": "1",
    "comorbidity": "0",
    "other_malignancy": "0",
    "prior_hcc_treatment": ["NONE"],
    "resectability_index": "UNRES_TECH",
}
LABORATORY = {"alb": 41.0, "tbil": 15.0, "inr": 1.1, "afp": 30.0, "plt": 160.0}
NOT_INVADED = {"macrovascular_invasion": "0", "extrahepatic_metastasis": "0"}


@pytest.fixture
def make_case(cast: Cast) -> Callable[..., Patient]:
    """An eligible patient. `arm` is resection or ablation; other keywords change single variables or leave records out."""

    def make(
        local_id: str,
        *,
        arm: str = "resection",
        center: Center | None = None,
        index: date = INDEX,
        modality: str = "CTACE",
        baseline: dict[str, Any] | None = None,
        laboratory: dict[str, float] | None = None,
        whole: dict[str, Any] | None = None,
        viable: dict[str, Any] | None = None,
        curative: dict[str, Any] | None = None,
        curative_date: date | None = None,
        progression_date: date | None = None,
        death_date: date | None = None,
        last_contact: date = date(2023, 8, 1),
        **variables: Any,
    ) -> Patient:
        place = center or cast.center
        by = cast.data_manager if place == cast.center else cast.other_data_manager
        with center_scope([place.pk], by=by, reason="a case of the tests"):
            patient = Patient(center=place, local_id=local_id, **{**PATIENT, **variables})
            patient.assign_registry_id()
            patient.save()
            mine = {"patient": patient, "center": place}

            def assess(day: date, *, kind: str, basis: str, burden: dict[str, Any], **more: Any) -> Assessment:
                assessment = Assessment.objects.create(**mine, assessment_date=day, assessment_type=kind, **more)
                TumorBurden.objects.create(**mine, assessment=assessment, diameter_basis=basis, **burden)
                return assessment

            findings = {"ecog_ps": "0", "ascites_grade": "0", "encephalopathy_grade": "0", **(baseline or {})}
            large = {"tumor_number": 1, "max_diameter_cm": 7.0, **NOT_INVADED, **(whole or {})}
            first = assess(index - timedelta(days=5), kind="BASE", basis="WHOLE", burden=large, **findings)
            for code, value in {**LABORATORY, **(laboratory or {})}.items():
                if value is not None:
                    LabResult.objects.create(
                        **mine, assessment=first, analyte_code=code, value=value, raw_value=f"{value}", raw_unit=""
                    )
            TransarterialSession.objects.create(**mine, start_date=index, modality=modality)
            small = {"tumor_number": 1, "max_diameter_cm": 2.5, **NOT_INVADED, **(viable or {})}
            assess(index + timedelta(days=60), kind="POST_TX", basis="VIABLE", burden=small)
            treated = {**mine, "start_date": curative_date or index + timedelta(days=90), "treatment_intent": "CUR"}
            if arm == "resection":
                Resection.objects.create(**{**treated, "resection_margin": "R0", **(curative or {})})
            elif arm == "ablation":
                AblationSession.objects.create(
                    **{**treated, "ablation_modality": "RFA", "complete_ablation_1m": "1", **(curative or {})}
                )
            if progression_date:
                ProgressionEvent.objects.create(**mine, progression_date=progression_date)
            ending = {"vital_status": "DEAD", "death_date": death_date} if death_date else {"vital_status": "ALIVE"}
            FollowUp.objects.create(
                **mine,
                follow_up_date=death_date or last_contact,
                last_known_alive_date=None if death_date else last_contact,
                **ending,
            )
        return patient

    return make


@pytest.fixture
def add_record(cast: Cast) -> Callable[..., Any]:
    """One more record of a patient."""

    def add(model: Any, *, patient: Patient, **variables: Any) -> Any:
        by = cast.data_manager if patient.center_id == cast.center.pk else cast.other_data_manager
        with center_scope([patient.center_id], by=by, reason="a record of the tests"):
            return model.objects.create(patient=patient, center_id=patient.center_id, **variables)

    return add


@pytest.fixture(scope="session")
def result() -> dict[str, Any]:
    return made_up_result()


def made_up_result() -> dict[str, Any]:
    """an-2025 compared on 240 made-up rows, as its JSON: no database, the same every time."""
    protocol = read_study_protocol(protocol_text("an-2025"))
    random = np.random.default_rng(11)
    focal = random.random(240) < 0.4
    columns: dict[str, Any] = {
        "id": [f"C01-{number:06d}-0" for number in range(240)],
        "arm": np.where(focal, "Resection", "Ablation"),
        "center": np.where(random.random(240) < 0.5, "C01", "C02"),
    }
    for name, monthly in (("OS", 0.010), ("PFS", 0.022), ("EPFS", 0.014), ("PPS", 0.040)):
        time, censoring = random.exponential(1 / monthly, 240), random.uniform(6, 120, 240)
        columns |= {f"{name}_time": np.minimum(time, censoring), f"{name}_event": (time <= censoring).astype(float)}
    columns["TACE_RESPONSE_value"] = random.choice(["CR", "PR", "SD"], 240)
    columns["COMPLICATION_value"] = random.choice(["major", "minor", "none"], 240)
    columns |= {"defining_months": random.uniform(2, 5, 240), "exposure_months": columns["OS_time"]}
    for covariate in protocol.covariates:
        columns[covariate.name] = values_of(covariate, random=random)
    events = pd.DataFrame(
        {
            "id": columns["id"][:60],
            "term": ["Nausea", "Fever", "Ascites"] * 20,
            "class": ["Gastrointestinal disorders", "General disorders and administration site conditions", None] * 20,
            "grade": random.integers(1, 5, 60).astype(float),
            "start_months": random.uniform(0, 6, 60),
        }
    )
    frame = AnalysisFrame(
        table=pd.DataFrame(columns),
        source="registry",
        sha256="0" * 64,
        rows=300,
        adverse_events=AdverseEvents(table=events, source="registry", sha256="1" * 64, rows=60),
        histories=_histories(columns["id"], random=random),
    )
    start = FlowRow(
        "recorded", Message("Patients recorded", "登记的患者"), removed=0, remaining=300, arms={}, centers=2
    )
    detail = {"missing": {"removed": 7}}
    staged = FlowRow(
        "stage",
        Message("BCLC stage A or B", "BCLC A 或 B 期"),
        removed=60,
        remaining=240,
        arms={},
        centers=2,
        detail=detail,
    )
    content: dict[str, Any] = json.loads(result_json(compare(frame, protocol=protocol, flow=(start, staged))))
    return content


def _histories(ids: list[str], *, random: np.random.Generator) -> Histories:
    """Drawn after all else, so that the rest of the result stays as it was."""
    n = len(ids)
    numbers = ("sessions", "number_before", "number_after", "size_before_cm", "size_after_cm")
    persons = {
        "id": ids,
        "year": random.integers(2010, 2023, n).astype(float),
        "followed_months": random.uniform(6, 120, n),
        "died": random.random(n) < 0.3,
        "progression_months": np.where(random.random(n) < 0.4, random.uniform(1, 6, n), np.nan),
        "after_progression": random.choice(["TACE", "ABL;SYS_TKI", ""], n),
        **{name: random.integers(1, 9, n).astype(float) for name in numbers},
        "change_pct": random.uniform(-100, 130, n),
    }
    kinds = random.choice(["tace", "systemic", "resection", "ablation", "radiotherapy"], 4 * n)
    start = random.uniform(0, 40, 4 * n)
    treatments = {
        "id": np.repeat(ids, 4),
        "kind": kinds,
        "start_months": start,
        "end_months": np.where(kinds == "systemic", start + 5, np.nan),
    }
    complications = {
        "id": ids[:80],
        "term": ["Fever", "Ascites"] * 40,
        "kind": ["minor", "minor", "major", "minor"] * 20,
    }
    return Histories(
        persons=pd.DataFrame(persons),
        treatments=pd.DataFrame(treatments),
        complications=pd.DataFrame(complications),
    )
