"""The hazard ratios that are true of simulated cohorts, as `python -m bench.coverage --truth` found them.

`conditional_hr` is the generator's parameter. `marginal_hr` is what a matched model of the arm alone estimates: the matched
resections counted twice, with their potential outcomes under both arms. `marginal_hr_att` is the same of all resections,
`marginal_hr_weighted` of everybody with the weights of a weighted design.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from demo.cohort.core import ENDPOINTS, Endpoint, Scenario

TRUTH_FILE = Path(__file__).with_name("truth.json")

WeightedDesign = Literal["siptw", "siptw_truncated", "att", "overlap"]
WEIGHTED_DESIGNS: tuple[WeightedDesign, ...] = ("siptw", "siptw_truncated", "att", "overlap")


@dataclass(frozen=True, slots=True)
class Marginal:
    """A hazard ratio over many cohorts, with the Monte Carlo standard error of its logarithm."""

    hr: float
    log_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Each error is the Monte Carlo standard error of the logarithm."""

    conditional_hr: float
    marginal_hr: float
    marginal_hr_log_error: float
    marginal_hr_att: float
    marginal_hr_att_log_error: float
    marginal_hr_weighted: Mapping[WeightedDesign, Marginal]

    @property
    def matched(self) -> Marginal:
        return Marginal(self.marginal_hr, self.marginal_hr_log_error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truths:
    """`design` names the study and its matching, `seeds` how many cohorts the marginal ones rest on."""

    of: str
    design: Mapping[str, Any]
    seeds: int
    by_case: Mapping[tuple[Scenario, Endpoint], Truth]

    def scenario(self, scenario: Scenario) -> dict[Endpoint, Truth]:
        return {endpoint: self.by_case[scenario, endpoint] for endpoint in ENDPOINTS}


@cache
def read_truths() -> Truths:
    content = json.loads(TRUTH_FILE.read_text(encoding="utf-8"))
    by_case = {(Scenario(**row["scenario"]), row["endpoint"]): _truth(row["truth"]) for row in content["cases"]}
    return Truths(
        of=content["of"],
        design=MappingProxyType(content["design"]),
        seeds=content["seeds"],
        by_case=MappingProxyType(by_case),
    )


def _truth(found: dict[str, Any]) -> Truth:
    weighted = {design: Marginal(**found["marginal_hr_weighted"][design]) for design in WEIGHTED_DESIGNS}
    return Truth(**{**found, "marginal_hr_weighted": weighted})
