"""The numbers of sensitivity analyses, fair starts, the second engine, stability, and what the source prints."""

from collections.abc import Mapping

from analytics.result.rows.shapes import Block, Deep, Each, Listed, Node, Unlisted
from analytics.result.rows.statistics.design import BALANCE_BY
from analytics.result.rows.statistics.kinds import COX, SURVIVAL, TESTS, count, ratio, statistic
from analytics.result.rows.statistics.names import named, sensitivity_name, specification_name

SENSITIVITY_BY = "analytics.engine.sensitivity.base.SensitivityRow"
SENSITIVITY = Listed(
    sensitivity_name,
    Block(
        {
            "settings": Deep(statistic("Setting", "设定", by=SENSITIVITY_BY)),
            "n_treated": count("Patients of the focal arm", "目标组人数", by=SENSITIVITY_BY),
            "n_control": count("Patients of the reference arm", "对照组人数", by=SENSITIVITY_BY),
            **ratio(on=("sensitivity.{name}.n_treated", "sensitivity.{name}.n_control")),
            "max_smd": statistic(
                "Largest standardized mean difference", "最大标准化均数差", by=BALANCE_BY, r="cobalt::bal.tab"
            ),
            "value": statistic(
                "Further value, such as an E-value",
                "其他结果（如 E 值）",
                by=f"{TESTS}.e_value.e_value",
                r="EValue::evalues.HR",
            ),
            "value_limit": statistic(
                "E-value of the confidence limit",
                "置信限的 E 值",
                by=f"{TESTS}.e_value.e_value",
                r="EValue::evalues.HR",
            ),
            "time_ratio": Block(
                ratio(
                    "Time ratio",
                    "时间比",
                    by=f"{SURVIVAL}.accelerated_failure.weibull_effect",
                    r="survival::survreg",
                    key="ratio",
                    on=(),
                )
            ),
            "range": Block(
                {
                    key: statistic(
                        en, zh, by="analytics.stats.matching.ties.break_ties_at_random", r="MatchIt::matchit"
                    )
                    for key, en, zh in (
                        ("draws", "Random orders of tied scores", "相同评分随机排序次数"),
                        ("failed", "Random orders that failed", "失败的随机排序次数"),
                        ("min", "Smallest hazard ratio", "最小风险比"),
                        ("max", "Largest hazard ratio", "最大风险比"),
                    )
                }
            ),
        }
    ),
    {"endpoint": "endpoint"},
)
AGREEMENT = "analytics.engine.agreement.Verification"
VERIFICATION = Block(
    {
        "tolerance": statistic("Largest relative difference allowed", "允许的最大相对差", by=AGREEMENT),
        "quantities": Listed(
            named("endpoint", "cohort", "quantity", "arm"),
            Block(
                {
                    "value": statistic("Value here", "本软件的值", by=AGREEMENT),
                    "lifelines": statistic(
                        "Value by lifelines", "lifelines 的值", by="analytics.stats.survival.second_engine.arm_effect"
                    ),
                }
            ),
            {"endpoint": "endpoint", "cohort": "cohort", "arm": "arm"},
        ),
    }
)


def _start(by: str) -> Block:
    return Block(
        {
            **ratio(by=f"{SURVIVAL}.{by}", on=()),
            "n": count("Patients", "人数", by=f"{SURVIVAL}.{by}"),
            "n_treated": count("Patients of the focal arm", "目标组人数", by=f"{SURVIVAL}.{by}"),
            "events": count("Events", "事件数", by=f"{SURVIVAL}.{by}"),
            "months": statistic("Landmark, months", "界标时间（月）", by=f"{SURVIVAL}.{by}"),
        }
    )


FAIR_STARTS: Mapping[str, Node] = {
    "naive": _start("cox.hazard_ratio"),
    "rezero": _start("immortal_time.rezero"),
    "landmark": Listed(lambda one: f"{one['months']:g}", _start("immortal_time.landmark")),
    "time_dependent": _start("immortal_time.time_dependent"),
    "ccw": _start("clone_censor_weight.clone_censor_weight"),
}
IMMORTAL_TIME = Block(
    {
        "guaranteed": Each(
            "arm",
            statistic(
                "Median guaranteed time, months",
                "中位保证时间（月）",
                by=f"{SURVIVAL}.immortal_time.guaranteed_time",
                r="stats::median",
            ),
        ),
        **FAIR_STARTS,
        "endpoints": Each("endpoint", Each("cohort", Block(FAIR_STARTS))),
    }
)
STABILITY_BY = "analytics.result.secondary_analyses.stability_object"
STABILITY = Each(
    "endpoint",
    Block(
        {
            **{
                key: statistic(en, zh, by=STABILITY_BY, r=r)
                for key, en, zh, r in (
                    ("n", "Specifications with a hazard ratio", "得出风险比的方案数", "base::length"),
                    ("planned", "Hazard ratio as planned", "按方案的风险比", "survival::coxph"),
                    ("median", "Median hazard ratio of the specifications", "各方案风险比的中位数", "stats::median"),
                    ("p5", "5th percentile of the hazard ratios", "风险比的第 5 百分位数", "stats::quantile"),
                    ("p95", "95th percentile of the hazard ratios", "风险比的第 95 百分位数", "stats::quantile"),
                    ("min", "Smallest hazard ratio", "最小风险比", "base::min"),
                    ("max", "Largest hazard ratio", "最大风险比", "base::max"),
                    (
                        "share_beyond",
                        "Share of the specifications on the other side of 1",
                        "位于 1 另一侧的方案比例",
                        "base::mean",
                    ),
                )
            },
            "specifications": Listed(
                specification_name,
                Block(
                    {
                        "design": Unlisted(statistic("Setting", "设定", by=STABILITY_BY)),
                        "months": Unlisted(statistic("Follow-up cut at, months", "随访截断（月）", by=STABILITY_BY)),
                        "n_treated": count("Patients of the focal arm", "目标组人数", by=STABILITY_BY),
                        "n_control": count("Patients of the reference arm", "对照组人数", by=STABILITY_BY),
                        "hr": statistic("Hazard ratio", "风险比", by=COX, r="survival::coxph"),
                    }
                ),
                is_drawn=True,
            ),
        }
    ),
)
PRINTED_BY = "analytics.result.source.printed_rows"
PRINTED = Listed(
    lambda one: ".".join(
        str(part)
        for part in (one["endpoint"], one["measure"], one["arm"], one["cohort"], one["months"])
        if part is not None
    ),
    Block(
        {
            side: Block(
                {
                    key: statistic(f"{en}{of_en}", f"{zh}{of_zh}", by=PRINTED_BY)
                    for key, of_en, of_zh in (
                        ("value", "", ""),
                        ("lower", ", lower limit", "，下限"),
                        ("upper", ", upper limit", "，上限"),
                    )
                }
            )
            for side, en, zh in (("printed", "Printed in the source", "来源所载"), ("ours", "Found here", "本次所得"))
        }
        | {"months": statistic("Month", "月", by=PRINTED_BY)}
    ),
    {"endpoint": "endpoint", "arm": "arm", "cohort": "cohort"},
)
