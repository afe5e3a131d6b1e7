"""Frames made by hand: no database, the same every time."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.exports.package import pack
from analytics.formats import ExportFormat
from analytics.frame import AdverseEvents, AnalysisFrame
from analytics.protocol.library import protocol_text
from analytics.protocol.plan import DEFINING, EXPOSURE, Covariate
from analytics.protocol.population import StudyProtocol, read_study_protocol

PATIENTS = 300
EVENTS = 200
RISKY_TERM = "=cmd|'/c calc'!A1"


@pytest.fixture(scope="session")
def study_text() -> str:
    return protocol_text("an-2025")


@pytest.fixture(scope="session")
def protocol(study_text: str) -> StudyProtocol:
    return read_study_protocol(study_text)


@pytest.fixture(scope="session")
def frame(protocol: StudyProtocol) -> AnalysisFrame:
    return make_frame(protocol)


def make_frame(protocol: StudyProtocol, *, seed: int = 3) -> AnalysisFrame:
    """Times with every digit, and one in forty covariates missing; two in five of the first arm."""
    random = np.random.default_rng(seed)
    first, *others = (arm.label for arm in protocol.arms.all_arms)
    columns: dict[str, Any] = {
        "id": [f"C01-{number:06d}-0" for number in range(PATIENTS)],
        "arm": np.where(random.random(PATIENTS) < 0.4, first, random.choice(others, PATIENTS)).astype(object),
        "center": np.where(random.random(PATIENTS) < 0.5, "C01", "C02").astype(object),
    }
    for name in protocol.survival_endpoints:
        time, censoring = random.exponential(60, PATIENTS), random.uniform(6, 120, PATIENTS)
        columns |= {f"{name}_time": np.minimum(time, censoring), f"{name}_event": (time <= censoring).astype(float)}
    for name, plan in protocol.responses.items():
        values = random.choice([str(value) for value in plan.order or (*plan.success, "no")], PATIENTS).astype(object)
        columns[f"{name}_value"] = _with_gaps(values, random=random)
    columns |= {DEFINING: random.uniform(1, 5, PATIENTS), EXPOSURE: random.uniform(5, 50, PATIENTS)}
    for covariate in protocol.covariates:
        columns[covariate.name] = _with_gaps(_values(covariate, random=random), random=random)
    table = pd.DataFrame(columns)
    events = _adverse_events(table, random=random) if protocol.safety else None
    return AnalysisFrame(table=table, source="registry", sha256="0" * 64, rows=PATIENTS, adverse_events=events)


def _adverse_events(table: pd.DataFrame, *, random: np.random.Generator) -> AdverseEvents:
    events = pd.DataFrame(
        {
            "id": random.choice(table["id"], EVENTS),
            "term": random.choice(["Fever", "Vomiting", RISKY_TERM], EVENTS).astype(object),
            "class": _with_gaps(random.choice(["General", "GI"], EVENTS).astype(object), random=random),
            "grade": random.integers(1, 6, EVENTS).astype(float),
            "start_months": random.uniform(-1, 20, EVENTS),
        }
    )
    return AdverseEvents(table=events, source="registry", sha256="0" * 64, rows=EVENTS)


def _values(covariate: Covariate, *, random: np.random.Generator) -> Any:
    if covariate.type == "binary":
        return random.integers(0, 2, PATIENTS).astype(float)
    if covariate.type == "categorical":
        return random.choice([str(level) for level in covariate.levels] or ["0", "1"], PATIENTS).astype(object)
    return random.normal(covariate.cut[0] if covariate.cut else 0, 10, PATIENTS)


def _with_gaps(values: Any, *, random: np.random.Generator) -> Any:
    missing = random.random(len(values)) < 0.025
    values[missing] = None if values.dtype == object else np.nan
    return values


@pytest.fixture
def packed(study_text: str) -> Callable[..., dict[str, bytes]]:
    """The files of a zip by name."""

    def make(frame: AnalysisFrame, *, protocol: StudyProtocol, file_format: str = "csv") -> dict[str, bytes]:
        package = pack(
            frame, protocol=protocol, protocol_text=study_text, file_format=ExportFormat(file_format), about={}
        )
        return unzip(package.content)

    return make


def unzip(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def manifest(files: dict[str, bytes]) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(files["manifest.json"])
    return content
