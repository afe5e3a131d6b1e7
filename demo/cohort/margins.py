"""Figures the synthetic patients are made to resemble: two arms before matching.

Source: An et al. 2025, resection versus ablation after downstaging by TACE in 12 hospitals, Table 1 (counts by arm, in
an_2025_margins.csv; 219 resections, 390 ablations), its text (laboratory values) and its survival curves.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Arm = Literal["resection", "ablation"]
ARMS: tuple[Arm, Arm] = ("resection", "ablation")

MARGINS_FILE = Path(__file__).with_name("an_2025_margins.csv")
ARM_COUNTS: Mapping[str, int] = MappingProxyType({"resection": 219, "ablation": 390})
FIRST_INDEX, LAST_INDEX = date(2008, 6, 1), date(2022, 10, 31)
CUTOFF = date(2023, 8, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabFigures:
    """Center of a laboratory value in each arm (mean, or median where `is_skewed`), a common spread, limits and decimals.

    Values are drawn within the limits, which moves mean and median a little from the center.
    """

    resection: float
    ablation: float
    spread: float  # standard deviation, of the logarithm where skewed
    limits: tuple[float, float]
    decimals: int
    is_skewed: bool = False

    def center(self, arm: Arm) -> float:
        return self.resection if arm == "resection" else self.ablation


# A common spread keeps the chance of resection exactly logistic in these values. Limits keep patients eligible
# (Child-Pugh A, platelets above 50) and the values unsuspicious of another unit.
LABS: Mapping[str, LabFigures] = MappingProxyType(
    {
        "alb": LabFigures(resection=41.75, ablation=40.76, spread=4.7, limits=(35.1, 54.0), decimals=1),
        "tbil": LabFigures(resection=14.7, ablation=14.0, spread=0.5, limits=(4.5, 33.5), decimals=1, is_skewed=True),
        "alt": LabFigures(resection=65.7, ablation=59.0, spread=0.45, limits=(8, 480), decimals=0, is_skewed=True),
        "ast": LabFigures(resection=55.6, ablation=56.7, spread=0.45, limits=(10, 480), decimals=0, is_skewed=True),
        "pt": LabFigures(resection=11.89, ablation=12.07, spread=1.3, limits=(9.2, 14.9), decimals=1),
        "inr": LabFigures(resection=1.08, ablation=1.09, spread=0.11, limits=(0.82, 1.6), decimals=2),
        "neut": LabFigures(resection=3.9, ablation=3.2, spread=0.47, limits=(1.1, 14.0), decimals=2, is_skewed=True),
        "lym": LabFigures(resection=1.70, ablation=1.77, spread=0.58, limits=(0.4, 4.5), decimals=2),
        "plt": LabFigures(resection=208, ablation=159, spread=0.7, limits=(51, 480), decimals=0, is_skewed=True),
        "hb": LabFigures(resection=138, ablation=136, spread=16, limits=(82, 176), decimals=0),
        "crp": LabFigures(resection=16.6, ablation=8.3, spread=0.9, limits=(0.5, 140), decimals=1, is_skewed=True),
        "crea": LabFigures(resection=73.8, ablation=73.9, spread=15, limits=(40, 140), decimals=0),
        "na": LabFigures(resection=140, ablation=140, spread=2.5, limits=(130, 149), decimals=0),
    }
)

# Years since the first TACE and survival in the resection arm
SURVIVAL: tuple[tuple[float, float, float], ...] = (  # years, overall, progression-free
    (1, 0.991, 0.888),
    (3, 0.899, 0.684),
    (5, 0.824, 0.573),
    (10, 0.656, 0.349),
)


@cache
def margins() -> Mapping[tuple[str, Arm], Mapping[str, int]]:
    """Patients by level of each variable and arm."""
    found: dict[tuple[str, Arm], dict[str, int]] = {}
    with MARGINS_FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for arm in ARMS:
                if row[f"{arm}_n"]:
                    found.setdefault((row["variable"], arm), {})[row["level"]] = int(row[f"{arm}_n"])
    return MappingProxyType(found)


def counts(variable: str, *, arm: Arm, total: int) -> dict[str, int]:
    """The margin of a variable, scaled to `total` patients by largest remainder."""
    return scaled(margins()[variable, arm], total=total)


def scaled(shares: Mapping[str, float], *, total: int) -> dict[str, int]:
    """Whole numbers proportional to `shares` that sum to `total`."""
    whole = sum(shares.values())
    exact = {level: share * total / whole for level, share in shares.items()}
    floors = {level: int(value) for level, value in exact.items()}
    by_remainder = sorted(exact, key=lambda level: floors[level] - exact[level])
    for level in by_remainder[: total - sum(floors.values())]:
        floors[level] += 1
    return floors
