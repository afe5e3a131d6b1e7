"""The numbers of a design: flow, score, matching, balance, Table 1."""

from dataclasses import replace

from analytics.result.rows.shapes import Block, Deep, Each, Listed, Points, Unlisted
from analytics.result.rows.statistics.kinds import PROPENSITY, TESTS, count, hypothesis_test, statistic
from analytics.result.rows.statistics.names import named

FLOW = Listed(
    named("id"),
    Block(
        {
            "removed": count("Patients excluded", "排除人数", by="analytics.frame.FlowRow"),
            "remaining": count("Patients remaining", "剩余人数", by="analytics.frame.FlowRow"),
            "arms": Each(
                "arm",
                count("Patients remaining", "剩余人数", by="analytics.frame.FlowRow", share_of="arms.n.{arm}"),
            ),
            "centers": count("Centers", "中心数", by="analytics.frame.FlowRow"),
            "detail": Deep(
                count("Patients excluded for missing data", "因缺失被排除人数", by="analytics.frame.FlowRow")
            ),
        }
    ),
    {"id": "variable"},
)
SCORE = f"{PROPENSITY}.score.fit_propensity"
PROPENSITY_SCORE = Block(
    {
        "sd": statistic("Standard deviation of the score", "评分的标准差", by=SCORE, r="stats::sd"),
        "n": count("Patients in the model of the score", "进入评分模型的人数", by=SCORE),
        "terms": Listed(
            named("term"),
            Block(
                {
                    "estimate": statistic(
                        "Log odds ratio", "对数优势比", by=SCORE, r="stats::glm", on=("propensity.n",)
                    ),
                    "se": statistic(
                        "Standard error of the log odds ratio",
                        "对数优势比的标准误",
                        by=SCORE,
                        r="stats::glm",
                        on=("propensity.n",),
                    ),
                }
            ),
            {"term": "variable"},
        ),
        "auc": statistic(
            "Area under the curve",
            "曲线下面积",
            by=f"{PROPENSITY}.score.area_under_curve",
            r="pROC::auc",
            on=("propensity.n",),
        ),
        "scores": Unlisted(statistic("Propensity score", "倾向评分", by=SCORE, r="stats::fitted")),
        "weights": Block(
            {
                "mean": statistic(
                    "Mean weight", "权重均值", by=f"{PROPENSITY}.weighting.describe_weights", r="base::mean"
                ),
                "max": statistic(
                    "Largest weight", "最大权重", by=f"{PROPENSITY}.weighting.describe_weights", r="base::max"
                ),
                "ess": Each(
                    "arm",
                    replace(
                        statistic(
                            "Effective sample size",
                            "有效样本量",
                            by=f"{PROPENSITY}.weighting.effective_size",
                            r="WeightIt::ESS",
                            on=("arms.n.{arm}",),
                        ),
                        share_of="arms.n.{arm}",
                    ),
                ),
                "truncated_at": Points(
                    ("low", "high"),
                    (
                        statistic(
                            "Weight truncated at, lower",
                            "权重截断下限",
                            by=f"{PROPENSITY}.weighting.truncate_weights",
                            r="WeightIt::trim",
                        ),
                        statistic(
                            "Weight truncated at, upper",
                            "权重截断上限",
                            by=f"{PROPENSITY}.weighting.truncate_weights",
                            r="WeightIt::trim",
                        ),
                    ),
                ),
            }
        ),
    }
)
MATCH, TIES = "analytics.stats.matching.nearest.match_nearest", "analytics.stats.matching.ties.tied_scores"
MATCHING = Block(
    {
        "caliper_width": statistic(
            "Caliper width",
            "卡钳宽度",
            by="analytics.stats.matching.nearest.caliper_width",
            r="MatchIt::matchit",
            on=("propensity.sd",),
        ),
        "n_treated": count("Patients of the focal arm kept", "保留的目标组人数", by=MATCH),
        "n_control": count("Patients of the reference arm kept", "保留的对照组人数", by=MATCH),
        "n_pairs": count("Matched pairs", "匹配对数", by=MATCH),
        "total_distance": statistic(
            "Total distance", "总距离", by="analytics.stats.matching.optimal.total_distance", r="optmatch::pairmatch"
        ),
        "strata": Unlisted(count("Stratum", "分层", by=f"{PROPENSITY}.strata.subclassify")),
        "weights": Unlisted(statistic("Weight", "权重", by="analytics.stats.matching.weights.pair_weights")),
        "centers": Listed(
            named("center"),
            Block(
                {
                    "before": count("Patients before the design", "设计前人数", by=MATCH),
                    "after": count(
                        "Patients after the design", "设计后人数", by=MATCH, share_of="matching.centers.{name}.before"
                    ),
                }
            ),
            {"center": "level"},
        ),
        "ties": Block(
            {
                "n": count("Patients with a score", "有评分的人数", by=TIES),
                "tied": count("Patients who share their score", "评分相同的人数", by=TIES),
                "share": statistic(
                    "Share of patients who share their score",
                    "评分相同的比例",
                    by=TIES,
                    r="base::duplicated",
                    on=("matching.ties.tied", "matching.ties.n"),
                ),
                "distinct": count("Distinct scores", "不同评分的个数", by=TIES),
            }
        ),
    }
)
BALANCE_BY = f"{PROPENSITY}.balance.compare_arms"
OF_LEVELS = ("baseline.{variable}.{level}.unmatched.arms.{arm}.n",)
BALANCE = Listed(
    named("covariate", "level"),
    Block(
        {
            f"{key}_{moment}": statistic(f"{en}, {moment_en}", f"{zh}，{moment_zh}", by=by, r=r, on=OF_LEVELS)
            for key, en, zh, by, r in (
                ("smd", "Standardized mean difference", "标准化均数差", BALANCE_BY, "cobalt::col_w_smd"),
                ("variance_ratio", "Variance ratio", "方差比", BALANCE_BY, "cobalt::col_w_vr"),
                (
                    "ks",
                    "Kolmogorov-Smirnov statistic",
                    "Kolmogorov-Smirnov 统计量",
                    f"{PROPENSITY}.balance.largest_distance",
                    "cobalt::col_w_ks",
                ),
                ("p", "P", "P 值", f"{TESTS}.two_sample.compare_counts", "stats::t.test"),
            )
            for moment, moment_en, moment_zh in (
                ("before", "before the design", "设计前"),
                ("after", "after the design", "设计后"),
            )
        }
    ),
    {"covariate": "variable", "level": "level"},
)
SUMMARIZED = f"{TESTS}.baseline.Summary"
SIZE_OF_CELL = (
    "baseline.{variable}.{level}.{cohort}.arms.{arm}.n",
    "baseline.{variable}.{level}.{cohort}.arms.{arm}.missing",
)
SUMMARY = Block(
    {
        "n": count("Patients", "人数", by=SUMMARIZED),
        "missing": count("Patients with a missing value", "缺失人数", by=SUMMARIZED),
        "count": count("Patients with this level", "该水平人数", by=SUMMARIZED),
        **{
            key: statistic(en, zh, by=SUMMARIZED, r=r, on=(*SIZE_OF_CELL, *more))
            for key, en, zh, r, more in (
                (
                    "percent",
                    "Percent of known values",
                    "占已知值的百分比",
                    "base::prop.table",
                    ("baseline.{variable}.{level}.{cohort}.arms.{arm}.count",),
                ),
                ("mean", "Mean", "均数", "base::mean", ()),
                ("sd", "Standard deviation", "标准差", "stats::sd", ()),
                ("median", "Median", "中位数", "stats::median", ()),
                ("q1", "First quartile", "第一四分位数", "stats::quantile", ()),
                ("q3", "Third quartile", "第三四分位数", "stats::quantile", ()),
                ("min", "Minimum", "最小值", "base::min", ()),
                ("max", "Maximum", "最大值", "base::max", ()),
            )
        },
    }
)
BASELINE_TEST = hypothesis_test(
    f"{TESTS}.two_sample.compare_counts",
    r="stats::chisq.test",
    on=("baseline.{variable}.{level}.{cohort}.arms.{arm}.n",),
)
OF_COHORTS = Block({"arms": Each("arm", SUMMARY), "test": BASELINE_TEST})
BASELINE = Listed(
    named("covariate", "level"),
    Block(dict.fromkeys(("unmatched", "matched", "weighted"), OF_COHORTS)),
    {"covariate": "variable", "level": "level"},
)
