"""The arms compared within each center, and whether the centers differ by more than chance."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.engine.outcomes.risk_rows import Observed
from analytics.engine.outcomes.subgroups import SubgroupRow, rows_of_variable
from analytics.protocol.outcomes import SubgroupPlan
from analytics.protocol.plan import CENTER, AnalysisPlan
from analytics.stats.tests.heterogeneity import Heterogeneity, heterogeneity


@dataclass(frozen=True)
class CenterRatios:
    """A row per center; `spread` is of the logarithms of their ratios, None where fewer than two centers have one."""

    rows: tuple[SubgroupRow, ...]
    spread: Heterogeneity | None


def center_ratios(table: pd.DataFrame, *, seen: Observed, protocol: AnalysisPlan) -> CenterRatios | None:
    """The rows of `table` are those of `seen`; None where fewer than two centers are known."""
    if CENTER not in table or table[CENTER].nunique() < 2:
        return None
    rows = tuple(rows_of_variable(table, plan=SubgroupPlan(name=CENTER), seen=seen, protocol=protocol))
    known = [(np.log(row.ratio.hr), row.ratio.se) for row in rows if row.ratio.hr and row.ratio.se]
    if len(known) < 2:
        return CenterRatios(rows=rows, spread=None)
    estimates, errors = np.array(known).T
    return CenterRatios(rows=rows, spread=heterogeneity(estimates, se=errors, level=protocol.conventions.level))
