"""The numbers of responses and adverse events."""

from analytics.result.rows.shapes import Block, Each, Listed
from analytics.result.rows.statistics.kinds import TESTS, count, hypothesis_test, limited, statistic
from analytics.result.rows.statistics.names import adverse_event_name

RESPONSE_BY, PROPORTION = "analytics.engine.outcomes.response.ArmResponse", f"{TESTS}.proportions"
OF_RESPONSE = ("response.{endpoint}.{cohort}.arms.{arm}.n", "response.{endpoint}.{cohort}.arms.{arm}.evaluable")
SUCCESS = statistic(
    "Share of successes", "成功比例", by=f"{PROPORTION}.exact_proportion", r="stats::binom.test", on=OF_RESPONSE
)
RISK_DIFFERENCE = statistic(
    "Difference of shares",
    "比例之差",
    by="analytics.engine.outcomes.response.ResponseResult",
    r="DescTools::BinomDiffCI",
    on=OF_RESPONSE,
)
MCNEMAR = f"{TESTS}.paired_proportions.mcnemar_test"
PAIRED = statistic(
    "Difference of shares in pairs",
    "配对比例之差",
    by=f"{TESTS}.paired_proportions.paired_counts",
    r="PropCIs::diffpropci.mp",
)
RESPONSE = Block(
    {
        "arms": Each(
            "arm",
            Block(
                {
                    "n": count("Patients", "人数", by=RESPONSE_BY),
                    "evaluable": count("Evaluable patients", "可评估人数", by=RESPONSE_BY),
                    "counts": Each("level", count("Patients with this value", "该值人数", by=RESPONSE_BY)),
                    "rate": SUCCESS,
                    **limited(SUCCESS),
                }
            ),
        ),
        "difference": RISK_DIFFERENCE,
        **limited(RISK_DIFFERENCE, names=("difference_low", "difference_high")),
        "test": hypothesis_test(f"{TESTS}.two_sample.compare_counts", r="stats::chisq.test", on=OF_RESPONSE),
        "mcnemar": Block(
            {
                "pairs": count("Evaluable pairs", "可评估配对数", by=MCNEMAR),
                "b": count("Pairs with success on the focal side alone", "仅目标侧成功的配对数", by=MCNEMAR),
                "c": count("Pairs with success on the reference side alone", "仅对照侧成功的配对数", by=MCNEMAR),
                "p": statistic(
                    "McNemar P",
                    "McNemar P 值",
                    by=MCNEMAR,
                    r="stats::mcnemar.test",
                    on=("response.{endpoint}.{cohort}.mcnemar.b", "response.{endpoint}.{cohort}.mcnemar.c"),
                ),
                "difference": PAIRED,
                **limited(PAIRED),
            },
            method="name",
        ),
    }
)
SAFETY_BY = "analytics.engine.outcomes.safety.ArmSafety"
SAFETY = Listed(
    adverse_event_name,
    Block(
        {
            "arms": Each(
                "arm",
                Block(
                    {
                        "n": count("Patients", "人数", by=SAFETY_BY),
                        "patients": Each(
                            "level",
                            count(
                                "Patients by worst grade",
                                "按最高分级的人数",
                                by=SAFETY_BY,
                                share_of="safety.{cohort}.{name}.arms.{arm}.n",
                            ),
                        ),
                        "events": count("Adverse events", "不良事件数", by=SAFETY_BY),
                        "per_100_patient_years": statistic(
                            "Adverse events per 100 patient-years",
                            "每 100 人年不良事件数",
                            by=SAFETY_BY,
                            r="base::sum",
                            on=("safety.{cohort}.{name}.arms.{arm}.events",),
                        ),
                    }
                ),
            ),
            "test": hypothesis_test(
                f"{TESTS}.two_sample.compare_counts",
                r="stats::chisq.test",
                on=("safety.{cohort}.{name}.arms.{arm}.patients.any",),
            ),
        }
    ),
    {"term": "variable"},
)
