"""Time that belongs to an arm before anybody can be in it: until the act that makes the arm, its people cannot have died."""

import numpy as np
import pandas as pd

from analytics.messages import Message, Notice
from analytics.protocol.plan import DEFINING, AnalysisPlan
from analytics.stats.event_times import Booleans

# Note [Immortal time]
# ~~~~~~~~~~~~~~~~~~~~
# If an arm is defined by an act after time zero (a resection months after the first TACE), its patients cannot have
# died before the act: that time is guaranteed, and counting it for the arm flatters whoever waits longer. Matching on
# baseline does not touch the bias, since it is not confounding but a wrong start of the clock. So the engine always
# measures the guaranteed time per arm and warns; the fair comparisons (counting from the act, a landmark, an arm that
# changes with time, clones censored when they deviate) are asked for by the protocol and computed in
# analytics/engine/outcomes/immortal_time.py, beside the naive ratio and never instead of it.


def guaranteed_time(table: pd.DataFrame, *, protocol: AnalysisPlan) -> dict[str, float | None] | None:
    """Label → median months from time zero to the defining act (0 where it came before); None without such an act."""
    if DEFINING not in table:
        return None
    medians: dict[str, float | None] = {}
    for label in (protocol.arms.focal.label, protocol.arms.reference.label):
        waits = table.loc[table["arm"] == label, DEFINING].dropna().to_numpy(dtype=float)
        medians[label] = float(np.median(np.maximum(waits, 0.0))) if waits.size else None
    return medians


def about_guaranteed_time(table: pd.DataFrame, *, medians: dict[str, float | None] | None) -> list[Notice]:
    """One late act is enough for the warning."""
    if medians is None:
        return []
    waits = table[DEFINING].to_numpy(dtype=float)
    found = []
    if (late := int((waits > 0).sum())) > 0:
        en = ", ".join(f"{label} {months:.1f} months" for label, months in medians.items() if months is not None)
        zh = "，".join(f"{label} {months:.1f} 个月" for label, months in medians.items() if months is not None)
        message = Message(
            en=f"Immortal time: {late} of {waits.size} patients entered their arm only after time zero and had to survive until then "
            f"(median by arm: {en}). The naive comparison favors the arm with the longer wait.",
            zh=f"永恒时间偏倚：{waits.size} 人中有 {late} 人在时间零点之后才进入所属组，此前必然存活（各组中位数：{zh}）。现有比较偏向等待时间较长的一组。",
        )
        found.append(Notice("immortal_time", message, where="endpoints"))
    having = _in_arms_with_the_act(table)
    if unknown := int(np.isnan(waits[having]).sum()):
        en = f"The time of the arm-defining event is unknown for {unknown} of {having.sum()} patients."
        zh = f"{having.sum()} 人中有 {unknown} 人的分组确定时间未知。"
        found.append(Notice("defining_missing", Message(en, zh), where="immortal_time"))
    return found


def _in_arms_with_the_act(table: pd.DataFrame) -> Booleans:
    """An arm all of whose patients lack the act is that of those who never have it; where no arm has it, it is unknown."""
    known = table[DEFINING].notna().groupby(table["arm"]).transform("any").to_numpy(dtype=bool)
    return known if known.any() else ~known
