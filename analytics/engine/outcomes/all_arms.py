"""All arms of a protocol together, unmatched: a curve each, and one test of all of them."""

from dataclasses import dataclass

import numpy as np

from analytics.engine.outcomes.outcomes import ArmSurvival, describe_arm
from analytics.engine.outcomes.risk_rows import CohortRows, observe
from analytics.frame import AnalysisFrame
from analytics.protocol.plan import AnalysisPlan, token_text
from analytics.stats.survival.log_rank import LogRank, log_rank_of_groups


@dataclass(frozen=True)
class OverallResult:
    """One endpoint; the log-rank test has one degree of freedom less than there are arms."""

    arms: dict[str, ArmSurvival]
    logrank: LogRank


def overall(frame: AnalysisFrame, *, protocol: AnalysisPlan) -> dict[str, OverallResult]:
    """endpoint → result; empty where the protocol has two arms only."""
    labels = [arm.label for arm in protocol.arms.all_arms]
    if len(labels) < 3:
        return {}
    table = frame.table[frame.table["arm"].isin(labels)].reset_index(drop=True)
    found = {}
    for name, plan in protocol.survival_endpoints.items():
        seen = observe(CohortRows("unmatched", table=table), endpoint=name, protocol=protocol)
        arm = table["arm"].to_numpy()[seen.rows]
        group = np.array([labels.index(label) for label in arm], dtype=np.int64)
        found[name] = OverallResult(
            arms={
                label: describe_arm(seen, rows=group == place, plan=plan, protocol=protocol)
                for place, label in enumerate(labels)
            },
            logrank=log_rank_of_groups(seen.time, event=seen.event, group=group, entry=seen.entry),
        )
    return found


def contrast_protocols(protocol: AnalysisPlan) -> list[AnalysisPlan]:
    """The protocol with each further contrast as its two arms; that of the main comparison is not repeated."""
    arms, found = protocol.arms, []
    for focal, reference in arms.contrasts:
        first, second = (arms.called(token_text(token)) for token in (focal, reference))
        if (first, second) != (arms.focal, arms.reference):
            two = {"focal": first, "reference": second, "others": (), "contrasts": ()}
            found.append(protocol.model_copy(update={"arms": arms.model_copy(update=two)}))
    return found
