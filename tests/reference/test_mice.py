"""Imputation beside mice 3.19.0, whose numbers `mice.R` made: drawn values in distribution, pooled ones to the digit."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.stats.resampling.imputation import Variable, impute, pool

HERE = Path(__file__).parent
KNOWN = ["age", "sex", "ph.ecog", "time", "status"]
DRAWS = 4000
FARTHEST = 4.0  # Monte Carlo standard errors; of 28 normal ones the largest is beyond in 2 of 1,000 runs


@pytest.fixture(scope="module")
def theirs() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((HERE / "mice.json").read_text(encoding="utf-8"))
    return content


def test_values_drawn_for_the_missing_have_the_mean_and_spread_of_those_of_mice(theirs: dict[str, Any]) -> None:
    lung = pd.read_csv(HERE / "data" / "lung.csv").dropna(subset=KNOWN)
    loss = lung["wt.loss"].to_numpy(float)
    tables = impute([Variable("wt.loss", values=loss)], known=lung[KNOWN].to_numpy(float), m=DRAWS, seed=2)
    ours = np.stack([table[np.isnan(loss), 0] for table in tables])
    means, spreads = np.array(theirs["pmm_mean"]), np.array(theirs["pmm_sd"])
    error = np.sqrt((ours.var(axis=0) + spreads**2) / DRAWS)
    assert (np.abs(ours.mean(axis=0) - means) <= FARTHEST * error).all()
    tail = ((ours - ours.mean(axis=0)) ** 4).mean(axis=0) / ours.var(axis=0) ** 2
    error_of_spread = spreads * np.sqrt((tail - 1) / (4 * DRAWS) * 2)
    assert (np.abs(ours.std(axis=0) - spreads) <= FARTHEST * error_of_spread).all()


@pytest.mark.parametrize(("key", "df_complete"), [("pool", None), ("pool_of_85", 84)])
def test_rubins_rules_give_what_pool_scalar_gives(key: str, df_complete: float | None, theirs: dict[str, Any]) -> None:
    errors = np.array([0.1521, 0.1498, 0.1563, 0.1511, 0.1540])
    found = pool([-0.412, -0.385, -0.467, -0.351, -0.430], variances=(errors**2).tolist(), df_complete=df_complete)
    assert found.se is not None
    ours = [found.estimate, found.within, found.between, found.se**2, found.df, found.missing_information]
    assert ours == pytest.approx(theirs[key], rel=1e-12)
