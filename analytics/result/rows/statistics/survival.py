"""The numbers of an endpoint: curves, medians, tests, ratios, restricted means, competing events."""

from analytics.result.rows.shapes import Block, Curve, Each, Listed, Points, Unlisted
from analytics.result.rows.statistics.kinds import KAPLAN_MEIER, SIZES, SURVIVAL, count, limited, ratio, statistic
from analytics.result.rows.statistics.names import named

CURVE_BY = f"{KAPLAN_MEIER}.kaplan_meier"
RATE = statistic("Survival rate", "生存率", by=f"{KAPLAN_MEIER}.rate_at", r="survival::survfit", on=SIZES)
MEDIAN = statistic(
    "Median time, months", "中位时间（月）", by=f"{KAPLAN_MEIER}.median", r="survival::survfit", on=SIZES
)
AT_RISK = statistic(
    "Patients at risk", "在险人数", by=f"{KAPLAN_MEIER}.number_at_risk", r="survival::survfit", on=SIZES
)
FOLLOW_UP = f"{KAPLAN_MEIER}.median_follow_up"
ARM = Block(
    {
        "n": count("Patients", "人数", by=CURVE_BY),
        "events": count("Events", "事件数", by=CURVE_BY),
        "median": MEDIAN,
        **limited(MEDIAN, names=("median_low", "median_high")),
        "median_at_risk": statistic(
            "Patients at risk at the median",
            "中位时间处在险人数",
            by=f"{KAPLAN_MEIER}.number_at_risk",
            r="survival::survfit",
            on=SIZES,
        ),
        "rates": Each("month", Points(("survival", "low", "high"), (RATE, *limited(RATE).values()))),
        "followup_median": statistic(
            "Median follow-up, months", "中位随访时间（月）", by=FOLLOW_UP, r="survival::survfit", on=SIZES
        ),
        "followup_median_crude": statistic(
            "Crude median follow-up, months", "粗中位随访时间（月）", by=FOLLOW_UP, r="stats::median", on=SIZES
        ),
    }
)
LOG_RANK = Block(
    {
        "chi2": statistic(
            "Log-rank chi-squared",
            "log-rank 卡方",
            by=f"{SURVIVAL}.log_rank.log_rank",
            r="survival::survdiff",
            on=SIZES,
        ),
        "df": statistic("Degrees of freedom", "自由度", by=f"{SURVIVAL}.log_rank.log_rank", r="survival::survdiff"),
        "p": statistic(
            "Log-rank P", "log-rank P 值", by=f"{SURVIVAL}.log_rank.log_rank", r="survival::survdiff", on=SIZES
        ),
        "stratified_chi2": statistic(
            "Stratified log-rank chi-squared",
            "分层 log-rank 卡方",
            by=f"{SURVIVAL}.log_rank.log_rank",
            r="survival::survdiff(strata)",
            on=SIZES,
        ),
        "stratified_p": statistic(
            "Stratified log-rank P",
            "分层 log-rank P 值",
            by=f"{SURVIVAL}.log_rank.log_rank",
            r="survival::survdiff(strata)",
            on=SIZES,
        ),
    }
)
DRIFT, MEANS = f"{SURVIVAL}.proportional_hazards.ph_test", f"{SURVIVAL}.restricted_mean"
OF_MEANS = tuple(f"endpoints.{{endpoint}}.{{cohort}}.rmst.arms.{{arm}}.{key}" for key in ("rmst", "se"))
DIFFERENCE = statistic(
    "Difference of restricted means, months",
    "限制性平均生存时间之差（月）",
    by=f"{MEANS}.contrast_means",
    r="survRM2::rmst2",
    on=OF_MEANS,
)
RESTRICTED_MEANS = Block(
    {
        "tau": statistic(
            "Horizon of the restricted mean, months",
            "限制时间（月）",
            by=f"{MEANS}.default_horizon",
            r="survRM2::rmst2",
        ),
        "arms": Each(
            "arm",
            Block(
                {
                    "rmst": statistic(
                        "Restricted mean, months",
                        "限制性平均生存时间（月）",
                        by=f"{MEANS}.restricted_mean",
                        r="survRM2::rmst2",
                        on=SIZES,
                    ),
                    "se": statistic(
                        "Standard error of the restricted mean",
                        "限制性平均生存时间的标准误",
                        by=f"{MEANS}.restricted_mean",
                        r="survRM2::rmst2",
                        on=SIZES,
                    ),
                }
            ),
        ),
        "difference": DIFFERENCE,
        **limited(DIFFERENCE),
        "ratio": statistic(
            "Ratio of restricted means",
            "限制性平均生存时间之比",
            by=f"{MEANS}.contrast_means",
            r="survRM2::rmst2",
            on=OF_MEANS,
        ),
        "p": statistic(
            "P of the difference of restricted means",
            "限制性平均生存时间之差的 P 值",
            by=f"{MEANS}.contrast_means",
            r="survRM2::rmst2",
            on=OF_MEANS,
        ),
    }
)
POINT = statistic("Survival", "生存率", by=CURVE_BY, r="survival::survfit", on=SIZES)
CURVES = Each(
    "arm",
    Curve(
        {
            "time": statistic("Month", "月", by=CURVE_BY, r="survival::survfit"),
            "survival": POINT,
            **limited(POINT),
            "at_risk": AT_RISK,
            "events": count("Events at this time", "该时间的事件数", by=CURVE_BY),
            "censored": count("Censored at this time", "该时间的删失数", by=CURVE_BY),
            "events_before": count(
                "Events before this month", "该月之前的事件数", by="analytics.result.rows.rows.value_at"
            ),
            "censored_before": count(
                "Censored before this month", "该月之前的删失数", by="analytics.result.rows.rows.value_at"
            ),
        }
    ),
)
INCIDENCE_BY = f"{SURVIVAL}.competing_risks"
INCIDENCE = statistic(
    "Cumulative incidence", "累积发生率", by=f"{INCIDENCE_BY}.incidence_at", r="cmprsk::cuminc", on=SIZES
)
PERIODS = Listed(
    lambda one: f"from_{one['start']:g}",
    Block(
        {
            "start": statistic(
                "Start of the period, months", "时期起点（月）", by=f"{SURVIVAL}.period_ratios.period_ratios"
            ),
            "end": statistic(
                "End of the period, months", "时期终点（月）", by=f"{SURVIVAL}.period_ratios.period_ratios"
            ),
            "n": count(
                "Patients at risk when the period starts",
                "时期起点在险人数",
                by=f"{SURVIVAL}.period_ratios.period_ratios",
            ),
            "events": count("Events in the period", "时期内事件数", by=f"{SURVIVAL}.period_ratios.period_ratios"),
            **ratio(by=f"{SURVIVAL}.period_ratios.period_ratios"),
        }
    ),
)
RESIDUALS = Unlisted(
    statistic(
        "Scaled Schoenfeld residual",
        "标度 Schoenfeld 残差",
        by=f"{SURVIVAL}.proportional_hazards.scaled_residuals",
        r="survival::cox.zph",
    )
)
ENDPOINT = Block(
    {
        "arms": Each("arm", ARM),
        "logrank": LOG_RANK,
        "hazard_ratio": Block(ratio(), method="method"),
        "hazard_ratios": Listed(named("method"), Block(ratio(), method="method")),
        "schoenfeld": RESIDUALS,
        "ph_test": Block(
            {
                "chi2": statistic(
                    "Chi-squared of proportional hazards",
                    "等比例风险检验卡方",
                    by=DRIFT,
                    r="survival::cox.zph",
                    on=SIZES,
                ),
                "p": statistic(
                    "P of proportional hazards", "等比例风险检验 P 值", by=DRIFT, r="survival::cox.zph", on=SIZES
                ),
            }
        ),
        "rmst": RESTRICTED_MEANS,
        "period_hazard_ratios": PERIODS,
        "at_risk": Each("arm", Each("month", AT_RISK)),
        "pairs": Block(
            {
                "complete": count(
                    "Pairs followed on both sides",
                    "双侧均有随访的配对数",
                    by="analytics.engine.outcomes.notices.PairsSeen",
                ),
                "broken": count(
                    "Pairs without follow-up on one side",
                    "一侧缺随访的配对数",
                    by="analytics.engine.outcomes.notices.PairsSeen",
                ),
            }
        ),
        "curves": CURVES,
        "cif": Each(
            "arm",
            Each(
                "level", Each("month", Points(("incidence", "low", "high"), (INCIDENCE, *limited(INCIDENCE).values())))
            ),
        ),
        "gray": Each(
            "level",
            Block(
                {
                    key: statistic(en, zh, by=f"{SURVIVAL}.gray.gray_test", r="cmprsk::cuminc", on=SIZES)
                    for key, en, zh in (
                        ("chi2", "Gray chi-squared", "Gray 检验卡方"),
                        ("df", "Degrees of freedom", "自由度"),
                        ("p", "Gray P", "Gray 检验 P 值"),
                    )
                }
            ),
        ),
        "fine_gray": Block(
            ratio(
                "Subdistribution hazard ratio",
                "次分布风险比",
                by=f"{SURVIVAL}.fine_gray.fit_fine_gray",
                r="cmprsk::crr",
            )
        ),
        "cause_specific": Block(ratio("Cause-specific hazard ratio", "特定原因风险比")),
        "cif_curves": Each(
            "arm",
            Each(
                "level",
                Curve(
                    {
                        "time": statistic("Month", "月", by=f"{INCIDENCE_BY}.cumulative_incidence", r="cmprsk::cuminc"),
                        "incidence": INCIDENCE,
                        **limited(INCIDENCE),
                    }
                ),
            ),
        ),
    }
)
