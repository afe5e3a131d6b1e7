"""Small tables and protocols for the tests of the comparison."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics.flat.protocol import TableProtocol
from analytics.flat.table import read_table
from analytics.frame import AnalysisFrame
from analytics.protocol.errors import validate_plan


def make_content(**changes: Any) -> dict[str, Any]:
    """A protocol as a dictionary; a change of None takes the key out."""
    content: dict[str, Any] = {
        "id": "trial",
        "title": "Resection or ablation",
        "table": {"id": "patient", "arm": "arm", "center": "center"},
        "arms": {"focal": {"value": "R", "label": "Resection"}, "reference": {"value": "A", "label": "Ablation"}},
        "endpoints": {"OS": {"time": "days", "event": "died", "report_months": [12, 36]}},
        "covariates": [
            {"name": "age", "type": "continuous"},
            {"name": "bclc", "type": "categorical", "levels": ["0", "A", "B"]},
            {"name": "hbv", "type": "binary"},
        ],
        "design": {"caliper": {"width": 0.2}},
        "cox": {"covariates": ["age", "bclc"]},
    } | changes
    return {key: value for key, value in content.items() if value is not None}


def make_protocol(**changes: Any) -> TableProtocol:
    return validate_plan(TableProtocol, content=make_content(**changes))


def make_rows(*, size: int = 240, seed: int = 5) -> pd.DataFrame:
    """A cohort with a moderate confounder, as the cells of a CSV file."""
    random = np.random.default_rng(seed)
    age = random.normal(60, 10, size).round(1)
    is_focal = random.random(size) < 1 / (1 + np.exp((age - 57) / 12))
    bclc = random.choice(["0", "A", "B"], size)
    days = random.exponential(1500 * np.exp(-(age - 60) / 30 + 0.3 * is_focal)).round() + 1
    return pd.DataFrame(
        {
            "patient": [f"{place:03d}" for place in range(size)],
            "arm": np.where(is_focal, "R", "A"),
            "center": random.choice(["C01", "C02", "C03"], size),
            "days": np.minimum(days, 2500).astype(int),
            "died": (days < 2500).astype(int),
            "age": age,
            "bclc": bclc,
            "hbv": random.integers(0, 2, size),
        }
    )


def make_frame(folder: Path, *, protocol: TableProtocol, rows: pd.DataFrame | None = None) -> AnalysisFrame:
    return read_table(write_table(folder, rows=make_rows() if rows is None else rows), protocol=protocol)


def write_table(folder: Path, *, rows: pd.DataFrame) -> Path:
    path = folder / "table.csv"
    rows.to_csv(path, index=False)
    return path


def with_cells(rows: pd.DataFrame, cells: Mapping[tuple[int, str], object]) -> pd.DataFrame:
    """A copy with single cells replaced."""
    changed = rows.astype(object)
    for (place, column), value in cells.items():
        changed.loc[place, column] = value
    return changed


RESPONSE = {"type": "binary", "value": "bor", "success": ["CR", "PR"], "order": ["CR", "PR", "SD", "PD"]}


def make_responders(*, arms: Mapping[str, str]) -> pd.DataFrame:
    """One row per letter: arm → the values of its patients in a row, C P S D for CR PR SD PD, - for not evaluable.

    The ages let the n-th patients of both arms be a pair."""
    names = {"C": "CR", "P": "PR", "S": "SD", "D": "PD", "-": ""}
    cells = [(arm, place, names[letter]) for arm, letters in arms.items() for place, letter in enumerate(letters)]
    return pd.DataFrame(
        {
            "patient": [f"{arm}{place:02d}" for arm, place, _ in cells],
            "arm": [arm for arm, _, _ in cells],
            "center": "C01",
            "days": 100,
            "died": 1,
            "age": [40.0 + 3 * place + 0.01 * (arm == "R") for arm, place, _ in cells],
            "bor": [value for _, _, value in cells],
        }
    )
