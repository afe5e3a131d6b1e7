"""Studies of the library compared on made-up rows: no database, the same every time, all that their protocols ask for."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analytics.engine.comparison import compare
from analytics.frame import AdverseEvents, AnalysisFrame, FlowRow
from analytics.messages import Message
from analytics.protocol.endpoints.plans import StudyResponse
from analytics.protocol.plan import Covariate
from analytics.protocol.population import StudyProtocol
from analytics.result.comparison import result_json

SIZE = 240


def made_up_result(protocol: StudyProtocol, *, verify: bool = False) -> dict[str, Any]:
    """The result as its JSON, read back."""
    random = np.random.default_rng(11)
    frame = AnalysisFrame(
        table=pd.DataFrame(dict(_columns(protocol, random=random))),
        source="registry",
        sha256="0" * 64,
        rows=300,
        adverse_events=_adverse_events(random) if protocol.safety else None,
    )
    start = FlowRow(
        "recorded", Message("Patients recorded", "登记的患者"), removed=0, remaining=300, arms={}, centers=2
    )
    staged = FlowRow(
        "stage",
        Message("BCLC stage A or B", "BCLC A 或 B 期"),
        removed=60,
        remaining=SIZE,
        arms={},
        centers=2,
        detail={"missing": {"removed": 7}},
    )
    found = compare(frame, protocol=protocol, flow=(start, staged), verify=verify)
    content: dict[str, Any] = json.loads(result_json(found))
    return content


def _columns(protocol: StudyProtocol, *, random: np.random.Generator) -> Iterator[tuple[str, Any]]:
    labels = [arm.label for arm in protocol.arms.all_arms]
    yield "id", [f"C01-{number:06d}-0" for number in range(SIZE)]
    yield "arm", random.choice(labels, SIZE)
    yield "center", np.where(random.random(SIZE) < 0.5, "C01", "C02")
    for name, plan in protocol.endpoints.items():
        if isinstance(plan, StudyResponse):
            yield f"{name}_value", random.choice([str(value) for value in plan.order or (*plan.success, "none")], SIZE)
            continue
        time, censoring = random.exponential(50, SIZE), random.uniform(6, 120, SIZE)
        kind = np.where(random.random(SIZE) < 0.3, 2.0, 1.0) if plan.death == "competing" else np.ones(SIZE)
        yield f"{name}_time", np.minimum(time, censoring)
        yield f"{name}_event", np.where(time <= censoring, kind, 0.0)
    yield "defining_months", random.uniform(2, 5, SIZE)
    yield "exposure_months", random.uniform(6, 60, SIZE)
    for covariate in protocol.covariates:
        yield covariate.name, values_of(covariate, random=random)


def _adverse_events(random: np.random.Generator) -> AdverseEvents:
    events = pd.DataFrame(
        {
            "id": [f"C01-{number:06d}-0" for number in range(60)],
            "term": ["Nausea", "Fever", "Ascites"] * 20,
            "class": ["Gastrointestinal disorders", "General disorders and administration site conditions", None] * 20,
            "grade": random.integers(1, 5, 60).astype(float),
            "start_months": random.uniform(0, 6, 60),
        }
    )
    return AdverseEvents(table=events, source="registry", sha256="1" * 64, rows=60)


def values_of(covariate: Covariate, *, random: np.random.Generator) -> Any:
    if covariate.type == "binary":
        return random.integers(0, 2, SIZE).astype(float)
    if covariate.type == "categorical":
        return random.choice([str(level) for level in covariate.levels], SIZE)
    return random.normal(covariate.cut[0] if covariate.cut else 50, 10, SIZE)
