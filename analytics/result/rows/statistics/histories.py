"""The numbers that a registry tells beside a comparison: centers, periods, courses, residuals."""

from analytics.result.rows.shapes import Block, Each, Listed, Unlisted
from analytics.result.rows.statistics.kinds import SURVIVAL, TESTS, count, hypothesis_test, ratio, statistic
from analytics.result.rows.statistics.names import named
from analytics.result.rows.statistics.regression import SUBGROUP_BY

PERIODS_BY = "analytics.result.design.periods_object"
PERIODS_OF_CENTERS = Listed(
    named("center", "year"),
    Block(
        {
            "year": count("Year of time zero", "时间零点所在年份", by=PERIODS_BY),
            "before": count("Patients before the design", "设计前人数", by=PERIODS_BY),
            "after": count("Patients after the design", "设计后人数", by=PERIODS_BY),
        }
    ),
    {"center": "level"},
)
OF_CENTER = tuple(f"centers.{{endpoint}}.rows.{{name}}.arms.{{arm}}.{key}" for key in ("n", "events"))
POOLED_BY = f"{TESTS}.heterogeneity.heterogeneity"
CENTER_RATIOS = Block(
    {
        "rows": Listed(
            named("level"),
            Block(
                {
                    "arms": Each(
                        "arm",
                        Block(
                            {
                                "n": count("Patients of the center", "该中心人数", by=SUBGROUP_BY),
                                "events": count("Events of the center", "该中心事件数", by=SUBGROUP_BY),
                            }
                        ),
                    ),
                    **ratio(on=OF_CENTER),
                    "interaction_p": statistic(
                        "P for interaction",
                        "交互作用 P 值",
                        by=f"{SURVIVAL}.term_tests.interaction_test",
                        r="stats::anova",
                        on=OF_CENTER,
                    ),
                }
            ),
            {"level": "level"},
        ),
        "heterogeneity": Block(
            {
                "k": count("Centers with an estimate", "有估计值的中心数", by=POOLED_BY),
                "q": statistic("Cochran's Q", "Cochran Q", by=POOLED_BY, r="metafor::rma"),
                "i2": statistic("I²", "I²", by=POOLED_BY, r="metafor::rma"),
                "tau2": statistic("Variance between centers", "中心间方差", by=POOLED_BY, r="metafor::rma"),
                **ratio(
                    "Mean hazard ratio of the centers", "各中心风险比的均值", by=POOLED_BY, r="metafor::rma", on=()
                ),
            },
            method="method",
        ),
    }
)
HISTORIES_BY = "analytics.engine.outcomes.histories.told"
SUMMARY_BY = f"{TESTS}.baseline.summarize_continuous"
SUMMARY = Block(
    {
        "n": count("Patients", "人数", by=SUMMARY_BY),
        "missing": count("Patients without a value", "缺失人数", by=SUMMARY_BY),
        **{
            key: statistic(en, zh, by=SUMMARY_BY, r=r)
            for key, en, zh, r in (
                ("mean", "Mean", "均值", "base::mean"),
                ("sd", "Standard deviation", "标准差", "stats::sd"),
                ("median", "Median", "中位数", "stats::median"),
                ("q1", "First quartile", "第一四分位数", "stats::quantile"),
                ("q3", "Third quartile", "第三四分位数", "stats::quantile"),
                ("min", "Smallest value", "最小值", "base::min"),
                ("max", "Largest value", "最大值", "base::max"),
            )
        },
    }
)
PROGRESSED = "histories.after_progression.{cohort}.{arm}.progressed"
HISTORIES = Block(
    {
        "after_progression": Each(
            "cohort",
            Each(
                "arm",
                Block(
                    {
                        "n": count("Patients", "人数", by=HISTORIES_BY),
                        "progressed": count(
                            "Patients with progression",
                            "进展人数",
                            by=HISTORIES_BY,
                            share_of="histories.after_progression.{cohort}.{arm}.n",
                        ),
                        "unrecorded": count(
                            "Patients whose treatment after progression is not recorded",
                            "进展后治疗未记录的人数",
                            by=HISTORIES_BY,
                            share_of=PROGRESSED,
                        ),
                        "kinds": Each(
                            "level",
                            count(
                                "Patients treated so after progression",
                                "进展后接受该治疗的人数",
                                by=HISTORIES_BY,
                                share_of=PROGRESSED,
                            ),
                        ),
                    }
                ),
            ),
        ),
        "downstaging": Each("cohort", Each("arm", Each("variable", SUMMARY))),
        "complications": Each(
            "cohort",
            Listed(
                named("kind", "term"),
                Block(
                    {
                        "arms": Each(
                            "arm",
                            Block(
                                {
                                    "n": count("Patients", "人数", by=HISTORIES_BY),
                                    "patients": count(
                                        "Patients with the complication",
                                        "发生该并发症的人数",
                                        by=HISTORIES_BY,
                                        share_of="histories.complications.{cohort}.{name}.arms.{arm}.n",
                                    ),
                                }
                            ),
                        ),
                        "test": hypothesis_test(f"{TESTS}.two_sample.compare_counts", r="stats::chisq.test"),
                    }
                ),
                {"kind": "variable", "term": "level"},
            ),
        ),
    }
)
COURSE = statistic("Course of a single patient", "单个患者的病程", by=HISTORIES_BY)
PATIENT_LEVEL = Unlisted(COURSE)
