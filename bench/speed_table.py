"""A made-up table for the measurements of speed: thirteen covariates, two arms, a competing cause, pairs and weights."""

import numpy as np
import pandas as pd

NUMBERS, FACTORS = 5, 8  # thirteen covariates


def made_up(rows: int) -> pd.DataFrame:
    random = np.random.Generator(np.random.PCG64(rows))
    numbers = random.normal(size=(rows, NUMBERS)).round(1)
    factors = (random.random((rows, FACTORS)) < 0.4).astype(float)
    lean = 0.5 * numbers[:, 0] - 0.4 * numbers[:, 1] + 0.5 * factors[:, 0] - 0.6
    arm = (random.random(rows) < 1 / (1 + np.exp(-lean))).astype(float)
    hazard = np.exp(0.3 * numbers[:, 0] + 0.4 * factors[:, 0] - 0.3 * arm)
    death, follow_up = random.exponential(1500, rows) / hazard, random.uniform(300, 2500, rows)
    other = random.exponential(4000, rows)
    cause = np.where(np.minimum(death, other) > follow_up, 0, np.where(death <= other, 1, 2))
    time = np.ceil(np.minimum(np.minimum(death, other), follow_up))
    found = pd.DataFrame(np.column_stack([numbers, factors]), columns=[f"x{j}" for j in range(NUMBERS + FACTORS)])
    pair, weight = np.arange(rows) // 2, random.uniform(0.5, 2, rows)
    return found.assign(time=time, event=(cause == 1) * 1, cause=cause, arm=arm, pair=pair, weight=weight)
