"""The two published data sets as arrays."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
DATA = HERE / "data"
SCORE_COLUMNS = ("age", "educ", "race=hispan", "race=white", "married", "nodegree", "re74", "re75")


@cache
def numbers() -> dict[str, Any]:
    return json.loads((HERE / "numbers.json").read_text())


@cache
def golden_matching() -> dict[str, Any]:
    return json.loads((HERE / "golden_matching.json").read_text())


@cache
def lung() -> pd.DataFrame:
    table = pd.read_csv(DATA / "lung.csv")
    return table.assign(event=table["status"] == 2, site=table["inst"].fillna(99).astype(int))


@cache
def lalonde() -> pd.DataFrame:
    table = pd.read_csv(DATA / "lalonde.csv")
    return table.assign(**{f"race={level}": (table["race"] == level) * 1.0 for level in ("hispan", "white")})


def lalonde_score() -> tuple[np.ndarray, np.ndarray]:
    table = lalonde()
    return table[list(SCORE_COLUMNS)].to_numpy(dtype=float), (table["treat"] == 1).to_numpy()
