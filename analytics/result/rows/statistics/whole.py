"""Every kind of number in a result, where it stands in the JSON; each is declared once."""

from collections.abc import Mapping

from analytics.result.rows.shapes import Block, Each, Listed, Node
from analytics.result.rows.statistics.design import BALANCE, BASELINE, FLOW, MATCHING, PROPENSITY_SCORE
from analytics.result.rows.statistics.histories import (
    CENTER_RATIOS,
    HISTORIES,
    PATIENT_LEVEL,
    PERIODS_OF_CENTERS,
)
from analytics.result.rows.statistics.kinds import count
from analytics.result.rows.statistics.names import contrast_name
from analytics.result.rows.statistics.regression import COX_TABLE, SELECTION, SUBGROUPS
from analytics.result.rows.statistics.responses import RESPONSE, SAFETY
from analytics.result.rows.statistics.secondary import IMMORTAL_TIME, PRINTED, SENSITIVITY, STABILITY, VERIFICATION
from analytics.result.rows.statistics.survival import ARM, AT_RISK, CURVES, ENDPOINT, LOG_RANK


def _by_cohort(node: Node) -> Each:
    return Each("endpoint", Each("cohort", node))


OF_TWO_ARMS: Mapping[str, Node] = {
    "flow": FLOW,
    "arms": Block(
        {
            "n": Each(
                "arm",
                count("Patients of the arm before the design", "设计前该组人数", by="analytics.frame.AnalysisFrame"),
            )
        }
    ),
    "propensity": PROPENSITY_SCORE,
    "matching": MATCHING,
    "balance": BALANCE,
    "baseline": BASELINE,
    "endpoints": _by_cohort(ENDPOINT),
    "cox": _by_cohort(Block({"univariable": COX_TABLE, "multivariable": COX_TABLE, "selection": SELECTION})),
    "subgroups": _by_cohort(SUBGROUPS),
    "response": _by_cohort(RESPONSE),
    "safety": Each("cohort", SAFETY),
    "sensitivity": SENSITIVITY,
    "periods": PERIODS_OF_CENTERS,
    "centers": Each("endpoint", CENTER_RATIOS),
    "histories": HISTORIES,
    "patient_level": PATIENT_LEVEL,
    "verification": VERIFICATION,
    "immortal_time": IMMORTAL_TIME,
}
RESULT = Block(
    {
        "data": Block(
            {
                "rows": count("Patients in the data", "数据中的患者数", by="analytics.frame.AnalysisFrame"),
                "n": count(
                    "Patients compared before the design", "设计前参与比较的人数", by="analytics.frame.AnalysisFrame"
                ),
                "adverse_events": Block(
                    {
                        "rows": count(
                            "Adverse events in the data", "数据中的不良事件数", by="analytics.frame.AdverseEvents"
                        )
                    }
                ),
            }
        ),
        **OF_TWO_ARMS,
        "contrasts": Listed(contrast_name, Block(OF_TWO_ARMS)),
        "overall": Each(
            "endpoint",
            Block(
                {
                    "arms": Each("arm", ARM),
                    "logrank": LOG_RANK,
                    "at_risk": Each("arm", Each("month", AT_RISK)),
                    "curves": CURVES,
                }
            ),
        ),
        "stability": STABILITY,
        "printed": PRINTED,
    }
)
SOURCES = (
    "protocol",
    "software",
    "warnings",
    "checks",
)  # what is not a result: what was asked, by what, and what is said of it
